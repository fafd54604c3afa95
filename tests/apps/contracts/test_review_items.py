"""Service items added, merged and taken out; findings and corrections undone; levels; readings put away."""

from __future__ import annotations

import pytest
from tests.apps.contracts.reading_samples import make_reading, told_of

from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.review.forms import windows_of
from opsledger.apps.contracts.review.levels import levels_of
from opsledger.apps.contracts.review.packing import Ending, ReadItem, ReadTerm, pack_of
from opsledger.apps.ledger.models import Entry


@pytest.fixture
def reading(world):
    return make_reading(world.actor("manager"))


def _facts(item, **more):
    return {
        "no": item.no,
        "name": item.name,
        "unit": item.unit,
        "windows": "",
        "version": item.version,
        **more,
    }


def _undo(client, reading):
    return client.post(f"/readings/{reading.pk}/undo/")


def test_corrections_of_an_item_are_undone_one_after_the_other(world, reading):
    client, item = world.client("manager"), reading.items.get(no="1")
    was = item.name
    url = f"/readings/{reading.pk}/items/{item.pk}/edit/"
    client.post(url, _facts(item, name="门户"))
    item.refresh_from_db()
    client.post(url, _facts(item, name="门户网站群"))
    for name in ("门户", was):
        _undo(client, reading)
        item.refresh_from_db()
        assert item.name == name


def test_a_correction_that_somebody_else_changed_since_stays(world, reading):
    item = reading.items.get(no="1")
    url = f"/readings/{reading.pk}/items/{item.pk}/edit/"
    world.client("manager").post(url, _facts(item, name="门户"))
    item.refresh_from_db()
    world.client("admin").post(url, _facts(item, name="他人的名称"))
    reading.guests.create(
        user=world.users["buyer"], invited_by=world.users["manager"], invited_at=reading.created_at
    )
    world.client("buyer").post(url, _facts(item, name="他人的名称"))
    answer = world.client("manager").post(f"/readings/{reading.pk}/undo/", follow=True).content.decode()
    item.refresh_from_db()
    assert item.name == "他人的名称" and "已由他人处理" in answer
    # The page of before is told that it is stale, and nothing is written over.
    answer = world.client("manager").post(url, _facts(item, name="旧页面", version=1)).content.decode()
    item.refresh_from_db()
    assert item.name == "他人的名称" and "旧页面" in answer


def test_an_item_is_added_and_the_adding_undone(world, reading):
    client = world.client("manager")
    said = {"no": "9", "name": "短信平台", "windows": "周一至周五 8:30-12:00,14:00-18:00", "unit": ""}
    client.post(f"/readings/{reading.pk}/items/new/", said)
    item = reading.items.get(no="9")
    assert item.windows == ["周一至周五 8:30-12:00,14:00-18:00"]
    body = client.post(f"/readings/{reading.pk}/items/new/", {**said, "name": "另一个"}).content.decode()
    assert "已被另一个服务项使用" in body and "另一个" in body
    _undo(client, reading)
    item.refresh_from_db()
    assert not item.live
    client.get(f"/readings/{reading.pk}/")  # takes the notice that names it
    assert "短信平台" not in client.get(f"/readings/{reading.pk}/").content.decode()


def test_merging_moves_the_terms_and_an_undo_brings_all_back(world, reading):
    client = world.client("manager")
    first, second = reading.items.get(no="1"), reading.items.get(no="2")
    moved = set(first.terms.values_list("pk", flat=True))
    assert moved
    url = f"/readings/{reading.pk}/items/{first.pk}/merge/"
    refused = client.post(url, {"version": first.version, "into": ""}).content.decode()
    assert "不能直接删去" in refused
    client.post(url, {"version": first.version, "into": second.pk})
    assert moved <= set(second.terms.values_list("pk", flat=True))
    assert client.get(f"/readings/{reading.pk}/items/{first.pk}/edit/").status_code == 404
    assert Entry.objects.filter(verb="reading.item_merge").count() == 1
    _undo(client, reading)
    first.refresh_from_db()
    assert (first.live, first.no) == (True, "1")
    assert set(first.terms.values_list("pk", flat=True)) == moved


