"""From the probes of one vantage point to states: confirmation, validity, nothing inferred from silence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from opsledger.core.availability.states import Segment, State, joined
from opsledger.core.errors import DomainError

Result = Literal["ok", "degraded", "failed", "blocked", "unknown"]
# Of two results in one second the worse one that can be trusted stands; the order of arrival decides nothing.
_RANK: dict[Result, int] = {"ok": 0, "degraded": 1, "unknown": 2, "blocked": 3, "failed": 4}


class Observation(NamedTuple):
    """What one probe saw at the second `at`; `canaries` tells which of its reference points answered.

    ``blocked`` (a WAF or a rate limit answered, not the service) and ``unknown`` say nothing of the service.
    """

    at: int
    result: Result
    canaries: tuple[bool, ...] = ()

    @property
    def trusted(self) -> bool:
        """False when the probe could not reach most of its own references: then it says nothing."""
        return not self.canaries or 2 * sum(self.canaries) > len(self.canaries)

    @property
    def telling(self) -> bool:
        """Whether it says anything of the service."""
        return self.trusted and self.result not in ("blocked", "unknown")


@dataclass(frozen=True, slots=True)
class Check:
    """How a target is probed: every `interval` seconds, with a `timeout`, and what it takes to believe it."""

    interval: int
    timeout: int
    failures_to_confirm: int = 3
    successes_to_recover: int = 2

    def __post_init__(self) -> None:
        if min(self.interval, self.failures_to_confirm, self.successes_to_recover) < 1 or self.timeout < 0:
            raise DomainError("availability.bad_check", interval=self.interval, timeout=self.timeout)

    @property
    def validity(self) -> int:
        """For how many seconds an observation stands: the greater of 2 × interval and interval + timeout."""
        return max(2 * self.interval, self.interval + self.timeout)


def without_steps_back(arrived: Iterable[Observation]) -> tuple[list[Observation], list[Observation]]:
    """Split the observations of one prober, in the order in which it made them, into (kept, rejected).

    One that does not lie after the last kept one comes from a clock that was set back, and is rejected.
    """
    kept: list[Observation] = []
    rejected: list[Observation] = []
    for one in arrived:
        (rejected if kept and one.at <= kept[-1].at else kept).append(one)
    return kept, rejected


def states_of(observations: Iterable[Observation], check: Check, until: int) -> list[Segment]:
    """The states that one vantage point saw, from its first observation to `until` at the latest.

    An outage begins with the first failed probe of a series that was later confirmed, and ends with the
    first good one of a confirmed recovery; a series that is not confirmed changes nothing.  An observation
    stands until the next one, at most for `Check.validity`; then the state is UNKNOWN.  After such a gap a
    service that was up is not assumed to be up: failures not (yet) confirmed are UNKNOWN.  One that was down
    stays so until its recovery is confirmed.  Results that say nothing are UNKNOWN and break no series.

    The order of `observations` does not matter; those at or after `until` are left out.
    """
    worst: dict[int, Observation] = {}
    for one in observations:
        if one.result not in _RANK:
            raise DomainError("availability.unknown_result", result=one.result)
        if one.at < until:
            worst[one.at] = max(worst.get(one.at, one), one, key=_weight)
    ordered = [worst[at] for at in sorted(worst)]
    states = _confirmed(ordered, check)
    segments: list[Segment] = []
    for place, (one, state) in enumerate(zip(ordered, states, strict=True), 1):
        end = ordered[place].at if place < len(ordered) else until
        stale = min(end, one.at + check.validity)
        segments += (Segment(one.at, stale, state), Segment(stale, end, State.UNKNOWN))
    return joined(segments)


def _confirmed(ordered: Sequence[Observation], check: Check) -> list[State]:
    """The state that holds from each observation on, looking ahead as far as its series goes."""
    states = [State.UNKNOWN] * len(ordered)
    believed = State.UNKNOWN  # what is confirmed so far: UP, DOWN, or nothing
    series: list[int] = []  # the observations, not yet confirmed, that speak against it
    last: int | None = None
    for place, one in enumerate(ordered):
        if not one.telling:
            continue
        if last is not None and one.at - last > check.validity:
            series = []
            if believed is State.UP:
                believed = State.UNKNOWN
        last = one.at
        failed = one.result == "failed"
        if believed is (State.DOWN if failed else State.UP):
            series = []
        elif believed is State.UNKNOWN and not failed:
            series, believed = [], State.UP
        else:
            series.append(place)
            needed = check.failures_to_confirm if failed else check.successes_to_recover
            if len(series) >= needed:
                believed = State.DOWN if failed else State.UP
                for earlier in series:
                    states[earlier] = _seen(believed, ordered[earlier])
                series = []
        states[place] = _seen(believed, one)
    return states


def _weight(one: Observation) -> tuple[bool, int, tuple[bool, ...]]:
    return one.trusted, _RANK[one.result], one.canaries


def _seen(believed: State, one: Observation) -> State:
    return State.DEGRADED if believed is State.UP and one.result == "degraded" else believed
