"""The whole way of a ticket, what each act writes, and what is refused in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsledger.apps.accounts.models import Notice
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import services
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.ledger.models import Entry
from opsledger.apps.ledger.services import contract_chain, verify_chain
from opsledger.core import tickets as tables
from opsledger.core.errors import DomainError
from opsledger.kernel import errors


def verbs(ticket: Ticket) -> list[str]:
    rows = Entry.objects.filter(subject_type="ticket", subject_id=str(ticket.pk)).order_by("id")
    return list(rows.values_list("verb", flat=True))


def test_from_report_to_rating(desk):
    ticket = desk.report(contact_phone="138-0000-0001")
    assert ticket.number == "2026-00001"
    assert ticket.unit_id == desk.world.item.unit_id
    desk.do(ticket, "dispatch", "manager", assignee=desk.world.users["engineer"])
    with desk.later(minutes=10):
        desk.do(ticket, "accept", "engineer")
    with desk.later(minutes=50):
        desk.do(ticket, "arrive", "engineer")
    with desk.later(hours=2) as at:
        desk.do(
            ticket,
            "resolve",
            "engineer",
            cause="磁盘写满",
            solution="清理日志",
            interrupted_from=at - timedelta(hours=2),
            interrupted_to=at,
        )
    with desk.later(hours=3):
        desk.do(ticket, "confirm", "unit", rating=5, parts={"speed": 5, "manner": 4}, note="很快")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.over, ticket.rating, ticket.breached) == ("closed", True, 5, False)
    assert ticket.next_due_at is None and ticket.due_at is None
    assert verbs(ticket) == [
        "ticket.reported",
        "ticket.dispatched",
        "ticket.accepted",
        "ticket.arrived",
        "ticket.resolved",
        "ticket.confirmed",
    ]
    assert {timer.state for timer in ticket.timers.all()} == {"met"}
    assert verify_chain(contract_chain(ticket.contract_id)).whole


def test_numbers_run_on_per_contract(desk):
    assert [desk.report().number for _ in range(3)] == ["2026-00001", "2026-00002", "2026-00003"]


def test_reopening_keeps_the_history_and_the_clock(desk):
    ticket = desk.resolved()
    with desk.later(hours=1):
        desk.do(ticket, "reopen", "unit", reason="仍然白屏")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolved_at) == ("working", None)
    # Resolved at once, reopened an hour later: that hour is a gap, so due moves from 14:00 to 15:00.
    assert desk.timer(ticket, "resolve").due_at == desk.start + timedelta(hours=5)
    with desk.later(hours=2):
        desk.do(ticket, "arrive", "engineer")
        desk.do(ticket, "resolve", "engineer", cause="缓存", solution="换节点")
    assert ticket.events.filter(kind="resolved").count() == 2


def test_a_second_confirmation_is_a_sentence(desk):
    ticket = desk.resolved()
    desk.do(ticket, "confirm", "unit", rating=5)
    with pytest.raises(DomainError) as refused:
        desk.do(ticket, "confirm", "unit", rating=4)
    assert "已关闭" in errors.sentence(refused.value)
    assert errors.status(refused.value) in (400, 409)


def test_the_slower_of_two_is_told_who_was_quicker(desk):
    ticket = desk.report()
    same = Ticket.objects.get(pk=ticket.pk)
    desk.do(ticket, "dispatch", "manager", assignee=desk.world.users["engineer"])
    with pytest.raises(DomainError) as refused:
        services.dispatch(
            actor=desk.actor("manager"), ticket=same, assignee=desk.world.users["engineer2"], version=1
        )
    told = errors.sentence(refused.value)
    assert refused.value.code == "page.stale" and "演示manager" in told and "派单" in told
    assert Ticket.objects.get(pk=ticket.pk).assignee_id == desk.world.users["engineer"].pk


def test_a_stale_page_is_refused_even_where_the_act_would_fit(desk):
    ticket = desk.report()
    desk.do(ticket, "change_severity", "manager", severity="严重故障", reason="影响全馆")
    with pytest.raises(DomainError, match=r"page\.stale"):
        desk.do(ticket, "dispatch", "manager", assignee=desk.world.users["engineer"], version=1)


def test_a_note_makes_nobody_stale(desk):
    ticket = desk.report()
    desk.do(ticket, "add_note", "unit", note="补充：只有二楼")
    desk.do(ticket, "dispatch", "manager", assignee=desk.world.users["engineer"], version=1)
    ticket.refresh_from_db()
    assert ticket.assignee == desk.world.users["engineer"]


def test_an_engineer_is_told_whose_ticket_it_is(desk):
    ticket = desk.working()
    with pytest.raises(DomainError) as refused:
        desk.do(ticket, "arrive", "engineer2")
    assert "演示engineer" in errors.sentence(refused.value)


def test_only_people_of_the_contract_get_work(desk):
    ticket = desk.report()
    with pytest.raises(DomainError, match=r"ticket\.not_an_engineer"):
        desk.do(ticket, "dispatch", "manager", assignee=desk.world.users["stranger"])


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("unit", True),
        ("other_unit", False),
        ("buyer", True),
        ("manager", True),
        ("engineer", True),
        ("supervisor", True),
        ("auditor", False),
        ("stranger", False),
    ],
)
def test_who_may_report(desk, who, allowed):
    if allowed:
        assert desk.report(who).state == "reported"
        return
    with pytest.raises(DomainError):
        desk.report(who)
    assert not Ticket.objects.exists()


def test_every_role_and_state_of_the_table_is_what_the_service_does(desk):
    """For each action and each role the service refuses exactly where the table does."""
    told = {
        "dispatch": ("dispatch", {"assignee": desk.world.users["engineer"]}),
        "accept": ("accept", {}),
        "arrive": ("arrive", {}),
        "mitigate": ("mitigate", {"measure": "切换备机"}),
        "diagnose": ("diagnose", {"cause": "磁盘"}),
        "suspend": ("suspend", {"reason": "customer", "waiting_for": "档案馆"}),
        "resume": ("resume", {}),
        "resolve": ("resolve", {"cause": "磁盘", "solution": "清理"}),
        "confirm": ("confirm", {"rating": 5}),
        "reopen": ("reopen", {"reason": "又坏了"}),
        "cancel": ("withdraw", {"reason": "自行恢复"}),
        "change_severity": ("change_severity", {"severity": "严重故障", "reason": "扩大"}),
        "remind": ("remind", {}),
    }
    table = tables.table("incident")
    people = ["unit", "buyer", "manager", "engineer", "supervisor", "auditor"]
    for state in ("reported", "dispatched", "working", "suspended", "resolved", "closed"):
        ticket = desk.report()
        Ticket.objects.filter(pk=ticket.pk).update(
            state=state, assignee=desk.world.users["engineer"], over=state in table.over
        )
        for action, (verb, facts) in told.items():
            for who in people:
                found = table.find(state, action)
                expected = found is not None and who in found.roles
                ticket.refresh_from_db()
                before = (ticket.state, ticket.version)
                events = ticket.events.count()
                try:
                    desk.do(ticket, verb, who, **facts)
                    happened = True
                except DomainError as error:
                    happened = False
                    assert "（" + error.code not in errors.sentence(error), error.code
                assert happened is expected, (state, action, who)
                # Put it back as it was.
                TicketEvent.objects.filter(ticket=ticket).order_by("id")[events:]
                extra = list(ticket.events.order_by("id").values_list("pk", flat=True)[events:])
                TicketEvent.objects.filter(pk__in=extra).delete()
                Ticket.objects.filter(pk=ticket.pk).update(state=before[0], version=before[1])


def test_missing_facts_are_asked_for(desk):
    ticket = desk.working()
    for verb, told, word in [
        ("resolve", {"cause": "", "solution": "x"}, "原因"),
        ("suspend", {"reason": "customer"}, "等待对象"),
        ("mitigate", {"measure": " "}, "恢复措施"),
    ]:
        with pytest.raises(DomainError) as refused:
            desk.do(ticket, verb, "engineer", **told)
        assert word in errors.sentence(refused.value)


def test_the_provider_cannot_wait_for_its_own_supplier(desk):
    """The contract names no third-party pause, so the supplier's delay is the provider's risk."""
    with pytest.raises(DomainError) as refused:
        desk.do(desk.working(), "suspend", "engineer", reason="third_party", waiting_for="厂商")
    assert "挂起原因" in errors.sentence(refused.value)


def test_a_closed_contract_takes_nothing(desk):
    ticket = desk.working()
    Contract.objects.update(status="closed")
    ticket = Ticket.objects.get(pk=ticket.pk)
    for verb, told in [("arrive", {}), ("add_note", {"note": "x"})]:
        with pytest.raises(DomainError, match=r"ticket\.contract_closed"):
            getattr(services, verb)(actor=desk.actor("engineer"), ticket=ticket, **told)


def test_people_concerned_are_told_once(desk):
    ticket = desk.resolved()
    told = {(row.user.username, row.title.split("：")[0]) for row in Notice.objects.select_related("user")}
    assert ("manager", "新报修") in told
    assert ("engineer", "派给您的工单") in told
    assert ("unit", "请确认办结") in told
    assert not {who for who, _ in told} & {"other_unit", "stranger", "engineer2"}
    first = Notice.objects.count()
    desk.do(ticket, "confirm", "unit")
    assert Notice.objects.count() == first + 1


def test_private_notes_stay_with_the_provider(desk):
    ticket = desk.working()
    desk.do(ticket, "add_note", "engineer", note="密码写在便签上", private=True)
    assert not Entry.objects.filter(changes__icontains="便签").exists()
    assert not Notice.objects.filter(user=desk.world.users["unit"], title__contains="补充了说明").exists()
    with desk.later(minutes=1):
        desk.do(ticket, "add_note", "unit", note="想保密", private=True)
    assert [note.private for note in ticket.events.filter(kind="noted").order_by("id")] == [True, False]


def test_a_time_entered_late_waits_for_the_unit(desk):
    ticket = desk.report()
    desk.do(ticket, "dispatch", "manager", assignee=desk.world.users["engineer"])
    with desk.later(minutes=40):
        desk.do(ticket, "accept", "engineer", happened_at=desk.start + timedelta(minutes=5))
    event = ticket.events.get(kind="accepted")
    assert event.needs_confirmation
    assert event.recorded_at - event.happened_at == timedelta(minutes=35)
    entry = Entry.objects.get(verb="ticket.accepted")
    assert entry.changes["entered_late"] is True and entry.happened_at != entry.recorded_at


def test_severity_outside_the_contract_is_refused(desk):
    with pytest.raises(DomainError, match=r"ticket\.severity_unknown"):
        desk.report(severity="天塌了")
    with pytest.raises(DomainError, match=r"transitions\.choice_not_allowed"):
        desk.do(desk.report(), "change_severity", "manager", severity="天塌了", reason="x")


def test_outside_the_service_period(desk):
    item = desk.world.item
    item.ends_on = desk.start.date() - timedelta(days=1)
    item.save()
    with pytest.raises(DomainError, match=r"ticket\.outside_period"):
        desk.report()


def test_a_mention_tells_the_one_named(desk):
    ticket = desk.report()
    desk.do(ticket, "add_note", "manager", note="请@演示engineer2 看看，@演示other_unit 无关")
    told = Notice.objects.filter(title__contains="补充了说明")
    assert {row.user.username for row in told.select_related("user")} >= {"engineer2"}
    assert not told.filter(user=desk.world.users["other_unit"]).exists()
