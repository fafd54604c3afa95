"""To whom a ticket may be given: its own line first, who is on duty, then who has the least in hand."""

from __future__ import annotations

from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.forms.acts import AssigneeForm, ReassignForm
from opsledger.kernel import clock


def offered(ticket):
    return [(one.user.username, one.words) for one in selectors.candidates(ticket, clock.now())]


def test_without_lines_or_roster_the_load_decides(desk):
    desk.working()  # one in the engineer's hands
    ticket = desk.report()
    assert offered(ticket) == [
        ("manager", "在办 0 张"),
        ("engineer2", "在办 0 张"),
        ("engineer", "在办 1 张"),
    ]


def test_the_line_comes_before_the_duty_and_the_duty_before_the_load(desk):
    users, contract = desk.world.users, desk.world.contract
    desk.working()
    contract.settings = {"desk": {"teams": {"1": [users["engineer"].pk], "2": [users["engineer2"].pk]}}}
    contract.save()
    today = clock.local(desk.start).date()
    services.set_shift(
        actor=desk.actor("manager"), contract=contract, on=today, part="day", user=users["engineer2"]
    )
    ticket = desk.report()
    ticket.contract.refresh_from_db()
    assert offered(ticket) == [
        ("engineer", "一线 · 在办 1 张"),
        ("engineer2", "二线 · 值班 · 在办 0 张"),
        ("manager", "在办 0 张"),
    ]
    desk.do(ticket, "escalate", "manager", note="一线处理不了")
    ticket.refresh_from_db()
    assert next(name for name, _ in offered(ticket)) == "engineer2"


def test_the_form_begins_with_the_owner_of_the_system_else_with_who_is_on_duty(desk):
    users, contract = desk.world.users, desk.world.contract
    today = clock.local(desk.start).date()
    ticket = desk.report()
    assert AssigneeForm(ticket).fields["assignee"].initial is None
    services.set_shift(
        actor=desk.actor("manager"), contract=contract, on=today, part="day", user=users["engineer2"]
    )
    assert AssigneeForm(ticket).fields["assignee"].initial == users["engineer2"].pk
    ticket.item.owner = users["engineer"]
    assert AssigneeForm(ticket).fields["assignee"].initial == users["engineer"].pk


def test_who_has_the_ticket_is_not_offered_again(desk):
    ticket = desk.working()
    assert "engineer" not in [name for name, _ in offered(ticket)]
    assert ReassignForm(ticket).fields["assignee"].initial is None


def test_who_chooses_the_same_person_a_moment_later_is_told_what_changed_and_keeps_the_words(desk):
    ticket = desk.report()
    client, path = desk.world.client("manager"), f"/c/demo-2026/tickets/{ticket.number}/do/dispatch/"
    told = {"assignee": desk.world.users["engineer"].pk, "note": "带上梯子", "version": ticket.version}
    assert client.post(path, told).status_code == 302
    again = client.post(path, told).content.decode()
    assert "带上梯子" in again and "已不能接" not in again
    assert "已由演示manager更新" in again and "填写的内容保留在下方" in again
    gone = client.post(path, {**told, "assignee": desk.world.users["stranger"].pk}).content.decode()
    assert "所选的人已不能接这张工单，请重选。" in gone and "带上梯子" in gone
