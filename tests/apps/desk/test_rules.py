"""Rules of the contract over the run of tickets: by its own terms with their clause, else by a default that says so."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from opsledger.apps.assessment.facts import gather
from opsledger.apps.contracts.models import Term
from opsledger.apps.desk import services
from opsledger.apps.desk.models import RuleHit
from opsledger.apps.ledger.models import Entry
from opsledger.core.terms import (
    KpiMetric,
    KpiTerm,
    KpiUnit,
    MeasureWindow,
    Op,
    SlaMetric,
    TimeUnit,
    describe,
    to_dict,
)
from opsledger.kernel import clock

ITEM = "/c/demo-2026/items/01/"


def bind(desk, scope="同一设备", op=Op.LT, value=3, window=MeasureWindow.MONTH):
    term = KpiTerm(
        key="01.repeat", clause="服务标准 5", metric=KpiMetric.FAULT_COUNT, op=op, value=Decimal(value),
        unit=KpiUnit.COUNT, window=window, scope=scope,
    )  # fmt: skip
    point = {"what": "“1个月”是自然月还是任意30天未写", "default": "任意连续一个月"}
    return Term.objects.create(
        contract=desk.world.contract, item=desk.world.item, key=term.key, kind="kpi", data=to_dict(term),
        clause=term.clause, summary=describe(term), pack_data={"open": [point]},
    )  # fmt: skip


def fail(desk, *days, device="UPS-02"):
    for day in days:
        with desk.later(days=day):
            ticket = desk.report(device=device, title=f"第{day}天掉电")
    return ticket


def test_the_clause_stands_beside_the_third_failure_and_counts_in_the_assessment(desk):
    term = bind(desk)
    ticket = fail(desk, 0, 10, 20)
    hit = RuleHit.objects.get()
    assert (hit.ticket, hit.term, hit.clause, hit.count) == (ticket, term, "服务标准 5", 3)
    assert hit.words == "同一设备1个月内第3次故障，应提出更换（UPS-02）"
    assert Entry.objects.get(verb="ticket.rule_hit").changes["clause"] == "服务标准 5"
    manager = desk.world.client("manager")
    shown = manager.get(f"/c/demo-2026/tickets/{ticket.number}/").content.decode()
    assert "应提出更换（UPS-02）" in shown and "（服务标准 5）" in shown
    assert "应提出更换（UPS-02）" in manager.get(ITEM).content.decode()
    day = clock.local(hit.hit_at).date()
    (fact,) = (
        fact
        for fact in gather(desk.world.contract, day, day, at=desk.start + timedelta(days=40)).facts
        if fact.kind == "target_missed"
    )
    assert (fact.clause, fact.measure, fact.item_no) == ("服务标准 5", Decimal(3), "01")


def test_a_default_says_that_it_is_one_and_costs_nothing(desk):
    ticket = fail(desk, 0, 10, 20)
    hit = RuleHit.objects.get()
    assert (hit.term, hit.clause, hit.basis) == (None, "", "缺省提示，合同未写")
    shown = desk.world.client("buyer").get(f"/c/demo-2026/tickets/{ticket.number}/").content.decode()
    assert "缺省提示，合同未写" in shown
    assert "合同未写" in desk.world.client("buyer").get(ITEM).content.decode()
    day = clock.local(hit.hit_at).date()
    facts = gather(desk.world.contract, day, day, at=desk.start + timedelta(days=40)).facts
    assert not [fact for fact in facts if fact.kind == "target_missed"]


def test_a_month_is_as_long_as_the_parties_read_it(desk):
    bind(desk)
    # 11 March, 20 March, 5 April: within a month of each other, in two calendar months.
    fail(desk, 0, 9, 25)
    assert RuleHit.objects.count() == 1
    RuleHit.objects.all().delete()
    desk.world.contract.settings = {"readings": {"“1个月”是自然月还是任意30天未写": "自然月"}}
    desk.world.contract.save()
    desk.world.item.refresh_from_db()
    fail(desk, 26, device="别的")
    with desk.later(days=27):
        ticket = desk.report(device="UPS-02")
    # Two in April: not the third.
    assert not RuleHit.objects.filter(ticket=ticket).exists()


def test_another_device_and_withdrawn_reports_do_not_count(desk):
    bind(desk)
    first = fail(desk, 0)
    desk.do(first, "withdraw", "unit", reason="看错了")
    fail(desk, 1, device="UPS-03")
    fail(desk, 2, 3)
    assert not RuleHit.objects.exists()
    fail(desk, 4)
    assert RuleHit.objects.get().count == 3


def test_the_same_fault_more_than_twice_in_half_a_year_misses_the_target(desk):
    bind(desk, scope="同一故障", op=Op.LE, value=2, window=MeasureWindow.HALF)
    for days in (0, 60, 120, 290):
        with desk.later(days=days):
            ticket = desk.working()
            desk.do(ticket, "resolve", "engineer", cause="a", solution="b", fault="数据")
    hit = RuleHit.objects.get()
    assert (hit.rule, hit.words) == ("repeat", "同一故障半年内第3次故障，超出约定次数（数据）")


# -- the analysis of a major fault ----------------------------------------------------------------


def resolve(desk, **told):
    ticket = desk.working(severity="严重故障", **told)
    return desk.do(ticket, "resolve", "engineer", cause="a", solution="b")


def test_without_a_clause_the_analysis_is_expected_by_default_and_breaches_nothing(desk):
    ticket = resolve(desk)
    ticket.refresh_from_db()
    # Resolved on Wednesday; three working days end on Monday at 18:00.
    assert ticket.report_due_at == desk.start + timedelta(days=5, hours=8)
    shown = desk.world.client("engineer").get(f"/c/demo-2026/tickets/{ticket.number}/").content.decode()
    assert "缺省要求，合同未写时限" in shown
    with desk.later(days=6) as at:
        assert services.sweep_reports(at) == 1
        assert services.sweep_reports(at) == 0
    hit = RuleHit.objects.get()
    assert (hit.rule, hit.term, hit.words) == ("report", None, "严重故障办结后未提交分析报告")
    assert not ticket.timers.filter(metric="report").exists()


def test_a_clause_of_the_contract_takes_the_place_of_the_default(desk):
    desk.add_term(desk.world.item, key="01.report", metric=SlaMetric.REPORT, value=24, unit=TimeUnit.HOUR)
    ticket = resolve(desk)
    ticket.refresh_from_db()
    assert ticket.report_due_at is None and desk.timer(ticket, "report").state == "running"


def test_a_mild_fault_and_a_contract_that_wants_none_expect_none(desk):
    ticket = desk.resolved()
    ticket.refresh_from_db()
    assert ticket.report_due_at is None
    desk.world.contract.settings = {"desk": {"report_workdays": 0}}
    desk.world.contract.save()
    desk.world.item.contract.refresh_from_db()
    ticket = resolve(desk)
    ticket.refresh_from_db()
    assert ticket.report_due_at is None


def test_handed_in_it_is_no_longer_waited_for(desk):
    ticket = resolve(desk)
    desk.do(ticket, "submit_report", "engineer", attachment="1")
    ticket.refresh_from_db()
    assert ticket.report_due_at is None
    with desk.later(days=10) as at:
        assert services.sweep_reports(at) == 0
    ticket = resolve(desk)
    desk.do(ticket, "reopen", "unit", reason="没好")
    ticket.refresh_from_db()
    assert ticket.report_due_at is None
