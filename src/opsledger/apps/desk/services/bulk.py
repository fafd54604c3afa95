"""One act on many tickets: looked at first, then done one by one, each with its own outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.desk.models import Ticket, TicketLink
from opsledger.apps.desk.services.closing import change_severity, confirm
from opsledger.apps.desk.services.linking import link
from opsledger.apps.desk.services.moving import change_item
from opsledger.apps.desk.services.notes import add_note
from opsledger.apps.desk.services.tags import add_tags
from opsledger.apps.desk.services.working import dispatch, reassign
from opsledger.core.errors import DomainError
from opsledger.kernel import errors
from opsledger.kernel.access import Actor

ACTS = {
    "dispatch": "派单或转派",
    "note": "补充说明",
    "confirm": "确认",
    "severity": "调整级别",
    "item": "改系统",
    "tag": "加标签",
    "parent": "挂到主工单",
}
# Of these one does change what the next may do, so a preview tries them all before it takes them back.
_TOGETHER = frozenset({"parent"})
MAX_TICKETS = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one ticket; `why` says it where nothing did."""

    ticket: Ticket
    done: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done to each."""

    act: str
    assignee: User | None = None
    severity: str = ""
    item: ServiceItem | None = None
    words: str = ""
    parent: Ticket | None = None


class _Undo(Exception):
    """Take back what a preview did."""


def run_bulk(*, actor: Actor, tickets: Iterable[Ticket], order: Order, preview: bool) -> list[Outcome]:
    """Do `order` to each ticket; in a preview each is tried and taken back, so that it tells the truth."""
    rows = list(tickets)[:MAX_TICKETS]
    if preview and order.act in _TOGETHER:
        return _tried(actor, rows, order)
    return [_one(actor, ticket, order, preview) for ticket in rows]


def _tried(actor: Actor, rows: list[Ticket], order: Order) -> list[Outcome]:
    """All of them as they would be done, and all taken back."""
    outcomes: list[Outcome] = []
    try:
        with transaction.atomic():
            outcomes = [_one(actor, ticket, order, False) for ticket in rows]
            raise _Undo
    except _Undo:
        return outcomes


def _one(actor: Actor, ticket: Ticket, order: Order, preview: bool) -> Outcome:
    try:
        with transaction.atomic():
            _do(order)(actor, ticket)
            if preview:
                raise _Undo
    except _Undo:
        return Outcome(ticket, True)
    except DomainError as error:
        return Outcome(ticket, False, errors.sentence(error))
    return Outcome(ticket, True)


def _do(order: Order) -> Callable[[Actor, Ticket], object]:
    if order.act == "dispatch":
        return lambda actor, ticket: _hand_over(actor, ticket, order)
    if order.act == "note":
        return lambda actor, ticket: add_note(actor=actor, ticket=ticket, note=order.words)
    if order.act == "confirm":
        return lambda actor, ticket: confirm(actor=actor, ticket=ticket, note=order.words)
    if order.act == "severity":
        return lambda actor, ticket: change_severity(
            actor=actor, ticket=ticket, severity=order.severity, reason=order.words
        )
    if order.act == "item":
        return lambda actor, ticket: change_item(
            actor=actor, ticket=ticket, item=order.item, severity=order.severity, reason=order.words
        )
    if order.act == "tag":
        return lambda actor, ticket: add_tags(actor=actor, ticket=ticket, tags=[order.words])
    if order.act == "parent":
        return lambda actor, ticket: _hang(actor, ticket, order)
    raise DomainError("ticket.unknown_bulk", act=order.act)


def _hand_over(actor: Actor, ticket: Ticket, order: Order) -> Ticket:
    if ticket.state in ("dispatched", "working"):
        return reassign(actor=actor, ticket=ticket, assignee=order.assignee, reason=order.words)
    return dispatch(actor=actor, ticket=ticket, assignee=order.assignee, note=order.words)


def _hang(actor: Actor, ticket: Ticket, order: Order) -> TicketLink:
    if order.parent is None:
        raise DomainError("ticket.unknown_number", number=order.words)
    return link(actor=actor, ticket=ticket, other=order.parent, kind=TicketLink.Kind.PARENT)
