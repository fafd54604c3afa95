"""The closed choices a scheme makes: how things are counted, joined, read and paid."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """On which side of the target points are lost."""

    BELOW = "below"
    ABOVE = "above"


class MeasureIs(StrEnum):
    """Whether a fact's measure is the value reached or already the distance to the target."""

    VALUE = "value"
    GAP = "gap"


class Partial(StrEnum):
    """What a broken unit costs: its share, a whole one once started, or nothing until it is whole."""

    PROPORTIONAL = "proportional"
    STARTED = "started"
    WHOLE = "whole"


class Aggregate(StrEnum):
    """How several facts of one row become one figure."""

    EACH = "each"
    WORST = "worst"
    MEAN = "mean"
    SUM = "sum"


class Side(StrEnum):
    """For a value in a hole: the points or the band of the better or of the worse neighbour."""

    BETTER = "better"
    WORSE = "worse"


class Within(StrEnum):
    """Which points of a range (8 to 10) count while no assessor has chosen."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


class Gives(StrEnum):
    """Whether a mark says the points awarded, deducted or (bonus rows only) added."""

    POINTS = "points"
    DEDUCTION = "deduction"
    ADDITION = "addition"


class Unfilled(StrEnum):
    """What a row is worth that awaits a mark; it is flagged as pending either way."""

    FULL = "full"
    ZERO = "zero"


class Of(StrEnum):
    """The base of a money effect: the period's money or the contract's whole price."""

    PERIOD = "period"
    TOTAL = "total"


class CountFrom(StrEnum):
    """Where the points of a per-point effect are counted from: full marks or the band's upper edge."""

    FULL = "full"
    EDGE = "edge"


class EffectKind(StrEnum):
    """What a band means in money."""

    FULL = "full"
    DEDUCT_PERCENT = "deduct_percent"
    PAY_PERCENT = "pay_percent"
    PER_POINT = "per_point"
    NEGOTIATE = "negotiate"
    BREACH = "breach"
    TERMINATE = "terminate"


class Roll(StrEnum):
    """How the scores of the periods become one."""

    MEAN = "mean"
    WEIGHTED = "weighted"
    SUM = "sum"
    WORST = "worst"


class Span(StrEnum):
    """Over which periods failures are counted."""

    TERM = "term"
    CALENDAR_YEAR = "calendar_year"
    SERVICE_YEAR = "service_year"
    FIRST = "first"
