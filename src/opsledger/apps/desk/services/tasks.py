"""What remains to be done on a ticket, line by line (待办): added, given, ticked, taken back, each on record.

The clocks of the ticket are untouched by all of it: a task is a promise among people and no limit of the contract,
and a ticket may be resolved while tasks are open (the form of resolving says how many are).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from opsledger.apps.accounts.models import User
from opsledger.apps.desk import notices, policies
from opsledger.apps.desk.models import Ticket, TicketEvent, TicketTask
from opsledger.apps.desk.selectors.tasks import task_people
from opsledger.apps.desk.services.acting import check_open
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.desk.words import TASK_FACT
from opsledger.apps.ledger import services as ledger
from opsledger.core import lines
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

MAX_WORDS = 200
MAX_AT_ONCE = 30
MAX_OPEN = 60
_AHEAD = timedelta(days=730)


@transaction.atomic
def add_tasks(
    *,
    actor: Actor,
    ticket: Ticket,
    words: str,
    assignee: User | None = None,
    due_at: datetime | None = None,
) -> list[TicketTask]:
    """Each line of `words` becomes a task, all for the same person and moment; whom they are given to is told once.

    A task of one of the unit's people is the unit's part: the unit sees it and ticks it.  Refused: nothing to do, too
    many, a person who has no part in the ticket, a moment that has passed, a ticket that is over.
    """
    _may_keep(actor, ticket)
    matters = _checked(ticket, words)
    for_unit = _for_unit(ticket, assignee)
    at = clock.now()
    _check_due(due_at, at)
    last = TicketTask.objects.filter(ticket=ticket).aggregate(last=Max("position"))["last"] or 0
    tasks = [
        TicketTask.objects.create(
            ticket=ticket,
            words=matter,
            assignee=assignee,
            for_unit=for_unit,
            due_at=due_at,
            next_at=due_at,
            position=last + number,
            added_at=at,
            added_by_id=actor.user_id,
        )
        for number, matter in enumerate(matters, start=1)
    ]
    for task in tasks:
        _record(actor, task, "ticket.task_added", _facts(task))
    _tell_story(actor, tasks[0], "task_added", "；".join(matters), at)
    _tell_given(actor, tasks, at)
    return tasks


@transaction.atomic
def change_task(
    *, actor: Actor, task: TicketTask, words: str, assignee: User | None, due_at: datetime | None
) -> TicketTask:
    """Say a task anew: its words, for whom, until when.  Only what differs is recorded; a new person is told."""
    ticket = task.ticket
    _may_keep(actor, ticket)
    said = " ".join(words.split())
    _check_words(said)
    at = clock.now()
    if due_at != task.due_at:
        _check_due(due_at, at)
    given = assignee is not None and assignee.pk != task.assignee_id
    for_unit = _for_unit(ticket, assignee) if given or assignee is None else task.for_unit
    before = _facts(task)
    next_at = due_at if due_at and due_at > at else None
    found = TicketTask.objects.filter(
        pk=task.pk, done_at=None, withdrawn_at=None, words=task.words, assignee_id=task.assignee_id
    )
    changed = {
        "words": said,
        "assignee": assignee,
        "for_unit": for_unit,
        "due_at": due_at,
        "next_at": next_at,
    }
    was_units = task.for_unit
    if found.update(**changed) != 1:
        raise DomainError("task.moved_on")
    for name, value in changed.items():
        setattr(task, name, value)
    differs = {
        key: {"from": before.get(key, ""), "to": value}
        for key, value in {**dict.fromkeys(before, ""), **_facts(task)}.items()
        if before.get(key, "") != value
    }
    if differs:
        _record(actor, task, "ticket.task_changed", {"task": said, **differs}, was_units=was_units)
        _tell_story(actor, task, "task_changed", said, at)
    if given:
        _tell_given(actor, [task], at)
    return task


@transaction.atomic
def finish_task(*, actor: Actor, task: TicketTask) -> TicketTask:
    """Tick a task: done, by whom and when."""
    _may_tick(actor, task)
    at = clock.now()
    _move(task, {"done_at": None}, done_at=at, done_by_id=actor.user_id, next_at=None)
    _record(actor, task, "ticket.task_done", {"task": task.words})
    _tell_story(actor, task, "task_done", task.words, at)
    return task


@transaction.atomic
def reopen_task(*, actor: Actor, task: TicketTask) -> TicketTask:
    """Take the tick off: the task is open again, and told when due if that still lies ahead."""
    _may_tick(actor, task)
    at = clock.now()
    next_at = task.due_at if task.due_at and task.due_at > at else None
    _move(task, {"done_at__isnull": False}, done_at=None, done_by_id=None, next_at=next_at)
    _record(actor, task, "ticket.task_reopened", {"task": task.words})
    _tell_story(actor, task, "task_reopened", task.words, at)
    return task


@transaction.atomic
def withdraw_task(*, actor: Actor, task: TicketTask) -> TicketTask:
    """Take a task back: it stays to be read under what was withdrawn, and counts no more."""
    _must_keep(actor, task.ticket)
    at = clock.now()
    _move(task, {"done_at": None}, withdrawn_at=at, withdrawn_by_id=actor.user_id, next_at=None)
    _record(actor, task, "ticket.task_withdrawn", {"task": task.words})
    _tell_story(actor, task, "task_withdrawn", task.words, at)
    return task


@transaction.atomic
def move_task(*, actor: Actor, task: TicketTask, up: bool) -> None:
    """Put an open task one place up or down among the open ones; at the end of the list nothing happens.

    The order is a convenience and no fact: it is not recorded.
    """
    _must_keep(actor, task.ticket)
    rows = list(
        TicketTask.objects.filter(ticket=task.ticket, done_at=None, withdrawn_at=None).values_list(
            "pk", flat=True
        )
    )
    if task.pk not in rows:
        raise DomainError("task.moved_on")
    here = rows.index(task.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, pk in enumerate(rows, start=1):
        TicketTask.objects.filter(pk=pk).update(position=position)


def _must_keep(actor: Actor, ticket: Ticket) -> None:
    check_open(ticket.contract)
    if not policies.may_keep_tasks(actor, ticket):
        raise DomainError("access.denied")


def _may_keep(actor: Actor, ticket: Ticket) -> None:
    _must_keep(actor, ticket)
    if ticket.over:
        raise DomainError("task.ticket_over", state=ticket.state_word)


def _may_tick(actor: Actor, task: TicketTask) -> None:
    check_open(task.ticket.contract)
    if not policies.may_tick(actor, task):
        raise DomainError("access.denied")


def _checked(ticket: Ticket, words: str) -> list[str]:
    matters = lines.matters(words)
    if not matters:
        raise DomainError("task.empty")
    if len(matters) > MAX_AT_ONCE:
        raise DomainError("task.too_many_lines", limit=MAX_AT_ONCE, found=len(matters))
    for matter in matters:
        _check_words(matter)
    known = TicketTask.objects.filter(ticket=ticket, done_at=None, withdrawn_at=None).count()
    if known + len(matters) > MAX_OPEN:
        raise DomainError("task.too_many", limit=MAX_OPEN, known=known)
    return matters


def _check_words(words: str) -> None:
    if not words:
        raise DomainError("task.empty")
    if len(words) > MAX_WORDS:
        raise DomainError("task.too_long", words=words[:20], limit=MAX_WORDS)


def _check_due(due_at: datetime | None, at: datetime) -> None:
    if due_at is not None and not at < due_at <= at + _AHEAD:
        raise DomainError("task.due_past" if due_at <= at else "task.due_far")


def _for_unit(ticket: Ticket, assignee: User | None) -> bool:
    """Whether it is the unit's part; refuses a person who has no part in the ticket."""
    if assignee is None:
        return False
    inside, unit = task_people(ticket)
    if any(user.pk == assignee.pk for user in inside):
        return False
    if any(user.pk == assignee.pk for user in unit):
        return True
    raise DomainError("task.not_theirs", name=str(assignee))


