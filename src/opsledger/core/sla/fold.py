"""The fold: from events and terms to the timers of a ticket as they stand at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from opsledger.core.clock import ServiceClock, from_micros, to_micros
from opsledger.core.limits import Limit, due_micros
from opsledger.core.sla.history import Cycle, Fact, Suspension, cycles_of, settled, suspensions
from opsledger.core.sla.matching import Matching, Traits
from opsledger.core.sla.model import Event, Pause, Reopen, Retarget, State, Target, Timer, TimerTerm
from opsledger.core.spans import joined, lost_open, net_open


def fold(
    events: Iterable[Event],
    terms: Sequence[TimerTerm],
    clocks: Mapping[str, ServiceClock],
    at: datetime,
) -> tuple[Timer, ...]:
    """Every timer of one ticket as it stands at `at`, in the order of the metrics, then of the cycles.

    The answer depends on what happened and when, not on the order in which it was recorded: a pause
    entered late or a corrected arrival gives what it would have given from the start.  For each metric
    the most specific term binds (item over contract, severity over none, in-hours or out-of-hours over
    any, then the later `valid_from`, then the smaller id).  Validity and hours are judged when the
    timer starts; severity and item as they stood when it stopped, with the targets before kept.
    A ticket without a start event has no timers.  Unknown clocks: ``sla.unknown_clock``.
    """
    now = to_micros(at)
    facts = settled(events, now)
    if not facts:
        return ()
    traits = Traits(facts)
    pauses = suspensions(facts)
    timers: list[Timer] = []
    for matching in Matching.by_metric(terms, clocks):
        for number, (binding, cycle) in enumerate(_cycles(matching, facts, traits, now), 1):
            timers.append(_timer(matching, binding, cycle, number, pauses, traits, now))
    return tuple(timers)


def _cycles(
    matching: Matching, facts: Sequence[Fact], traits: Traits, now: int
) -> Iterable[tuple[TimerTerm, Cycle]]:
    """The cycles of a metric, each with the term that bound when it started."""
    tried: dict[tuple[str, Reopen], list[Cycle]] = {}
    for term in matching.terms:
        key = (term.start_kind, term.reopening)
        if key not in tried:
            tried[key] = cycles_of(term, facts)
    found = []
    for rules, cycles in tried.items():
        for cycle in cycles:
            binding = matching.binding(cycle.start, traits.at(cycle.start))
            if binding is None:
                binding = _later_binding(matching, cycle, traits, now)
            if binding is not None and (binding.start_kind, binding.reopening) == rules:
                found.append((binding, cycle))
    found.sort(key=lambda pair: pair[1].start)
    return found


def _later_binding(matching: Matching, cycle: Cycle, traits: Traits, now: int) -> TimerTerm | None:
    """The first term that came to bind when the severity or item became known after the start."""
    for _, known in traits.changes(cycle.start, _end_of(cycle, now)):
        binding = matching.binding(cycle.start, known)
        if binding is not None:
            return binding
    return None


def _end_of(cycle: Cycle, now: int) -> int:
    """The moment up to which a cycle has run."""
    if cycle.stop is not None:
        return cycle.stop
    return now if cycle.cancelled is None else cycle.cancelled


def _timer(
    matching: Matching,
    first: TimerTerm,
    cycle: Cycle,
    number: int,
    suspended: Sequence[Suspension],
    traits: Traits,
    now: int,
) -> Timer:
    """One timer: its targets in turn, the last of them measured."""
    end = _end_of(cycle, now)
    targets: list[Target] = []
    term, since = first, cycle.start
    base, due = _target(matching, term, cycle, cycle.start, suspended, end)
    targets.append(_shown_target(term, since, base, due))
    for moment, known in traits.changes(cycle.start, end):
        other = matching.binding(cycle.start, known) or term
        if other is not term:
            term = other
            base, due = _target(matching, term, cycle, moment, suspended, end)
            targets.append(_shown_target(term, moment, base, due))
    return _measured(matching, term, cycle, number, (base, due, end, now), suspended, tuple(targets))


def _target(
    matching: Matching,
    term: TimerTerm,
    cycle: Cycle,
    changed: int,
    suspended: Sequence[Suspension],
    end: int,
) -> tuple[int, int]:
    """From when the target counts and when it is due, by the retarget policy of the new term."""
    clock = matching.clock_of(term)
    spans = joined(
        (pause.start, end if pause.end is None else pause.end) for pause in _own(term, cycle, suspended)
    )
    from_start = due_micros(term.limit, cycle.start, clock, term.rules, spans)
    if changed == cycle.start or term.retarget is Retarget.CREATION:
        return cycle.start, from_start
    from_change = due_micros(term.limit, changed, clock, term.rules, spans)
    if term.retarget is Retarget.BETTER and from_start >= from_change:
        return cycle.start, from_start
    return changed, from_change


def _own(term: TimerTerm, cycle: Cycle, suspended: Sequence[Suspension]) -> list[Suspension]:
    """The pauses that stop this timer, and the gaps of its cycle, in order."""
    own = [pause for pause in suspended if pause.reason in term.pause_reasons]
    own += [Suspension(start, end, "resolved", "", "") for start, end in cycle.gaps]
    own.sort(key=lambda pause: pause.start)
    return own


def _spans(own: Iterable[Suspension], end: int) -> list[tuple[int, int]]:
    """Pauses as spans; one that still lasts reaches to the end of the timer's run."""
    return joined((pause.start, end if pause.end is None else pause.end) for pause in own)


