"""The figures of a timeline as exact integers: measured, worst, best, coverage; outages; the verdict.

E is the seconds that count (not OUT, not EXCLUDED), D those down, U those unknown::

    measured = (E - D - U) / (E - U)      worst = (E - D - U) / E
    best     = (E - D) / E                coverage = (E - U) / E
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from opsledger.core.availability.states import Segment, State
from opsledger.core.errors import DomainError

VERSION = 1
"""Printed with each figure and frozen with it: a change of these rules makes another version."""

Verdict = Literal["pass", "fail", "insufficient", "no_data"]
VERDICT_WORDS: dict[Verdict, str] = {
    "pass": "达标",
    "fail": "未达标",
    "insufficient": "证据不足",
    "no_data": "无数据",
}
FIGURES = {"measured": "实测可用率", "worst": "最低可用率", "best": "最高可用率"}


class Ratio(NamedTuple):
    """An exact share, `num` of `den`, with `den` above zero."""

    num: int
    den: int

    def percent(self, digits: int = 2) -> str:
        """The share in per cent, cut off after `digits` places, without the sign."""
        return truncated_percent(self.num, self.den, digits)


def truncated_percent(num: int, den: int, digits: int = 2) -> str:
    """``num / den`` in per cent, cut off and never rounded: 998999 of a million with 2 digits is 99.89.

    Only a whole share prints as 100.  Nothing of nothing has no share: ``availability.no_data``; a negative
    number, or more than the whole, is ``availability.bad_ratio``.
    """
    if den == 0:
        raise DomainError("availability.no_data")
    if not 0 <= num <= den or digits < 0:
        raise DomainError("availability.bad_ratio", num=num, den=den, digits=digits)
    whole, rest = divmod(num * 100 * 10**digits // den, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of a period by state.  Figures of disjoint periods of one service add up with ``+``."""

    out: int = 0
    excluded: int = 0
    unknown: int = 0
    down: int = 0
    degraded: int = 0
    up: int = 0

    @property
    def eligible(self) -> int:
        """E: the seconds that count."""
        return self.unknown + self.down + self.degraded + self.up

    @property
    def period(self) -> int:
        """All seconds of the period."""
        return self.eligible + self.out + self.excluded

    @property
    def measured(self) -> Ratio | None:
        """(E - D - U) / (E - U), or None where nothing was observed."""
        return _ratio(self.degraded + self.up, self.eligible - self.unknown)

    @property
    def worst(self) -> Ratio | None:
        """As if all unknown time had been down; None where no second counts."""
        return _ratio(self.degraded + self.up, self.eligible)

    @property
    def best(self) -> Ratio | None:
        """As if all unknown time had been up; None where no second counts."""
        return _ratio(self.eligible - self.down, self.eligible)

    @property
    def coverage(self) -> Ratio | None:
        """How much of the time that counts was observed; None where no second counts."""
        return _ratio(self.eligible - self.unknown, self.eligible)

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.out + other.out,
            self.excluded + other.excluded,
            self.unknown + other.unknown,
            self.down + other.down,
            self.degraded + other.degraded,
            self.up + other.up,
        )


def figures_of(timeline: Iterable[Segment]) -> Figures:
    """The seconds of `timeline` by state."""
    seconds = dict.fromkeys(State, 0)
    for begin, end, state in timeline:
        seconds[state] += end - begin
    return Figures(**{state.name.lower(): count for state, count in seconds.items()})


def meets(ratio: Ratio, target_percent: Decimal) -> bool:
    """Whether `ratio` reaches the target, compared in whole numbers: 99.8999 % does not reach 99.90 %."""
    wanted = _target(target_percent)
    return ratio.num * 100 * wanted.denominator >= wanted.numerator * ratio.den


def allowed_down_seconds(target_percent: Decimal, seconds: int) -> int:
    """The most whole seconds down out of `seconds` that still reach the target."""
    return int(seconds * (100 - _target(target_percent)) / 100)


def verdict(
    figures: Figures,
    target_percent: Decimal,
    *,
    figure: Literal["measured", "worst", "best"] = "measured",
    coverage_floor_percent: Decimal = Decimal(99),
) -> Verdict:
    """Whether the figure that the contract names reaches its target, where there is evidence to tell.

    ``no_data`` when nothing was observed; ``insufficient`` below the coverage floor, which is neither pass
    nor fail.  Percentages outside 0..100 are ``availability.bad_target``; another `figure` is
    ``availability.unknown_figure``.
    """
    if figure not in FIGURES:
        raise DomainError("availability.unknown_figure", figure=figure, figures="、".join(FIGURES.values()))
    _target(target_percent)
    ratio: Ratio | None = getattr(figures, figure)
    if figures.measured is None or figures.coverage is None or ratio is None:
        return "no_data"
    if not meets(figures.coverage, coverage_floor_percent):
        return "insufficient"
    return "pass" if meets(ratio, target_percent) else "fail"


# --- outages ----------------------------------------------------------------------------------------------


class Outage(NamedTuple):
    """A stretch of being down: first and last second (out), and the seconds in it that count as down.

    `cut_begin` and `cut_end` say that it was already, or still, under way at the edge of the period.
    """

    begin: int
    end: int
    down_seconds: int
    cut_begin: bool = False
    cut_end: bool = False


def outages_of(timeline: Sequence[Segment]) -> list[Outage]:
    """The outages of a timeline in order.

    An outage lasts until the service is seen up again: seconds OUT, EXCLUDED or UNKNOWN inside it do not
    count as down and do not make two of it; before its first and after its last down second they are no
    part of it.
    """
    result: list[Outage] = []
    same = False
    for place, (begin, end, state) in enumerate(timeline):
        if state is State.DOWN:
            if same:
                last = result.pop()
                down = last.down_seconds + end - begin
                result.append(Outage(last.begin, end, down, last.cut_begin))
            else:
                result.append(Outage(begin, end, end - begin, place == 0))
            same = True
        elif state in (State.UP, State.DEGRADED):
            same = False
    if result and timeline[-1].state is State.DOWN:
        result[-1] = result[-1]._replace(cut_end=True)
    return result


class Reliability(NamedTuple):
    """Number of outages, their down seconds in all, the longest one, and the mean times as exact ratios.

    `mttr` is down seconds per outage, `mtbf` the observed working seconds per outage; None without outages.
    `uncertainty_seconds`: by how much the down seconds may be wrong either way, because each edge of an
    outage lies within one probe interval of the truth.
    """

    outages: int
    down_seconds: int
    longest_seconds: int
    mttr: Ratio | None
    mtbf: Ratio | None
    uncertainty_seconds: int


def reliability(timeline: Sequence[Segment], probe_interval_seconds: int = 0) -> Reliability:
    """The outages of `timeline` in figures."""
    outages, figures = outages_of(timeline), figures_of(timeline)
    return Reliability(
        outages=len(outages),
        down_seconds=figures.down,
        longest_seconds=max((one.down_seconds for one in outages), default=0),
        mttr=_ratio(figures.down, len(outages)),
        mtbf=_ratio(figures.up + figures.degraded, len(outages)),
        uncertainty_seconds=len(outages) * probe_interval_seconds,
    )


def _ratio(num: int, den: int) -> Ratio | None:
    return Ratio(num, den) if den else None


def _target(percent: Decimal) -> Fraction:
    if not isinstance(percent, Decimal | int) or not Decimal(percent).is_finite() or not 0 <= percent <= 100:
        raise DomainError("availability.bad_target", target=percent)
    return Fraction(percent)
