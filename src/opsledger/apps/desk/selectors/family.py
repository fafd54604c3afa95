"""A major incident and the tickets that hang on it: how many there are, in which states, which are still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery

from opsledger.apps.desk.models import Ticket, TicketLink
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.apps.desk.policies import visible_tickets
from opsledger.apps.desk.selectors.lists import tickets_for
from opsledger.kernel.access import Actor

PARENT = TicketLink.Kind.PARENT
_SUGGESTED = 12


@dataclass(frozen=True, slots=True)
class Family:
    """The children of a ticket as one reader may see them; `states` are a ticket in each state and how many are in it."""

    children: Sequence[Ticket]
    still_open: int
    states: Sequence[tuple[Ticket, int]]

    @property
    def total(self) -> int:
        return len(self.children)


def is_open(ticket: Ticket) -> bool:
    """Whether the provider still has to do something: neither resolved nor over."""
    return not ticket.over and ticket.state != "resolved"


def family(children: Iterable[Ticket]) -> Family:
    """The overview of children in hand, those still open in front."""
    rows = sorted(children, key=lambda one: (not is_open(one), one.number))
    first = {one.state_word: one for one in reversed(rows)}
    number = Counter(one.state_word for one in rows)
    states = [(first[word], number[word]) for word in dict.fromkeys(one.state_word for one in rows)]
    return Family(rows, sum(is_open(one) for one in rows), states)


def children_of(actor: Actor, ticket: Ticket) -> QuerySet[Ticket]:
    """The children that `actor` may see, by number."""
    rows = tickets_for(actor, ticket.contract)
    return rows.filter(links_out__kind=PARENT, links_out__other=ticket).order_by("number")


def open_children(actor: Actor, ticket: Ticket) -> QuerySet[Ticket]:
    """Those that the provider still has to do something about."""
    return children_of(actor, ticket).filter(over__in=NOT_OVER).exclude(state="resolved")


def with_parent(rows: QuerySet[Ticket], actor: Actor, contract_id: int) -> QuerySet[Ticket]:
    """The rows with the number of their parent as `parent_number`, as far as `actor` may see the parent; no query more."""
    seen = Ticket.objects.filter(visible_tickets(actor, contract_id))
    links = TicketLink.objects.filter(ticket=OuterRef("pk"), kind=PARENT, other__in=seen)
    return rows.annotate(parent_number=Subquery(links.values("other__number")[:1]))


def under(actor: Actor, contract_id: int, number: str) -> Q:
    """The children of the ticket of this number, if `actor` may see it."""
    seen = Ticket.objects.filter(visible_tickets(actor, contract_id), contract_id=contract_id, number=number)
    return Q(pk__in=TicketLink.objects.filter(kind=PARENT, other__in=seen).values("ticket_id"))


def parents_named(actor: Actor, contract_id: int, part: str) -> list[tuple[str, str]]:
    """The numbers and titles of parents that `actor` may see and whose number or title holds `part`, the newest first."""
    links = TicketLink.objects.filter(kind=PARENT, other__contract_id=contract_id).values("other_id")
    rows = Ticket.objects.filter(visible_tickets(actor, contract_id), contract_id=contract_id, pk__in=links)
    if part:
        rows = rows.filter(Q(number__icontains=part) | Q(title__icontains=part))
    return list(rows.order_by("-pk").values_list("number", "title")[:_SUGGESTED])
