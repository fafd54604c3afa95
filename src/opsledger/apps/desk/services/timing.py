"""Timers kept in step with the events; breaches found by the worker, each recorded once at its deadline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from opsledger.apps.desk import folding, ladder, notices
from opsledger.apps.desk.models import Ticket, TicketEvent, Timer
from opsledger.apps.desk.services import telling
from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.apps.ledger import services as ledger
from opsledger.core import sla
from opsledger.kernel.access import SYSTEM

_OPEN = (sla.State.RUNNING, sla.State.PAUSED, sla.State.BREACHED)
_LATE = (sla.State.BREACHED, sla.State.MET_LATE)
_BATCH = 500
# The fold's moment is half-open: a pause that begins now is seen by whoever asks just after.
_JUST_AFTER = timedelta(microseconds=1)


def subject(ticket: Ticket, *, held: bool = False) -> ledger.Subject:
    """The ticket as the ledger names it; `held` where the row in hand is what the database has."""
    row = ticket if held else None
    return ledger.Subject("ticket", str(ticket.pk), ticket.numbered, ticket.unit_id, row)


@dataclass(frozen=True, slots=True)
class Opening:
    """The clocks of a ticket that is about to be written."""

    folded: folding.Folded
    pairs: list[tuple[Timer, sla.Timer]]


def open_timers(ticket: Ticket, first: TicketEvent, at: datetime) -> Opening:
    """Fold the first fact and tell the ticket its deadlines, before either is written."""
    folded = folding.fold_ticket(ticket, [first], at + _JUST_AFTER)
    pairs = []
    for timer in folded.timers:
        row = Timer(ticket=ticket, metric=timer.metric, cycle=timer.cycle)
        _tell(row, timer, folded)
        pairs.append((row, timer))
    _set_deadlines(ticket, [row for row, _ in pairs], None)
    return Opening(folded, pairs)


def start_timers(ticket: Ticket, opening: Opening, at: datetime) -> None:
    """Write the clocks of a ticket just written; one reported in the past may have run out already."""
    rows = [row for row, _ in opening.pairs]
    for row in rows:
        row.ticket = ticket
    Timer.objects.bulk_create(rows)
    _act_on(ticket, opening.pairs, opening.folded, at, told=True)


def refresh_timers(ticket: Ticket, at: datetime, rules: folding.Rules | None = None) -> list[Timer]:
    """Fold the ticket's events anew, keep the outcome, and record breaches not yet recorded.

    Call it inside the act's transaction.  Returns the timers whose breach was recorded now.
    """
    events = list(TicketEvent.objects.filter(ticket=ticket))
    folded = folding.fold_ticket(ticket, events, at + _JUST_AFTER, rules)
    known = {(row.metric, row.cycle): row for row in Timer.objects.filter(ticket=ticket)}
    old = {row.pk for row in known.values()}
    pairs: list[tuple[Timer, sla.Timer]] = []
    for timer in folded.timers:
        row = known.pop((timer.metric, timer.cycle), None) or Timer(
            ticket=ticket, metric=timer.metric, cycle=timer.cycle
        )
        _tell(row, timer, folded)
        pairs.append((row, timer))
    Timer.objects.bulk_create(row for row, _ in pairs if row.pk is None)
    for row, _ in pairs:
        if row.pk in old:
            row.save()
    if known:
        Timer.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    return _act_on(ticket, pairs, folded, at)


def _act_on(
    ticket: Ticket,
    pairs: list[tuple[Timer, sla.Timer]],
    folded: folding.Folded,
    at: datetime,
    *,
    told: bool = False,
) -> list[Timer]:
    """Climb the ladder, keep the deadlines (unless they are `told` already), record breaches."""
    rungs, repeats_at = ladder.climb(ticket, pairs, folded.steps, at)
    kept = [row for row, _ in pairs]
    if not told or repeats_at is not None:
        _tell_ticket(ticket, kept, repeats_at)
    breached = _record_breaches(ticket, kept, at)
    if rungs:
        _tell_rungs(ticket, rungs, at)
    return breached


def _tell(row: Timer, timer: sla.Timer, folded: folding.Folded) -> None:
    row.term = folded.row(timer)
    row.item_id = folded.former_item(timer)
    row.state = str(timer.state)
    row.started_at = timer.started_at
    row.due_at = timer.due
    row.met_at = timer.met_at
    row.breached_at = timer.breached_at if timer.state is not sla.State.CANCELLED else None
    row.cancelled_at = timer.cancelled_at
    row.next_at = timer.next_at
    row.limit_text = folded.term(timer).limit.text
    row.elapsed_seconds = int(timer.elapsed.total_seconds())
    row.paused_seconds = int(timer.paused.total_seconds())
    row.overrun_seconds = max(0, -int(timer.remaining.total_seconds()))


def _tell_ticket(ticket: Ticket, rows: list[Timer], repeats_at: datetime | None) -> None:
    """The columns of the ticket that lists and sweeps ask for; its version is not touched."""
    _set_deadlines(ticket, rows, repeats_at)
    Ticket.objects.filter(pk=ticket.pk).update(
        next_due_at=ticket.next_due_at,
        due_at=ticket.due_at,
        due_metric=ticket.due_metric,
        breached=ticket.breached,
    )


def _set_deadlines(ticket: Ticket, rows: list[Timer], repeats_at: datetime | None) -> None:
    waiting = [row for row in rows if row.state in _OPEN]
    nearest = min(waiting, key=lambda row: row.due_at, default=None)
    ahead = [row.next_at for row in rows if row.next_at]
    ticket.next_due_at = min([*ahead, repeats_at] if repeats_at else ahead, default=None)
    ticket.due_at = nearest.due_at if nearest else None
    ticket.due_metric = nearest.metric if nearest else ""
    ticket.breached = any(row.state in _LATE for row in rows)


def _record_breaches(ticket: Ticket, rows: list[Timer], at: datetime) -> list[Timer]:
    found = []
    for row in rows:
        late = row.state in _LATE
        if late == row.breach_recorded:
            continue
        # The claim: of two workers exactly one turns the flag, and that one writes the entry.
        if Timer.objects.filter(pk=row.pk, breach_recorded=not late).update(breach_recorded=late) != 1:
            continue
        row.breach_recorded = late
        told = {"metric": METRIC_WORDS[row.metric], "limit": row.limit_text, "clause": row.term.clause}
        ledger.record(
            chain=ledger.contract_chain(ticket.contract_id),
            actor=SYSTEM,
            verb="ticket.breached" if late else "ticket.breach_lifted",
            subject=subject(ticket),
            happened_at=row.breached_at if late else at,
            changes=told,
        )
        if late:
            found.append(row)
    return found


def sweep_due(at: datetime) -> int:
    """Find tickets whose next moment has come, fold them anew, record breaches at their deadline.

    Each ticket is claimed by a conditional update in the transaction that does the work, so that two workers
    do it once and a worker killed half-way leaves the moment in place for the next one.
    """
    done = 0
    while True:
        due = list(
            Ticket.objects.filter(next_due_at__lte=at)
            .order_by("next_due_at", "pk")
            .values_list("pk", "next_due_at")[:_BATCH]
        )
        for pk, moment in due:
            done += _sweep_one(pk, moment, at)
        if len(due) < _BATCH:
            return done


def _sweep_one(pk: int, moment: datetime, at: datetime) -> int:
    with transaction.atomic():
        if Ticket.objects.filter(pk=pk, next_due_at=moment).update(next_due_at=None) != 1:
            return 0
        ticket = Ticket.objects.select_related("contract", "item", "item__contract").get(pk=pk)
        refresh_timers(ticket, at)
        return 1


def _tell_rungs(ticket: Ticket, rungs: list[ladder.Rung], at: datetime) -> None:
    """Tell of the rungs claimed, and raise the line where a rung says so."""
    notices.tell_rungs(ticket, rungs, at)
    telling.tell_channels(ticket, rungs, at)
    if any(rung.step.raise_line for rung in rungs):
        for raise_line in _raising:
            raise_line(ticket)


_raising: list[Callable[[Ticket], None]] = []


def on_raise(raise_line: Callable[[Ticket], None]) -> None:
    """Have `raise_line` called for a ticket whose rung asks for the next line; it stands above this drawer."""
    if raise_line not in _raising:
        _raising.append(raise_line)
