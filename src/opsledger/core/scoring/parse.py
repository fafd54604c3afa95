"""From plain data to a checked `Scheme`."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal

from opsledger.core.scoring.checks import check_bonus, check_points, check_roll, check_rows
from opsledger.core.scoring.choices import (
    Of,
    Roll,
    Side,
    Span,
    Unfilled,
)
from opsledger.core.scoring.cursor import Cursor, unique
from opsledger.core.scoring.facts import FACT_KINDS
from opsledger.core.scoring.rules import ZERO, read_effect, read_interval, read_match, read_rule
from opsledger.core.scoring.scales import overlaps
from opsledger.core.scoring.scheme import (
    Assessor,
    Band,
    Category,
    Indicator,
    Manual,
    MoneyCap,
    OpenPoint,
    Reading,
    Scheme,
    SeriesRule,
    Veto,
)

HUNDRED = Decimal(100)


def parse(data: object) -> Scheme:
    """The scheme in the data, its open points not yet checked; use `parse_scheme` from outside."""
    cursor = Cursor(data)
    assert isinstance(data, Mapping)
    kinds = {**FACT_KINDS, **{name: str(title) for name, title in cursor.raw("kinds").items()}}
    base = cursor.decimal("base", HUNDRED, low=0)
    categories = _categories(cursor, kinds)
    taken = {row.id for category in categories for row in category.indicators}
    bonus, bonus_cap = _bonus(cursor, kinds, taken)
    bands = _bands(cursor)
    roll, pays_on_term = _roll(cursor)
    scheme = Scheme(
        id=cursor.text("id"),
        title=cursor.text("title"),
        clause=cursor.text("clause", ""),
        base=base,
        floor=cursor.decimal("floor", ZERO),
        cap=cursor.maybe_decimal("cap", low=0),
        score_places=cursor.integer("score_places", 2),
        unfilled=cursor.choice("unfilled", Unfilled, Unfilled.FULL),
        band_hole=cursor.choice("band_hole", Side, Side.BETTER),
        kinds=kinds,
        exclusion_reasons=cursor.texts("exclusion_reasons"),
        categories=categories,
        bonus=bonus,
        bonus_cap=bonus_cap,
        vetoes=_vetoes(cursor, kinds, bands),
        assessors=_assessors(cursor),
        bands=bands,
        money_cap=_money_cap(cursor),
        roll=roll,
        pays_on_term=pays_on_term,
        series=_series(cursor, bands),
        open_points=_open_points(cursor),
        objection_days=cursor.integer("objection_days", 0),
        source=copy.deepcopy(dict(data)),
    )
    if scheme.floor > base:
        cursor.fail("最低分不能高于满分", "floor")
    cursor.close()
    check_points(cursor, scheme)
    check_roll(cursor, scheme)
    return scheme


def _indicator(cursor: Cursor, kinds: Mapping[str, str]) -> Indicator:
    points = cursor.maybe_decimal("points", low=0)
    rule = read_rule(cursor.child("rule"), points)
    match = read_match(cursor.child("match"), kinds) if cursor.has("match") else None
    if match is None and not isinstance(rule, Manual):
        cursor.fail("除人工打分外，每个指标都要写明计入哪些事实", "match")
    row = Indicator(
        id=cursor.text("id"),
        title=cursor.text("title"),
        clause=cursor.text("clause", ""),
        points=points,
        cap=cursor.maybe_decimal("cap", low=0),
        match=match,
        demand=read_match(cursor.child("demand"), kinds) if cursor.has("demand") else None,
        rule=rule,
    )
    cursor.close()
    return row


def _categories(cursor: Cursor, kinds: Mapping[str, str]) -> tuple[Category, ...]:
    parts = cursor.children("categories", at_least=1)
    unique(parts)
    found, seen = [], set[str]()
    for part in parts:
        rows = part.children("indicators", at_least=1)
        _no_twins(rows, seen)
        category = Category(
            id=part.text("id"),
            title=part.text("title"),
            clause=part.text("clause", ""),
            points=part.maybe_decimal("points", low=0),
            weight_percent=part.maybe_decimal("weight_percent", low=0),
            cap=part.maybe_decimal("cap", low=0),
            indicators=tuple(_indicator(row, kinds) for row in rows),
        )
        part.close()
        check_rows(part, rows, category)
        found.append(category)
    return tuple(found)


def _no_twins(rows: list[Cursor], seen: set[str]) -> None:
    """Row ids are unique over the whole scheme, since marks and results name rows by id."""
    for row in rows:
        if row.text("id") in seen:
            row.fail(f"“{row.text('id')}”重复", "id")
        seen.add(row.text("id"))


def _bonus(
    cursor: Cursor, kinds: Mapping[str, str], seen: set[str]
) -> tuple[tuple[Indicator, ...], Decimal | None]:
    if not cursor.has("bonus"):
        return (), ZERO
    part = cursor.child("bonus")
    rows = part.children("indicators", at_least=1)
    _no_twins(rows, seen)
    cap = part.maybe_decimal("cap", low=0)
    found = tuple(_indicator(row, kinds) for row in rows)
    check_bonus(rows, found)
    part.close()
    return found, cap


def _bands(cursor: Cursor) -> tuple[Band, ...]:
    parts = cursor.children("bands", at_least=1)
    unique(parts)
    found = []
    for part in parts:
        band_id, title, clause = part.text("id"), part.text("title"), part.text("clause", "")
        effect_data = part.child("effect")
        interval = read_interval(part)
        effect = read_effect(effect_data, interval)
        found.append(Band(id=band_id, title=title, clause=clause, interval=interval, effect=effect))
    for i, j in overlaps([band.interval for band in found]):
        parts[j].fail(f"与“{found[i].title}”的分数段重叠", "from")
    return tuple(found)


def _vetoes(cursor: Cursor, kinds: Mapping[str, str], bands: tuple[Band, ...]) -> tuple[Veto, ...]:
    parts = cursor.children("veto")
    unique(parts)
    found = []
    for part in parts:
        veto = Veto(
            id=part.text("id"),
            title=part.text("title"),
            clause=part.text("clause", ""),
            match=read_match(part.child("match"), kinds),
            at_least=part.integer("at_least", 1, low=1),
            band_id=part.text("band"),
        )
        part.close()
        if veto.band_id not in {band.id for band in bands}:
            part.fail(f"没有“{veto.band_id}”这一档", "band")
        found.append(veto)
    return tuple(found)


def _assessors(cursor: Cursor) -> tuple[Assessor, ...]:
    parts = cursor.children("assessors")
    unique(parts)
    found = []
    for part in parts:
        weight = part.decimal("weight", Decimal(1), low=0)
        if weight == 0:
            part.fail("应大于0", "weight")
        found.append(Assessor(id=part.text("id"), title=part.text("title"), weight=weight))
        part.close()
    return tuple(found)


def _money_cap(cursor: Cursor) -> MoneyCap | None:
    if not cursor.has("money_cap"):
        return None
    part = cursor.child("money_cap")
    cap = MoneyCap(percent=part.decimal("percent", low=0, high=100), of=part.choice("of", Of, Of.PERIOD))
    part.close()
    return cap


def _roll(cursor: Cursor) -> tuple[Roll, bool]:
    if not cursor.has("rollup"):
        return Roll.MEAN, False
    part = cursor.child("rollup")
    roll = part.choice("method", Roll, Roll.MEAN)
    pays = part.text("pays", "period")
    if pays not in ("period", "term"):
        part.fail("应为 period、term 之一", "pays")
    part.close()
    return roll, pays == "term"


def _series(cursor: Cursor, bands: tuple[Band, ...]) -> tuple[SeriesRule, ...]:
    parts = cursor.children("series")
    unique(parts)
    found = []
    for part in parts:
        span = part.choice("span", Span, Span.TERM)
        rule = SeriesRule(
            id=part.text("id"),
            title=part.text("title"),
            clause=part.text("clause", ""),
            band_ids=part.texts("bands"),
            at_least=part.integer("at_least", 1, low=1),
            consecutive=part.flag("consecutive", False),
            span=span,
            first=part.integer("first", low=1) if span is Span.FIRST else 0,
            effect=read_effect(part.child("effect")),
        )
        part.close()
        unknown = [name for name in rule.band_ids if name not in {band.id for band in bands}]
        if unknown or not rule.band_ids:
            part.fail(f"没有“{unknown[0]}”这一档" if unknown else "至少要写一档", "bands")
        found.append(rule)
    return tuple(found)


def _open_points(cursor: Cursor) -> tuple[OpenPoint, ...]:
    parts = cursor.children("open_points")
    unique(parts)
    found = []
    for part in parts:
        readings = part.children("readings", at_least=2)
        unique(readings)
        point = OpenPoint(
            id=part.text("id"),
            question=part.text("question"),
            clause=part.text("clause", ""),
            default=part.text("default"),
            readings=tuple(
                Reading(id=one.text("id"), text=one.text("text"), sets=dict(one.raw("set")))
                for one in readings
            ),
        )
        for one in readings:
            one.close()
        part.close()
        if point.default not in {reading.id for reading in point.readings}:
            part.fail(f"没有“{point.default}”这一读法", "default")
        found.append(point)
    return tuple(found)
