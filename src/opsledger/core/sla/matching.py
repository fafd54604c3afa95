"""Which term binds: by validity and hours when the timer starts, by severity and item as known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from opsledger.core.clock import ServiceClock, from_micros
from opsledger.core.errors import DomainError
from opsledger.core.sla.history import Fact
from opsledger.core.sla.model import METRICS, Applies, Reopen, TimerTerm

Life = tuple[str, Reopen]
"""The kind of event that starts a timer, and what reopening does to it."""

Known = tuple[str | None, str | None]
"""Severity and item of a ticket."""


class Traits:
    """Severity and item over time, as a staircase."""

    __slots__ = ("_known", "_moments")

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._moments: list[int] = []
        self._known: list[Known] = []
        severity: str | None = None
        item: str | None = None
        for fact in facts:
            if fact.kind in ("reported", "severity_changed", "item_changed"):
                severity, item = fact.data.get("severity", severity), fact.data.get("item", item)
                if not self._known or self._known[-1] != (severity, item):
                    self._moments.append(fact.at)
                    self._known.append((severity, item))

    def at(self, moment: int) -> Known:
        """What was known at `moment`, changes of that very moment included."""
        index = bisect_right(self._moments, moment) - 1
        return self._known[index] if index >= 0 else (None, None)

    def changes(self, start: int, stop: int) -> Iterator[tuple[int, Known]]:
        """The changes after `start` up to and including `stop`, in order."""
        for moment, known in zip(self._moments, self._known, strict=True):
            if start < moment <= stop:
                yield moment, known


class Matching:
    """The terms of one metric, most specific first.

    `lives` are the ways in which its timers start and reopen, each with a term that has it.
    """

    __slots__ = ("clocks", "lives", "terms")

    def __init__(self, terms: Sequence[TimerTerm], clocks: Mapping[str, ServiceClock]) -> None:
        self.clocks = clocks
        self.terms = sorted(terms, key=_precedence)
        self.lives: dict[Life, TimerTerm] = {}
        for term in self.terms:
            self.lives.setdefault((term.start_kind, term.reopening), term)

    def binding(self, start: int, known: Known) -> TimerTerm | None:
        """The term that binds a timer begun at `start` for a ticket so known, if any does."""
        severity, item = known
        for term in self.terms:
            if term.severity is not None and term.severity != severity:
                continue
            if not term.fits_item(item):
                continue
            if self._holds(term, start):
                return term
        return None

    def clock_of(self, term: TimerTerm) -> ServiceClock:
        """The clock on which the limit of `term` runs."""
        return self._clock(term.clock, term)

    def _holds(self, term: TimerTerm, start: int) -> bool:
        if term.applies is not Applies.ANY:
            in_hours = self._clock(term.hours_clock, term).is_open_micros(start)
            if in_hours is not (term.applies is Applies.IN_HOURS):
                return False
        if not term.is_dated:
            return True
        day = self.clock_of(term).local_date(from_micros(start))
        return term.valid_from <= day <= term.valid_until

    def _clock(self, name: str, term: TimerTerm) -> ServiceClock:
        try:
            return self.clocks[name]
        except KeyError:
            raise DomainError("sla.unknown_clock", clock=name, term=term.id) from None


def _precedence(term: TimerTerm) -> tuple[bool, bool, bool, int, str]:
    return (
        term.item is None,
        term.severity is None,
        term.applies is Applies.ANY,
        -term.valid_from.toordinal(),
        term.id,
    )


class Agreement:
    """Terms and clocks made ready: one matching for each metric, in the order in which metrics are met."""

    __slots__ = ("matchings", "terms")

    def __init__(self, terms: Sequence[TimerTerm], clocks: Mapping[str, ServiceClock]) -> None:
        self.terms = tuple(terms)
        self.matchings: list[Matching] = []
        for metric in METRICS:
            own = [term for term in self.terms if term.metric == metric]
            if own:
                self.matchings.append(Matching(own, clocks))


_READY: dict[tuple[int, ...], Agreement] = {}
_READY_AT_MOST = 64


def ready(terms: Sequence[TimerTerm], clocks: Mapping[str, ServiceClock]) -> Agreement:
    """The agreement of these very terms and clocks, kept: a history is folded under few contracts.

    The key is the identity of the objects, and the agreement holds on to them, so a key never comes to
    mean anything else.
    """
    key = (id(clocks), *map(id, terms))
    found = _READY.get(key)
    if found is None:
        if len(_READY) >= _READY_AT_MOST:
            _READY.clear()
        found = _READY[key] = Agreement(terms, clocks)
    return found
