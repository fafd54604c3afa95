"""The papers on one ticket and on one task: everything that is on record, nothing that is private."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.assessment.conftest import february, month, morning, scored
from tests.apps.documents.test_reports import contract_of, words

from opsledger.apps.assessment import selectors as assessment
from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.desk import services as desk
from opsledger.apps.desk.models import Ticket
from opsledger.apps.documents import services
from opsledger.apps.duties.models import Finding
from opsledger.core.errors import DomainError
from opsledger.kernel import clock

__all__ = ["february", "month", "scored"]


@pytest.fixture
def ticket(scored, at) -> Ticket:
    """Reported at 10:00, dispatched, taken, noted among the provider, resolved after two hours."""
    made = desk.report_ticket(
        actor=scored.actor("unit"),
        item=scored.item,
        title="无法登录",
        description="全科室都打不开登录页",
        kind="incident",
        severity="严重故障",
    )
    engineer = scored.actor("engineer")
    for minutes, act in (
        (
            5,
            lambda one: desk.dispatch(
                actor=scored.actor("manager"), ticket=one, assignee=scored.users["engineer"]
            ),
        ),
        (10, lambda one: desk.accept(actor=engineer, ticket=one)),
        (20, lambda one: desk.add_note(actor=engineer, ticket=one, note="内部：怀疑配置被改", private=True)),
        (
            120,
            lambda one: desk.resolve(actor=engineer, ticket=one, solution="恢复配置并重启", cause="配置误改"),
        ),
    ):
        with clock.pinned(at + timedelta(minutes=minutes)):
            act(Ticket.objects.get(pk=made.pk))
    return Ticket.objects.get(pk=made.pk)


def fault(scored, ticket, who="manager") -> str:
    from opsledger.apps.desk.selectors import ticket_for

    contract, actor = contract_of(scored), scored.actor(who)
    found = ticket_for(actor, contract, ticket.number)
    return words(services.render_fault_report(actor=actor, contract=contract, ticket=found))


def test_the_fault_report_tells_the_story(scored, ticket) -> None:
    text = fault(scored, ticket)
    for said in (
        "故障分析报告",
        ticket.number,
        "01 档案管理平台",
        "严重故障",
        "2026-03-11 10:00",
        "2026-03-11 10:10",
        "2026-03-11 12:00",
        "全科室都打不开登录页",
        "配置误改",
        "恢复配置并重启",
        "内部：怀疑配置被改",
    ):
        assert said in text, said


def test_what_word_cannot_hold_is_left_out(scored, ticket) -> None:
    """A character pasted unseen from a log must not cost the whole paper."""
    note = "日志\x0b\x01\x1b[31m红\ufffe\uffff末尾\U0001f600"
    desk.add_note(actor=scored.actor("engineer"), ticket=ticket, note=note)
    assert "日志[31m红末尾\U0001f600" in fault(scored, ticket)


def test_the_unit_does_not_read_what_is_private(scored, ticket) -> None:
    text = fault(scored, ticket, "unit")
    assert "恢复配置并重启" in text and "内部" not in text


def test_who_may_take_a_fault_report(client_for, ticket) -> None:
    path = f"/c/demo-2026/tickets/{ticket.number}/report.docx"
    for who, status in {
        "unit": 200,
        "buyer": 200,
        "auditor": 200,
        "other_unit": 404,
        "stranger": 404,
    }.items():
        assert client_for(who).get(path).status_code == status, who


def test_the_task_report(client_for, scored, month) -> None:
    row = month.duty("inspection", "late", 20)
    Finding.objects.create(
        contract=scored.contract,
        item=scored.item,
        occurrence=row,
        summary="磁盘使用率92%",
        found_at=morning(20),
        due_at=morning(27),
    )
    text = words(services.render_task_report(contract=contract_of(scored), occurrence=row))
    for said in ("运维服务记录", "逾期完成", "磁盘使用率92%", "2026-02-20 09:00", "2.4 表 序号01"):
        assert said in text, said
    path = f"/c/demo-2026/occurrences/{row.pk}/report.docx"
    for who, status in {"engineer": 200, "buyer": 200, "other_unit": 404, "stranger": 404}.items():
        assert client_for(who).get(path).status_code == status, who


def test_what_is_not_done_has_no_report(client_for, scored, month) -> None:
    row = month.duty("inspection", "missed", 20)
    with pytest.raises(DomainError, match=r"^document\.not_done"):
        services.render_task_report(contract=contract_of(scored), occurrence=row)
    page = client_for("buyer").get(f"/c/demo-2026/occurrences/{row.pk}/report.docx")
    assert page.status_code == 400 and "还没有完成" in page.content.decode()


def test_a_finding_that_was_not_mended_in_time_costs_two_points(scored, february, at) -> None:
    # 81.5 as in test_hand_made_month; one finding overdue × 2 = 79.5.  Mended in time, dismissed, or due in March: nothing.
    def make(due_day: int, due_month: int = 2, **more) -> None:
        Finding.objects.create(
            contract=scored.contract,
            item=scored.item,
            summary="弱口令",
            found_at=morning(1),
            due_at=morning(due_day, due_month),
            **more,
        )

    make(10)
    make(11, fixed_at=morning(10), state="verified")
    make(12, state="dismissed")
    make(5, 3)
    basis = basis_of(contract_of(scored))
    found = Assessment.objects.get(pk=february.pk)
    assert assessment.sheet_for(basis, found, at=at)["score"] == "79.50"
