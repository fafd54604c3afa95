"""A ticket's events, folded into its timers; and the timers in a form that a page can draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from opsledger.apps.contracts.models import ServiceItem, Term
from opsledger.apps.desk import agreements, ladder, terms
from opsledger.apps.desk.agreements import Agreement
from opsledger.apps.desk.models import Ticket, TicketEvent
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

    def term(self, timer: sla.Timer) -> sla.TimerTerm:
        return self.terms[timer.term_id]

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
    return recall.known(("desk.rules", ticket.item_id), lambda: _rules(ticket))


def _rules(ticket: Ticket) -> Rules:
    contract = ticket.contract
    return Rules(
        {str(row.pk): row for row in terms.sla_terms(ticket.item)},
        agreements.agreement_of(contract),
        agreements.clocks_of(contract),
        ladder.ladder_of(contract.pk),
        ticket.item,
    )


def fold_ticket(
    ticket: Ticket, events: Sequence[TicketEvent], at: datetime, rules: Rules | None = None
) -> Folded:
    """Every timer of `ticket` as it stands at `at`."""
    known = rules or rules_of(ticket)
    made = known.terms_for(ticket.kind, ticket.scope)
    timers = sla.fold(facts(events), made, known.clocks, at)
    return Folded(
        timers, {term.id: term for term in made}, known.rows, known.clocks, known.agreed, known.steps
    )


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
