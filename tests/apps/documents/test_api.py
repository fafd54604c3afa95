"""Papers through the API: the register, and the same files for the same roles as on the pages."""

from __future__ import annotations

import io
from datetime import datetime
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.assessment.conftest import february, month, scored

from opsledger.apps.duties.models import Occurrence
from opsledger.apps.ledger.models import Entry

__all__ = ["february", "month", "scored"]
BASE = "/contracts/demo-2026"


def test_the_register_says_what_is_due_and_missing(scored, february, month, through):
    (missed,) = through("engineer", "get", f"{BASE}/deliverables")["items"]
    assert (missed["standing"], missed["standing_word"], missed["item"]) == ("missed", "应交未交", "01")
    assert missed["clause"] and missed["files"] == []
    month.duty("report", "missed", 20, kind="deliverable", month=4)
    assert len(through("auditor", "get", f"{BASE}/deliverables")["items"]) == 1
    assert len(through("auditor", "get", f"{BASE}/deliverables?upcoming=true")["items"]) == 2
    assert through("auditor", "get", f"{BASE}/deliverables?standing=fulfilled&count=true")["count"] == 0
    assert through("unit", "get", f"{BASE}/deliverables", status=403)["code"] == "access.denied"
    assert (
        through("auditor", "get", f"{BASE}/deliverables?standing=lost", status=422)["code"] == "input.invalid"
    )
    refused = through("auditor", "get", f"{BASE}/deliverables", status=403, scopes=("tickets:read",))
    assert refused["code"] == "api.scope_missing"


def test_reports_are_listed_and_fetched(scored, february, through):
    rows = through("auditor", "get", f"{BASE}/reports?limit=200")["items"]
    assert {"2026-02", "2026-03", "term"} <= {row["period"] for row in rows}
    assert next(row for row in rows if row["period"] == "2026-02")["over"]
    for path in ("reports/2026-02/operations", "acceptance-report", "assessments/2026-02/paper",
                 "assessments/2026-02/paper?form=xlsx"):  # fmt: skip
        assert through("manager", "get", f"{BASE}/{path}")[:2] == b"PK"
        for who in ("unit", "engineer"):
            assert through(who, "get", f"{BASE}/{path}", status=403)["code"] == "access.denied"
    through("manager", "get", f"{BASE}/reports/2026-05/operations", status=404)
    through("manager", "get", f"{BASE}/assessments/2026-02/paper?edition=7", status=404)
    assert (
        through("manager", "get", f"{BASE}/assessments/2026-02/paper?form=pdf", status=422)["code"]
        == "input.invalid"
    )


def test_a_file_has_the_name_of_the_page(scored, february, through):
    page = scored.client("manager").get("/c/demo-2026/reports/2026-02.docx")
    assert page.status_code == 200 and "filename*=UTF-8''2026" in page["Content-Disposition"]


def test_an_audit_pack_is_on_record(scored, february, through):
    at = f"{BASE}/reports/2026-02/pack"
    for who in ("manager", "engineer", "unit"):
        assert through(who, "post", at, status=403)["code"] == "access.denied"
    assert (
        through("auditor", "post", at, status=403, scopes=("documents:read",))["code"] == "api.scope_missing"
    )
    assert not Entry.objects.filter(verb="document.packed").exists()
    with ZipFile(io.BytesIO(through("auditor", "post", at))) as pack:
        assert any(name.endswith("考核表.xlsx") for name in pack.namelist())
    assert Entry.objects.get(verb="document.packed").actor_name == "演示auditor"
    through("auditor", "post", f"{BASE}/reports/2027-01/pack", status=404)


@pytest.fixture
def ticket(month):
    month.timer("resolve", "breached", 2)
    return month.tickets[-1]


def test_a_fault_report_is_for_those_who_see_the_ticket(scored, ticket, through):
    at = f"{BASE}/tickets/{ticket.number}/fault-report"
    assert through("unit", "get", at)[:2] == b"PK"
    through("other_unit", "get", at, status=404)


def test_a_task_report_needs_a_task_that_is_done(scored, month, through):
    done, missed = month.duty("inspection", "fulfilled", 3), month.duty("inspection", "missed", 4)
    assert isinstance(done.submitted_at, datetime)
    assert through("engineer", "get", f"{BASE}/occurrences/{done.pk}/report")[:2] == b"PK"
    told = through("engineer", "get", f"{BASE}/occurrences/{missed.pk}/report", status=400)
    assert told["code"] == "document.not_done" and "还没有完成" in told["detail"]
    through("other_unit", "get", f"{BASE}/occurrences/{done.pk}/report", status=404)


def test_a_longer_register_costs_no_more_queries(scored, month, through):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            through("auditor", "get", f"{BASE}/deliverables?count=true")
        print([q["sql"][:150] for q in seen.captured_queries])
        return len(seen)

    month.duty("report", "missed", 2, kind="deliverable")
    cost()
    before = cost()
    for day in (3, 4, 5):
        month.duty("report", "late", day, kind="deliverable")
    cost()
    assert cost() == before and Occurrence.objects.count() == 4
