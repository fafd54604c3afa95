"""One run of a timer measured: its targets in turn, and how it stands under the last of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from opsledger.core.clock import from_micros
from opsledger.core.limits import Limit, due_micros
from opsledger.core.sla.history import Cycle, Suspension
from opsledger.core.sla.matching import Matching, Traits
from opsledger.core.sla.model import Pause, Retarget, State, Target, Timer, TimerTerm
from opsledger.core.spans import Span, joined, lost_open, net_open

_NO_PAUSES: tuple[list[Suspension], list[Span]] = ([], [])


def end_of(cycle: Cycle, now: int) -> int:
    """The moment up to which a cycle has run."""
    if cycle.stop is not None:
        return cycle.stop
    return now if cycle.cancelled is None else cycle.cancelled


class Run:
    """A cycle of one metric with the pauses of its ticket, ready to be measured under any term."""

    __slots__ = ("_cycle", "_end", "_matching", "_now", "_paused", "_suspended")

    def __init__(self, matching: Matching, cycle: Cycle, suspended: Sequence[Suspension], now: int) -> None:
        self._matching = matching
        self._cycle = cycle
        self._suspended = suspended
        self._now = now
        self._end = end_of(cycle, now)
        self._paused: dict[str, tuple[list[Suspension], list[Span]]] = {}

    def timer(self, term: TimerTerm, number: int, traits: Traits) -> Timer:
        """The timer: begun under `term`, re-targeted with every change of severity or item that matters.

        A severity for which there is no term leaves the old target standing.  An item for which there is none
        ends the timer at that moment, for the limit of another item binds it no longer; unless it comes back.
        """
        start = self._cycle.start
        base, due = self._target(term, start)
        began = from_micros(start)
        targets = [Target(term.id, began, began, from_micros(due))]
        left: int | None = None
        for moment, known in traits.changes(start, self._end):
            other = self._matching.binding(start, known)
            if other is None:
                gone = not term.fits_item(known[1])
                left = (moment if left is None else left) if gone else None
                continue
            left = None
            if other is not term:
                term = other
                base, due = self._target(term, moment)
                targets.append(Target(term.id, from_micros(moment), from_micros(base), from_micros(due)))
        if left is not None:
            return self._ended(left)._measured(term, number, base, due, tuple(targets))
        return self._measured(term, number, base, due, tuple(targets))

    def _ended(self, at: int) -> Run:
        """The same run, cancelled at `at`."""
        cycle = self._cycle
        gaps = [gap for gap in cycle.gaps if gap[0] < at]
        return Run(self._matching, Cycle(cycle.start, cancelled=at, gaps=gaps), self._suspended, self._now)

    def _target(self, term: TimerTerm, changed: int) -> tuple[int, int]:
        """From when the target counts and when it is due, by the retarget policy of the new term."""
        clock = self._matching.clock_of(term)
        start, spans = self._cycle.start, self._pauses(term)[1]
        if changed == start or term.retarget is Retarget.CREATION:
            return start, due_micros(term.limit, start, clock, term.rules, spans)
        from_change = due_micros(term.limit, changed, clock, term.rules, spans)
        if term.retarget is Retarget.BETTER:
            from_start = due_micros(term.limit, start, clock, term.rules, spans)
            if from_start >= from_change:
                return start, from_start
        return changed, from_change

    def _pauses(self, term: TimerTerm) -> tuple[list[Suspension], list[Span]]:
        """The pauses that stop this timer and the gaps of its cycle, as told and as joined spans.

        A pause that outlasts the run reaches to its end, so that what is met keeps its figures.
        """
        known = self._paused.get(term.id)
        if known is None:
            known = self._paused[term.id] = self._stopped_by(term)
        return known

    def _stopped_by(self, term: TimerTerm) -> tuple[list[Suspension], list[Span]]:
        reasons, start, end = term.pause_reasons, self._cycle.start, self._end
        own = [
            pause
            for pause in self._suspended
            if pause.reason in reasons and pause.start <= end and (pause.end is None or pause.end > start)
        ]
        if self._cycle.gaps:
            own += [Suspension(begun, ended, "resolved", "", "") for begun, ended in self._cycle.gaps]
            own.sort(key=lambda pause: pause.start)
        if not own:
            return _NO_PAUSES
        return own, joined((pause.start, end if pause.end is None else min(pause.end, end)) for pause in own)

    def _measured(
        self, term: TimerTerm, number: int, base: int, due: int, targets: tuple[Target, ...]
    ) -> Timer:
        """The timer under its last target."""
        cycle, end = self._cycle, self._end
        own, spans = self._pauses(term)
        on_wall = term.limit.runs_on_clock and term.rules.hours_run == "wall"
        clock = None if on_wall else self._matching.clock_of(term)
        elapsed = net_open(clock, spans, cycle.start, end)
        if term.limit.runs_on_clock:
            spent = elapsed if base == cycle.start else net_open(clock, spans, base, end)
            remaining = term.limit.micros - spent
        elif end <= due:
            remaining = net_open(clock, (), end, due)
        else:
            remaining = -net_open(clock, (), due, end)
        state = self._state(due, own)
        warnings = self._warnings(term, base, due, spans) if term.warn_percent else ()
        return Timer(
            metric=term.metric,
            term_id=term.id,
            cycle=number,
            state=state,
            started_at=targets[0].since,
            due=targets[-1].due,
            elapsed=timedelta(0, 0, elapsed),
            remaining=timedelta(0, 0, remaining),
            paused=timedelta(0, 0, lost_open(clock, spans, cycle.start, end)),
            pauses=tuple(_told(pause) for pause in own),
            met_at=None if cycle.stop is None else from_micros(cycle.stop),
            breached_at=targets[-1].due if end > due else None,
            cancelled_at=None if cycle.cancelled is None else from_micros(cycle.cancelled),
            next_at=self._next_at(state, due, warnings),
            warned=tuple((percent, from_micros(moment)) for percent, moment in warnings if moment <= end),
            targets=targets,
        )

    def _state(self, due: int, own: Sequence[Suspension]) -> State:
        """Met at the very due moment is met; unmet, the breach comes when that moment has passed."""
        cycle = self._cycle
        if cycle.cancelled is not None:
            return State.CANCELLED
        if cycle.stop is not None:
            return State.MET if cycle.stop <= due else State.MET_LATE
        if self._end > due:
            return State.BREACHED
        # A pause that begins when the limit has already run out holds up nothing.
        is_held = any(pause.end is None and pause.start < due for pause in own)
        return State.PAUSED if is_held else State.RUNNING

    def _warnings(
        self, term: TimerTerm, base: int, due: int, spans: Sequence[Span]
    ) -> tuple[tuple[int, int], ...]:
        """When each share of the limit has run; for day limits, of the open time up to due."""
        clock = self._matching.clock_of(term)
        if term.limit.runs_on_clock:
            return tuple(
                (percent, due_micros(_share(term.limit, percent), base, clock, term.rules, spans))
                for percent in term.warn_percent
            )
        whole = net_open(clock, (), base, due)
        return tuple(
            (percent, clock.add_micros(base, whole * percent // 100)) for percent in term.warn_percent
        )

    def _next_at(self, state: State, due: int, warnings: tuple[tuple[int, int], ...]) -> datetime | None:
        """The nearest warning or breach ahead; other timers change only by an event."""
        if state is not State.RUNNING:
            return None
        now = self._now
        # At the due moment itself the breach is still to come, one microsecond later.
        ahead = [moment for _, moment in warnings if moment > now]
        return from_micros(min([*ahead, max(due, now + 1)]))


def _told(pause: Suspension) -> Pause:
    end = None if pause.end is None else from_micros(pause.end)
    return Pause(from_micros(pause.start), end, pause.reason, pause.waiting_for)


def _share(limit: Limit, percent: int) -> Limit:
    return Limit.of_micros(limit.micros * percent // 100)
