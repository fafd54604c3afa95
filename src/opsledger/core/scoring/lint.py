"""What a scheme leaves undefined: holes in scales and bands, named with their clauses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from opsledger.core.scoring.choices import Side
from opsledger.core.scoring.scales import Interval, holes
from opsledger.core.scoring.scheme import Band, Indicator, Scheme, Steps
from opsledger.core.scoring.steps import step_holes


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A stretch of values for which the scheme says nothing.

    `subject` is the indicator's id, or ``bands``; `text` says what is missing and how it is read meanwhile.
    """

    subject: str
    clause: str
    interval: Interval
    text: str


def find_holes(scheme: Scheme) -> tuple[Hole, ...]:
    """Every hole in the step scales of the rows and in the bands, in the scheme's order.

    A scale is looked at over its stated domain (0 upwards if none is stated), the bands from the floor to
    the highest score that can be reached (without end where bonus points have no cap).  A gap between bands
    in which no score can lie, since scores have fewer decimals, is none.
    """
    found = [
        hole for row in scheme.indicators if isinstance(row.rule, Steps) for hole in _in_row(row, row.rule)
    ]
    top = None if scheme.bonus_cap is None else scheme.base + scheme.bonus_cap
    domain = Interval(scheme.floor, top, high_closed=True)
    gaps = holes([band.interval for band in scheme.bands], domain)
    return tuple(found + [_in_bands(scheme, gap) for gap in gaps if _reachable(scheme, gap)])


def _reachable(scheme: Scheme, gap: Interval) -> bool:
    """Whether a score with the scheme's number of decimals can lie in the gap."""
    step = Decimal(1).scaleb(-scheme.score_places)
    low = gap.low if gap.low is not None else (gap.high or Decimal(0)) - step
    first = low.quantize(step, ROUND_CEILING)
    return gap.holds(first) or gap.holds(first + step)


def _side(side: Side) -> str:
    return "较好" if side is Side.BETTER else "较差"


def _in_row(row: Indicator, rule: Steps) -> list[Hole]:
    return [
        Hole(
            subject=row.id,
            clause=row.clause,
            interval=gap,
            text=f"“{row.title}”对{gap.said(rule.unit_name)}没有规定得分，商定前按相邻{_side(rule.hole)}一档",
        )
        for gap in step_holes(rule)
    ]


def _in_bands(scheme: Scheme, gap: Interval) -> Hole:
    near: Band = scheme.bands[0]
    text = f"评定等级对{gap.said('分')}没有规定，商定前按相邻{_side(scheme.band_hole)}一档"
    return Hole(subject="bands", clause=near.clause or scheme.clause, interval=gap, text=text)
