"""A scoring scheme as frozen data: what a contract says about points, bands and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from opsledger.core.scoring.choices import (
    Aggregate,
    CountFrom,
    Direction,
    EffectKind,
    Gives,
    MeasureIs,
    Of,
    Partial,
    Roll,
    Side,
    Span,
    Unfilled,
    Within,
)
from opsledger.core.scoring.scales import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which facts a row looks at; every condition that is stated must hold."""

    kinds: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]]
    items: tuple[str, ...]
    item_categories: tuple[str, ...]
    measure: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class PerEvent:
    """So many points for each fact, or for each group of facts whose measures sum to more than `over`.

    `by_attribute` and `by_value` replace `points` for the values they name; the first `free` events
    (in order of day, then id) cost nothing.
    """

    points: Decimal
    by_attribute: str
    by_value: Mapping[str, Decimal]
    free: int
    group_by: str
    over: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PerUnit:
    """So many points for each `unit` by which the measure misses the target."""

    target: Decimal
    unit: Decimal
    unit_name: str
    points: Decimal
    direction: Direction
    measure_is: MeasureIs
    partial: Partial
    aggregate: Aggregate


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a scale: the points awarded, or the range [points, points_to] to choose from."""

    interval: Interval
    points: Decimal
    points_to: Decimal
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Points by the step in which the measure lies; a hole falls to the better or the worse neighbour.

    `unmeasured` are the points of a fact without a measure (never answered).
    """

    steps: tuple[Step, ...]
    unit_name: str
    domain: Interval
    aggregate: Aggregate
    hole: Side
    within: Within
    unmeasured: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """A row that assessors fill; `levels` hold the contract's own wording as (title, from, to)."""

    gives: Gives
    levels: tuple[tuple[str, Decimal, Decimal], ...]


Rule = PerEvent | PerUnit | Steps | Manual


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One row of the scoring table.

    `points` are its full marks (None in a scheme that only deducts); `cap` is the most it can lose (for a
    bonus row: add).  With `demand`, a period without any such fact costs nothing (no demand, no deduction).
    """

    id: str
    title: str
    clause: str
    points: Decimal | None
    cap: Decimal | None
    match: Match | None
    demand: Match | None
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A group of rows with its full marks, its share of the whole in percent and its cap."""

    id: str
    title: str
    clause: str
    points: Decimal | None
    weight_percent: Decimal | None
    cap: Decimal | None
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The money effect of a band; `rate` is a percent, or per mille per point for ``per_point``."""

    kind: EffectKind
    rate: Decimal
    of: Of
    count_from: CountFrom
    partial: Partial
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A grade: the scores that fall in it and what it means in money."""

    id: str
    title: str
    clause: str
    interval: Interval
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """So many such facts put the result into a band whatever the score is."""

    id: str
    title: str
    clause: str
    match: Match
    at_least: int
    band_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessor:
    """Who marks, and with what weight among those who do."""

    id: str
    title: str
    weight: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRule:
    """So many periods in such bands within a span have a consequence of their own.

    `first` is the number of opening periods (a trial) for the span ``first``.
    """

    id: str
    title: str
    clause: str
    band_ids: tuple[str, ...]
    at_least: int
    consecutive: bool
    span: Span
    first: int
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read an open point: what it says, and the values it sets by path."""

    id: str
    text: str
    sets: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """Something the contract leaves open, with its readings and the one taken unless settled otherwise."""

    id: str
    question: str
    clause: str
    default: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyCap:
    """The most that may be deducted in one settlement, as a percent of a base."""

    percent: Decimal
    of: Of


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A whole scoring scheme.  Build it with `parse_scheme`; `source` is the data it came from."""

    id: str
    title: str
    clause: str
    base: Decimal
    floor: Decimal
    cap: Decimal | None
    score_places: int
    unfilled: Unfilled
    band_hole: Side
    kinds: Mapping[str, str]
    exclusion_reasons: tuple[str, ...]
    categories: tuple[Category, ...]
    bonus: tuple[Indicator, ...]
    bonus_cap: Decimal | None
    vetoes: tuple[Veto, ...]
    assessors: tuple[Assessor, ...]
    bands: tuple[Band, ...]
    money_cap: MoneyCap | None
    roll: Roll
    pays_on_term: bool
    series: tuple[SeriesRule, ...]
    open_points: tuple[OpenPoint, ...]
    objection_days: int
    source: Mapping[str, object]
    resolved: dict[tuple[tuple[str, str], ...], Scheme] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """The schemes under the readings asked for so far: a year of months asks for the same one each time."""

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every row in the scheme's order: the categories' rows, then the bonus rows."""
        rows = tuple(row for category in self.categories for row in category.indicators)
        return rows + self.bonus

    def band(self, band_id: str) -> Band:
        """The band with this id; the schema check has made sure that it exists."""
        return next(band for band in self.bands if band.id == band_id)
