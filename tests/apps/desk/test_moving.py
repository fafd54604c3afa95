"""A ticket goes to another service item: its clocks, who sees it, who is told, what becomes of all that hangs on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsledger.apps.accounts.models import Membership, Notice, User
from opsledger.apps.contracts.models import ServiceItem, SeverityLevel
from opsledger.apps.desk import bars, folding, selectors, services
from opsledger.apps.desk.models import Approval, KeptSight, Ticket, Watcher
from opsledger.apps.desk.services.watching import watch
from opsledger.apps.ledger.models import Entry
from opsledger.apps.ledger.selectors import entries_of
from opsledger.apps.watch.models import Outage
from opsledger.core.errors import DomainError
from opsledger.core.terms import SlaMetric, TimeUnit
from opsledger.kernel import clock, errors

HOUR = timedelta(hours=1)
BASE = "/c/demo-2026/tickets"


@pytest.fixture
def two(desk):
    """Item 02 resolves within 2 hours and knows no limit for arriving."""
    desk.add_term(
        desk.world.other_item, key="02.respond", metric=SlaMetric.RESPOND, value=30, unit=TimeUnit.MINUTE
    )
    desk.add_term(
        desk.world.other_item, key="02.resolve", metric=SlaMetric.RESOLVE, value=2, unit=TimeUnit.HOUR
    )
    return desk


def move(desk, ticket, who="manager", **told):
    said = {"item": desk.world.other_item, "reason": "报错了系统", **told}
    return desk.do(ticket, "change_item", who, **said)


def lines_of(ticket) -> dict[str, list[str]]:
    """What the card of the clocks says of changes, by metric."""
    at, ticket = clock.now(), Ticket.objects.get(pk=ticket.pk)
    views = bars.timer_views(folding.fold_ticket(ticket, selectors.events_of(ticket), at), at)
    return {view.metric: list(view.changes) for view in views}


# -- clocks ---------------------------------------------------------------------------------------


def test_a_limit_of_four_hours_becomes_one_of_two(two):
    """Reported 10:00 (4 h), waited 10:20-10:50, moved 11:00 to an item with 2 h.

    Under 01 due 14:30.  Under 02 10:00 + 2 h + 30 min = 12:30.  Run by 11:00: 60 - 30 = 30 minutes.
    """
    ticket = two.working()
    with two.later(minutes=20):
        two.do(ticket, "suspend", "engineer", reason="customer", waiting_for="机房管理员")
    with two.later(minutes=50):
        two.do(ticket, "resume", "engineer")
    assert two.timer(ticket, "resolve").due_at == two.start + timedelta(hours=4, minutes=30)
    with two.later(hours=1):
        move(two, ticket)
        timer = two.timer(ticket, "resolve")
        assert (timer.limit_text, timer.due_at) == ("2小时", two.start + timedelta(hours=2, minutes=30))
        assert (timer.elapsed_seconds, timer.paused_seconds) == (1800, 1800)
        told = lines_of(ticket)
        assert told["resolve"] == [
            "03-11 11:00改系统（01 档案管理平台 → 02 养老服务平台）：原限4小时，应于03-11 14:30前解决；"
            "改限2小时，仍从受理时起算，已用时间和暂停保留。"
        ]
        # Item 02 has no limit for arriving: that clock ends, and says so.
        assert two.timer(ticket, "arrive").state == "cancelled"
        assert "没有约定这项时限" in told["arrive"][0]
        # It was answered before the move, and stays answered under 01.
        assert "在此前已经完成" in told["respond"][0]
    ticket.refresh_from_db()
    assert (ticket.due_metric, ticket.due_at) == ("resolve", two.start + timedelta(hours=2, minutes=30))
    with two.later(hours=2, minutes=40):
        two.do(ticket, "resolve", "engineer", cause="a", solution="b")
    assert two.timer(ticket, "resolve").state == "met_late"


def test_a_limit_that_only_the_other_item_has_says_whence_it_came(two):
    ticket = two.report("manager", item=two.world.other_item)
    assert not ticket.timers.filter(metric="arrive").exists()
    with two.later(minutes=30):
        move(two, ticket, item=two.world.item)
        assert two.timer(ticket, "arrive").due_at == two.start + HOUR
        assert lines_of(ticket)["arrive"] == [
            "03-11 10:30改系统（02 养老服务平台 → 01 档案管理平台）：原系统没有约定这项时限，"
            "改后按新系统的约定，从受理时起算。"
        ]
        assert "原限2小时" in lines_of(ticket)["resolve"][0]


@pytest.mark.parametrize(("policy", "minutes"), [("creation", 120), ("change", 180), ("better", 180)])
def test_from_when_the_new_limit_counts_is_for_the_contract_to_say(two, policy, minutes):
    two.world.contract.settings = {"desk": {"retarget": policy}}
    two.world.contract.save()
    ticket = two.working()
    ticket = Ticket.objects.get(pk=ticket.pk)
    with two.later(hours=1):
        move(two, ticket)
        assert two.timer(ticket, "resolve").due_at == two.start + timedelta(minutes=minutes)
        word = "仍从受理时起算" if policy == "creation" else "从这时起算"
        assert word in lines_of(ticket)["resolve"][0]


def test_a_breach_before_the_move_is_lifted_where_the_other_item_gives_longer(two):
    two.add_term(two.world.other_item, key="02.arrive", metric=SlaMetric.ARRIVE, value=3, unit=TimeUnit.HOUR)
    ticket = two.working()
    with two.later(hours=1, minutes=10) as at:
        services.sweep_due(at)
        assert two.timer(ticket, "arrive").state == "breached"
        move(two, ticket)
        assert two.timer(ticket, "arrive").state == "running"
    assert Entry.objects.filter(verb="ticket.breach_lifted").count() == 1


def test_a_breach_stays_with_the_item_under_which_it_happened(two):
    """Answered late on 01, then moved: the assessment judges 01's clause, so the breach is 01's."""
    ticket = two.report()
    with two.later(minutes=20):
        two.do(ticket, "dispatch", "manager", assignee=two.world.users["engineer"])
        two.do(ticket, "accept", "engineer")
    with two.later(minutes=30):
        move(two, ticket)
    with two.later(hours=3) as at:
        services.sweep_due(at)
        rows = {row.metric: row for row in selectors.recent_breaches(two.world.contract, two.start, at)}
        assert (rows["respond"].item_no, rows["respond"].unit_id) == ("01", two.world.item.unit_id)
        assert rows["respond"].clause == "2.4 序号01 服务标准"
        assert (rows["resolve"].item_no, rows["resolve"].unit_id) == ("02", two.world.other_item.unit_id)
        assert rows["resolve"].clause == "2.4 序号02 服务标准"
        counted = selectors.timer_outcomes(two.world.contract, two.start, at + HOUR)
        assert "arrive" not in {row.metric for row in counted}


def test_a_clause_for_the_whole_contract_runs_on_each_items_own_window(desk):
    """8 hours for all.  01 day and night: 18:00.  02 from 9 to 17: seven today, one tomorrow, so 10:00."""
    contract = desk.world.contract
    contract.windows = {"7x24": {"name": "7×24", "hours": "7x24"}, "day": {"name": "5×8", "hours": "5x8"}}
    contract.default_window = "7x24"
    contract.save()
    contract.terms.all().delete()
    ServiceItem.objects.filter(pk=desk.world.other_item.pk).update(windows=["day"])
    term = desk.add_term(
        desk.world.item, key="resolve", metric=SlaMetric.RESOLVE, value=8, unit=TimeUnit.HOUR
    )
    type(term).objects.filter(pk=term.pk).update(item=None)
    first, second = ServiceItem.objects.select_related("contract").order_by("no")
    ticket = Ticket.objects.get(pk=desk.report(item=first).pk)
    assert desk.timer(ticket, "resolve").due_at == desk.start + 8 * HOUR
    with desk.later(hours=1):
        move(desk, ticket, item=second)
        timer = desk.timer(ticket, "resolve")
        assert (timer.due_at, timer.term_id) == (desk.start + 24 * HOUR, term.pk)
        assert "原限8小时，应于03-11 18:00前解决；改限8小时" in lines_of(ticket)["resolve"][0]
    with desk.later(hours=2):
        move(desk, ticket, item=first)
        timer = desk.timer(ticket, "resolve")
        assert (timer.due_at, timer.term_id) == (desk.start + 8 * HOUR, term.pk)


def test_the_same_clause_on_the_same_clock_is_no_new_target(desk):
    contract = desk.world.contract
    contract.settings = {"desk": {"retarget": "change"}}
    contract.save()
    contract.terms.all().delete()
    term = desk.add_term(
        desk.world.item, key="resolve", metric=SlaMetric.RESOLVE, value=8, unit=TimeUnit.HOUR
    )
    type(term).objects.filter(pk=term.pk).update(item=None)
    ticket = Ticket.objects.get(pk=desk.report().pk)
    with desk.later(hours=1):
        move(desk, ticket)
        assert desk.timer(ticket, "resolve").due_at == desk.start + 8 * HOUR
        assert lines_of(ticket)["resolve"] == []
    # It was still running when it was moved, so it is the new item's.
    assert desk.timer(ticket, "resolve").item is None


def test_back_again_is_as_if_it_had_stayed(two):
    ticket = two.working()
    with two.later(minutes=30):
        move(two, ticket)
    with two.later(minutes=40):
        move(two, ticket, item=two.world.item)
        assert two.timer(ticket, "resolve").due_at == two.start + 4 * HOUR
        assert two.timer(ticket, "arrive").due_at == two.start + HOUR
        assert len(lines_of(ticket)["resolve"]) == 2


def test_a_resolved_ticket_keeps_its_judgement_and_the_new_unit_has_its_whole_time(two):
    ticket = two.resolved()
    first = Ticket.objects.get(pk=ticket.pk).confirm_due_at
    with two.later(days=1):
        move(two, ticket)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.unit) == ("resolved", two.world.other_item.unit)
    assert ticket.confirm_due_at > first and ticket.reminders == 0
    assert two.timer(ticket, "resolve").limit_text == "4小时"
    with pytest.raises(DomainError):
        two.do(ticket, "confirm", "unit")
    assert two.do(ticket, "confirm", "other_unit", rating=5).state == "closed"


# -- levels and parts -----------------------------------------------------------------------------


@pytest.fixture
def other_words(two):
    """Item 02 has levels of its own."""
    for rank, word in enumerate(["一级", "二级"], start=1):
        SeverityLevel.objects.create(contract=two.world.contract, set_id="other", word=word, rank=rank)
    ServiceItem.objects.filter(pk=two.world.other_item.pk).update(severity_sets=["other"])
    two.world.other_item.refresh_from_db()
    return two


def test_another_items_words_for_the_level_are_asked_for(other_words):
    desk, ticket = other_words, other_words.working()
    with pytest.raises(DomainError) as refused:
        move(desk, ticket)
    assert errors.sentence(refused.value) == (
        "“02 养老服务平台”的等级是：一级、二级。请选择其中一个再改系统。"
    )
    move(desk, ticket, severity="二级")
    ticket.refresh_from_db()
    assert (ticket.severity, ticket.severity_rank) == ("二级", 2)
    entry = Entry.objects.get(verb="ticket.item_changed")
    assert entry.changes["severity"] == {"from": "一般故障", "to": "二级"}


def test_an_item_without_levels_takes_the_level_away(two):
    ServiceItem.objects.filter(pk=two.world.other_item.pk).update(severity_sets=[])
    two.world.other_item.refresh_from_db()
    ticket = two.working()
    with pytest.raises(DomainError, match=r"transitions\.choice_not_allowed"):
        move(two, ticket, severity="严重故障")
    move(two, ticket)
    ticket.refresh_from_db()
    assert (ticket.severity, ticket.severity_rank) == ("", 9)


def test_a_part_goes_with_the_item(two):
    for no, item in (("01", two.world.item), ("02", two.world.other_item)):
        for scope in ("硬件",) if no == "01" else ("硬件", "软件"):
            two.add_term(
                item, key=f"{no}.{scope}", metric=SlaMetric.RESOLVE, value=9, unit=TimeUnit.HOUR, scope=scope
            )
    ticket = two.working(scope="硬件")
    with pytest.raises(DomainError, match=r"ticket\.unknown_scope"):
        move(two, ticket, scope="机房")
    move(two, ticket)
    ticket.refresh_from_db()
    assert (ticket.scope, two.timer(ticket, "resolve").limit_text) == ("硬件", "9小时")
    move(two, ticket, item=two.world.item, scope="")
    ticket.refresh_from_db()
    assert (ticket.scope, two.timer(ticket, "resolve").limit_text) == ("", "4小时")
    other = two.working()
    move(two, other, scope="软件")
    assert Ticket.objects.get(pk=other.pk).scope == "软件"


# -- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["manager", "buyer", "supervisor"])
def test_those_who_may(two, who):
    assert move(two, two.working(), who).item == two.world.other_item


@pytest.mark.parametrize("who", ["engineer", "engineer2", "unit", "other_unit", "auditor", "stranger"])
def test_those_who_may_not(two, who):
    ticket = two.working()
    with pytest.raises(DomainError):
        move(two, ticket, who)
    ticket.refresh_from_db()
    assert ticket.item == two.world.item


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"item": None}, "transitions.fact_missing"),
        ({"reason": "  "}, "transitions.fact_missing"),
        ({"severity": "特大"}, "ticket.severity_there"),
    ],
)
def test_what_is_missing_or_wrong(two, told, code):
    ticket = two.working()
    with pytest.raises(DomainError) as refused:
        move(two, ticket, **told)
    assert refused.value.code == code


def test_not_to_itself_nor_out_of_time_nor_after_the_end(two):
    ticket = two.working()
    with pytest.raises(DomainError, match=r"ticket\.same_item"):
        move(two, ticket, item=two.world.item)
    late = two.world.other_item
    ServiceItem.objects.filter(pk=late.pk).update(starts_on=two.start.date() + timedelta(days=1))
    late.refresh_from_db()
    with pytest.raises(DomainError, match=r"ticket\.move_outside_period"):
        move(two, ticket)
    closed = two.do(two.resolved(), "confirm", "unit")
    with pytest.raises(DomainError, match=r"transitions\.not_in_this_state"):
        move(two, closed)


def test_two_at_once_the_second_is_told_what_happened(two):
    ticket = two.working()
    seen = Ticket.objects.get(pk=ticket.pk).version
    move(two, ticket)
    with pytest.raises(DomainError, match=r"page\.stale") as refused:
        move(two, ticket, "buyer", item=two.world.item, version=seen)
    assert "改系统" in refused.value.facts["what"] and refused.value.facts["by"] == "演示manager"


# -- who sees it, who hears -----------------------------------------------------------------------


@pytest.fixture
def colleague(two) -> str:
    """Another person of the unit that reported."""
    user = User.objects.create(username="unit2", full_name="演示unit2", organisation=two.world.item.unit)
    Membership.objects.create(
        user=user, contract=two.world.contract, role="unit", organisation=two.world.item.unit
    )
    two.world.users["unit2"] = user
    return "unit2"


def sees(desk, who: str, ticket) -> bool:
    found = desk.world.client(who).get(f"{BASE}/{ticket.number}/").status_code
    listed = selectors.tickets_for(desk.actor(who), desk.world.contract).filter(pk=ticket.pk).exists()
    by_words = desk.world.client(who).get(f"{BASE}/?q=白屏").content.decode()
    assert (found == 200) is listed is (ticket.number in by_words)
    return listed


def test_the_former_unit_loses_sight_and_the_reporter_does_not(two, colleague):
    ticket = two.working()
    assert sees(two, colleague, ticket) and not sees(two, "other_unit", ticket)
    move(two, ticket)
    assert sees(two, "unit", ticket) and sees(two, "other_unit", ticket)
    assert not sees(two, colleague, ticket)
    page = two.world.client("unit").get(f"{BASE}/{ticket.number}/").content.decode()
    assert "您是报修人，仍可查看和补充说明" in page and "/items/02/" not in page
    assert "您是报修人" not in two.world.client("other_unit").get(f"{BASE}/{ticket.number}/").content.decode()
    # He reads, and may add what he knows; he speaks for the other unit in nothing.
    unit = two.actor("unit")
    services.add_note(actor=unit, ticket=ticket, note="下午也可以联系我")
    two.do(ticket, "resolve", "engineer", cause="a", solution="b")
    for verb, told in (("confirm", {}), ("reopen", {"reason": "x"})):
        with pytest.raises(DomainError):
            two.do(ticket, verb, "unit", **told)
    assert not selectors.to_confirm(unit, two.world.contract).exists()
    assert selectors.to_confirm(two.actor("other_unit"), two.world.contract).count() == 1
    # The request to confirm is the new unit's.
    asked = Notice.objects.filter(title__startswith="请确认办结").values_list("user__username", flat=True)
    assert set(asked) == {"other_unit"}
    heard = Notice.objects.filter(title__startswith="您报的工单已办结").values_list(
        "user__username", flat=True
    )
    assert list(heard) == ["unit"]


def test_back_at_the_former_unit_nobody_needs_a_right_of_his_own(two, colleague):
    ticket = two.working()
    move(two, ticket)
    assert KeptSight.objects.filter(ticket=ticket, user=two.world.users["unit"]).count() == 1
    move(two, ticket, item=two.world.item)
    assert not KeptSight.objects.exists()
    assert sees(two, colleague, ticket) and not sees(two, "other_unit", ticket)


def test_who_no_longer_has_a_part_in_the_contract_sees_nothing(two):
    ticket = two.working()
    move(two, ticket)
    Membership.objects.filter(user=two.world.users["unit"]).delete()
    assert not selectors.tickets_for(two.actor("unit"), two.world.contract).exists()


def test_a_report_of_the_managers_needs_no_kept_sight(two):
    ticket = two.report("manager")
    move(two, ticket)
    assert not KeptSight.objects.exists()


def test_those_concerned_are_told(two, colleague):
    ticket = two.working()
    Notice.objects.all().delete()
    move(two, ticket)
    told = Notice.objects.filter(title__startswith="已改到“02 养老服务平台”")
    assert set(told.values_list("user__username", flat=True)) == {"engineer", "unit", "other_unit"}
    assert Ticket.objects.get(pk=ticket.pk).assignee == two.world.users["engineer"]


def test_a_watcher_of_the_former_unit_hears_no_more(two, colleague):
    ticket = two.working()
    for who in (colleague, "unit", "buyer"):
        watch(actor=two.actor(who), ticket=ticket, on=True)
    move(two, ticket)
    assert set(Watcher.objects.values_list("user__username", flat=True)) == {"unit", "buyer"}
    assert not Notice.objects.filter(user=two.world.users[colleague], title__contains="养老").exists()


def test_the_ledger_tells_each_unit_its_own(two, colleague):
    ticket = two.working()
    move(two, ticket)
    contract = two.world.contract.pk
    former = {entry.verb: entry for entry in entries_of(two.actor(colleague), contract)}
    assert "ticket.item_changed" not in former and "ticket.reported" in former
    assert former["ticket.moved_away"].changes == {"item": "01 档案管理平台"}
    new = {entry.verb: entry for entry in entries_of(two.actor("other_unit"), contract)}
    assert new["ticket.item_changed"].changes["item"] == {"from": "01 档案管理平台", "to": "02 养老服务平台"}
    assert new["ticket.item_changed"].changes["unit"] == {"from": "演示档案馆", "to": "演示民政局"}
    assert "ticket.reported" not in new and "ticket.moved_away" not in new


def test_what_names_other_tickets_is_not_read_by_the_units(two):
    ticket, other = two.working(), two.report(title="档案库房温度异常")
    services.link(actor=two.actor("manager"), ticket=ticket, other=other, kind="parent")
    assert "档案库房" in two.world.client("unit").get(f"{BASE}/{ticket.number}/").content.decode()
    move(two, ticket)
    for who in ("other_unit", "unit"):
        story = selectors.story_of(two.actor(who), ticket)
        assert "linked" not in {event.action for event in story}
    page = two.world.client("other_unit").get(f"{BASE}/{ticket.number}/").content.decode()
    assert "档案库房" not in page and "01 档案管理平台" in page
    assert "档案库房" in two.world.client("manager").get(f"{BASE}/{ticket.number}/").content.decode()
    # The link itself stands, for those who see both.
    assert len(selectors.links_of(ticket, two.actor("manager"))) == 1
    assert selectors.links_of(ticket, two.actor("other_unit")) == []


def test_a_task_of_the_former_units_people_is_nobodys(two, colleague):
    ticket = two.working()
    given = services.add_tasks(
        actor=two.actor("engineer"), ticket=ticket, words="提供库房钥匙", assignee=two.world.users[colleague]
    )
    page = f"{BASE}/{ticket.number}/"
    assert "提供库房钥匙" in two.world.client("unit").get(page).content.decode()
    move(two, ticket)
    given[0].refresh_from_db()
    assert (given[0].assignee, given[0].for_unit, given[0].is_open) == (None, False, True)
    assert Entry.objects.get(verb="ticket.task_changed").unit_id == two.world.item.unit_id
    assert not selectors.my_tasks(two.actor(colleague)).exists()
    new = services.add_tasks(
        actor=two.actor("engineer"), ticket=ticket, words="安排陪同", assignee=two.world.users["other_unit"]
    )
    assert selectors.tasks_of(two.actor("other_unit"), ticket) == new
    # The reporter reads the ticket, and not what the other unit's people are to do.
    assert selectors.tasks_of(two.actor("unit"), ticket) == []
    for who in ("unit", "other_unit"):
        shown = [event.note for event in selectors.story_of(two.actor(who), ticket)]
        assert "提供库房钥匙" not in shown


def test_a_reminder_reaches_who_still_reads_the_ticket(two, colleague):
    ticket = two.working()
    for who in ("unit", colleague):
        services.set_reminder(actor=two.actor(who), ticket=ticket, due_at=two.start + HOUR, words="看看")
    move(two, ticket)
    Notice.objects.all().delete()
    assert [row.ticket for row in selectors.my_reminders(two.actor("unit"))] == [ticket]
    assert not selectors.my_reminders(two.actor(colleague)).exists()
    with two.later(hours=2) as at:
        services.sweep_reminders(at)
    assert set(Notice.objects.values_list("user__username", flat=True)) == {"unit"}


def test_neither_unit_sees_who_of_the_other_has_the_ticket_open(two, colleague):
    ticket = two.working()

    def here(who: str) -> str:
        answer = two.world.client(who).post(f"{BASE}/{ticket.number}/here/", {"opened": "1"})
        return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)

    here("unit")
    assert "演示unit正在看" in here(colleague)
    move(two, ticket)
    here("unit")
    assert "演示unit" not in here("other_unit")
    assert "演示other_unit" not in here("unit")
    assert here(colleague) == "404"


# -- consents -------------------------------------------------------------------------------------


def ask(desk, ticket, who="unit", act="shutdown") -> Approval:
    return services.ask_approval(
        actor=desk.actor("engineer"),
        ticket=ticket,
        act=act,
        subject_text="今晚停机",
        steps=[services.StepPlan((desk.world.users[who],))],
    )


def test_what_the_former_unit_was_asked_is_withdrawn(two, colleague):
    ticket = two.working()
    approval, kept = ask(two, ticket, colleague), ask(two, ticket, "buyer")
    move(two, ticket)
    approval.refresh_from_db()
    kept.refresh_from_db()
    assert (approval.state, kept.state) == ("withdrawn", "waiting")
    assert not services.waiting_for(two.actor(colleague)).exists()
    assert Notice.objects.filter(user=two.world.users["engineer"], title__startswith="已撤回").exists()


def test_the_former_units_consent_is_not_the_new_ones(two):
    ticket = two.working()
    approval = ask(two, ticket)
    services.answer(actor=two.actor("unit"), approval=approval, yes=True)
    from opsledger.apps.desk.services.consents import given_for

    assert given_for(ticket, "shutdown") == {"unit"}
    move(two, ticket)
    assert given_for(ticket, "shutdown") == set()


def test_an_emergency_is_settled_first_by_whoever_gave_his_word(two, colleague):
    ticket = two.working()
    approval = ask(two, ticket, colleague)
    Approval.objects.filter(pk=approval.pk).update(after=True, deadline_at=two.start + HOUR)
    with pytest.raises(DomainError, match=r"ticket\.move_ratification"):
        move(two, ticket)
    ticket.refresh_from_db()
    assert ticket.item == two.world.item and not KeptSight.objects.exists()


# -- what hangs on it -----------------------------------------------------------------------------


def test_the_interruption_goes_with_it(two):
    ticket = two.working()
    told = {"interrupted_from": two.start, "interrupted_to": two.start + timedelta(minutes=20)}
    with two.later(minutes=30):
        two.do(ticket, "resolve", "engineer", cause="a", solution="b", **told)
    assert Outage.objects.get().item == two.world.item
    with two.later(hours=1):
        move(two, ticket)
    assert Outage.objects.get().item == two.world.other_item
    told = {entry.verb: entry.unit_id for entry in Entry.objects.filter(verb__startswith="outage.refiled")}
    assert told == {
        "outage.refiled_away": two.world.item.unit_id,
        "outage.refiled": two.world.other_item.unit_id,
    }


def test_it_is_not_dispatched_by_rule_again(two):
    two.world.contract.settings = {"desk": {"auto_dispatch": "owner"}}
    two.world.contract.save()
    two.world.other_item.owner = two.world.users["engineer2"]
    two.world.other_item.save()
    ticket = Ticket.objects.get(pk=two.report().pk)
    assert ticket.assignee is None
    move(two, ticket)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee) == ("reported", None)


def test_figures_count_it_where_it_stands(two):
    ticket = two.resolved()
    since, until = two.start - HOUR, two.start + HOUR
    with two.later(minutes=30):
        move(two, ticket)
        told = selectors.statistics.told_between(two.actor("manager"), two.world.contract, since, until)
        assert [one.item for one in told] == [str(two.world.other_item.pk)]
        unit = selectors.statistics.told_between(two.actor("other_unit"), two.world.contract, since, until)
        assert len(unit) == 1


def test_it_is_found_under_its_new_system(two):
    ticket = two.working()
    move(two, ticket)
    manager = two.world.client("manager")
    assert ticket.number in manager.get(f"{BASE}/?q=养老").content.decode()
    assert ticket.number not in manager.get(f"{BASE}/?q=档案管理").content.decode()


def test_a_plan_is_moved_while_it_is_a_draft(two):
    change = services.report_ticket(
        actor=two.actor("manager"), item=two.world.item, kind="change", title="升级数据库", description="x"
    )
    assert move(two, change).item == two.world.other_item
    problem = services.report_ticket(
        actor=two.actor("manager"), item=two.world.item, kind="problem", title="反复白屏", description="x"
    )
    assert move(two, problem, "supervisor").unit == two.world.other_item.unit
