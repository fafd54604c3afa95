"""Automatic dispatch: by which rule, to whom, on every way in, and that it costs nothing where it is off."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.accounts.models import Membership, Notice
from opsledger.apps.accounts.services import issue_token
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import agreements
from opsledger.apps.desk.models import Shift, Ticket
from opsledger.apps.desk.services.mail import take_mail
from opsledger.apps.desk.services.settings import change_settings
from opsledger.apps.desk.services.ways_in import make_code, report_from_chat
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM

PAGE = "/c/demo-2026/desk-settings/"


def set_rule(desk, rule: str, **more) -> None:
    contract = Contract.objects.get(pk=desk.world.contract.pk)
    given = {"auto_dispatch": rule, **more}
    change_settings(actor=desk.actor("manager"), contract=contract, given=given)
    desk.world.item.contract = contract
    desk.world.item.refresh_from_db()


def on_duty(desk, who: str) -> None:
    # The clock stands at ten in the morning.
    Shift.objects.update_or_create(
        contract=desk.world.contract,
        on=date(2026, 3, 11),
        part=Shift.Part.DAY,
        defaults={"user": desk.world.users[who]},
    )


def owned_by(desk, who: str | None) -> None:
    desk.world.item.owner = desk.world.users[who] if who else None
    desk.world.item.save()


def handed(ticket: Ticket) -> tuple[str, str]:
    ticket.refresh_from_db()
    return ticket.state, ticket.assignee.username if ticket.assignee else ""


def test_off_is_the_default_and_costs_no_statement(desk):
    owned_by(desk, "engineer")
    on_duty(desk, "engineer")
    desk.report()
    with CaptureQueriesContext(connection) as caught:
        ticket = desk.report()
    assert handed(ticket) == ("reported", "")
    asked = " ".join(query["sql"] for query in caught)
    for table in ("desk_shift", "accounts_user", "accounts_membership", 'UPDATE "desk_ticket"'):
        assert table not in asked
    off = len(caught)
    set_rule(desk, "duty")
    desk.report()
    with CaptureQueriesContext(connection) as caught:
        desk.report()
    assert len(caught) > off


def test_the_owner_gets_it_with_the_ordinary_act(desk):
    owned_by(desk, "engineer")
    set_rule(desk, "owner")
    ticket = desk.report()
    assert handed(ticket) == ("dispatched", "engineer")
    entry = Entry.objects.get(verb="ticket.dispatched")
    assert (entry.actor_name, entry.actor_id) == ("系统", None)
    assert entry.changes["assignee"] == "演示engineer" and entry.changes["note"] == "自动派单：系统负责人"
    event = ticket.events.get(action="dispatch")
    assert (event.actor_name, event.note) == ("系统", "自动派单：系统负责人")
    assert event.recorded_at == event.happened_at == desk.start
    assert Notice.objects.filter(
        user=desk.world.users["engineer"], title=f"派给您的工单：{ticket.number} {ticket.title}"
    ).exists()
    # The clocks run as after a dispatch by hand: the report waits for an answer.
    by_hand = desk.report(item=desk.world.item)
    assert ticket.timers.get(metric="respond").due_at == by_hand.timers.get(metric="respond").due_at
    assert ticket.due_metric == "respond"
    desk.do(ticket, "accept", "engineer")
    assert handed(ticket) == ("working", "engineer")


@pytest.mark.parametrize("lost", ["inactive", "no role", "none", "a unit's"])
def test_an_owner_who_cannot_take_it_is_replaced_by_who_is_on_duty(desk, lost):
    engineer = desk.world.users["engineer"]
    owned_by(desk, {"none": None, "a unit's": "unit"}.get(lost, "engineer"))
    if lost == "inactive":
        engineer.is_active = False
        engineer.save()
    if lost == "no role":
        Membership.objects.filter(user=engineer).delete()
    set_rule(desk, "owner")
    assert handed(desk.report()) == ("reported", "")
    on_duty(desk, "engineer2")
    ticket = desk.report()
    assert handed(ticket) == ("dispatched", "engineer2")
    assert ticket.events.get(action="dispatch").note == "自动派单：系统负责人不能接，改派值班人员"


def test_who_is_on_duty_and_nobody_else(desk):
    owned_by(desk, "engineer")
    set_rule(desk, "duty")
    assert handed(desk.report()) == ("reported", "")
    on_duty(desk, "engineer2")
    assert handed(desk.report()) == ("dispatched", "engineer2")
    with desk.later(hours=12):  # the night has nobody
        assert handed(desk.report()) == ("reported", "")
    Membership.objects.filter(user=desk.world.users["engineer2"]).delete()
    assert handed(desk.report()) == ("reported", "")


def test_the_first_lines_least_in_hand(desk):
    users = desk.world.users
    desk.working()  # the first engineer has one in hand, nobody else any
    set_rule(
        desk, "least", teams={"1": [users["engineer"].pk, users["engineer2"].pk], "2": [users["manager"].pk]}
    )
    found = [handed(desk.report())[1] for _ in range(4)]
    assert found == ["engineer2", "engineer", "engineer2", "engineer"]
    users["engineer2"].is_active = False
    users["engineer2"].save()
    assert handed(desk.report())[1] == "engineer"


def test_the_least_in_hand_needs_a_first_line(desk):
    with pytest.raises(DomainError, match=r"settings\.no_first_line"):
        set_rule(desk, "least")
    with pytest.raises(DomainError, match=r"settings\.unknown_rule"):
        set_rule(desk, "lottery")
    set_rule(desk, "least", teams={"1": [desk.world.users["engineer"].pk]})
    with pytest.raises(DomainError, match=r"settings\.no_first_line"):
        set_rule(desk, "least", teams={})
    assert Entry.objects.filter(verb="desk.settings_changed").count() == 1


def test_what_is_planned_is_not_dispatched(desk):
    on_duty(desk, "engineer")
    set_rule(desk, "duty")
    for kind in ("change", "problem"):
        ticket = desk.report("engineer", kind=kind, title="扩容", description="空间不足")
        assert ticket.assignee is None and ticket.state not in ("reported", "dispatched")
    for kind in ("request", "question"):
        assert handed(desk.report(kind=kind, title="开通账号", description="新同事"))[1] == "engineer"


def test_every_way_in(desk, client, settings):
    settings.MAIL_ADDRESS = "desk@example.invalid"
    on_duty(desk, "engineer2")
    set_rule(desk, "duty")
    base = "/c/demo-2026"
    told = {"item": desk.world.item.pk, "severity": "一般故障", "title": "打不开", "phone": "138-0000-0001"}
    desk.world.client("unit").post(f"{base}/report/", told)
    call = {**told, "item": desk.world.item.numbered, "caller": "演示unit"}
    said = desk.world.client("manager").post(f"{base}/phone/", call, follow=True).content.decode()
    assert "已自动派给演示engineer2" in said
    code = make_code(actor=desk.actor("buyer"), item=desk.world.item, open_to_all=True, place="机房")
    client.post(f"/r/{code.code}/", {**told, "name": "演示乙", "contact_name": "演示乙"})
    report_from_chat(
        contract=desk.world.item.contract, text="报修 01 登录白屏", sender="群友", message_id="1"
    )
    desk.world.users["unit"].email = "unit@example.invalid"
    desk.world.users["unit"].save()
    mail = b"From: unit@example.invalid\r\nTo: desk@example.invalid\r\nSubject: it is down\r\nMessage-ID: <1@x>\r\n\r\nplease\r\n"
    assert take_mail(raw=mail).outcome == "reported"
    _, secret = issue_token(
        actor=SYSTEM, user=desk.world.users["unit"], name="x", scopes=["*"], expires_at=None
    )
    made = client.post(
        "/api/v1/contracts/demo-2026/tickets",
        {"item": "01", "title": "接口报修", "severity": "一般故障"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["assignee"]) == ("dispatched", "演示engineer2")
    assert [event["action"] for event in made.json()["events"]] == ["report", "dispatch"]
    rows = Ticket.objects.order_by("pk")
    assert {row.source for row in rows} == {"portal", "phone", "qr", "api", "chat", "mail"}
    assert {handed(row) for row in rows} == {("dispatched", "engineer2")}


def test_the_manager_sets_it_on_the_page_and_the_buyer_does_not(desk):
    page = desk.world.client("manager").get(PAGE)
    assert "新报修自动派单给" in page.content.decode()
    form = page.context["form"]
    first = {name: value for name, value in form.initial.items() if isinstance(value, str)}
    told = {**first, "auto_dispatch": "duty"}
    buyer, manager = desk.world.client("buyer"), desk.world.client("manager")
    buyer.post(PAGE, told)
    contract = Contract.objects.get(pk=desk.world.contract.pk)
    assert agreements.agreement_of(contract).auto_dispatch == ""
    with pytest.raises(DomainError, match=r"access\.denied"):
        change_settings(actor=desk.actor("buyer"), contract=contract, given={"auto_dispatch": "duty"})
    assert manager.post(PAGE, told).status_code == 302
    contract.refresh_from_db()
    assert agreements.agreement_of(contract).auto_dispatch == "duty"
    change = Entry.objects.get(verb="desk.settings_changed").changes["auto_dispatch"]
    assert change == {"from": "缺省", "to": "值班人员"}
    back = manager.post(PAGE, {**told, "auto_dispatch": "least"})
    assert back.status_code == 200 and "第一级支持线的人员" in back.content.decode()
