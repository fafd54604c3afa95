"""Being told of a ticket again, later: one's own alone, at the moments offered, exactly once."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from opsledger.apps.accounts.models import Membership, Notice
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.models import Delivery, Reminder
from opsledger.apps.desk.services import reminders
from opsledger.apps.desk.services.channels import add_channel
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026"
EVERYBODY = ("unit", "buyer", "manager", "engineer", "supervisor", "auditor")


def page_of(ticket, tail="") -> str:
    return f"{BASE}/tickets/{ticket.number}/{tail}"


def remind(desk, ticket, who="engineer", hours=1, words="问备件") -> Reminder:
    due = desk.start + timedelta(hours=hours)
    return services.set_reminder(actor=desk.actor(who), ticket=ticket, due_at=due, words=words)


def told(desk, who="engineer") -> list[str]:
    rows = Notice.objects.filter(user=desk.world.users[who], title__startswith="提醒")
    return list(rows.values_list("title", flat=True))


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_on_the_ticket_reminds_themselves(desk, ticket, who):
    client = desk.world.client(who)
    before = Entry.objects.count()
    shown = client.get(page_of(ticket, "remind/")).content.decode()
    assert "1小时后（今天 11:00）" in shown and "今天下午（今天 15:00）" in shown
    assert "明天上午9点（明天 09:00）" in shown and "下个工作日" not in shown
    assert (
        client.post(page_of(ticket, "remind/"), {"when": "tomorrow", "words": "问 备件"}).status_code == 302
    )
    row = Reminder.objects.get()
    assert (row.user, row.words) == (desk.world.users[who], "问 备件")
    assert row.next_at == row.due_at == desk.start + timedelta(hours=23)
    # Nothing of it is anybody else's business.
    assert Entry.objects.count() == before
    assert "明天 09:00" in client.get(page_of(ticket)).content.decode()
    other = "manager" if who != "manager" else "engineer"
    assert "提醒您" not in desk.world.client(other).get(page_of(ticket)).content.decode()
    assert "问 备件" not in desk.world.client(other).get("/me/todo/").content.decode()
    assert "问 备件" in client.get("/me/todo/").content.decode()


@pytest.mark.parametrize("who", ["other_unit", "stranger"])
def test_who_does_not_see_the_ticket_has_no_reminder_of_it(desk, ticket, who):
    client = desk.world.client(who)
    assert client.get(page_of(ticket, "remind/")).status_code == 404
    assert client.post(page_of(ticket, "remind/"), {"when": "hour"}).status_code == 404
    assert not Reminder.objects.exists()


def test_ones_own_moment_and_what_is_wrong_with_it(desk, ticket):
    client = desk.world.client("engineer")
    path = page_of(ticket, "remind/")
    for said, words in [
        ({"when": "own"}, "请选择提醒的时间"),
        ({"when": "own", "own_at": "2026-03-11T09:59"}, "提醒时间已经过去"),
        ({"when": "own", "own_at": "2028-03-11T10:00"}, "超过一年"),
        ({"when": "own", "own_at": "0001-01-01T00:00"}, "提醒"),
        ({"when": "own", "own_at": "明天"}, "时间格式有误"),
        ({"when": "never"}, "请重新选择"),
        ({"when": "hour", "words": "长" * 101}, "最多 100 字"),
    ]:
        answer = client.post(path, {"words": "这句还在", **said})
        assert answer.status_code == 200 and words in answer.content.decode(), said
    assert not Reminder.objects.exists()
    assert client.post(path, {"when": "own", "own_at": "2026-03-20T16:45"}).status_code == 302
    # 16:45 in Shanghai.
    assert Reminder.objects.get().due_at.hour == 8


def test_it_is_told_once_and_by_ones_own_channels(desk, ticket):
    world = desk.world
    add_channel(
        actor=desk.actor("engineer"),
        contract=world.contract,
        kind="mail",
        name="我的",
        address="a@example.gov.cn",
        personal=True,
        topics=["tasks"],
    )
    remind(desk, ticket)
    remind(desk, ticket, hours=30, words="")
    with desk.later(minutes=59) as at:
        assert services.sweep_reminders(at) == 0
    for hours in (1, 2, 31, 40):
        with desk.later(hours=hours) as at:
            services.sweep_reminders(at)
    assert sorted(told(desk)) == [
        f"提醒：您要看的工单（{ticket.number}）",
        f"提醒：问备件（{ticket.number}）",
    ]
    assert Delivery.objects.filter(channel__name="我的").count() == 2
    assert list(selectors.my_reminders(desk.actor("engineer"))) == []


def test_a_killed_worker_and_two_workers(desk, ticket, monkeypatch):
    row = remind(desk, ticket)

    def die(*args, **kwargs):
        raise RuntimeError("killed")

    with desk.later(hours=2) as at:
        monkeypatch.setattr(reminders.notices, "tell_reminder", die)
        with contextlib.suppress(RuntimeError):
            services.sweep_reminders(at)
        monkeypatch.undo()
        assert told(desk) == []
        claims = [reminders._claim(Reminder, reminders._remind, row.pk, row.due_at, at) for _ in range(2)]
    assert claims == [1, 0] and len(told(desk)) == 1


def test_ones_own_are_taken_back_once(desk, ticket):
    row = remind(desk, ticket)
    path = f"/me/reminders/{row.pk}/cancel/"
    assert desk.world.client("manager").post(path).status_code == 404
    with pytest.raises(DomainError, match=r"access\.denied"):
        services.cancel_reminder(actor=desk.actor("manager"), reminder=row)
    client = desk.world.client("engineer")
    assert client.get(path).status_code == 405
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 404
    with pytest.raises(DomainError, match=r"reminder\.told"):
        services.cancel_reminder(actor=desk.actor("engineer"), reminder=row)
    with desk.later(hours=2) as at:
        assert services.sweep_reminders(at) == 0
    assert told(desk) == []


def test_who_has_left_the_contract_learns_nothing_more(desk, ticket):
    remind(desk, ticket, "engineer2")
    Membership.objects.filter(user=desk.world.users["engineer2"]).delete()
    with desk.later(hours=2) as at:
        services.sweep_reminders(at)
    assert told(desk, "engineer2") == []


def test_so_many_and_no_more(desk, ticket):
    for _ in range(reminders.MAX_WAITING):
        remind(desk, ticket)
    with pytest.raises(DomainError, match=r"reminder\.too_many"):
        remind(desk, ticket)
    remind(desk, ticket, "manager")


def test_programs_set_and_cancel_ones_own(desk, ticket, through):
    at = f"/contracts/demo-2026/tickets/{ticket.number}/reminders"
    body = {"due_at": (desk.start + timedelta(hours=1)).isoformat(), "words": "问备件"}
    made = through("unit", "post", at, body, 201)
    assert (made["ticket"], made["words"]) == (ticket.number, "问备件")
    assert through("unit", "get", "/my/reminders?count=true")["count"] == 1
    assert through("manager", "get", "/my/reminders?count=true")["count"] == 0
    through("manager", "delete", f"/my/reminders/{made['id']}", status=404)
    through("unit", "delete", f"/my/reminders/{made['id']}", status=204)
    through("unit", "post", at, {**body, "due_at": desk.start.isoformat()}, 400)
    through("other_unit", "post", at, body, 404)
