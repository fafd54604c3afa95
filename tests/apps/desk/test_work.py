"""Time worked on tickets: who enters and reads it, its bounds, taking it back, and what it costs the page."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opsledger.apps.accounts.services import issue_token
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import WorkDay, WorkEntry
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM

BASE = "/c/demo-2026"
TODAY = date(2026, 3, 11)
INSIDE = ("buyer", "manager", "engineer", "supervisor", "auditor")


def page_of(ticket, tail="") -> str:
    return f"{BASE}/tickets/{ticket.number}/{tail}"


def enter(desk, ticket, who="engineer", **told):
    return desk.do(ticket, "enter_work", who, **{"minutes": 30, "note": "查日志", **told})


def test_entries_add_up_and_stand_in_the_ledger(desk, ticket):
    version = ticket.version
    enter(desk, ticket)
    enter(desk, ticket, "engineer2", minutes=60, note=" 协助更换硬盘 ", on=date(2026, 3, 9))
    ticket.refresh_from_db()
    assert (ticket.worked_minutes, ticket.version) == (90, version)
    assert [(row.on, row.minutes, row.note) for row in ticket.work.all()] == [
        (date(2026, 3, 9), 60, "协助更换硬盘"),
        (TODAY, 30, "查日志"),
    ]
    entry = Entry.objects.filter(verb="ticket.worked").latest("id")
    assert entry.changes == {"minutes": 60, "on": "2026-03-09", "note": "协助更换硬盘"}
    assert (entry.subject_id, entry.actor_name) == (str(ticket.pk), "演示engineer2")


@pytest.mark.parametrize("who", ["unit", "buyer", "supervisor", "auditor"])
def test_only_the_providers_people_enter(desk, ticket, who):
    with pytest.raises(DomainError, match=r"access\.denied"):
        enter(desk, ticket, who)
    told = {"minutes": 30, "on": "2026-03-11", "note": "查日志"}
    desk.world.client(who).post(page_of(ticket, "work/"), told)
    assert not WorkEntry.objects.exists()


def test_the_worker_has_no_hours(desk, ticket):
    from opsledger.apps.desk import services

    with pytest.raises(DomainError, match=r"access\.denied"):
        services.enter_work(actor=SYSTEM, ticket=ticket, minutes=5, note="x")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"minutes": 0}, "work.minutes"),
        ({"minutes": 1441}, "work.minutes"),
        ({"minutes": -5}, "work.minutes"),
        ({"on": date(2026, 3, 12)}, "work.future"),
        ({"on": date(2025, 12, 31)}, "work.too_early"),
        ({"on": date(1, 1, 1)}, "work.too_early"),
        ({"note": "  "}, "work.note_empty"),
    ],
)
def test_what_is_refused(desk, ticket, told, code):
    with pytest.raises(DomainError) as caught:
        enter(desk, ticket, **told)
    assert caught.value.code == code
    assert not WorkEntry.objects.exists() and not WorkDay.objects.exists()


def test_a_day_has_24_hours_for_one_person_over_all_tickets(desk, ticket):
    other = desk.report(title="另一张")
    enter(desk, ticket, minutes=1000)
    enter(desk, other, minutes=440)
    with pytest.raises(DomainError) as caught:
        enter(desk, ticket, minutes=1)
    assert caught.value.code == "work.day_full" and caught.value.facts["known"] == 1440
    # Another day, and another person, have room.
    enter(desk, ticket, minutes=1, on=TODAY - timedelta(days=1))
    enter(desk, ticket, "manager", minutes=1)
    # What is withdrawn gives its minutes back.
    desk.world.contract.refresh_from_db()
    mine = other.work.get()
    mine.ticket = other
    from opsledger.apps.desk import services

    services.withdraw_work(actor=desk.actor("engineer"), entry=mine)
    enter(desk, ticket, minutes=440)
    ticket.refresh_from_db()
    other.refresh_from_db()
    assert (ticket.worked_minutes, other.worked_minutes) == (1442, 0)


def test_own_entries_are_withdrawn_once_and_stay(desk, ticket):
    entry = enter(desk, ticket)
    address = page_of(ticket, f"work/{entry.pk}/")
    refused = desk.world.client("manager").post(address)
    assert refused.status_code == 409 and "演示engineer本人撤回" in refused.content.decode()
    assert desk.world.client("buyer").post(address).status_code == 403
    engineer = desk.world.client("engineer")
    assert engineer.post(address).status_code == 302
    assert engineer.post(address).status_code == 409
    ticket.refresh_from_db()
    assert ticket.worked_minutes == 0 and ticket.work.get().withdrawn_at is not None
    assert WorkDay.objects.get().minutes == 0
    assert Entry.objects.filter(verb="ticket.work_withdrawn").count() == 1
    shown = engineer.get(page_of(ticket, "work/")).content.decode()
    assert "撤回，不计入合计" in shown and "<s>30分钟</s>" in shown
    other = desk.report(title="另一张")
    assert engineer.post(page_of(other, f"work/{entry.pk}/")).status_code == 404


def test_nothing_is_entered_or_withdrawn_on_a_closed_contract(desk, ticket):
    entry = enter(desk, ticket)
    Contract.objects.update(status=Contract.Status.CLOSED)
    engineer = desk.world.client("engineer")
    shown = engineer.get(page_of(ticket, "work/")).content.decode()
    assert "查日志" in shown and "登记工时</button>" not in shown and "撤回</button>" not in shown
    told = {"minutes": 30, "on": "2026-03-11", "note": "再查"}
    engineer.post(page_of(ticket, "work/"), told)
    assert engineer.post(page_of(ticket, f"work/{entry.pk}/")).status_code == 409
    assert [row.withdrawn_at for row in WorkEntry.objects.all()] == [None]


def test_who_reads_the_hours(desk, ticket):
    enter(desk, ticket, minutes=95)
    for who in INSIDE:
        client = desk.world.client(who)
        assert "1小时35分" in client.get(page_of(ticket)).content.decode(), who
        assert "查日志" in client.get(page_of(ticket, "work/")).content.decode(), who
    unit = desk.world.client("unit")
    for tail in ("", "sheet/"):
        shown = unit.get(page_of(ticket, tail)).content.decode()
        assert "1小时35分" not in shown and "工时" not in shown
    assert unit.get(page_of(ticket, "work/")).status_code == 403
    assert desk.world.client("other_unit").get(page_of(ticket, "work/")).status_code == 403
    assert desk.world.client("stranger").get(page_of(ticket, "work/")).status_code == 404
    assert ticket.number not in unit.get(f"{BASE}/tickets/?q=查日志").content.decode()
    # Nor in the ledger as a unit reads it.
    assert "登记工时" not in unit.get(f"{BASE}/ledger/").content.decode()
    assert "登记工时" in desk.world.client("buyer").get(f"{BASE}/ledger/").content.decode()


def test_the_card_is_offered_to_the_provider_and_else_shown_where_there_is_something(desk, ticket):
    assert 'id="work"' in desk.world.client("engineer").get(page_of(ticket)).content.decode()
    assert 'id="work"' not in desk.world.client("buyer").get(page_of(ticket)).content.decode()


def test_the_form_keeps_what_was_typed(desk, ticket):
    engineer = desk.world.client("engineer")
    told = {"minutes": "1500", "on": "2026-03-12", "note": "到场更换电源"}
    shown = engineer.post(page_of(ticket, "work/"), told).content.decode()
    assert "1 至 1440" in shown and "到场更换电源" in shown and 'value="1500"' in shown
    shown = engineer.post(page_of(ticket, "work/"), {**told, "minutes": "15"}).content.decode()
    assert "不能晚于今天" in shown and "到场更换电源" in shown
    assert engineer.post(page_of(ticket, "work/"), {**told, "minutes": "十"}).status_code == 200
    assert not WorkEntry.objects.exists()
    said = engineer.post(page_of(ticket, "work/"), {**told, "minutes": "15", "on": "2026-03-10"}, follow=True)
    assert "已登记工时" in said.content.decode() and ticket.work.get().on == date(2026, 3, 10)


def test_the_card_is_swapped_alone_when_it_asks_by_itself(desk, ticket):
    told = {"minutes": "15", "on": "2026-03-11", "note": "远程重启"}
    answer = desk.world.client("engineer").post(page_of(ticket, "work/"), told, HTTP_HX_REQUEST="true")
    shown = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in shown
    assert "远程重启" in shown and "合计 <strong>15分钟</strong>" in shown and 'value="15"' not in shown


def test_hours_said_when_it_is_resolved(desk):
    ticket = desk.working()
    engineer = desk.world.client("engineer")
    told = {"version": ticket.version, "cause": "缓存失效", "solution": "清理缓存"}
    shown = engineer.post(page_of(ticket, "do/resolve/"), {**told, "worked_minutes": "0"}).content.decode()
    assert "1 至 1440" in shown and "清理缓存" in shown
    assert engineer.post(page_of(ticket, "do/resolve/"), {**told, "worked_minutes": "45"}).status_code == 302
    ticket.refresh_from_db()
    row = ticket.work.get()
    assert (ticket.state, ticket.worked_minutes) == ("resolved", 45)
    assert (row.user, row.on, row.minutes, row.note) == (
        desk.world.users["engineer"],
        TODAY,
        45,
        "清理缓存",
    )


def test_neither_is_done_where_the_day_is_full(desk):
    ticket = desk.working()
    enter(desk, ticket, minutes=1440)
    told = {"cause": "缓存失效", "solution": "清理缓存", "worked_minutes": "1"}
    shown = desk.world.client("engineer").post(page_of(ticket, "do/resolve/"), told)
    assert shown.status_code == 409 and "超过 24 小时" in shown.content.decode()
    ticket.refresh_from_db()
    assert ticket.state == "working"


def test_the_list_and_its_workbook_have_a_column_but_not_for_units(desk, ticket):
    enter(desk, ticket, minutes=95)
    other = desk.report(title="没有工时的")
    for who in ("manager", "unit"):
        client = desk.world.client(who)
        client.post(f"{BASE}/columns/", {"column": ["title", "worked"]})
        book = openpyxl.load_workbook(
            io.BytesIO(client.get(f"{BASE}/tickets/?sort=-worked&export=xlsx").content)
        )
        rows = [tuple(row) for row in book.active.iter_rows(values_only=True)]
        if who == "manager":
            assert rows == [
                ("编号", "标题", "工时（分钟）"),
                (ticket.number, ticket.title, 95),
                (other.number, other.title, 0),
            ]
        else:
            assert rows[0] == ("编号", "标题") and all(95 not in row for row in rows)


def test_programs_enter_read_and_withdraw(desk, ticket):
    def caller(who: str):
        _, secret = issue_token(
            actor=SYSTEM, user=desk.world.users[who], name="x", scopes=["*"], expires_at=None
        )
        return Client(headers={"Authorization": f"Bearer {secret}"})

    engineer, unit, buyer = caller("engineer"), caller("unit"), caller("buyer")
    at = f"/api/v1/contracts/demo-2026/tickets/{ticket.number}"

    def post(client, path, told=None, **more):
        return client.post(f"{at}{path}", json.dumps(told or {}), content_type="application/json", **more)

    said = {"minutes": 20, "note": "重启服务"}
    before = engineer.get(at).headers["ETag"]
    made = post(engineer, "/work", said, headers={"Idempotency-Key": "k1"})
    again = post(engineer, "/work", said, headers={"Idempotency-Key": "k1"})
    assert made.status_code == 201 and made.json() == again.json() and ticket.work.count() == 1
    assert made.json()["on"] == "2026-03-11" and made.json()["person"] == "演示engineer"
    with desk.later(minutes=5):
        post(engineer, "/work", {**said, "on": "2026-03-10"})
        assert engineer.get(at).headers["ETag"] != before
    assert buyer.get(f"{at}/work").json()["worked_minutes"] == 40
    assert buyer.get(at).json()["worked_minutes"] == 40
    rows = "/api/v1/contracts/demo-2026/tickets"
    assert buyer.get(rows).json()["items"][0]["worked_minutes"] == 40
    assert unit.get(at).json()["worked_minutes"] is None
    assert unit.get(rows).json()["items"][0]["worked_minutes"] is None
    assert unit.get(f"{at}/work").status_code == 403
    assert post(unit, "/work", said).status_code == 403 and post(buyer, "/work", said).status_code == 403
    refused = post(engineer, "/work", {**said, "on": "2026-03-12"})
    assert (refused.status_code, refused.json()["code"]) == (400, "work.future")
    back = post(engineer, f"/work/{made.json()['id']}/withdraw")
    assert back.status_code == 200 and back.json()["withdrawn_at"]
    assert post(engineer, f"/work/{made.json()['id']}/withdraw").json()["code"] == "ticket.work_withdrawn"
    assert post(engineer, "/work/999999/withdraw").status_code == 404
    post(engineer, "/acts/accept")
    done = post(engineer, "/acts/resolve", {"cause": "缓存", "solution": "清理", "worked_minutes": 5})
    assert done.status_code == 200 and done.json()["worked_minutes"] == 25


def test_the_ticket_page_costs_nothing_more_for_hours(desk, ticket):
    client = desk.world.client("manager")

    def cost() -> int:
        client.get(page_of(ticket))
        with CaptureQueriesContext(connection) as caught:
            client.get(page_of(ticket))
        return len(caught)

    before = cost()
    for _ in range(5):
        enter(desk, ticket, "manager")
    assert cost() == before
