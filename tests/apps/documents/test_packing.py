"""The audit pack: everything in it can be checked by somebody who has nothing but the pack."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.apps.assessment.conftest import february, month, scored
from tests.apps.documents.test_reports import _span, contract_of

from opsledger.apps.assessment import services as assessment
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.documents import services
from opsledger.apps.documents.packing import _cell
from opsledger.apps.ledger import services as ledger
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.core.merkle import merkle_root

__all__ = ["february", "month", "scored"]


@pytest.fixture
def evidence(scored, month, february, settings, tmp_path):
    """The same paper under two tasks of February, and one under a task of March."""
    settings.FILES_DIR = tmp_path
    rows = [month.duty("inspection", "fulfilled", day) for day in (22, 23)]
    rows.append(month.duty("inspection", "fulfilled", 3, month=3))
    for row, text in zip(rows, ("同一份", "同一份", "三月的"), strict=True):
        ledger.attach_upload(
            upload=SimpleUploadedFile("巡检.txt", text.encode(), "text/plain"),
            subject=ledger.Subject("occurrence", str(row.pk), row.title),
            actor=scored.actor("engineer"),
        )
    found = Assessment.objects.get(pk=february.pk)
    assessment.add_manual_row(
        actor=scored.actor("buyer"),
        assessment=found,
        indicator_id="other",
        points=Decimal(1),
        reason="扣一分",
    )
    assessment.issue(actor=scored.actor("buyer"), assessment=found)
    return rows


def packed(scored, who="auditor") -> zipfile.ZipFile:
    target = io.BytesIO()
    services.pack_evidence(
        actor=scored.actor(who), contract=contract_of(scored), span=_span(scored, "2026-02"), target=target
    )
    return zipfile.ZipFile(target)


def manifest(pack: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pack.read("清单.csv").decode("utf-8-sig"))))


def test_every_file_has_the_digest_that_the_manifest_says(scored, evidence) -> None:
    pack = packed(scored)
    rows = manifest(pack)
    for row in rows:
        assert hashlib.sha256(pack.read(row["路径"])).hexdigest() == row["SHA-256"]
    # Three papers, and the same evidence named under both tasks but stored once; March is not in it.
    assert [row["对象"] for row in rows].count("文书") == 3
    proofs = [row for row in rows if row["对象"] != "文书"]
    assert len(proofs) == 2 and len({row["路径"] for row in proofs}) == 1
    assert all(row["条款"] == "2.4 表 序号01" for row in proofs)
    assert pack.testzip() is None


def test_the_roots_can_be_recomputed_from_the_pack(scored, evidence) -> None:
    pack = packed(scored)
    roots = json.loads(pack.read("根.json"))
    assert merkle_root([row["SHA-256"] for row in manifest(pack)], "sha256") == roots["files_root_sha256"]
    entries = [json.loads(line) for line in pack.read("台账.jsonl").decode().splitlines()]
    assert merkle_root([one["hash"] for one in entries], roots["ledger_algorithm"]) == roots["ledger_root"]
    assert entries[-1]["hash"] == roots["head_hash"]
    for before, after in pairwise(entries):
        assert after["previous_hash"] == before["hash"]


def test_taking_a_pack_is_recorded_with_its_roots(scored, evidence) -> None:
    roots = json.loads(packed(scored).read("根.json"))
    entry = Entry.objects.filter(verb="document.packed").latest("id")
    assert entry.changes["files_root"] == roots["files_root_sha256"]
    assert entry.changes["head_hash"] == roots["head_hash"]


@pytest.mark.parametrize("who", ["manager", "engineer", "unit", "stranger"])
def test_who_may_not_take_it(scored, evidence, client_for, who) -> None:
    with pytest.raises(DomainError, match=r"^access\.denied"):
        packed(scored, who)
    answer = client_for(who).post("/c/demo-2026/reports/2026-02/pack/")
    assert answer.status_code == (404 if who == "stranger" else 403)


def test_the_page_gives_it_to_the_auditor_only_when_asked(client_for, scored, evidence) -> None:
    client = client_for("auditor")
    assert client.get("/c/demo-2026/reports/2026-02/pack/").status_code == 405
    answer = client.post("/c/demo-2026/reports/2026-02/pack/")
    assert answer.status_code == 200 and b"".join(answer.streaming_content)[:2] == b"PK"


def test_cells_never_begin_a_formula() -> None:
    assert _cell("=1+1") == "'=1+1" and _cell("-3") == "'-3" and _cell("巡检") == "巡检"