def _shown_target(term: TimerTerm, since: int, base: int, due: int) -> Target:
    return Target(term.id, from_micros(since), from_micros(base), from_micros(due))


def _measured(
    matching: Matching,
    term: TimerTerm,
    cycle: Cycle,
    number: int,
    moments: tuple[int, int, int, int],
    suspended: Sequence[Suspension],
    targets: tuple[Target, ...],
) -> Timer:
    """The timer under its last target."""
    base, due, end, now = moments
    on_wall = term.limit.runs_on_clock and term.rules.hours_run == "wall"
    clock = None if on_wall else matching.clock_of(term)
    own = [
        pause
        for pause in _own(term, cycle, suspended)
        if pause.start < end and (pause.end is None or pause.end > cycle.start)
    ]
    spans = _spans(own, end)
    elapsed = net_open(clock, spans, cycle.start, end)
    if term.limit.runs_on_clock:
        remaining = term.limit.micros - net_open(clock, spans, base, end)
    elif end <= due:
        remaining = net_open(clock, (), end, due)
    else:
        remaining = -net_open(clock, (), due, end)
    is_paused = cycle.stop is None and cycle.cancelled is None and any(p.end is None for p in own)
    state = _state(cycle, due, end, is_paused)
    late = state in (State.BREACHED, State.MET_LATE) or (state is State.CANCELLED and end > due)
    warned = tuple(
        (percent, from_micros(_warning(matching, term, base, due, percent, spans)))
        for percent in term.warn_percent
    )
    return Timer(
        metric=term.metric,
        term_id=term.id,
        cycle=number,
        state=state,
        started_at=from_micros(cycle.start),
        due=from_micros(due),
        elapsed=timedelta(0, 0, elapsed),
        remaining=timedelta(0, 0, remaining),
        paused=timedelta(0, 0, lost_open(clock, spans, cycle.start, end)),
        pauses=tuple(
            Pause(
                from_micros(pause.start),
                None if pause.end is None else from_micros(pause.end),
                pause.reason,
                pause.waiting_for,
            )
            for pause in own
        ),
        met_at=None if cycle.stop is None else from_micros(cycle.stop),
        breached_at=from_micros(due) if late else None,
        cancelled_at=None if cycle.cancelled is None else from_micros(cycle.cancelled),
        next_at=_next_at(state, due, now, warned),
        warned=tuple((percent, moment) for percent, moment in warned if to_micros(moment) <= end),
        targets=targets,
    )


def _state(cycle: Cycle, due: int, end: int, is_paused: bool) -> State:
    """Met at the very due moment is met; unmet, the breach comes when that moment has passed."""
    if cycle.cancelled is not None:
        return State.CANCELLED
    if cycle.stop is not None:
        return State.MET if cycle.stop <= due else State.MET_LATE
    if end > due:
        return State.BREACHED
    return State.PAUSED if is_paused else State.RUNNING


def _warning(
    matching: Matching, term: TimerTerm, base: int, due: int, percent: int, spans: Sequence[tuple[int, int]]
) -> int:
    """When `percent` of the limit has run; for day limits, of the open time up to due."""
    clock = matching.clock_of(term)
    if term.limit.runs_on_clock:
        share = term.limit.micros * percent // 100
        return due_micros(Limit.of_micros(share), base, clock, term.rules, spans)
    return clock.add_micros(base, net_open(clock, (), base, due) * percent // 100)


def _next_at(state: State, due: int, now: int, warned: tuple[tuple[int, datetime], ...]) -> datetime | None:
    """The nearest warning or breach ahead; a paused, met or cancelled timer changes only by an event."""
    if state is not State.RUNNING:
        return None
    ahead = [moment for _, moment in warned if to_micros(moment) > now]
    return min([*ahead, from_micros(max(due, now + 1))])
