"""Points for each unit by which a measure misses its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from opsledger.core.scoring.choices import Aggregate, Direction, MeasureIs, Partial
from opsledger.core.scoring.facts import Fact
from opsledger.core.scoring.rules import ZERO
from opsledger.core.scoring.scales import num
from opsledger.core.scoring.scheme import PerUnit
from opsledger.core.scoring.tally import Tally


def score_units(rule: PerUnit, facts: Sequence[Fact]) -> Tally:
    """Points for the units by which each fact (or the worst, the mean, the sum) misses the target.

    A fact without a measure costs nothing and leaves the row pending: it cannot be judged.
    """
    known = [fact for fact in facts if fact.measure is not None]
    blank = {fact.id: (ZERO, "没有实测值，暂不能计分") for fact in facts if fact.measure is None}
    found = _measured(rule, known) if known else Tally(ZERO, {}, "本期没有应计的事实，0分")
    if not blank:
        return found
    text = f"{found.text}；{len(blank)}项没有实测值，待补"
    return Tally(found.raw, {**found.shares, **blank}, text, True)


def _measured(rule: PerUnit, facts: Sequence[Fact]) -> Tally:
    gaps = {fact.id: _gap(rule, fact) for fact in facts}
    costs = {fact.id: units_in(gaps[fact.id] / rule.unit, rule.partial) * rule.points for fact in facts}
    if rule.aggregate is Aggregate.EACH:
        shares = {fact.id: (costs[fact.id], _gap_said(rule, gaps[fact.id])) for fact in facts}
        total = sum(costs.values(), ZERO)
        return Tally(total, shares, " + ".join(num(cost) for cost in costs.values()) + f" = {num(total)}分")
    if rule.aggregate is Aggregate.WORST:
        worst = max(facts, key=lambda fact: gaps[fact.id])
        shares = {fact.id: (ZERO, "不是最差的一次，不另计") for fact in facts}
        shares[worst.id] = (costs[worst.id], _gap_said(rule, gaps[worst.id]))
        return Tally(costs[worst.id], shares, f"取最差一次，{_gap_said(rule, gaps[worst.id])}")
    return _pooled(rule, facts, gaps)


def _pooled(rule: PerUnit, facts: Sequence[Fact], gaps: Mapping[str, Decimal]) -> Tally:
    """The target is held against the mean or the sum of the measures, not against each of them."""
    is_value = rule.measure_is is MeasureIs.VALUE
    values = [fact.measure or ZERO for fact in facts] if is_value else list(gaps.values())
    pooled = sum(values, ZERO)
    word = "合计"
    if rule.aggregate is Aggregate.MEAN:
        pooled, word = pooled / len(values), "平均"
    gap = _distance(rule, pooled) if is_value else pooled
    points = units_in(gap / rule.unit, rule.partial) * rule.points
    shares = {fact.id: (ZERO, f"参与{word}") for fact in facts}
    said = f"{len(facts)}项{word}{num(pooled)}{rule.unit_name}，{_gap_said(rule, gap)}"
    return Tally(points, shares, said)


def _gap(rule: PerUnit, fact: Fact) -> Decimal:
    measure = fact.measure or ZERO
    return max(ZERO, measure) if rule.measure_is is MeasureIs.GAP else _distance(rule, measure)


def _distance(rule: PerUnit, measure: Decimal) -> Decimal:
    below = rule.direction is Direction.BELOW
    return max(ZERO, rule.target - measure if below else measure - rule.target)


def _gap_said(rule: PerUnit, gap: Decimal) -> str:
    units = units_in(gap / rule.unit, rule.partial)
    said = f"{num(gap)}{rule.unit_name}"
    if rule.measure_is is MeasureIs.VALUE:
        word = "低于" if rule.direction is Direction.BELOW else "超出"
        said = f"{word}目标{num(rule.target)}{rule.unit_name}，相差{said}"
    cost = f"{num(units)}×{num(rule.points)}分 = {num(units * rule.points)}分"
    return f"{said}，{cost}"


def units_in(units: Decimal, partial: Partial) -> Decimal:
    """How many units count: as they are, a started one as whole, or only whole ones."""
    if partial is Partial.PROPORTIONAL:
        return units
    return units.to_integral_value(ROUND_CEILING if partial is Partial.STARTED else ROUND_FLOOR)
