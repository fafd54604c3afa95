"""Tasks of tickets, and being reminded of a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.api.on_ticket import AT
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.models import Reminder, Ticket, TicketTask
from opsledger.core.errors import DomainError
from opsledger.kernel.wire import (
    REFUSALS,
    Id,
    Key,
    Line,
    Moment,
    Number,
    PageOf,
    Paging,
    Said,
    Slug,
    Strict,
    paged,
)

router = Router(tags=["beside"])


class TasksIn(Strict):
    words: Said = Field(max_length=10_000, description="要做什么；几行即几项")
    assignee: Line = Field("", description="办理人的用户名：服务商人员，或报修单位的人员；可不填")
    due_at: Moment | None = Field(None, description="期限，须在将来；到时通知办理人一次")


class TaskChange(Strict):
    """Only what is to change is sent."""

    words: Said | None = Field(None, max_length=200)
    assignee: Line | None = Field(None, description="办理人的用户名；空字符串为不指定")
    due_at: Moment | None = Field(None, description="期限；传 null 为去掉")


class TaskOut(Schema):
    """One task; `state` is open, done or withdrawn."""

    id: int
    words: str
    state: Literal["open", "done", "withdrawn"]
    assignee: str | None = Field(description="办理人的用户名")
    person: str | None = Field(description="办理人的姓名")
    for_unit: bool = Field(description="由服务单位的人员办理")
    due_at: datetime | None
    added_at: datetime
    added_by: str | None
    done_at: datetime | None
    done_by: str | None
    withdrawn_at: datetime | None


class MyTaskOut(Schema):
    """A task given to oneself, with the ticket on which it stands."""

    id: int
    words: str
    due_at: datetime | None
    added_at: datetime
    contract: str
    ticket: str
    title: str


class TaskPlaceIn(Strict):
    up: bool = Field(description="true 上移，false 下移")


class ReminderIn(Strict):
    due_at: Moment = Field(description="提醒时间，须在将来一年之内")
    words: Line = Field("", max_length=100, description="提醒内容")


class ReminderOut(Schema):
    id: int
    due_at: datetime
    words: str
    contract: str
    ticket: str
    title: str


def _task(row: TicketTask) -> dict[str, Any]:
    return {
        "id": row.pk,
        "words": row.words,
        "state": "withdrawn" if row.withdrawn_at else "done" if row.done_at else "open",
        "assignee": row.assignee.username if row.assignee else None,
        "person": str(row.assignee) if row.assignee else None,
        "for_unit": row.for_unit,
        "due_at": row.due_at,
        "added_at": row.added_at,
        "added_by": str(row.added_by) if row.added_by else None,
        "done_at": row.done_at,
        "done_by": str(row.done_by) if row.done_by else None,
        "withdrawn_at": row.withdrawn_at,
    }


def _person(ticket: Ticket, username: str) -> User | None:
    if not username:
        return None
    for users in selectors.task_people(ticket):
        for user in users:
            if user.username == username:
                return user
    raise DomainError("task.not_theirs", name=username)


def _where(ticket: Ticket) -> dict[str, str]:
    return {"contract": ticket.contract.slug, "ticket": ticket.number, "title": ticket.title}


def _mine(row: TicketTask) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in ("words", "due_at", "added_at")}
    return {"id": row.pk, **said, **_where(row.ticket)}


def _reminder(row: Reminder) -> dict[str, Any]:
    return {"id": row.pk, "due_at": row.due_at, "words": row.words, **_where(row.ticket)}


@router.get(
    AT + "/tasks",
    response={200: list[TaskOut], **REFUSALS},
    summary="一张工单的待办；服务单位只看到由本单位办理的",
)
def tasks(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """The tasks in their order, those done and withdrawn among them."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    return Status(200, [_task(row) for row in selectors.tasks_of(request.actor, found)])


