"""Tasks of a ticket: who keeps, sees and ticks them, what is on record, and that their moment is told once."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.accounts.models import Membership, Notice, User
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.models import Delivery, TicketTask
from opsledger.apps.desk.services import reminders
from opsledger.apps.desk.services.channels import add_channel
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026"
PROVIDER, OTHERS = ("manager", "engineer", "engineer2"), ("unit", "buyer", "supervisor", "auditor")


def page_of(ticket, tail="") -> str:
    return f"{BASE}/tickets/{ticket.number}/{tail}"


def add(desk, ticket, words="备份数据库", who="engineer", to=None, due=None) -> list[TicketTask]:
    told = {
        "words": words,
        "assignee": desk.world.users[to] if to else None,
        "due_at": desk.start + timedelta(hours=due) if due else None,
    }
    return desk.do(ticket, "add_tasks", who, **told)


def act(desk, verb, task, who="engineer", **told):
    task.refresh_from_db()
    return getattr(services, verb)(actor=desk.actor(who), task=task, **told)


def told_to(desk, who, words) -> int:
    return Notice.objects.filter(user=desk.world.users[who], title__contains=words).count()


def test_lines_become_tasks_and_each_stands_in_the_ledger(desk, ticket):
    version, due = ticket.version, ticket.next_due_at
    add(desk, ticket, "1. 备份数据库\n- 更换硬盘\n\n重建阵列", to="engineer2", due=2)
    assert [(row.words, row.position) for row in ticket.tasks.all()] == [
        ("备份数据库", 1),
        ("更换硬盘", 2),
        ("重建阵列", 3),
    ]
    entries = Entry.objects.filter(verb="ticket.task_added").order_by("id")
    assert [entry.changes["task"] for entry in entries] == ["备份数据库", "更换硬盘", "重建阵列"]
    assert entries[0].changes["person"] == "演示engineer2" and entries[0].unit_id is None
    (event,) = ticket.events.filter(action="task_added")
    assert event.private and event.note == "备份数据库；更换硬盘；重建阵列"
    # The clocks and other people's pages are untouched.
    ticket.refresh_from_db()
    assert (ticket.version, ticket.next_due_at) == (version, due)
    # Several at once are one message.
    assert told_to(desk, "engineer2", "给您的3项待办") == 1
    assert Notice.objects.filter(user=desk.world.users["engineer"], title__contains="待办").count() == 0


@pytest.mark.parametrize("who", PROVIDER)
def test_the_providers_people_keep_tasks_also_on_a_colleagues_ticket(desk, who):
    ticket = desk.working()
    (task,) = add(desk, ticket, who=who)
    act(desk, "withdraw_task", task, who)
    assert ticket.tasks.get().withdrawn_by == desk.world.users[who]


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_keeps_tasks(desk, ticket, who):
    (task,) = add(desk, ticket)
    with pytest.raises(DomainError, match=r"access\.denied"):
        add(desk, ticket, who=who)
    for verb in ("finish_task", "withdraw_task", "reopen_task"):
        with pytest.raises(DomainError, match=r"access\.denied"):
            act(desk, verb, task, who)
    client = desk.world.client(who)
    client.post(page_of(ticket, "tasks/"), {"words": "x"})
    client.post(page_of(ticket, f"tasks/{task.pk}/"), {"do": "done"})
    client.post(page_of(ticket, f"tasks/{task.pk}/edit/"), {"words": "y"})
    assert [(row.words, row.is_open) for row in ticket.tasks.all()] == [("备份数据库", True)]


def test_a_unit_sees_and_ticks_its_own_part_alone(desk, ticket):
    (own,) = add(desk, ticket, "提供机房钥匙", to="unit")
    (inner,) = add(desk, ticket, "和原厂商谈价", to="engineer")
    unit = desk.world.client("unit")
    shown = unit.get(page_of(ticket, "tasks/")).content.decode()
    assert "提供机房钥匙" in shown and "谈价" not in shown and "添加待办</button>" not in shown
    story = unit.get(page_of(ticket)).content.decode()
    assert "提供机房钥匙" in story and "谈价" not in story and "1 项未完成" in story
    assert unit.post(page_of(ticket, f"tasks/{inner.pk}/"), {"do": "done"}).status_code == 404
    assert unit.post(page_of(ticket, f"tasks/{own.pk}/"), {"do": "withdraw"}).status_code == 403
    assert unit.post(page_of(ticket, f"tasks/{own.pk}/"), {"do": "done"}).status_code == 302
    assert ticket.tasks.get(pk=own.pk).done_by == desk.world.users["unit"]
    seen = Entry.objects.filter(verb__startswith="ticket.task", unit_id=ticket.unit_id)
    assert {entry.changes["task"] for entry in seen} == {"提供机房钥匙"}
    assert told_to(desk, "unit", "给您的待办：提供机房钥匙") == 1
    # The buyer reads all, the other unit nothing.
    buyer = desk.world.client("buyer").get(page_of(ticket, "tasks/")).content.decode()
    assert "谈价" in buyer and "提供机房钥匙" in buyer and "task_id" not in buyer
    assert desk.world.client("other_unit").get(page_of(ticket, "tasks/")).status_code == 404


@pytest.mark.parametrize("who", ["other_unit", "buyer", "stranger"])
def test_a_task_goes_only_to_those_who_have_a_part_in_the_ticket(desk, ticket, who):
    with pytest.raises(DomainError, match=r"task\.not_theirs"):
        add(desk, ticket, to=who)
    client = desk.world.client("engineer")
    told = {"words": "问一问", "assignee": str(desk.world.users[who].pk)}
    shown = client.post(page_of(ticket, "tasks/"), told).content.decode()
    assert "不在这张工单的办理人员里" in shown and "问一问" in shown
    assert not TicketTask.objects.exists()


@pytest.mark.parametrize(
    ("words", "due", "code"),
    [
        ("", None, "task.empty"),
        ("- \n\n", None, "task.empty"),
        ("长" * 201, None, "task.too_long"),
        ("\n".join("甲" * 31), None, "task.too_many_lines"),
        ("备份", -1, "task.due_past"),
        ("备份", 24 * 800, "task.due_far"),
    ],
)
def test_what_is_refused(desk, ticket, words, due, code):
    with pytest.raises(DomainError) as caught:
        add(desk, ticket, words, due=due)
    assert caught.value.code == code and not TicketTask.objects.exists()


def test_a_ticket_holds_so_many_open_tasks(desk, ticket):
    for _ in range(2):
        add(desk, ticket, "\n".join(f"第{n}项" for n in range(30)))
    with pytest.raises(DomainError, match=r"task\.too_many"):
        add(desk, ticket)


def test_ticking_once_and_the_way_back(desk, ticket):
    (task,) = add(desk, ticket, due=3)
    stale = TicketTask.objects.select_related("ticket__contract").get(pk=task.pk)
    act(desk, "finish_task", task, "engineer2")
    with pytest.raises(DomainError, match=r"task\.moved_on"):
        services.finish_task(actor=desk.actor("manager"), task=stale)
    task.refresh_from_db()
    assert (task.done_by, task.done_at, task.next_at) == (desk.world.users["engineer2"], desk.start, None)
    act(desk, "reopen_task", task)
    assert task.next_at == task.due_at and task.is_open
    act(desk, "withdraw_task", task)
    for verb in ("finish_task", "reopen_task", "withdraw_task"):
        with pytest.raises(DomainError, match=r"task\.moved_on"):
            act(desk, verb, task)
    verbs = list(
        Entry.objects.filter(verb__startswith="ticket.task").order_by("id").values_list("verb", flat=True)
    )
    assert verbs == [f"ticket.task_{word}" for word in ("added", "done", "reopened", "withdrawn")]
    shown = desk.world.client("engineer").get(page_of(ticket, "tasks/")).content.decode()
    assert "已撤回 1 项" in shown and "备份数据库" in shown


def test_a_task_is_said_anew_and_only_what_differs_is_recorded(desk, ticket):
    (task,) = add(desk, ticket, to="engineer")
    users = desk.world.users
    due = desk.start + timedelta(hours=5)
    act(desk, "change_task", task, words="备份 两份", assignee=users["engineer2"], due_at=due)
    entry = Entry.objects.get(verb="ticket.task_changed")
    assert entry.changes["task"] == {"from": "备份数据库", "to": "备份 两份"}
    assert entry.changes["person"] == {"from": "演示engineer", "to": "演示engineer2"}
    assert entry.changes["due_at"]["from"] == "" and told_to(desk, "engineer2", "备份 两份") == 1
    act(desk, "change_task", task, words="备份 两份", assignee=users["engineer2"], due_at=due)
    assert Entry.objects.filter(verb="ticket.task_changed").count() == 1
    with desk.later(hours=6):
        # What is due already may keep its moment, and be given to nobody.
        act(desk, "change_task", task, words="备份 三份", assignee=None, due_at=due)
        with pytest.raises(DomainError, match=r"task\.due_past"):
            act(desk, "change_task", task, words="x", assignee=None, due_at=due - timedelta(hours=1))
    stale = TicketTask.objects.select_related("ticket__contract", "assignee").get(pk=task.pk)
    act(desk, "change_task", task, words="另一句", assignee=None, due_at=None)
    with pytest.raises(DomainError, match=r"task\.moved_on"):
        services.change_task(
            actor=desk.actor("manager"), task=stale, words="第三句", assignee=None, due_at=None
        )


def test_tasks_are_put_in_order(desk, ticket):
    first, second, third = add(desk, ticket, "一\n二\n三")
    act(desk, "finish_task", second)
    act(desk, "move_task", third, up=True)
    act(desk, "move_task", third, up=True)
    rows = [row.words for row in selectors.tasks_of(desk.actor("manager"), ticket) if row.is_open]
    assert rows == ["三", "一"]
    act(desk, "move_task", third, up=False)
    act(desk, "move_task", first, up=True)
    client = desk.world.client("engineer")
    client.post(page_of(ticket, f"tasks/{third.pk}/"), {"do": "up"})
    assert [row.words for row in selectors.tasks_of(desk.actor("manager"), ticket) if row.is_open] == [
        "三",
        "一",
    ]
    assert client.post(page_of(ticket, f"tasks/{third.pk}/"), {"do": "nonsense"}).status_code == 404
    with pytest.raises(DomainError, match=r"task\.moved_on"):
        act(desk, "move_task", second, up=True)


def test_a_due_task_is_told_once_by_its_moment(desk):
    ticket = desk.working()
    add(desk, ticket, to="engineer2", due=2)
    add(desk, ticket, "没有人的", due=2)
    add(desk, ticket, "已经做了的", to="engineer2", due=2)
    act(desk, "finish_task", ticket.tasks.get(words="已经做了的"))
    with desk.later(hours=1, minutes=59) as at:
        assert services.sweep_reminders(at) == 0
    for hours in (3, 4):
        with desk.later(hours=hours) as at:
            services.sweep_reminders(at)
    assert told_to(desk, "engineer2", "待办到期：备份数据库") == 1
    # Without a person, whoever has the ticket is told.
    assert told_to(desk, "engineer", "待办到期：没有人的") == 1
    assert Notice.objects.filter(title__contains="已经做了的", title__startswith="待办到期").count() == 0


def test_a_worker_killed_half_way_leaves_the_moment_for_the_next(desk, ticket, monkeypatch):
    add(desk, ticket, to="engineer2", due=1)

    def die(*args, **kwargs):
        raise RuntimeError("killed")

    with desk.later(hours=2) as at:
        monkeypatch.setattr(reminders.notices, "tell_task_due", die)
        with contextlib.suppress(RuntimeError):
            services.sweep_reminders(at)
        monkeypatch.undo()
        assert told_to(desk, "engineer2", "待办到期") == 0
        # Two workers that saw the same row: the second finds it claimed.
        (pk, moment) = TicketTask.objects.filter(next_at__lte=at).values_list("pk", "next_at").get()
        claims = [reminders._claim(TicketTask, reminders._tell_due, pk, moment, at) for _ in range(2)]
    assert claims == [1, 0] and told_to(desk, "engineer2", "待办到期") == 1


def test_who_has_left_and_what_is_over_are_not_told(desk):
    ticket, closed = desk.working(), desk.working(title="另一张")
    add(desk, ticket, to="engineer2", due=1)
    add(desk, closed, "收尾", to="manager", due=1)
    desk.do(closed, "withdraw", "unit", reason="不用修了")
    Membership.objects.filter(user=desk.world.users["engineer2"]).delete()
    with desk.later(hours=2) as at:
        services.sweep_reminders(at)
    assert Notice.objects.filter(title__startswith="待办到期").count() == 0
    assert list(selectors.my_tasks(desk.actor("engineer2"))) == []
    assert list(selectors.my_tasks(desk.actor("manager"))) == []


def test_helpers_see_what_is_theirs(desk):
    ticket = desk.working()
    add(desk, ticket, to="engineer2", due=3)
    add(desk, ticket, "提供钥匙", to="unit")
    client = desk.world.client("engineer2")
    assert "备份数据库" in client.get("/me/todo/").content.decode()
    home = client.get("/").content.decode()
    assert 'hx-get="/me/todo/?brief"' in home
    assert "协办" in client.get("/me/todo/?brief").content.decode()
    brief = desk.world.client("manager").get("/me/todo/?brief").content.decode()
    assert "协办" not in brief and 'id="my-tasks"' in brief
    unit = desk.world.client("unit").get("/me/todo/").content.decode()
    assert "提供钥匙" in unit and "备份数据库" not in unit
    feed = client.get(f"{BASE}/channels/").content.decode().split("<code>")[1].split("</code>")[0]
    book = client.get(feed.replace("http://testserver", "")).content.decode()
    assert "待办：备份数据库" in book and f"UID:task-{ticket.tasks.get(words='备份数据库').pk}@" in book


def test_resolving_warns_and_does_not_bar(desk):
    ticket = desk.working()
    add(desk, ticket, "一\n二")
    engineer = desk.world.client("engineer")
    shown = engineer.get(page_of(ticket, "do/resolve/")).content.decode()
    assert "还有 2 项" in shown
    assert "还有" not in engineer.get(page_of(ticket, "do/suspend/")).content.decode().split("<form")[1]
    desk.do(ticket, "resolve", "engineer", cause="老化", solution="更换")
    assert ticket.state == "resolved" and ticket.tasks.filter(done_at=None).count() == 2
    desk.do(ticket, "confirm", "unit", rating=5)
    with pytest.raises(DomainError, match=r"task\.ticket_over"):
        add(desk, ticket)
    # What was done is still ticked afterwards.
    act(desk, "finish_task", ticket.tasks.first())


def test_papers_do_not_tell_how_the_work_was_shared(desk):
    ticket = desk.working()
    add(desk, ticket, "提供钥匙", to="unit")
    add(desk, ticket, "备份")
    engineer = desk.world.client("engineer")
    assert "提供钥匙" in engineer.get(page_of(ticket)).content.decode()
    sheet = engineer.get(page_of(ticket, "sheet/")).content.decode()
    assert "接单" in sheet and "提供钥匙" not in sheet and "待办" not in sheet.split("处理过程")[1]
    told = [event.action for event in selectors.story_of(desk.actor("engineer"), ticket)]
    assert told == ["report", "dispatch", "accept"]


def test_nothing_moves_on_a_closed_contract(desk, ticket):
    (task,) = add(desk, ticket)
    Contract.objects.update(status=Contract.Status.CLOSED)
    engineer = desk.world.client("engineer")
    shown = engineer.get(page_of(ticket, "tasks/")).content.decode()
    assert "备份数据库" in shown and "<button" not in shown.split('id="tasks"')[1].split("</ul>")[0]
    assert engineer.post(page_of(ticket, f"tasks/{task.pk}/"), {"do": "done"}).status_code == 409
    task.refresh_from_db()
    assert task.is_open


def test_messages_on_tasks_are_a_topic_of_ones_own_channels(desk, ticket):
    world = desk.world
    for topic in ("tasks", "limits"):
        add_channel(
            actor=desk.actor("engineer2"),
            contract=world.contract,
            kind="mail",
            name=topic,
            address=f"{topic}@example.gov.cn",
            personal=True,
            topics=[topic],
        )
    add(desk, ticket, to="engineer2")
    assert [row.channel.name for row in Delivery.objects.all()] == ["tasks"]


def test_the_list_costs_the_same_however_long_it_is(desk, ticket):
    def cost(path) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    client = desk.world.client("engineer2")
    add(desk, ticket, to="engineer2")
    paths = (page_of(ticket, "tasks/"), "/me/todo/", page_of(ticket))
    few = [cost(path) for path in paths]
    for number in range(10):
        other = desk.report(title=f"第{number}张")
        (task,) = add(desk, other, f"甲{number}", to="engineer2")
        (task,) = add(desk, ticket, f"乙{number}", to="engineer2")
        if number % 2:
            act(desk, "finish_task", task)
    assert [cost(path) for path in paths] == few
    assert few[0] <= 12 and few[1] <= 11 and few[2] <= 16


def test_programs_keep_tasks(desk, ticket, through):
    at = f"/contracts/demo-2026/tickets/{ticket.number}"
    due = (desk.start + timedelta(hours=3)).isoformat()
    body = {"words": "备份\n更换硬盘", "assignee": "engineer2", "due_at": due}
    key = {"HTTP_IDEMPOTENCY_KEY": "once"}
    made = through("engineer", "post", f"{at}/tasks", body, 201, **key)
    assert through("engineer", "post", f"{at}/tasks", body, 201, **key) == made
    assert [row["words"] for row in made] == ["备份", "更换硬盘"] and TicketTask.objects.count() == 2
    assert through("engineer2", "get", "/my/tasks?count=true")["count"] == 2
    first = f"{at}/tasks/{made[0]['id']}"
    told = through("engineer", "patch", first, {"assignee": "unit", "due_at": None})
    assert (told["for_unit"], told["due_at"], told["words"]) == (True, None, "备份")
    assert through("unit", "post", f"{first}/acts/done")["state"] == "done"
    assert through("unit", "get", f"{at}/tasks")[0]["done_by"] == "演示unit"
    assert len(through("unit", "get", f"{at}/tasks")) == 1
    through("other_unit", "get", f"{at}/tasks", status=404)
    through("unit", "post", f"{at}/tasks/{made[1]['id']}/acts/done", status=404)
    through("engineer", "patch", first, {"words": "x"}, 409)
    through("engineer", "post", f"{at}/tasks", {"words": "x", "assignee": "buyer"}, 400)
    assert through("engineer", "put", f"{at}/tasks/{made[1]['id']}/place", {"up": True})
    assert through("engineer", "get", at)["open_tasks"] == 1
    assert through("engineer", "post", f"{at}/tasks/{made[1]['id']}/acts/withdraw")["state"] == "withdrawn"
    through("engineer", "post", f"{at}/tasks", {"words": "x"}, 403, scopes=("tickets:read",))
    through("buyer", "post", f"{at}/tasks", {"words": "x"}, 403)


def test_a_person_who_left_keeps_a_task_until_it_is_given_away(desk, ticket):
    (task,) = add(desk, ticket, to="engineer2")
    Membership.objects.filter(user=desk.world.users["engineer2"]).delete()
    client = desk.world.client("engineer")
    edit = page_of(ticket, f"tasks/{task.pk}/edit/")
    assert "演示engineer2" in client.get(edit).content.decode()
    pk = User.objects.get(username="engineer2").pk
    assert client.post(edit, {"words": "改了字", "assignee": str(pk)}).status_code == 302
    task.refresh_from_db()
    assert (task.words, task.assignee_id) == ("改了字", pk)
