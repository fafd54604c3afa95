"""What comes in: bad files are refused in words, jobs that die are found, the worker lives."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from tests.apps.contracts.reading_samples import SAMPLE, told_of, upload

from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.review import jobs
from opsledger.apps.contracts.services import reading_intake as intake
from opsledger.apps.ledger.models import StoredFile
from opsledger.core.errors import DomainError
from opsledger.kernel import clock


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return buffer.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


# -- at the door ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("需求.txt", b"", "是空的"),
        ("需求.exe", b"MZ" + bytes(100), "请上传 Word"),
        ("需求", b"abc", "请上传 Word"),
        ("照片.txt", PNG, "不是文档"),
        ("扫描.docx", PNG, "不是文档"),
    ],
)
def test_what_cannot_be_a_document_is_refused_with_the_form_kept(world, name, content, said):
    answer = world.client("manager").post(
        "/readings/new/", {"document": upload(name, content), "name": "张三写的名称"}
    )
    body = answer.content.decode()
    assert answer.status_code == 200 and said in body and "张三写的名称" in body
    assert DocumentReading.objects.count() == 0 and StoredFile.objects.count() == 0


def test_a_file_over_the_limit_is_dropped_on_its_way_in(world, settings):
    settings.MAX_UPLOAD_MB = 1
    body = (
        world.client("manager")
        .post("/readings/new/", {"document": upload("大.txt", b"a" * (2 * 1024 * 1024))})
        .content.decode()
    )
    assert "超过 1 MB 的上限" in body and DocumentReading.objects.count() == 0


def test_no_file_at_all(world):
    assert "请选择要读取的文件" in world.client("manager").post("/readings/new/", {}).content.decode()


def test_the_same_content_is_kept_once(world):
    client = world.client("manager")
    for name in ("甲.txt", "乙.txt"):
        client.post("/readings/new/", {"document": upload(name)})
    assert DocumentReading.objects.count() == 2 and StoredFile.objects.count() == 1


# -- in the worker -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("乱码.txt", bytes(range(1, 256)) * 40, "不是可识别的文本"),
        ("空白.txt", b"  \n \n", "没有文字"),
        ("坏.docx", b"PK\x03\x04" + b"x" * 500, "坏.docx"),
        ("坏.pdf", b"%PDF-1.7\n" + b"x" * 500, "坏.pdf"),
        ("炸弹.docx", zipped({"word/document.xml": b" " * (400 * 1024 * 1024)}), "炸弹.docx"),
    ],
)
def test_a_bad_file_ends_in_a_sentence_and_leaves_nothing_behind(world, name, content, said):
    client = world.client("manager")
    client.post("/readings/new/", {"document": upload(name, content)})
    reading = DocumentReading.objects.get()
    assert jobs.run(reading_id=reading.pk) == "failed"
    reading.refresh_from_db()
    assert reading.state == "failed" and said in reading.failure, reading.failure
    assert not reading.items.exists() and not reading.sections.exists()
    page = client.get(f"/readings/{reading.pk}/").content.decode()
    assert reading.failure in page and "重新读取" in page


def test_a_document_without_terms_opens_and_says_so(world):
    client = world.client("manager")
    client.post("/readings/new/", {"document": upload(content="今天天气很好。\n我们去公园。")})
    reading = DocumentReading.objects.get()
    assert jobs.run(reading_id=reading.pk) == "read"
    assert "没有找到可以核对的条款" in client.get(f"/readings/{reading.pk}/").content.decode()


def test_a_child_that_is_killed_is_told_and_the_worker_goes_on(world, monkeypatch, tmp_path):
    killed = "import os; os.kill(os.getpid(), 9)"
    monkeypatch.setattr(jobs.sys, "executable", _script(tmp_path, killed))
    client = world.client("manager")
    client.post("/readings/new/", {"document": upload()})
    reading = DocumentReading.objects.get()
    assert jobs.run(reading_id=reading.pk) == "failed"
    reading.refresh_from_db()
    assert "没有保存任何内容" in reading.failure


def test_a_child_that_never_ends_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(jobs.sys, "executable", _script(tmp_path, "while True: pass"))
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(jobs, "MOST_SECONDS", 0.2)
    beats = []
    with pytest.raises(DomainError) as refused:
        jobs.in_child(tmp_path / "x", "慢.txt", lambda: beats.append(1))
    assert refused.value.code == "reading.too_slow" and len(beats) == 3


def _script(folder, body: str) -> str:
    import sys

    place = folder / "python"
    place.write_text(f"#!{sys.executable}\n{body}\n")
    place.chmod(0o755)
    return str(place)


# -- jobs that die -------------------------------------------------------------------------------------


def _claimed(world) -> DocumentReading:
    reading = intake.start_reading(actor=world.actor("manager"), upload=upload())
    claimed = intake.claim_reading(reading_id=reading.pk, at=clock.now())
    assert claimed is not None
    return claimed


def test_only_one_worker_gets_a_reading(world):
    reading = _claimed(world)
    assert intake.claim_reading(reading_id=reading.pk, at=clock.now()) is None


def test_a_dead_job_is_found_by_its_heartbeat_and_its_late_result_is_refused(world, at):
    dead = _claimed(world)
    later = at + timedelta(seconds=59)
    with clock.pinned(later):
        assert intake.revive_readings(later) == 0
    later = at + timedelta(seconds=61)
    with clock.pinned(later):
        assert "重新读取" in world.client("manager").get(f"/readings/{dead.pk}/").content.decode()
        assert intake.revive_readings(later) == 1
        fresh = intake.claim_reading(reading_id=dead.pk, at=later)
        assert fresh is not None and fresh.attempt == 2
        # The first job wakes up after all: it neither stores nor keeps the reading alive.
        assert not intake.finish_reading(reading=dead, told=told_of(SAMPLE))
        assert not intake.beat(reading=dead, at=later, progress=50, step="")
        assert intake.finish_reading(reading=fresh, told=told_of(SAMPLE))
    assert fresh.items.count() == 3


def test_after_three_deaths_it_is_given_up_and_a_person_can_start_it_again(world, at):
    reading = _claimed(world)
    for times in range(1, 4):
        with clock.pinned(at + timedelta(minutes=2 * times)):
            intake.revive_readings(clock.now())
            intake.claim_reading(reading_id=reading.pk, at=clock.now())
    reading.refresh_from_db()
    assert reading.state == "failed" and "多次中断" in reading.failure
    world.client("manager").post(f"/readings/{reading.pk}/restart/")
    reading.refresh_from_db()
    assert reading.state == "queued"


def test_a_reading_under_review_is_not_read_again(world):
    reading = _claimed(world)
    intake.finish_reading(reading=reading, told=told_of(SAMPLE))
    page = world.client("manager").post(f"/readings/{reading.pk}/restart/", follow=True).content.decode()
    assert "不能重新读取" in page
    reading.refresh_from_db()
    assert reading.state == "review"


def test_the_queue_delivers_to_the_worker(world, django_capture_on_commit_callbacks):
    from opsledger.cli.worker import _drain

    if connection.vendor == "postgresql":
        pytest.skip("the queue's worker closes its connection, which here is the test's own transaction")
    with django_capture_on_commit_callbacks(execute=True):
        reading = intake.start_reading(actor=world.actor("manager"), upload=upload())
    _drain()
    reading.refresh_from_db()
    assert reading.state == "review"
