"""Reports and the register: the figures in them are those of the record."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from tests.apps.assessment.conftest import february, month, scored

from opsledger.apps.assessment.periods import span_of
from opsledger.apps.contracts.models import Contract
from opsledger.apps.documents import services
from opsledger.apps.documents.figures import operations

__all__ = ["february", "month", "scored"]


def contract_of(world) -> Contract:
    return Contract.objects.select_related("buyer", "provider", "supervisor").get(pk=world.contract.pk)


def words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    said = [one.text for one in document.paragraphs]
    for table in document.tables:
        said += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(said)


def told_of(world, at, period_id="2026-02"):
    contract = contract_of(world)
    return operations(contract, span_of(period_id, contract.starts_on, contract.ends_on), at=at)


def test_the_figures_of_february(scored, february, at) -> None:
    # Limits: 6 of resolving, 3 of responding, 1 of mitigating late; 4 of resolving kept.
    told = told_of(scored, at)
    assert {rate.word: (rate.met, rate.breached) for rate in told.rates} == {
        "解决": (4, 6),
        "响应": (0, 3),
        "应急恢复": (0, 1),
    }
    # Inspections 5 (3 missed, 1 late), backups 3 (2 missed, 1 late), 1 deliverable and 1 scan missed.
    assert {one.word: (one.due, one.fulfilled, one.late, one.missed) for one in told.tallies} == {
        "巡检": (5, 1, 1, 3),
        "备份": (3, 0, 1, 2),
        "交付物": (1, 0, 0, 1),
        "漏洞扫描": (1, 0, 0, 1),
    }
    assert len(told.undone) == 9 and len(told.breaches) == 10
    # In March one inspection falls due.
    assert [(one.word, one.due) for one in told.coming] == [("巡检", 1)]


def test_the_monthly_report_says_them(scored, february) -> None:
    text = words(
        services.render_operations_report(contract=contract_of(scored), span=_span(scored, "2026-02"))
    )
    for said in (
        "运维服务月报",
        # 4 of 14 limits kept: 28.57 %.
        "各项时限共考察14次，按时4次，达标率28.57%，超时10次",
        # 10 tasks, 1 in time.
        "合同任务应完成10项，按期完成1项，逾期完成2项，未完成7项，按期完成率10.00%",
        "得81.5分，评定为“按分扣款”",
        "GD-0001",
        "按合同应完成：巡检1项",
    ):
        assert said in text, said


def _span(world, period_id):
    return span_of(period_id, world.contract.starts_on, world.contract.ends_on)


def test_the_yearly_report_compares_the_months(scored, february) -> None:
    text = words(services.render_operations_report(contract=contract_of(scored), span=_span(scored, "2026")))
    assert "各月对比" in text and "2026-02" in text and "2026-04" not in text


def test_an_empty_contract_has_a_report_too(world, at) -> None:
    text = words(services.render_operations_report(contract=contract_of(world), span=_span(world, "2026-01")))
    assert "没有工单" in text and "没有考核条款" in text


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        ("deliverables/", {"buyer": 200, "engineer": 200, "unit": 403, "stranger": 404}),
        ("reports/", {"buyer": 200, "auditor": 200, "engineer": 403, "unit": 403, "stranger": 404}),
        ("reports/2026-02.docx", {"manager": 200, "engineer": 403, "unit": 403, "stranger": 404}),
        ("reports/2026-09.docx", {"manager": 404}),
        ("reports/nonsense.docx", {"manager": 404}),
    ],
)
def test_who_reads_what(client_for, february, path, statuses) -> None:
    for who, status in statuses.items():
        assert client_for(who).get(f"/c/demo-2026/{path}").status_code == status, who


def test_the_register_knows_what_is_missing(client_for, month, february) -> None:
    month.duty("", "late", 20, kind="deliverable")
    page = client_for("buyer").get("/c/demo-2026/deliverables/")
    assert (page.context["counts"]["missing"], page.context["counts"]["late"]) == (1, 1)
    assert "应交未交" in page.content.decode()
    only = client_for("buyer").get("/c/demo-2026/deliverables/?standing=missed")
    assert only.context["table"].count == 1
    assert client_for("buyer").get("/c/demo-2026/deliverables/?export=xlsx").status_code == 200


def test_queries_of_the_register_do_not_grow(client_for, month, february) -> None:
    client = client_for("buyer")

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/c/demo-2026/deliverables/")
        return len(caught)

    count()
    before = count()
    for day in range(1, 20):
        month.duty("", "missed", day, kind="deliverable")
    count()  # what the writes made it forget is read anew
    assert count() <= before
