"""Intervals of numbers, the holes and overlaps between them, and how they are said in Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

INFINITE = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of numbers; an end that is None is open without limit.

    `low_closed` and `high_closed` say whether the end itself belongs to it (含).
    """

    low: Decimal | None = None
    high: Decimal | None = None
    low_closed: bool = True
    high_closed: bool = False

    def holds(self, number: Decimal) -> bool:
        """Whether the number lies in the interval."""
        above = self.low is None or number > self.low or (self.low_closed and number == self.low)
        below = self.high is None or number < self.high or (self.high_closed and number == self.high)
        return above and below

    @property
    def empty(self) -> bool:
        """Whether no number at all lies in it."""
        low, high = self.start[0], self.end[0]
        return low > high or (low == high and not (self.low_closed and self.high_closed))

    @property
    def start(self) -> tuple[Decimal, int]:
        """Sort key of the lower end: a closed end begins before an open one."""
        return (-INFINITE, 0) if self.low is None else (self.low, 0 if self.low_closed else 1)

    @property
    def end(self) -> tuple[Decimal, int]:
        """Where the next interval would have to begin: directly after this one."""
        return (INFINITE, 0) if self.high is None else (self.high, 1 if self.high_closed else 0)

    def said(self, unit: str = "") -> str:
        """The interval in Chinese, with 含 and 不含 said at each end."""
        low = "" if self.low is None else f"{num(self.low)}{unit}（{'含' if self.low_closed else '不含'}）"
        high = (
            "" if self.high is None else f"{num(self.high)}{unit}（{'含' if self.high_closed else '不含'}）"
        )
        if low and high:
            return f"{low}至{high}"
        return f"{low}以上" if low else f"{high}以下" if high else "任意值"


def holes(intervals: Sequence[Interval], domain: Interval) -> tuple[Interval, ...]:
    """The stretches of the domain that no interval covers, from low to high."""
    found: list[Interval] = []
    reached = domain.start
    for part in sorted(intervals, key=lambda part: part.start):
        begins = min(part.start, domain.end)
        if begins > reached:
            found.append(_between(reached, begins))
        reached = max(reached, part.end)
    if domain.end > reached:
        found.append(_between(reached, domain.end))
    return tuple(part for part in found if not part.empty)


def overlaps(intervals: Sequence[Interval]) -> tuple[tuple[int, int], ...]:
    """Pairs of positions of intervals that share a number."""
    return tuple(
        (i, j)
        for i in range(len(intervals))
        for j in range(i + 1, len(intervals))
        if max(intervals[i].start, intervals[j].start) < min(intervals[i].end, intervals[j].end)
    )


def _between(start: tuple[Decimal, int], end: tuple[Decimal, int]) -> Interval:
    low = None if start[0].is_infinite() else start[0]
    high = None if end[0].is_infinite() else end[0]
    return Interval(low, high, low_closed=start[1] == 0, high_closed=end[1] == 1)


def num(number: Decimal, places: int = 4) -> str:
    """A number as people write it: no exponent, no trailing zeros, at most `places` decimals."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -places:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def fen(amount: Decimal) -> Decimal:
    """An amount of money to the fen, half up: the one rounding used for every payment."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def yuan(amount: Decimal) -> str:
    """Money as it is printed: thousands and two decimals with the sign of the currency."""
    return f"¥{fen(amount):,.2f}"
