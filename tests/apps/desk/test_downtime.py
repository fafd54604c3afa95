"""Planned downtime comes, moves and goes with its change, and is taken out of availability by itself."""

from __future__ import annotations

from datetime import timedelta

from opsledger.apps.desk import services
from opsledger.apps.ledger.models import Entry
from opsledger.apps.watch import selectors as watch
from opsledger.apps.watch import services as watch_services
from opsledger.apps.watch.models import Exclusion
from opsledger.kernel import clock

HOUR = timedelta(hours=1)


def draft(desk, touches=("shutdown",)):
    ticket = services.report_ticket(
        actor=desk.actor("engineer"), item=desk.world.item, kind="change", title="升级数据库", description="x"
    )
    return services.declare(actor=desk.actor("engineer"), ticket=ticket, touches=touches)


def act(desk, ticket, action, who="engineer", **given):
    ticket.refresh_from_db()
    return services.table_act(actor=desk.actor(who), ticket=ticket, action=action, given=given)


def approved(desk, first=2, last=6, **told):
    ticket = draft(desk, **told)
    window = {"window_begin": desk.start + first * HOUR, "window_end": desk.start + last * HOUR}
    act(desk, ticket, "submit", risk="低", steps="备份", rollback="还原", tests="登录", **window)
    assert not Exclusion.objects.exists()
    act(desk, ticket, "approve", "buyer")
    return ticket


def test_the_window_is_taken_as_approved_and_closed_as_it_went(desk):
    ticket = approved(desk)
    row = Exclusion.objects.get()
    assert (row.state, row.kind, row.starts_at, row.ends_at) == (
        "approved",
        "maintenance",
        desk.start + 2 * HOUR,
        desk.start + 6 * HOUR,
    )
    assert row.reason == f"变更{ticket.number} 升级数据库" and row.approved_by == desk.world.users["buyer"]
    with desk.later(hours=3):
        act(desk, ticket, "start")
    with desk.later(hours=4):
        act(desk, ticket, "finish", outcome="完成", test_result="通过")
        act(desk, ticket, "review", "buyer", conclusion="同意")
    row.refresh_from_db()
    assert (row.starts_at, row.closed_at) == (desk.start + 3 * HOUR, desk.start + 4 * HOUR)
    verbs = Entry.objects.filter(verb__startswith="exclusion.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["exclusion.planned", "exclusion.corrected"]
    shown = desk.world.client("buyer").get("/c/demo-2026/availability/exclusions/").content.decode()
    assert f"变更 {ticket.number}" in shown and "实际于" in shown


def test_the_downtime_is_out_of_the_account_by_itself(desk):
    ticket = approved(desk)
    with desk.later(hours=2):
        act(desk, ticket, "start")
    with desk.later(hours=4):
        act(desk, ticket, "finish", outcome="完成", test_result="通过")
    with desk.later(hours=24) as at:
        # Down from 2 to 5 hours after the start: two hours of it planned, one overran the work.
        watch_services.record_outage(
            actor=desk.actor("engineer"),
            item=desk.world.item,
            starts_at=desk.start + 2 * HOUR,
            ends_at=desk.start + 5 * HOUR,
        )
        (line,) = watch.availability_rows(
            desk.world.contract, clock.local(at).date(), at=at, items=[desk.world.item]
        )
    assert line.figures.down == 3600


def test_a_change_that_does_not_come_about_takes_its_downtime_with_it(desk):
    ticket = approved(desk)
    act(desk, ticket, "cancel", "buyer", reason="推迟")
    row = Exclusion.objects.get()
    assert row.state == "withdrawn" and "已撤销" in row.refusal


def test_a_new_window_waits_for_its_own_approval(desk):
    ticket = approved(desk)
    later = {"window_begin": desk.start + 30 * HOUR, "window_end": desk.start + 32 * HOUR}
    act(desk, ticket, "reschedule", "manager", reason="撞上会议", **later)
    assert Exclusion.objects.get().state == "withdrawn"
    act(desk, ticket, "approve", "buyer")
    row = Exclusion.objects.get()
    assert (row.state, row.starts_at) == ("approved", desk.start + 30 * HOUR)


def test_what_was_approved_after_it_began_needs_a_second_person(desk):
    ticket = draft(desk)
    window = {"window_begin": desk.start + HOUR, "window_end": desk.start + 6 * HOUR}
    act(desk, ticket, "submit", risk="低", steps="a", rollback="b", tests="c", **window)
    with desk.later(hours=2):
        act(desk, ticket, "approve", "buyer")
        row = Exclusion.objects.get()
        assert (row.state, row.retroactive) == ("second", True)
        watch_services.approve_exclusion(actor=desk.actor("supervisor"), exclusion=row)
        act(desk, ticket, "start")
    with desk.later(hours=3):
        act(desk, ticket, "finish", outcome="完成", test_result="通过")
    row.refresh_from_db()
    assert row.state == "approved" and row.closed_at


def test_a_change_that_stops_nothing_and_an_emergency_are_no_planned_downtime(desk):
    approved(desk, touches=())
    ticket = draft(desk)
    said = {"consented_by": desk.world.users["buyer"], "reason": "冒烟", "rollback": "换回"}
    act(desk, ticket, "start_emergency", **said)
    assert not Exclusion.objects.exists()


def test_a_shutdown_that_the_buyer_did_not_see_is_not_planned(desk):
    ticket = approved(desk, touches=())
    ticket.refresh_from_db()
    services.declare(actor=desk.actor("engineer"), ticket=ticket, touches=["shutdown"])
    assert not Exclusion.objects.exists()
    services.ask_approval(
        actor=desk.actor("engineer"),
        ticket=ticket,
        act="shutdown",
        subject_text="停两小时",
        steps=[services.StepPlan((desk.world.users["buyer"],))],
    )
    services.answer(actor=desk.actor("buyer"), approval=ticket.approvals.get(), yes=True)
    assert Exclusion.objects.get().state == "approved"


def test_saying_later_that_it_stops_nothing_withdraws_it(desk):
    ticket = approved(desk)
    ticket.refresh_from_db()
    services.declare(actor=desk.actor("engineer"), ticket=ticket, touches=[])
    assert Exclusion.objects.get().state == "withdrawn"