def test_settling_is_undone(world, reading):
    client, finding = world.client("manager"), reading.findings.first()
    client.post(
        f"/readings/{reading.pk}/findings/{finding.pk}/", {"version": finding.version, "note": "已约定"}
    )
    finding.refresh_from_db()
    assert finding.settled_at
    _undo(client, reading)
    finding.refresh_from_db()
    assert finding.settled_at is None and finding.settled_by is None


def test_levels_are_put_in_order_with_their_meaning(world, reading):
    client = world.client("manager")
    count = reading.terms.filter(problem="").count()
    client.post(f"/readings/{reading.pk}/accept/", {"minimum": 0, "expected": count})
    words = [level["word"] for level in levels_of(reading)]
    assert words == ["重大故障", "一般故障"]
    url = f"/readings/{reading.pk}/levels/"
    mark = client.get(url).content.decode().split('name="mark" value="')[1].split('"')[0]
    said = {"mark": mark, "place-1": 2, "means-1": "全市中断", "place-2": 1, "means-2": ""}
    same = client.post(url, {**said, "place-2": 2}).content.decode()
    assert "次序与另一个等级相同" in same
    assert client.post(url, said)["Location"] == f"/readings/{reading.pk}/finish/"
    reading.refresh_from_db()
    assert levels_of(reading) == [
        {"word": "一般故障", "definition": ""},
        {"word": "重大故障", "definition": "全市中断"},
    ]
    assert "已改过" in client.post(url, said).content.decode()


def test_readings_are_put_away_by_who_may_and_found_again(world, reading):
    url = f"/readings/{reading.pk}/archive/"
    assert world.client("stranger").post(url).status_code == 404
    client = world.client("manager")
    client.post(url)
    assert reading.name not in client.get("/readings/").content.decode()
    assert reading.name in client.get("/readings/?archived=1").content.decode()
    client.post(url, {"back": "1"})
    assert DocumentReading.objects.get(pk=reading.pk).archived_at is None


def test_only_the_uploader_puts_a_reading_away(world, reading):
    reading.guests.create(
        user=world.users["engineer"], invited_by=world.users["manager"], invited_at=reading.created_at
    )
    answer = world.client("engineer").post(f"/readings/{reading.pk}/archive/", follow=True).content.decode()
    assert "只有上传人和系统管理员可以归档" in answer
    assert DocumentReading.objects.get(pk=reading.pk).archived_at is None


def test_hours_that_are_spelled_out_become_a_real_window():
    (item,) = told_of("渔港平台运维需求\n一、服务要求\n1.工作日8:30-12:00，14:00-18:00提供现场服务。\n")[
        "items"
    ]
    assert item["windows"] == ["工作日8:30-12:00,14:00-18:00"]
    ending = Ending("x-1", "渔港", "", "", "局", "公司", "", *_term(), None, "7x24")
    row = ReadItem("1", "渔港平台", windows=tuple(item["windows"]))
    term = ReadTerm(
        "1.a",
        "1",
        "sla",
        {"metric": "respond", "value": "1", "unit": "hour", "clock": "any", "ticket": "incident"},
    )
    pack = pack_of(ending, [row], [term], source="需求.txt")
    (made,) = pack.items
    window = pack.windows[made.windows[0]]
    assert window.stated and not made.open_points and made.terms[0].window == made.windows[0]


def _term():
    from datetime import date

    return date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("typed", "found", "unread"),
    [
        ("7×24、5*8", ["7x24", "5x8"], ""),
        ("7x24, 5x8", ["7x24", "5x8"], ""),
        ("周一至周五 8:30-12:00,14:00-18:00", ["周一至周五 8:30-12:00,14:00-18:00"], ""),
        ("随时", ["随时"], "随时"),
        ("custom", ["custom"], ""),
        ("", [], ""),
    ],
)
def test_windows_as_people_type_them(typed, found, unread):
    assert windows_of(typed) == (found, unread)
