"""A major incident and its children: a child made, all told at once, all resolved with the same words.

What is done to many is done to each in a transaction of its own, so that one that refuses holds up no other and
nobody else waits for the whole of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket, TicketEvent, TicketLink
from opsledger.apps.desk.selectors.family import open_children
from opsledger.apps.desk.services.acting import check_hand, check_open
from opsledger.apps.desk.services.bulk import Outcome
from opsledger.apps.desk.services.linking import MAX_CHILDREN, link
from opsledger.apps.desk.services.notes import Words, put
from opsledger.apps.desk.services.reporting import report_ticket
from opsledger.apps.desk.services.working import accept, resolve
from opsledger.apps.ledger import services as ledger
from opsledger.core import tickets
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, errors
from opsledger.kernel.access import Actor

# Children resolved in one request of a page: a few seconds' work.
AT_ONCE = 50


@transaction.atomic
def new_child(
    *,
    actor: Actor,
    ticket: Ticket,
    title: str,
    item: ServiceItem | None = None,
    severity: str = "",
    description: str = "",
) -> Ticket:
    """A further ticket under this one, its clocks from now; for the same unit the reporter and the place are the same."""
    actor.must(ticket.contract_id, *policies.PROVIDER_ROLES)
    if ticket.over:
        raise DomainError("ticket.child_closed", state=ticket.state_word)
    chosen = item or ticket.item
    same = chosen.unit_id == ticket.unit_id
    who = {name: getattr(ticket, name) for name in ("reporter", "contact_name", "contact_phone", "place")}
    made = report_ticket(
        actor=actor,
        item=chosen,
        title=title,
        description=description,
        kind=ticket.kind if ticket.kind in tickets.REPORTED else "incident",
        severity=severity,
        source=ticket.source,
        **(who if same else {}),
    )
    link(actor=actor, ticket=made, other=ticket, kind=TicketLink.Kind.PARENT)
    return made


def tell_children(*, actor: Actor, ticket: Ticket, note: str) -> int:
    """What is said on the parent is said to the reporters of its open children too; returns to how many.

    A child of the same unit is told which ticket it comes from; another unit is not.
    """
    actor.must(ticket.contract_id, *policies.PROVIDER_ROLES)
    if not note.strip():
        raise DomainError("ticket.note_empty")

    def say(child: Ticket) -> object:
        check_open(child.contract)
        known = child.unit_id == ticket.unit_id
        head = f"主工单{ticket.number}的进展：" if known else "处理进展："
        return put(Words(actor, child, "update", "ticket.update_told", f"{head}{note.strip()}"))

    outcomes = _each(list(open_children(actor, ticket)[:MAX_CHILDREN]), say)
    told = sum(outcome.done for outcome in outcomes)
    if told:
        words = f"已告知 {told} 张子工单的报修人"
        _remember(actor, ticket, "children_told", words, {"children": told})
    return told


@dataclass(frozen=True, slots=True)
class Part:
    """So many children as were done in one go; `left` are still to be tried, after the number `last`."""

    outcomes: Sequence[Outcome]
    left: int

    @property
    def last(self) -> str:
        return self.outcomes[-1].ticket.number if self.outcomes else ""

    @property
    def done(self) -> int:
        return sum(outcome.done for outcome in self.outcomes)

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.done]


def resolve_children(
    *,
    actor: Actor,
    ticket: Ticket,
    solution: str,
    cause: str = "",
    happened_at: datetime | None = None,
    after: str = "",
    most: int = AT_ONCE,
) -> Part:
    """Every open child is resolved with these words by the ordinary way; what is refused says why.

    At most `most` of them, those with numbers beyond `after`, so that nobody waits long for an answer.  One that nobody
    has accepted is accepted first where the actor may; then it is done now, not at `happened_at`, for nobody had it in
    hand before.  Times of interruption and hours are the parent's and are not copied.
    """
    actor.must(ticket.contract_id, *policies.PROVIDER_ROLES)
    check_open(ticket.contract)

    def close(child: Ticket) -> object:
        told: dict[str, Any] = {"cause": cause, "solution": solution, "happened_at": happened_at}
        check_hand(actor, child, "accept")
        if _can_accept_first(actor, child):
            child, told["happened_at"] = accept(actor=actor, ticket=child), None
        return resolve(actor=actor, ticket=child, **told)

    rows = list(open_children(actor, ticket).filter(number__gt=after)[:MAX_CHILDREN])
    part = Part(_each(rows[:most], close), len(rows[most:]))
    if part.outcomes:
        refused = len(part.refused)
        words = f"已办结 {part.done} 张子工单" + (f"，{refused} 张未能办结" if refused else "")
        changes: dict[str, object] = {"children": part.done, "children_left": refused}
        _remember(actor, ticket, "children_resolved", words, changes)
    return part


def _can_accept_first(actor: Actor, child: Ticket) -> bool:
    if child.kind == "question":
        return False  # a question is answered at once
    roles = policies.roles_on(actor, child)
    return any(way.action == "accept" for way in tickets.allowed(child.kind, child.state, roles))


def _each(children: Iterable[Ticket], do: Callable[[Ticket], object]) -> list[Outcome]:
    """Do it to every child, each for itself."""
    outcomes = []
    for child in children:
        try:
            with transaction.atomic():
                do(child)
        except DomainError as error:
            outcomes.append(Outcome(child, False, errors.sentence(error)))
        else:
            outcomes.append(Outcome(child, True))
    return outcomes


@transaction.atomic
def _remember(actor: Actor, ticket: Ticket, action: str, words: str, changes: dict[str, object]) -> None:
    """In the parent's story for the provider, in the ledger of no unit: a unit learns nothing of other units."""
    at = clock.now()
    TicketEvent.objects.create(
        ticket=ticket,
        kind=action,
        action=action,
        happened_at=at,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        note=words,
        private=True,
    )
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb=f"ticket.{action}",
        subject=ledger.Subject("ticket", str(ticket.pk), ticket.numbered, None),
        changes=changes,
    )
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=at)
