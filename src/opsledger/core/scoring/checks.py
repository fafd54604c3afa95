"""Checks across the parts of a scheme: sums that must add up, and rows in the right place."""

from __future__ import annotations

from collections.abc import Sequence

from opsledger.core.scoring.choices import CountFrom, EffectKind, Gives, Roll
from opsledger.core.scoring.cursor import Cursor
from opsledger.core.scoring.rules import ZERO
from opsledger.core.scoring.scales import num
from opsledger.core.scoring.scheme import Category, Indicator, Manual, Scheme


def check_rows(cursor: Cursor, rows: Sequence[Cursor], category: Category) -> None:
    """Where all rows have full marks, these must add up to the category's."""
    for row, one in zip(rows, category.indicators, strict=True):
        if isinstance(one.rule, Manual) and one.rule.gives is Gives.ADDITION:
            row.fail("addition 只用于加分项", "rule.gives")
    marked = [row.points for row in category.indicators if row.points is not None]
    if category.points is None:
        return
    if len(marked) == len(category.indicators) and sum(marked) != category.points:
        cursor.fail(f"各指标满分合计{num(sum(marked, ZERO))}分，与本类{num(category.points)}分不符", "points")
    if category.points == 0:
        cursor.fail("应大于0", "points")


def check_points(cursor: Cursor, scheme: Scheme) -> None:
    """Weights make 100 %, or the categories' full marks make the scheme's, where all are stated."""
    weights = [category.weight_percent for category in scheme.categories]
    if any(weight is not None for weight in weights):
        given = [weight for weight in weights if weight is not None]
        if len(given) != len(weights):
            cursor.fail("要么每一类都写权重，要么都不写", f"categories[{weights.index(None)}].weight_percent")
        if sum(given) != 100:
            cursor.fail(f"各类权重合计{num(sum(given, ZERO))}%，应为100%", "categories")
        for i, category in enumerate(scheme.categories):
            if category.points is None:
                cursor.fail("写了权重的类要写本类满分", f"categories[{i}].points")
        return
    points = [category.points for category in scheme.categories if category.points is not None]
    if len(points) == len(scheme.categories) and sum(points) != scheme.base:
        cursor.fail(f"各类满分合计{num(sum(points, ZERO))}分，与总分{num(scheme.base)}分不符", "categories")


def check_roll(cursor: Cursor, scheme: Scheme) -> None:
    """A sum of periods has no full marks of its own from which points could be counted."""
    if scheme.roll is not Roll.SUM or not scheme.pays_on_term:
        return
    for i, band in enumerate(scheme.bands):
        if band.effect.kind is EffectKind.PER_POINT and band.effect.count_from is CountFrom.FULL:
            cursor.fail("各期得分相加时，不能从满分起算扣款", f"bands[{i}].effect.count_from")


def check_bonus(cursors: Sequence[Cursor], rows: Sequence[Indicator]) -> None:
    """Bonus rows add from nothing: they have a cap, not full marks."""
    for cursor, row in zip(cursors, rows, strict=True):
        if row.points is not None:
            cursor.fail("加分项没有满分，请用 cap 写最多加几分", "points")
        if isinstance(row.rule, Manual) and row.rule.gives is not Gives.ADDITION:
            cursor.fail("加分项请写 gives: addition", "rule.gives")
