"""Links, merging, splitting, converting; times accepted or refused; escalation, roster, approvals, rules."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsledger.apps.accounts.models import Notice
from opsledger.apps.contracts.models import Term
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.models import Article, LadderFired, LadderStep, RuleHit, Shift, Ticket
from opsledger.apps.desk.selectors.rosters import on_duty
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, errors

HOUR = timedelta(hours=1)


# -- links ----------------------------------------------------------------------------------------


def test_links_read_from_both_ends_and_make_no_circles(desk):
    first, second, third = desk.report(), desk.report(), desk.report()
    manager = desk.actor("manager")
    services.link(actor=manager, ticket=second, other=first, kind="parent")
    services.link(actor=manager, ticket=second, other=first, kind="parent")
    services.link(actor=manager, ticket=third, other=second, kind="parent")
    assert [(one.word, one.ticket) for one in selectors.links_of(second, desk.actor("manager"))] == [
        ("主工单", first),
        ("子工单", third),
    ]
    with pytest.raises(DomainError, match=r"ticket\.link_circle"):
        services.link(actor=manager, ticket=first, other=third, kind="parent")
    with pytest.raises(DomainError, match=r"ticket\.link_to_itself"):
        services.link(actor=manager, ticket=first, other=first, kind="blocks")
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.link(actor=desk.actor("unit"), ticket=first, other=second, kind="blocks")


def test_merging_keeps_the_earlier_clock(desk):
    """Reported 10:00 and again 10:30; the later one goes on, under the clock of the first: due 14:00."""
    first = desk.report()
    with desk.later(minutes=30):
        second = desk.report(title="又白屏了")
    assert desk.timer(second, "resolve").due_at == desk.start + timedelta(hours=4, minutes=30)
    with desk.later(minutes=40):
        desk.do(first, "merge", "manager", into=second, reason="同一故障")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.over, second.reported_at) == ("merged", True, desk.start)
    assert desk.timer(second, "resolve").due_at == desk.start + 4 * HOUR
    # Its own timers end as cancelled, so that nothing is counted twice.
    assert {timer.state for timer in first.timers.all()} <= {"cancelled"}
    assert [
        row.ticket_number
        for row in selectors.recent_breaches(desk.world.contract, desk.start, desk.start + HOUR)
    ] == [second.number]
    with pytest.raises(DomainError, match=r"ticket\.merge_into_closed"):
        desk.do(second, "merge", "manager", into=first, reason="x")


def test_splitting_runs_from_the_same_report(desk):
    ticket = desk.working()
    with desk.later(hours=1):
        made = desk.do(ticket, "split", "engineer", title="另有打印机卡纸")
    assert made.reported_at == ticket.reported_at
    assert desk.timer(made, "resolve").due_at == desk.start + 4 * HOUR
    assert selectors.links_of(made, desk.actor("manager"))[0].word == "拆分自"


def test_a_question_becomes_a_fault(desk):
    ticket = desk.report(kind="question", title="为何打不开")
    with desk.later(minutes=10):
        made = desk.do(ticket, "convert", "engineer", kind="incident", severity="严重故障")
    ticket.refresh_from_db()
    assert (ticket.state, made.kind, made.reported_at) == ("converted", "incident", desk.start)
    assert desk.timer(made, "resolve").due_at == desk.start + 2 * HOUR
    assert desk.timer(ticket, "answer").state == "cancelled"


# -- times entered afterwards ---------------------------------------------------------------------


def test_a_refused_time_counts_when_it_was_entered(desk):
    """Accepted at 10:40, entered as 10:05: met by the claim, late once the unit refuses it."""
    ticket = desk.report()
    desk.do(ticket, "dispatch", "manager", assignee=desk.world.users["engineer"])
    with desk.later(minutes=40):
        desk.do(ticket, "accept", "engineer", happened_at=desk.start + timedelta(minutes=5))
    assert desk.timer(ticket, "respond").state == "met"
    event = ticket.events.get(kind="accepted")
    with pytest.raises(DomainError):
        services.refuse_time(actor=desk.actor("manager"), ticket=ticket, event_id=event.pk, reason="x")
    with desk.later(minutes=50):
        services.refuse_time(
            actor=desk.actor("unit"), ticket=ticket, event_id=event.pk, reason="当时没有人联系我们"
        )
    timer = desk.timer(ticket, "respond")
    assert (timer.state, timer.met_at) == ("met_late", desk.start + timedelta(minutes=40))
    assert Entry.objects.filter(verb="ticket.breached").count() == 1
    with pytest.raises(DomainError, match=r"ticket\.time_settled"):
        services.confirm_time(actor=desk.actor("unit"), ticket=ticket, event_id=event.pk)


def test_a_corrected_time_lifts_the_breach_and_its_refusal_brings_it_back(desk):
    ticket = desk.report()
    desk.do(ticket, "dispatch", "manager", assignee=desk.world.users["engineer"])
    with desk.later(minutes=30):
        desk.do(ticket, "accept", "engineer")
    assert desk.timer(ticket, "respond").state == "met_late"
    event = ticket.events.get(kind="accepted")
    with desk.later(hours=1):
        desk.do(
            ticket,
            "correct_time",
            "engineer",
            event=str(event.pk),
            happened_at=desk.start + timedelta(minutes=10),
            reason="电话先行响应",
        )
    assert desk.timer(ticket, "respond").state == "met"
    correction = ticket.events.get(kind="corrected")
    assert correction.needs_confirmation
    with desk.later(hours=2):
        services.refuse_time(
            actor=desk.actor("unit"), ticket=ticket, event_id=correction.pk, reason="没有来电"
        )
    assert desk.timer(ticket, "respond").state == "met_late"
    rows = Entry.objects.filter(subject_id=str(ticket.pk)).order_by("id").values_list("verb", flat=True)
    told = [verb for verb in rows if "breach" in verb and verb]
    assert told.count("ticket.breached") >= 2 and "ticket.breach_lifted" in told


def test_the_unit_accepts_on_the_page(desk):
    ticket = desk.report()
    desk.do(ticket, "dispatch", "manager", assignee=desk.world.users["engineer"])
    with desk.later(minutes=40):
        desk.do(ticket, "accept", "engineer", happened_at=desk.start + timedelta(minutes=5))
        event = ticket.events.get(kind="accepted")
        address = f"/c/demo-2026/tickets/{ticket.number}/"
        unit = desk.world.client("unit")
        assert "不认可的理由" in unit.get(address).content.decode()
        assert unit.post(f"{address}time/{event.pk}/", {"answer": "yes"}).status_code == 302
        assert "不认可的理由" not in unit.get(address).content.decode()
        assert desk.world.client("engineer").post(f"{address}time/{event.pk}/").status_code == 403
    event.refresh_from_db()
    assert not event.needs_confirmation


# -- escalation and roster ------------------------------------------------------------------------


def test_the_ladder_is_climbed_once_a_rung(desk):
    """Own ladder: 50 % to the person on duty, 100 % and every 30 minutes to the buyer."""
    contract = desk.world.contract
    LadderStep.objects.create(contract=contract, metric="respond", percent=50, to="on_duty")
    LadderStep.objects.create(contract=contract, metric="respond", percent=100, to="buyer", every_minutes=30)
    day, part = clock.local(desk.start).date(), "day"
    services.set_shift(
        actor=desk.actor("manager"), contract=contract, on=day, part=part, user=desk.world.users["engineer2"]
    )
    ticket = desk.report()
    # Respond is due 10:15: half at 10:07:30, breach 10:15, then 10:45, 11:15.
    for minutes in (8, 9, 16, 17, 45, 46, 76):
        with desk.later(minutes=minutes) as at:
            services.sweep_due(at)
            services.sweep_due(at)
    told = Notice.objects.filter(user=desk.world.users["engineer2"], title__contains=ticket.number)
    assert [row.title.split("：")[0] for row in told] == ["响应时限将到"]
    to_buyer = Notice.objects.filter(user=desk.world.users["buyer"], title__contains=ticket.number)
    assert [row.title.split("：")[0] for row in to_buyer.order_by("id")] == [
        "响应已超时",
        "响应仍未响应",
        "响应仍未响应",
    ]
    assert LadderFired.objects.count() == 4


def test_up_the_lines_of_support(desk):
    ticket = desk.working()
    desk.do(ticket, "escalate", "engineer", note="需要开发商日志")
    ticket.refresh_from_db()
    assert ticket.line == 2
    for _ in range(2):
        desk.do(ticket, "escalate", "manager", note="x")
    with pytest.raises(DomainError, match=r"ticket\.top_line"):
        desk.do(ticket, "escalate", "manager", note="x")


def test_a_swap_needs_the_other(desk):
    contract, users = desk.world.contract, desk.world.users
    day = clock.local(desk.start).date()
    manager = desk.actor("manager")
    services.set_shift(actor=manager, contract=contract, on=day, part="night", user=users["engineer"])
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.set_shift(
            actor=desk.actor("engineer"), contract=contract, on=day, part="day", user=users["engineer"]
        )
    shift = Shift.objects.get()
    swap = services.ask_swap(
        actor=desk.actor("engineer"), shift=shift, taker=users["engineer2"], reason="出差"
    )
    with pytest.raises(DomainError, match=r"roster\.not_asked_of_you"):
        services.answer_swap(actor=desk.actor("engineer"), swap=swap, agree=True)
    services.answer_swap(actor=desk.actor("engineer2"), swap=swap, agree=True)
    with pytest.raises(DomainError, match=r"roster\.swap_settled"):
        services.answer_swap(actor=desk.actor("engineer2"), swap=swap, agree=True)
    # 02:00 of the next day still belongs to this night.
    assert on_duty(contract.pk, desk.start + timedelta(hours=16)) == users["engineer2"]
    assert on_duty(contract.pk, desk.start) is None


# -- approvals ------------------------------------------------------------------------------------


def ask(desk, ticket, *steps, **told):
    return services.ask_approval(
        actor=desk.actor("manager"),
        ticket=ticket,
        act=told.pop("act", "shutdown"),
        subject_text="周六停机更换磁盘",
        steps=list(steps),
        **told,
    )


def test_two_steps_any_then_all(desk):
    users, ticket = desk.world.users, desk.working()
    approval = ask(
        desk,
        ticket,
        services.StepPlan((users["unit"], users["supervisor"])),
        services.StepPlan((users["buyer"], users["supervisor"]), "all"),
    )
    with pytest.raises(DomainError, match=r"approval\.not_asked"):
        services.answer(actor=desk.actor("buyer"), approval=approval, yes=True)
    approval = services.answer(actor=desk.actor("unit"), approval=approval, yes=True)
    assert (approval.state, approval.step) == ("waiting", 2)
    approval = services.answer(actor=desk.actor("buyer"), approval=approval, yes=True)
    assert approval.state == "waiting"
    with pytest.raises(DomainError, match=r"approval\.settled"):
        services.answer(actor=desk.actor("buyer"), approval=approval, yes=False, note="改主意")
    approval = services.answer(actor=desk.actor("supervisor"), approval=approval, yes=True)
    assert approval.state == "approved"
    assert Entry.objects.filter(verb="approval.answered").count() == 3


def test_one_refusal_ends_a_step_of_all(desk):
    users, ticket = desk.world.users, desk.working()
    approval = ask(desk, ticket, services.StepPlan((users["buyer"], users["supervisor"]), "all"))
    with pytest.raises(DomainError, match=r"transitions\.fact_missing"):
        services.answer(actor=desk.actor("buyer"), approval=approval, yes=False)
    approval = services.answer(actor=desk.actor("buyer"), approval=approval, yes=False, note="改到国庆后")
    assert approval.state == "rejected"


def test_a_deputy_speaks_and_silence_is_no_consent(desk):
    users, ticket = desk.world.users, desk.working()
    plan = services.StepPlan((users["buyer"],), "any", ((users["buyer"].pk, users["supervisor"]),))
    approval = ask(desk, ticket, plan)
    assert services.answer(actor=desk.actor("supervisor"), approval=approval, yes=True).state == "approved"
    assert Entry.objects.get(verb="approval.answered").changes["deputy_for"] == "演示buyer"
    late = ask(desk, ticket, plan, deadline_at=desk.start + HOUR)
    with desk.later(hours=2) as at:
        assert services.expire_due(at) == 1 and services.expire_due(at) == 0
        with pytest.raises(DomainError, match=r"approval\.settled"):
            services.answer(actor=desk.actor("buyer"), approval=late, yes=True)


def test_a_request_waits_for_the_buyer(desk):
    ticket = desk.report(kind="request", title="导出三年数据")
    approval = ask(desk, ticket, services.StepPlan((desk.world.users["buyer"],)), act="request")
    ticket.refresh_from_db()
    assert ticket.state == "approving"
    services.answer(actor=desk.actor("buyer"), approval=approval, yes=True)
    ticket.refresh_from_db()
    assert ticket.state == "reported"


def test_a_part_is_not_replaced_without_consent(desk):
    Term.objects.create(
        contract=desk.world.contract,
        key="c.part",
        kind="approval",
        data={
            "kind": "approval",
            "key": "c.part",
            "act": "replace_part",
            "what": "更换部件",
            "clause": "3.2",
        },
        clause="3.2",
        summary="更换部件先经同意",
    )
    ticket = desk.working()
    with pytest.raises(DomainError) as refused:
        desk.do(ticket, "provide_spare", "engineer", part="硬盘")
    assert "3.2" in errors.sentence(refused.value)
    approval = ask(desk, ticket, services.StepPlan((desk.world.users["buyer"],)), act="replace_part")
    services.answer(actor=desk.actor("buyer"), approval=approval, yes=True)
    assert desk.do(ticket, "provide_spare", "engineer", part="硬盘").state == "working"


def test_a_wait_that_needs_approval(desk):
    desk.world.contract.settings = {"desk": {"pause_approval": ["agreed"]}}
    desk.world.contract.save()
    ticket = desk.working()
    ticket.contract.refresh_from_db()
    with pytest.raises(DomainError) as refused:
        desk.do(ticket, "suspend", "engineer", reason="agreed")
    assert "批准人" in errors.sentence(refused.value)
    approval = ask(desk, ticket, services.StepPlan((desk.world.users["buyer"],)), act="suspension")
    with desk.later(minutes=1):
        services.answer(actor=desk.actor("buyer"), approval=approval, yes=True)
    with desk.later(minutes=2):
        desk.do(ticket, "suspend", "engineer", reason="agreed")
    with desk.later(minutes=3):
        desk.do(ticket, "resume", "engineer")
        # One consent is one wait.
        with pytest.raises(DomainError):
            desk.do(ticket, "suspend", "engineer", reason="agreed")


# -- rules of the contract ------------------------------------------------------------------------


def test_the_third_failure_in_a_month_asks_for_replacement(desk):
    for number, days in enumerate((0, 10, 20)):
        with desk.later(days=days):
            ticket = desk.report(device="UPS-02", title=f"掉电{number}")
    assert RuleHit.objects.get().ticket == ticket
    assert Notice.objects.filter(user=desk.world.users["buyer"], title__contains="应提出更换").count() == 1
    with desk.later(days=60):
        desk.report(device="UPS-02")
    assert RuleHit.objects.count() == 1


def test_the_third_same_fault_in_half_a_year(desk):
    for days in (0, 60, 120):
        with desk.later(days=days):
            ticket = desk.working()
            desk.do(ticket, "resolve", "engineer", cause="a", solution="b", fault="数据")
    hit = RuleHit.objects.get()
    assert (hit.rule, hit.count, hit.ticket) == ("repeat", 3, ticket)
    found = services.suggestions(desk.world.contract.pk, desk.start - timedelta(days=1))
    assert [(row["fault"], row["number"]) for row in found] == [("数据", 3)]


def test_silence_is_confirmation_after_two_reminders(desk):
    """Resolved Wednesday 11 March; 5 working days end Wednesday the 18th at 18:00.

    Reminders after a third and two thirds: working day 1 (Thursday) and day 3 (Monday), at close of business.
    """
    ticket = desk.resolved()
    days = []
    for hours in range(1, 24 * 9):
        with desk.later(hours=hours) as at:
            if services.sweep_unconfirmed(at):
                days.append(clock.local(at).strftime("%d %H"))
    assert days == ["12 18", "16 18", "18 18"]
    ticket.refresh_from_db()
    assert (ticket.state, ticket.rating) == ("closed", None)
    assert Entry.objects.filter(verb="ticket.confirm_reminded").count() == 2
    desk.do(ticket, "rate", "unit", rating=4)
    desk.do(ticket, "reopen", "unit", reason="又坏了")


def test_reopening_stops_the_reminders(desk):
    ticket = desk.resolved()
    desk.do(ticket, "reopen", "unit", reason="没好")
    with desk.later(days=20) as at:
        assert services.sweep_unconfirmed(at) == 0
    assert Ticket.objects.get().state == "working"


# -- changes, problems, knowledge -----------------------------------------------------------------


def test_a_change_from_draft_to_review(desk):
    ticket = services.report_ticket(
        actor=desk.actor("engineer"),
        item=desk.world.item,
        kind="change",
        title="升级数据库",
        description="补丁",
    )
    assert (ticket.state, ticket.timers.count()) == ("draft", 0)

    def do(action, who, **given):
        ticket.refresh_from_db()
        return services.table_act(actor=desk.actor(who), ticket=ticket, action=action, given=given)

    window = {"window_begin": desk.start + 24 * HOUR, "window_end": desk.start + 26 * HOUR}
    plan = {"risk": "低", "steps": "一、备份", "rollback": "还原", "tests": "登录", **window}
    with pytest.raises(DomainError, match=r"transitions\.fact_missing"):
        do("submit", "engineer", **{**plan, "rollback": ""})
    do("submit", "engineer", **plan)
    with pytest.raises(DomainError, match=r"transitions\.not_your_role"):
        do("approve", "manager")
    do("approve", "buyer")
    with pytest.raises(DomainError, match=r"transitions\.too_early"):
        do("start", "engineer")
    with desk.later(hours=25):
        do("start", "engineer")
        do("finish", "engineer", outcome="完成", test_result="通过")
        do("review", "buyer", conclusion="同意关闭")
    ticket.refresh_from_db()
    assert ticket.over and ticket.details["rollback"] == "还原"
    planned = selectors.planned_changes(desk.world.contract, desk.start + 25 * HOUR, desk.start + 30 * HOUR)
    assert [change.pk for change in planned] == [ticket.pk]


def test_a_problem_with_its_incidents(desk):
    ticket = services.report_ticket(
        actor=desk.actor("manager"), item=desk.world.item, kind="problem", title="反复白屏", description="x"
    )
    incident = desk.report()
    address = f"/c/demo-2026/tickets/{ticket.number}/do/"
    manager = desk.world.client("manager")
    assert manager.post(address + "link_incident/", {"incident": incident.number}).status_code == 302
    assert manager.post(address + "assign/", {"assignee": desk.world.users["engineer"].pk}).status_code == 302
    engineer = desk.world.client("engineer")
    assert engineer.post(address + "identify/", {"root_cause": "缓存键冲突"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.details["root_cause"]) == ("known_error", "缓存键冲突")
    assert [one.ticket for one in selectors.links_of(ticket, desk.actor("manager"))] == [incident]


def test_an_article_is_reviewed_by_another(desk):
    ticket = desk.resolved()
    with pytest.raises(DomainError, match=r"article\.ticket_open"):
        services.write_article(
            actor=desk.actor("engineer"), contract=desk.world.contract, title="x", solution="y", ticket=ticket
        )
    desk.do(ticket, "confirm", "unit")
    article = services.write_article(
        actor=desk.actor("manager"),
        contract=desk.world.contract,
        title="白屏处理",
        solution="清缓存",
        ticket=ticket,
    )
    services.move_article(actor=desk.actor("manager"), article=article, to="review")
    with pytest.raises(DomainError, match=r"article\.own_review"):
        services.move_article(actor=desk.actor("manager"), article=article, to="published")
    services.move_article(actor=desk.actor("buyer"), article=article, to="published")
    services.vote(actor=desk.actor("unit"), article=article, helpful=True)
    services.vote(actor=desk.actor("unit"), article=article, helpful=False)
    other = desk.working()
    services.use_article(actor=desk.actor("engineer"), article=article, ticket=other)
    article = Article.objects.get()
    assert (article.state, article.uses, article.votes.count()) == ("published", 1, 1)