@router.post(AT + "/tasks", response={201: list[TaskOut], **REFUSALS}, summary="添加待办，一行一项")
def add(request: HttpRequest, slug: Slug, number: Number, told: TasksIn, key: Key = None) -> Any:
    """Every line becomes a task, all for the same person and moment."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> list[dict[str, Any]]:
        made = services.add_tasks(
            actor=request.actor,
            ticket=found,
            words=told.words,
            assignee=_person(found, told.assignee),
            due_at=told.due_at,
        )
        known = {row.pk for row in made}
        return [_task(row) for row in selectors.tasks_of(request.actor, found) if row.pk in known]

    asked = f"tasks {slug} {number} {told.model_dump_json()}"
    answer = once(user_id=request.user.pk, key=key, asked=asked, do=lambda: {"tasks": do()})
    return Status(201, answer["tasks"])


@router.patch(
    AT + "/tasks/{task_id}", response={200: TaskOut, **REFUSALS}, summary="修改待办的内容、办理人、期限"
)
def change(request: HttpRequest, slug: Slug, number: Number, task_id: Id, told: TaskChange) -> Any:
    """Say an open task anew."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    row = selectors.task_of(request.actor, found, task_id)
    sent = told.model_fields_set
    given = "assignee" in sent and told.assignee is not None
    services.change_task(
        actor=request.actor,
        task=row,
        words=told.words if told.words is not None else row.words,
        assignee=_person(found, told.assignee or "") if given else row.assignee,
        due_at=told.due_at if "due_at" in sent else row.due_at,
    )
    return Status(200, _task(selectors.task_of(request.actor, found, task_id)))


_ACTS = {"done": services.finish_task, "reopen": services.reopen_task, "withdraw": services.withdraw_task}


@router.post(
    AT + "/tasks/{task_id}/acts/{action}",
    response={200: TaskOut, **REFUSALS},
    summary="完成（done）、重开（reopen）或撤回（withdraw）一项待办",
)
def move_on(
    request: HttpRequest,
    slug: Slug,
    number: Number,
    task_id: Id,
    action: Literal["done", "reopen", "withdraw"],
) -> Any:
    """Tick a task, take the tick off, or take the task back; a withdrawn one stays to be read."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    _ACTS[action](actor=request.actor, task=selectors.task_of(request.actor, found, task_id))
    return Status(200, _task(selectors.task_of(request.actor, found, task_id)))


@router.put(
    AT + "/tasks/{task_id}/place",
    response={200: list[TaskOut], **REFUSALS},
    summary="把未完成的待办上移或下移",
)
def place(request: HttpRequest, slug: Slug, number: Number, task_id: Id, told: TaskPlaceIn) -> Any:
    """One place up or down; the answer is the list as it then stands."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    row = selectors.task_of(request.actor, found, task_id)
    services.move_task(actor=request.actor, task=row, up=told.up)
    return Status(200, [_task(one) for one in selectors.tasks_of(request.actor, found)])


@router.get("/my/tasks", response={200: PageOf[MyTaskOut], **REFUSALS}, summary="各合同的工单里交给我的待办")
def mine(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The open tasks given to oneself, due first."""
    must(request, "tickets:read")
    return Status(200, paged(selectors.my_tasks(request.actor), **paging.model_dump(), show=_mine))


@router.get(
    "/my/reminders", response={200: PageOf[ReminderOut], **REFUSALS}, summary="我设的、还没到时间的提醒"
)
def reminders(request: HttpRequest, paging: Query[Paging]) -> Any:
    """What one still waits to be reminded of, the next first."""
    must(request, "tickets:read")
    return Status(200, paged(selectors.my_reminders(request.actor), **paging.model_dump(), show=_reminder))


@router.post(
    AT + "/reminders", response={201: ReminderOut, **REFUSALS}, summary="到时提醒我看这张工单；只有本人知道"
)
def remind(request: HttpRequest, slug: Slug, number: Number, told: ReminderIn, key: Key = None) -> Any:
    """Be told of the ticket once, at a moment ahead."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> dict[str, Any]:
        return _reminder(services.set_reminder(actor=request.actor, ticket=found, **told.model_dump()))

    asked = f"reminder {slug} {number} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.delete("/my/reminders/{reminder_id}", response={204: None, **REFUSALS}, summary="取消自己的提醒")
def cancel(request: HttpRequest, reminder_id: Id) -> Any:
    """Take one's own reminder back."""
    must(request, "tickets:write")
    row = selectors.reminder_of(request.actor, reminder_id)
    services.cancel_reminder(actor=request.actor, reminder=row)
    return Status(204, None)
