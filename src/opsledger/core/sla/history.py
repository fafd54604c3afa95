"""From events as they arrived to what happened: corrections applied, order settled, cycles found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from opsledger.core.clock import to_micros
from opsledger.core.errors import DomainError
from opsledger.core.sla.model import MOOT_BY, STOPPED_BY, TIE_ORDER, Event, Reopen, TimerTerm

_RANK = {kind: rank for rank, kind in enumerate(TIE_ORDER)}
_ABOUT_EVENTS = ("corrected", "withdrawn")


class Fact(NamedTuple):
    """An event that holds; facts sort by moment, then kind, then when recorded, then id, which is unique.

    `at` and `recorded` are in microseconds since 1970: moments of one zone would compare by their wall
    reading, which comes twice in autumn.
    """

    at: int
    rank: int
    recorded: int
    id: str
    kind: str
    data: Mapping[str, str]


@dataclass(slots=True)
class Suspension:
    """A pause as recorded; `end` None while nothing has ended it."""

    start: int
    end: int | None
    reason: str
    waiting_for: str
    event_id: str


@dataclass(slots=True)
class Cycle:
    """One run of a timer: where it began, what stopped it, and the gaps that reopening closed."""

    start: int
    stop: int | None = None
    cancelled: int | None = None
    moot: bool = False
    gaps: list[tuple[int, int]] = field(default_factory=list)


def settled(events: Iterable[Event], at: int) -> list[Fact]:
    """The events that hold, corrected, in the order in which they happened, up to `at`.

    Later-recorded corrections win over earlier ones, and a correction or withdrawal can itself be
    withdrawn by a later one.  What lies after `at` has not happened yet.
    """
    given = list(events)
    ids = {event.id for event in given}
    if len(ids) != len(given):
        raise DomainError("sla.event_twice", events=len(given), distinct=len(ids))
    about = [event for event in given if event.kind in _ABOUT_EVENTS]
    dead: set[str] = set()
    corrections: dict[str, Event] = {}
    if about:
        about.sort(key=lambda event: (to_micros(event.recorded_at), event.id), reverse=True)
        for event in about:
            if event.id in dead:
                continue
            target = event.data.get("target", "")
            if target not in ids:
                raise DomainError("sla.unknown_target", event=event.id, target=target)
            if event.kind == "withdrawn":
                dead.add(target)
            else:
                corrections.setdefault(target, event)
    facts = []
    for event in given:
        if event.kind in _ABOUT_EVENTS or event.id in dead:
            continue
        correction = corrections.get(event.id)
        happened = to_micros(event.happened_at if correction is None else correction.happened_at)
        if happened <= at:
            data = event.data if correction is None else {**event.data, **correction.data}
            recorded = to_micros(event.recorded_at)
            facts.append(Fact(happened, _RANK[event.kind], recorded, event.id, event.kind, data))
    facts.sort()
    return facts


def suspensions(facts: Iterable[Fact]) -> list[Suspension]:
    """Every pause of the ticket, whatever its reason.

    A resumption ends the suspension it names; without a name it ends all that began before it, or, when
    there are none, those of the same moment.
    """
    found: list[Suspension] = []
    for fact in facts:
        if fact.kind == "suspended":
            data = fact.data
            found.append(
                Suspension(fact.at, None, data.get("reason", ""), data.get("waiting_for", ""), fact.id)
            )
        elif fact.kind == "resumed":
            running = [pause for pause in found if pause.end is None]
            named = fact.data.get("suspension")
            if named:
                ending = [pause for pause in running if pause.event_id == named]
            else:
                ending = [pause for pause in running if pause.start < fact.at] or running
            for pause in ending:
                pause.end = fact.at
    return found


def cycles_of(term: TimerTerm, facts: Iterable[Fact]) -> list[Cycle]:
    """The runs of the timers of one metric, by the start and reopening rules of `term`.

    What meets the metric may have happened before the report came in (the engineer stood beside the
    machine): then the timer is met the moment it starts.
    """
    stops, moot = STOPPED_BY[term.metric], MOOT_BY.get(term.metric, frozenset())
    begins, reopening = term.start_kind, term.reopening
    after_resolution = begins == "resolved"
    found: list[Cycle] = []
    current: Cycle | None = None
    met_early = False
    for fact in facts:
        kind = fact.kind
        if kind == begins and current is None:
            current = Cycle(fact.at, fact.at if met_early else None)
            found.append(current)
            met_early = False
        elif current is None:
            met_early = met_early or (kind in stops and not found)
        elif kind in stops:
            if current.stop is None and current.cancelled is None:
                current.stop = fact.at
        elif kind in moot or kind == "cancelled":
            if current.stop is None and current.cancelled is None:
                current.cancelled, current.moot = fact.at, kind != "cancelled"
        elif kind == "reopened":
            if after_resolution:
                if current.stop is None and current.cancelled is None:
                    current.cancelled = fact.at
                if reopening is not Reopen.IGNORE or current.stop is None:
                    current = None
            else:
                current = _reopened(current, fact.at, reopening, found)
    return found


def _reopened(current: Cycle, at: int, reopening: Reopen, found: list[Cycle]) -> Cycle:
    ended = current.stop if current.stop is not None else current.cancelled if current.moot else None
    if ended is None:
        return current
    if current.moot or reopening is Reopen.CONTINUE:
        current.gaps.append((ended, at))
        current.stop, current.cancelled, current.moot = None, None, False
    elif reopening is Reopen.RESTART:
        current = Cycle(at)
        found.append(current)
    return current
