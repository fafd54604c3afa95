"""From the contract's limits to the timers that may run on a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q

from opsledger.apps.contracts.models import ServiceItem, Term
from opsledger.apps.contracts.selectors import live_terms
from opsledger.apps.desk.agreements import OFFICE, Agreement
from opsledger.core import terms as vocabulary
from opsledger.core.clock import ServiceClock
from opsledger.core.limits import Limit, Unit
from opsledger.core.sla import METRICS, Applies, TimerTerm


def sla_terms(item: ServiceItem) -> list[Term]:
    """The live limits that can bind a ticket on `item`: its own and those of the whole contract; one query."""
    rows = live_terms(item.contract, "sla").filter(Q(item=item) | Q(item=None)).order_by("key")
    return list(rows.defer("pack_data"))


def timer_terms(
    rows: Iterable[Term],
    *,
    item: ServiceItem,
    kind: str,
    scope: str,
    agreed: Agreement,
    clocks: Mapping[str, ServiceClock],
    warn_percent: tuple[int, ...] = (),
) -> list[TimerTerm]:
    """What may bind a ticket of this kind on this item and part of it; the fold picks the most specific.

    A limit for a part of the item ("硬件") binds only tickets on that part, and there it replaces the limit
    for the whole.
    """
    read = [(row, vocabulary.from_dict(row.kind, row.data)) for row in rows if row.item_id in (None, item.pk)]
    own = [
        (row, term)
        for row, term in read
        if isinstance(term, vocabulary.SlaTerm) and str(term.ticket) == kind and term.scope in ("", scope)
    ]
    scoped = {(term.metric, term.severity) for _, term in own if term.scope}
    kept = [(row, term) for row, term in own if term.scope or (term.metric, term.severity) not in scoped]
    made = (_timer_term(row, term, item, agreed, clocks, warn_percent) for row, term in kept)
    return [found for found in made if found is not None]


def _timer_term(
    row: Term,
    term: vocabulary.SlaTerm,
    item: ServiceItem,
    agreed: Agreement,
    clocks: Mapping[str, ServiceClock],
    warn_percent: tuple[int, ...],
) -> TimerTerm | None:
    metric = str(term.metric)
    if metric == "respond" and term.channel is vocabulary.Channel.ONSITE:
        metric = "arrive"  # to respond on site is to arrive
    if metric not in METRICS:
        return None  # a notice runs backward from an act, no ticket has it
    limit = Limit(term.value, Unit(str(term.unit)))
    if not limit.value:
        limit = Limit(agreed.at_once_minutes, Unit.MINUTE)
    return TimerTerm(
        id=str(row.pk),
        metric=metric,
        limit=limit,
        clock=_clock_name(term, item, limit, clocks),
        severity=term.severity,
        item=str(row.item_id) if row.item_id else None,
        applies=Applies(str(term.clock)),
        hours_clock=OFFICE,
        valid_from=row.valid_from or date.min,
        valid_until=row.valid_until or date.max,
        pause_reasons=frozenset(agreed.pause_reasons if metric in agreed.pause_metrics else ()),
        retarget=agreed.retarget,
        warn_percent=warn_percent,
    )


def _clock_name(
    term: vocabulary.SlaTerm, item: ServiceItem, limit: Limit, clocks: Mapping[str, ServiceClock]
) -> str:
    """The window that the term names, else the item's, else the contract's; days end with the office."""
    if not limit.runs_on_clock:
        return OFFICE
    for name in (term.window, *(item.windows or ()), item.contract.default_window):
        if name in clocks:
            return name
    return OFFICE
