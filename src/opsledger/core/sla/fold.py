"""The fold: from events and terms to the timers of a ticket as they stand at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from opsledger.core.clock import ServiceClock, to_micros
from opsledger.core.sla.history import Cycle, Fact, cycles_of, settled, suspensions
from opsledger.core.sla.matching import Matching, Traits, ready
from opsledger.core.sla.measure import Run, end_of
from opsledger.core.sla.model import Event, Timer, TimerTerm


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
    for matching in ready(terms, clocks).matchings:
        for number, (binding, cycle) in enumerate(_cycles(matching, facts, traits, now), 1):
            timers.append(Run(matching, cycle, pauses, now).timer(binding, number, traits))
    return tuple(timers)


def _cycles(
    matching: Matching, facts: Sequence[Fact], traits: Traits, now: int
) -> Iterable[tuple[TimerTerm, Cycle]]:
    """The cycles of a metric, each with the term that bound when it started."""
    found = []
    for life, term in matching.lives.items():
        for cycle in cycles_of(term, facts):
            binding = matching.binding(cycle.start, traits.at(cycle.start))
            if binding is None:
                binding = _later_binding(matching, cycle, traits, now)
            if binding is not None and (binding.start_kind, binding.reopening) == life:
                found.append((binding, cycle))
    found.sort(key=lambda pair: pair[1].start)
    return found


def _later_binding(matching: Matching, cycle: Cycle, traits: Traits, now: int) -> TimerTerm | None:
    """The first term that came to bind when the severity or item became known after the start."""
    for _, known in traits.changes(cycle.start, end_of(cycle, now)):
        binding = matching.binding(cycle.start, known)
        if binding is not None:
            return binding
    return None
