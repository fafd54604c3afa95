"""One state for each second of a service, by a fixed precedence: the timeline from which all figures come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from opsledger.core.availability.intervals import Interval, checked, clip, intersect, subtract, tidy, union
from opsledger.core.errors import DomainError


class State(IntEnum):
    """What a second of a service was; the greater one wins where several claim it."""

    UP = 0
    DEGRADED = 1
    DOWN = 2
    UNKNOWN = 3
    EXCLUDED = 4
    OUT = 5


STATE_WORDS = {
    State.UP: "正常",
    State.DEGRADED: "性能下降",
    State.DOWN: "中断",
    State.UNKNOWN: "无监测数据",
    State.EXCLUDED: "经批准剔除",
    State.OUT: "服务时段外",
}


class Segment(NamedTuple):
    """The seconds from `begin` (in) to `end` (out) had `state`."""

    begin: int
    end: int
    state: State


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An approved record that takes seconds out of the account: who, why, and where the proof is.

    `kind`: ``maintenance``, ``force_majeure``, ``customer``, or ``other_contract`` (the root cause lies with
    another contract: taken out of the attributable figure only, and only where the service was down).
    A record without a reason, approver or evidence excludes nothing: ``availability.exclusion_unproven``.
    """

    begin: int
    end: int
    kind: str
    reason: str
    approver: str
    evidence: str
    retroactive: bool = False

    def __post_init__(self) -> None:
        checked(self.interval)
        if self.kind not in EXCLUSION_KINDS:
            kinds = "、".join(EXCLUSION_KINDS.values())
            raise DomainError("availability.unknown_exclusion", kind=self.kind, kinds=kinds)
        for name, word in (("reason", "理由"), ("approver", "批准人"), ("evidence", "佐证")):
            if not getattr(self, name).strip():
                raise DomainError("availability.exclusion_unproven", missing=word)

    @property
    def interval(self) -> Interval:
        """Its seconds."""
        return Interval(self.begin, self.end)


EXCLUSION_KINDS = {
    "maintenance": "计划停机",
    "force_majeure": "不可抗力",
    "customer": "采购人原因",
    "other_contract": "其他合同原因",
}


def timeline(
    period: Interval,
    observed: Iterable[Segment],
    *,
    service_hours: Iterable[Interval] | None = None,
    exclusions: Iterable[Exclusion] = (),
    life: Interval | None = None,
    attributable: bool = False,
    degraded_is_down: bool = False,
) -> list[Segment]:
    """The state of each second of `period`: segments in order, without gaps, no two alike side by side.

    OUT over EXCLUDED over UNKNOWN over DOWN over DEGRADED over UP.  `service_hours` are the open intervals
    (None: 7×24); outside `life`, from taking over to retiring, is OUT.  Seconds that no segment of `observed`
    covers are UNKNOWN, those before the first observation too.  `observed` holds UP, DEGRADED, DOWN and
    UNKNOWN, may overlap, and may come in any order; another state is ``availability.not_observable``.

    The figure is the experienced one, in which exclusions of the kind ``other_contract`` do not count, unless
    `attributable`.  Degraded seconds count as up unless the contract says `degraded_is_down`.
    """
    checked(period)
    seen: dict[State, list[Interval]] = {state: [] for state in list(State)[: State.UNKNOWN + 1]}
    for begin, end, state in observed:
        if state not in seen:
            raise DomainError("availability.not_observable", state=STATE_WORDS[state])
        seen[state].append(Interval(begin, end))
    if degraded_is_down:
        seen[State.DOWN] += seen.pop(State.DEGRADED)
    serving = clip([period] if service_hours is None else service_hours, period)
    if life is not None:
        serving = clip(serving, life)
    known = union(*seen.values())
    seen[State.UNKNOWN] += subtract([period], known)
    listed = list(exclusions)
    excluded = [one.interval for one in listed if one.kind != "other_contract"]
    if attributable:
        elsewhere = [one.interval for one in listed if one.kind == "other_contract"]
        down = subtract(seen[State.DOWN], seen[State.UNKNOWN])
        excluded += intersect(elsewhere, down)
    layers: list[tuple[State, list[Interval]]] = [
        (State.OUT, subtract([period], serving)),
        (State.EXCLUDED, tidy(excluded)),
        *((state, tidy(seen[state])) for state in sorted(seen, reverse=True)),
    ]
    return _layered(period, layers)


def _layered(period: Interval, layers: Iterable[tuple[State, list[Interval]]]) -> list[Segment]:
    free = [period]
    laid: list[Segment] = []
    for state, wanted in layers:
        laid += [Segment(begin, end, state) for begin, end in intersect(free, wanted)]
        free = subtract(free, wanted)
    return joined(sorted(laid))


def joined(segments: Iterable[Segment]) -> list[Segment]:
    """Segments in order with equal neighbours that touch grown together and empty ones left out."""
    result: list[Segment] = []
    for segment in segments:
        if segment.begin >= segment.end:
            continue
        if result and result[-1].end == segment.begin and result[-1].state == segment.state:
            result[-1] = Segment(result[-1].begin, segment.end, segment.state)
        else:
            result.append(segment)
    return result


def overlay(period: Interval, lines: Sequence[Iterable[Segment]]) -> Iterator[tuple[int, int, list[int]]]:
    """Cut `period` where any of `lines` changes: (begin, end, how many lines are in each `State`).

    A line whose segments leave a second uncovered is UNKNOWN there; the segments of one line do not overlap.
    The list is the same object each time and holds good until the next step.
    """
    turns: list[tuple[int, int, int]] = []  # second, state, +1 or -1
    for line in lines:
        for begin, end, state in line:
            first, last = max(begin, period.begin), min(end, period.end)
            if first < last:
                turns += ((first, state, 1), (first, State.UNKNOWN, -1))
                turns += ((last, state, -1), (last, State.UNKNOWN, 1))
    turns.sort()
    counts = [0] * len(State)
    counts[State.UNKNOWN] = len(lines)
    at = period.begin
    for second, place, change in turns:
        if second > at:
            yield at, second, counts
            at = second
        counts[place] += change
    if at < period.end:
        yield at, period.end, counts
