"""Reading the rules, matchers and effects of a scheme from plain data."""

from __future__ import annotations

from collections.abc import Mapping
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
    Side,
    Within,
)
from opsledger.core.scoring.cursor import Cursor
from opsledger.core.scoring.scales import Interval, overlaps
from opsledger.core.scoring.scheme import (
    Effect,
    Manual,
    Match,
    PerEvent,
    PerUnit,
    Rule,
    Step,
    Steps,
)

ZERO = Decimal(0)
ONE = Decimal(1)


def read_match(cursor: Cursor, kinds: Mapping[str, str]) -> Match:
    """A matcher; each kind it names must be a known one, so that a typing error never hides facts."""
    named = cursor.texts("kinds")
    if not named:
        cursor.fail("至少要写一种事实", "kinds")
    for kind in named:
        if kind not in kinds:
            cursor.fail(f"没有“{kind}”这种事实；自定义的种类请先写在方案的 kinds 中", "kinds")
    match = Match(
        kinds=named,
        where=cursor.text_lists("where"),
        unless=cursor.text_lists("unless"),
        items=cursor.texts("items"),
        item_categories=cursor.texts("item_categories"),
        measure=read_interval(cursor.child("measure")) if cursor.has("measure") else Interval(),
    )
    cursor.close()
    return match


def read_interval(cursor: Cursor, close: bool = True) -> Interval:
    """``from``/``to`` with the lower end in and the upper end out, unless ``from_open``/``to_closed``."""
    interval = Interval(
        low=cursor.maybe_decimal("from"),
        high=cursor.maybe_decimal("to"),
        low_closed=not cursor.flag("from_open", False),
        high_closed=cursor.flag("to_closed", False),
    )
    if interval.empty:
        cursor.fail("起点应小于终点", "to")
    if close:
        cursor.close()
    return interval


def read_rule(cursor: Cursor, points: Decimal | None) -> Rule:
    """The rule of a row; `points` are the row's full marks, which scales and awarded marks need."""
    kind = cursor.text("type")
    rule: Rule
    if kind == "per_event":
        rule = _per_event(cursor)
    elif kind == "per_unit":
        rule = _per_unit(cursor)
    elif kind == "steps":
        rule = _steps(cursor, points)
    elif kind == "manual":
        rule = _manual(cursor, points)
    else:
        cursor.fail("应为 per_event、per_unit、steps、manual 之一", "type")
    cursor.close()
    return rule


def _per_event(cursor: Cursor) -> PerEvent:
    by_attribute, by_value = "", {}
    if cursor.has("points_by"):
        table = cursor.child("points_by")
        by_attribute, by_value = table.text("attribute"), dict(table.decimals("values"))
        for name, number in by_value.items():
            if number < 0:
                table.fail("不能小于0", f"values.{name}")
        table.close()
    rule = PerEvent(
        points=cursor.decimal("points", low=0),
        by_attribute=by_attribute,
        by_value=by_value,
        free=cursor.integer("free", 0),
        group_by=cursor.text("group_by", ""),
        over=cursor.maybe_decimal("over"),
    )
    if rule.over is not None and not rule.group_by:
        cursor.fail("按累计值计时，需同时写 group_by", "over")
    return rule


def _per_unit(cursor: Cursor) -> PerUnit:
    rule = PerUnit(
        target=cursor.decimal("target", ZERO),
        unit=cursor.decimal("unit", ONE, low=0),
        unit_name=cursor.text("unit_name", ""),
        points=cursor.decimal("points", low=0),
        direction=cursor.choice("direction", Direction, Direction.BELOW),
        measure_is=cursor.choice("measure_is", MeasureIs, MeasureIs.VALUE),
        partial=cursor.choice("partial", Partial, Partial.PROPORTIONAL),
        aggregate=cursor.choice("aggregate", Aggregate, Aggregate.EACH),
    )
    if rule.unit == 0:
        cursor.fail("应大于0", "unit")
    return rule


def _steps(cursor: Cursor, points: Decimal | None) -> Steps:
    if points is None:
        cursor.fail("分档计分的指标要写满分 points", "type")
    steps = []
    parts = cursor.children("steps", at_least=1)
    for part in parts:
        low = part.decimal("points", low=0)
        high = part.decimal("points_to", low)
        if high < low or high > points:
            part.fail(
                f"得分应在0至满分{points}之间，且上限不小于下限", "points_to" if high != low else "points"
            )
        title = part.text("title", "")
        interval = read_interval(part)
        steps.append(Step(interval=interval, points=low, points_to=high, title=title))
    for i, j in overlaps([step.interval for step in steps]):
        parts[j].fail(f"与第{i + 1}档重叠，同一数值只能落在一档", "from")
    aggregate = cursor.choice("aggregate", Aggregate, Aggregate.WORST)
    if aggregate is Aggregate.SUM:
        cursor.fail("分档计分应为 each、worst、mean 之一", "aggregate")
    default = Interval(ZERO, None)
    unmeasured = cursor.maybe_decimal("unmeasured", low=0)
    if unmeasured is not None and unmeasured > points:
        cursor.fail(f"不能大于满分{points}", "unmeasured")
    return Steps(
        steps=tuple(sorted(steps, key=lambda step: step.interval.start)),
        unit_name=cursor.text("unit_name", ""),
        domain=read_interval(cursor.child("domain")) if cursor.has("domain") else default,
        aggregate=aggregate,
        hole=cursor.choice("hole", Side, Side.BETTER),
        within=cursor.choice("within", Within, Within.HIGH),
        unmeasured=unmeasured,
    )


def _manual(cursor: Cursor, points: Decimal | None) -> Manual:
    gives = cursor.choice("gives", Gives, Gives.POINTS)
    if gives is Gives.POINTS and points is None:
        cursor.fail("按得分打分的指标要写满分 points；只扣分的请写 gives: deduction", "gives")
    levels = []
    for part in cursor.children("levels"):
        low = part.decimal("points", low=0)
        levels.append((part.text("title"), low, part.decimal("points_to", low)))
        part.close()
    return Manual(gives=gives, levels=tuple(levels))


def read_effect(cursor: Cursor, interval: Interval | None = None) -> Effect:
    """A money effect; `interval` is the band's, whose upper edge ``count_from: edge`` needs."""
    kind = cursor.choice("type", EffectKind)
    rate = ZERO
    if kind in (EffectKind.DEDUCT_PERCENT, EffectKind.PAY_PERCENT):
        rate = cursor.decimal("percent", low=0, high=100)
    elif kind is EffectKind.PER_POINT:
        rate = cursor.decimal("per_mille", low=0, high=1000)
    effect = Effect(
        kind=kind,
        rate=rate,
        of=cursor.choice("of", Of, Of.PERIOD),
        count_from=cursor.choice("count_from", CountFrom, CountFrom.FULL),
        partial=cursor.choice("partial", Partial, Partial.PROPORTIONAL),
        note=cursor.text("note", ""),
    )
    endless = interval is None or interval.high is None
    if kind is EffectKind.PER_POINT and effect.count_from is CountFrom.EDGE and endless:
        cursor.fail("从档次上限起算时，该档要写上限 to", "count_from")
    cursor.close()
    return effect
