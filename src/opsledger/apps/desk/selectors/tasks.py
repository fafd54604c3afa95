"""Tasks of tickets and reminders as one actor may see them."""

from __future__ import annotations

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import people
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Reminder, Ticket, TicketTask
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.kernel import access
from opsledger.kernel.access import Actor

_OPEN = Q(done_at=None, withdrawn_at=None)
_BESIDE = ("assignee", "added_by", "done_by", "withdrawn_by")
# What a line about a ticket says where it stands outside its own page.
_LINE = tuple(
    f"ticket__{name}"
    for name in ("number", "title", "state", "kind", "over", "place", "contract__slug", "contract__name")
)


def task_people(ticket: Ticket) -> tuple[list[User], list[User]]:
    """To whom a task may be given: the provider's people, and the people of the ticket's service unit."""
    inside = people(ticket.contract_id, access.ENGINEER, access.MANAGER)
    unit = people(ticket.contract_id, access.UNIT, organisation_id=ticket.unit_id) if ticket.unit_id else []
    known = {user.pk for user in inside}
    return inside, [user for user in unit if user.pk not in known]


def tasks_of(actor: Actor, ticket: Ticket) -> list[TicketTask]:
    """The tasks of a ticket that `actor` may see, in order, those done and withdrawn among them; one query."""
    rows = TicketTask.objects.filter(policies.visible_tasks(actor, ticket.contract_id), ticket=ticket)
    found = list(rows.select_related(*_BESIDE))
    for task in found:
        task.ticket = ticket
    return found


def task_of(actor: Actor, ticket: Ticket, task_id: int) -> TicketTask:
    """One task of a ticket; Http404 if hidden or missing."""
    rows = TicketTask.objects.filter(policies.visible_tasks(actor, ticket.contract_id), ticket=ticket)
    found = rows.filter(pk=task_id).select_related(*_BESIDE).first()
    if found is None:
        raise Http404
    found.ticket = ticket
    return found


def my_tasks(actor: Actor) -> QuerySet[TicketTask]:
    """The open tasks given to the actor on tickets that are not over and that they may still see, due first."""
    seen = policies.visible_anywhere(actor, "ticket__")
    rows = TicketTask.objects.filter(_OPEN, seen, assignee_id=actor.user_id, ticket__over__in=NOT_OVER)
    rows = rows.select_related("ticket__contract", "added_by").only(
        *("words", "due_at", "for_unit", "position", "added_at"),
        "added_by__full_name",
        "added_by__username",
        *_LINE,
    )
    return rows.order_by(F("due_at").asc(nulls_last=True), "added_at", "pk")


def open_tasks(ticket: Ticket) -> int:
    """How many tasks of a ticket are open, for whoever resolves it."""
    return TicketTask.objects.filter(_OPEN, ticket=ticket).count()


def my_reminders(actor: Actor) -> QuerySet[Reminder]:
    """What the actor still waits to be reminded of, the next first; only tickets that they may still see."""
    seen = policies.visible_anywhere(actor, "ticket__")
    rows = Reminder.objects.filter(seen, user_id=actor.user_id, next_at__isnull=False)
    return rows.select_related("ticket__contract").only(
        "words", "due_at", "next_at", "created_at", "user_id", *_LINE
    )


def reminder_of(actor: Actor, reminder_id: int) -> Reminder:
    """One's own reminder; Http404 for anybody else's."""
    found = my_reminders(actor).filter(pk=reminder_id).first()
    if found is None:
        raise Http404
    return found


def glimpse(actor: Actor, contract_id: int) -> dict[str, Subquery | Coalesce]:
    """What the page of a ticket says of tasks and reminders before they are opened, asked with the ticket itself."""
    seen = TicketTask.objects.filter(
        policies.visible_tasks(actor, contract_id), ticket=OuterRef("pk"), withdrawn_at=None
    )
    per_ticket = seen.order_by().values("ticket").annotate(number=Count("pk")).values("number")
    mine = Reminder.objects.filter(ticket=OuterRef("pk"), user_id=actor.user_id, next_at__isnull=False)
    return {
        "tasks_all": Coalesce(Subquery(per_ticket), 0),
        "tasks_open": Coalesce(Subquery(per_ticket.filter(done_at=None)), 0),
        "reminded_at": Subquery(mine.order_by("due_at").values("due_at")[:1]),
    }
