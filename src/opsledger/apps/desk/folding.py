"""A ticket's events, folded into its timers; and the timers in a form that a page can draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from opsledger.apps.contracts.models import Contract, ServiceItem, Term
from opsledger.apps.desk import agreements, ladder, terms
from opsledger.apps.desk.agreements import Agreement
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.moves import Move, moves_of
from opsledger.core import sla
from opsledger.core.clock import ServiceClock
from opsledger.core.sla.model import KINDS
from opsledger.kernel import recall


@dataclass(frozen=True, slots=True)
class Folded:
    """The timers of a ticket at a moment, with the terms and clocks by which they were made."""

    timers: tuple[sla.Timer, ...]
    terms: Mapping[str, sla.TimerTerm]
    rows: Mapping[str, Term]
    clocks: Mapping[str, ServiceClock]
    agreed: Agreement
    steps: tuple[ladder.Step, ...]
    moves: Sequence[Move] = ()

    def term(self, timer: sla.Timer) -> sla.TimerTerm:
        return self.terms[timer.term_id]

    def row(self, timer: sla.Timer) -> Term:
        """The clause by which the timer is judged."""
        return self.rows[timer.term_id.partition("@")[0]]

    def former_item(self, timer: sla.Timer) -> int | None:
        """The item for which the timer counts, where it ended before the ticket left that item; else None.

        What was met or missed there was met or missed under that item's clause, and the assessment judges
        clauses; what still ran when the ticket was moved is the new item's, as though it had been reported on it.
        """
        ended = timer.met_at or timer.cancelled_at
        later = [move for move in self.moves if ended is not None and move.at > ended]
        at_end = later[0].former_id if later else None
        bound = self.term(timer).item
        if bound is not None and self.moves and int(bound) != self.moves[-1].item_id:
            return int(bound)
        return at_end if self.moves and at_end != self.moves[-1].item_id else None

    def clock(self, timer: sla.Timer) -> ServiceClock:
        return self.clocks[self.term(timer).clock]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the fold of every ticket on one item needs."""

    rows: Mapping[str, Term]
    agreed: Agreement
    clocks: Mapping[str, ServiceClock]
    steps: tuple[ladder.Step, ...]
    item: ServiceItem
    _terms: dict[tuple[str, str], tuple[sla.TimerTerm, ...]] = field(default_factory=dict)

    def terms_for(self, kind: str, scope: str) -> tuple[sla.TimerTerm, ...]:
        """What may bind a ticket of this kind on this part of the item; read once."""
        found = self._terms.get((kind, scope))
        if found is None:
            found = self._terms[kind, scope] = tuple(
                terms.timer_terms(
                    self.rows.values(),
                    item=self.item,
                    kind=kind,
                    scope=scope,
                    agreed=self.agreed,
                    clocks=self.clocks,
                    warn_percent=ladder.percents(self.steps),
                )
            )
        return found


def rules_of(ticket: Ticket) -> Rules:
    """The limits, settings and clocks under which the ticket stands, as remembered."""
    return recall.known(("desk.rules", ticket.item_id), lambda: _rules(ticket.contract, ticket.item))


def _rules(contract: Contract, item: ServiceItem) -> Rules:
    return Rules(
        {str(row.pk): row for row in terms.sla_terms(item)},
        agreements.agreement_of(contract),
        agreements.clocks_of(contract),
        ladder.ladder_of(contract.pk),
        item,
    )


def _rules_there(item_id: int) -> Rules:
    """The same of an item on which a ticket once stood."""

    def read() -> Rules:
        item = ServiceItem.objects.select_related("contract", "unit").get(pk=item_id)
        return _rules(item.contract, item)

    return recall.known(("desk.rules", item_id), read)


def fold_ticket(
    ticket: Ticket, events: Sequence[TicketEvent], at: datetime, rules: Rules | None = None
) -> Folded:
    """Every timer of `ticket` as it stands at `at`, under the terms of every item on which it has stood."""
    known = rules or rules_of(ticket)
    moves = moves_of(events)
    made, rows = known.terms_for(ticket.kind, ticket.scope), known.rows
    if moves:
        made, rows = _everywhere(ticket, moves)
    timers = sla.fold(facts(events), made, known.clocks, at)
    return Folded(
        timers, {term.id: term for term in made}, rows, known.clocks, known.agreed, known.steps, moves
    )


def _everywhere(
    ticket: Ticket, moves: Sequence[Move]
) -> tuple[tuple[sla.TimerTerm, ...], Mapping[str, Term]]:
    """The terms of all items on which the ticket has stood, and their clauses.

    On an item to which it came back, the part of it that the ticket names last counts for all its time there.
    """
    scopes = {move.former_id: move.former_scope for move in moves} | {ticket.item_id: ticket.scope}
    stands = tuple(sorted(scopes.items()))

    def make() -> tuple[tuple[sla.TimerTerm, ...], Mapping[str, Term]]:
        rules = {item_id: _rules_there(item_id) for item_id, _ in stands}
        rows = {key: row for found in rules.values() for key, row in found.rows.items()}
        read = {item_id: rules[item_id].terms_for(ticket.kind, scope) for item_id, scope in stands}
        return tuple(_readings(read)), rows

    return recall.known(("desk.stands", ticket.kind, stands), make)


def _readings(read: Mapping[int, Iterable[sla.TimerTerm]]) -> Iterable[sla.TimerTerm]:
    """One term for each reading of a clause; one that is not the same on all items holds within its own.

    A clause for the whole contract may run on another clock on each item.
    """
    found: dict[sla.TimerTerm, list[str]] = {}
    for item_id, made in read.items():
        for term in made:
            found.setdefault(term, []).append(str(item_id))
    for term, items in found.items():
        if term.item is not None or len(items) == len(read):
            yield term
        else:
            yield replace(term, id=f"{term.id}@{items[0]}", within=frozenset(items))


def facts(events: Iterable[TicketEvent]) -> list[sla.Event]:
    """Those of a ticket's events that its clocks know of."""
    return [
        sla.Event(
            id=str(event.pk),
            kind=event.kind,
            happened_at=event.happened_at,
            recorded_at=event.recorded_at,
            data={key: value for key, value in event.data.items() if isinstance(value, str)},
        )
        for event in events
        if event.kind in KINDS
    ]
