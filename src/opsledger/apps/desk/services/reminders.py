"""Being told of a ticket again, later (稍后提醒): one's own matter, told to nobody else and recorded nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import User
from opsledger.apps.desk import agreements, notices, policies
from opsledger.apps.desk.models import Reminder, Ticket, TicketTask
from opsledger.core import later
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

MAX_WORDS = 100
MAX_WAITING = 100
_AHEAD = timedelta(days=400)
_BATCH = 500


def moments_for(ticket: Ticket, at: datetime) -> dict[str, datetime]:
    """The moments that are offered at `at`, by the calendar and in the zone of the ticket's contract."""
    office = agreements.clocks_of(ticket.contract)[agreements.OFFICE]
    return later.offered(at, office.calendar, office.tz)


@transaction.atomic
def set_reminder(*, actor: Actor, ticket: Ticket, due_at: datetime, words: str = "") -> Reminder:
    """Have the worker tell the actor of a ticket at a moment ahead, with a few words.

    No ledger: it concerns nobody but the person.  Refused: a moment that has passed or is more than a year ahead,
    more reminders than anybody can mean.
    """
    if actor.user_id is None:
        raise DomainError("access.denied")
    at = clock.now()
    if not at < due_at <= at + _AHEAD:
        raise DomainError("reminder.past" if due_at <= at else "reminder.far")
    said = " ".join(words.split())
    if len(said) > MAX_WORDS:
        raise DomainError("reminder.too_long", limit=MAX_WORDS)
    known = Reminder.objects.filter(user_id=actor.user_id, next_at__isnull=False).count()
    if known >= MAX_WAITING:
        raise DomainError("reminder.too_many", limit=MAX_WAITING)
    return Reminder.objects.create(
        ticket=ticket, user_id=actor.user_id, words=said, due_at=due_at, next_at=due_at, created_at=at
    )


def cancel_reminder(*, actor: Actor, reminder: Reminder) -> None:
    """Take one's own reminder back; one that has been told meanwhile, or is somebody else's, is refused."""
    if reminder.user_id != actor.user_id:
        raise DomainError("access.denied")
    waiting = Reminder.objects.filter(pk=reminder.pk, next_at__isnull=False)
    if waiting.update(next_at=None) != 1:
        raise DomainError("reminder.told")


def sweep_reminders(at: datetime) -> int:
    """Tell of the reminders and the tasks whose moment has come, each exactly once.

    Each row is claimed by a conditional update in the transaction that tells: two workers tell once, and a worker
    killed half-way leaves the moment in place for the next one.
    """
    return _sweep(Reminder, _remind, at) + _sweep(TicketTask, _tell_due, at)


def _sweep(kind, do, at: datetime) -> int:  # type: ignore[no-untyped-def]
    done = 0
    while True:
        rows = kind.objects.filter(next_at__lte=at).order_by("next_at", "pk")
        due = list(rows.values_list("pk", "next_at")[:_BATCH])
        for pk, moment in due:
            done += _claim(kind, do, pk, moment, at)
        if len(due) < _BATCH:
            return done


def _claim(kind, do, pk: int, moment: datetime, at: datetime) -> int:  # type: ignore[no-untyped-def]
    with transaction.atomic():
        if kind.objects.filter(pk=pk, next_at=moment).update(next_at=None) != 1:
            return 0
        do(pk, moment, at)
        return 1


def _remind(pk: int, moment: datetime, at: datetime) -> None:
    row = Reminder.objects.select_related("user", "ticket__contract").get(pk=pk)
    if _still_sees(row.user, row.ticket):
        notices.tell_reminder(row, at)


def _tell_due(pk: int, moment: datetime, at: datetime) -> None:
    """To the person of the task; without one, to whoever has the ticket.  Nothing where all is over."""
    row = TicketTask.objects.select_related("assignee", "ticket__contract", "ticket__assignee").get(pk=pk)
    user = row.assignee or row.ticket.assignee
    if row.is_open and not row.ticket.over and user and _still_sees(user, row.ticket):
        notices.tell_task_due(row, user, moment, at)


def _still_sees(user: User, ticket: Ticket) -> bool:
    if not user.is_active:
        return False
    return Ticket.objects.filter(policies.visible_anywhere(actor_for(user)), pk=ticket.pk).exists()