def _move(task: TicketTask, expected: Mapping[str, object], **said: object) -> None:
    """The conditional write: of two people at once one ticks, the other is told that it moved on."""
    if TicketTask.objects.filter(pk=task.pk, withdrawn_at=None, **expected).update(**said) != 1:
        raise DomainError("task.moved_on")
    task.refresh_from_db()


def _facts(task: TicketTask) -> dict[str, object]:
    told: dict[str, object] = {"task": task.words}
    if task.assignee:
        told["person"] = str(task.assignee)
    if task.due_at:
        told["due_at"] = task.due_at
    return told


def _record(
    actor: Actor, task: TicketTask, verb: str, changes: Mapping[str, object], *, was_units: bool = False
) -> None:
    about = subject(task.ticket)
    ledger.record(
        chain=ledger.contract_chain(task.ticket.contract_id),
        actor=actor,
        verb=verb,
        # Of no unit, unless it is the unit's part: service units do not read how the provider shares its work.
        subject=about if task.for_unit or was_units else replace(about, unit_id=None),
        changes=changes,
    )


def _tell_story(actor: Actor, task: TicketTask, action: str, words: str, at: datetime) -> None:
    TicketEvent.objects.create(
        ticket=task.ticket,
        kind=TASK_FACT,
        action=action,
        happened_at=at,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        note=words,
        private=not task.for_unit,
    )
    Ticket.objects.filter(pk=task.ticket_id).update(updated_at=at)


def _tell_given(actor: Actor, tasks: list[TicketTask], at: datetime) -> None:
    """Tell the person once of all that was given; who gives it to themselves knows."""
    first = tasks[0]
    if first.assignee is None or first.assignee_id == actor.user_id:
        return
    notices.tell_task_given(tasks, actor.name, at)
