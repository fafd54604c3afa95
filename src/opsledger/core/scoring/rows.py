"""One row of the table: its facts and marks become points, with the arithmetic in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from opsledger.core.scoring.choices import Aggregate, Direction, Gives, MeasureIs, Partial, Unfilled
from opsledger.core.scoring.claims import Claim
from opsledger.core.scoring.cursor import plain
from opsledger.core.scoring.facts import Fact, Mark
from opsledger.core.scoring.marks import weigh
from opsledger.core.scoring.results import FactLine, FactState, RowResult
from opsledger.core.scoring.rules import ZERO
from opsledger.core.scoring.scales import num
from opsledger.core.scoring.scheme import Indicator, Manual, PerEvent, PerUnit, Scheme, Steps
from opsledger.core.scoring.steps import score_steps

_FREE = "在免扣次数内，不扣分"


@dataclass(frozen=True, slots=True)
class Tally:
    """What a rule makes of the facts that count: the raw figure, each fact's share and words."""

    raw: Decimal
    shares: Mapping[str, tuple[Decimal, str]]
    text: str
    pending: bool = False


def score_row(
    scheme: Scheme,
    row: Indicator,
    category_id: str,
    claims: Sequence[Claim],
    marks: Sequence[Mark],
    unfilled: Unfilled,
) -> RowResult:
    """The row's deduction (a bonus row: addition) after its cap, never more than its full marks."""
    facts = [claim.fact for claim in claims if claim.counts]
    tally = _tally(scheme, row, facts, marks, unfilled)
    limits = [limit for limit in (row.cap, row.points) if limit is not None]
    deduction = min([tally.raw, *limits])
    capped = deduction < tally.raw
    text = tally.text
    if capped:
        text += f"；本行最多{num(deduction)}分，按{num(deduction)}分计"
    awarded = None if row.points is None else row.points - deduction
    if awarded is not None:
        text += f"；得分{num(row.points or ZERO)} − {num(deduction)} = {num(awarded)}分"
    return RowResult(
        indicator=row,
        category_id=category_id,
        lines=tuple(_line(claim, row, tally) for claim in claims),
        raw=tally.raw,
        deduction=deduction,
        awarded=awarded,
        capped=capped,
        pending=tally.pending,
        text=f"{row.title}：{text}",
    )


def _line(claim: Claim, row: Indicator, tally: Tally) -> FactLine:
    points, said = tally.shares.get(claim.fact.id, (ZERO, ""))
    state = FactState.FREE if claim.counts and said == _FREE else claim.state
    parts = [part for part in (said, claim.note) if part]
    text = f"{claim.fact.happened_on} {claim.fact.title}：{'；'.join(parts) or '不扣分'}"
    return FactLine(fact=claim.fact, state=state, indicator_id=row.id, points=points, text=text)


def _tally(
    scheme: Scheme, row: Indicator, facts: Sequence[Fact], marks: Sequence[Mark], unfilled: Unfilled
) -> Tally:
    rule = row.rule
    if isinstance(rule, PerEvent):
        return _per_event(rule, facts)
    if isinstance(rule, PerUnit):
        return _per_unit(rule, facts)
    if isinstance(rule, Steps):
        found = score_steps(scheme, row, rule, facts, marks)
        return Tally(found.raw, found.shares, found.text, found.pending)
    return _manual(scheme, row, rule, marks, unfilled)


def _manual(scheme: Scheme, row: Indicator, rule: Manual, marks: Sequence[Mark], unfilled: Unfilled) -> Tally:
    marked = weigh(scheme, marks)
    full = row.points or ZERO
    if marked is None:
        if rule.gives is Gives.DEDUCTION:
            return Tally(ZERO, {}, "尚未打分，暂不扣分", True)
        zero = unfilled is Unfilled.ZERO
        return Tally(full if zero else ZERO, {}, f"尚未打分，暂按{'0' if zero else num(full)}分", True)
    if rule.gives is Gives.DEDUCTION:
        return Tally(marked.points, {}, f"扣{num(marked.points)}分：{marked.text}", bool(marked.missing))
    text = f"{marked.text}；扣{num(full)} − {num(marked.points)} = {num(full - marked.points)}分"
    return Tally(full - marked.points, {}, text, bool(marked.missing))


def _per_event(rule: PerEvent, facts: Sequence[Fact]) -> Tally:
    events = _grouped(rule, facts) if rule.group_by else [(fact, "") for fact in facts]
    hit = {fact.id for fact, _ in events}
    shares: dict[str, tuple[Decimal, str]] = {
        fact.id: (ZERO, "并入同组，不另计") for fact in facts if fact.id not in hit
    }
    costs: list[Decimal] = []
    for i, (fact, why) in enumerate(events):
        if i < rule.free:
            shares[fact.id] = (ZERO, _FREE)
            continue
        points = _price(rule, fact)
        costs.append(points)
        shares[fact.id] = (points, f"{why}计{num(points)}分")
    if not costs:
        return Tally(ZERO, shares, "本期没有应计的事实，0分")
    return Tally(sum(costs, ZERO), shares, f"{_sum_of(costs)} = {num(sum(costs, ZERO))}分")


def _price(rule: PerEvent, fact: Fact) -> Decimal:
    found = fact.attribute(rule.by_attribute) if rule.by_attribute else None
    return rule.points if found is None else rule.by_value.get(plain(found), rule.points)


def _grouped(rule: PerEvent, facts: Sequence[Fact]) -> list[tuple[Fact, str]]:
    """One event per group: at its first fact, or at the fact whose measure carries the sum over the limit."""
    sums: dict[str, Decimal] = {}
    done: set[str] = set()
    events = []
    for fact in facts:
        found = fact.attribute(rule.group_by)
        name = fact.id if found is None else plain(found)
        sums[name] = sums.get(name, ZERO) + (fact.measure or ZERO)
        if name in done or (rule.over is not None and sums[name] <= rule.over):
            continue
        done.add(name)
        why = "" if rule.over is None else f"累计{num(sums[name])}，超过{num(rule.over)}，"
        events.append((fact, f"“{name}”{why}"))
    return events


def _sum_of(costs: Sequence[Decimal]) -> str:
    counted = Counter(costs)
    return " + ".join(f"{counted[cost]}次×{num(cost)}分" for cost in sorted(counted, reverse=True))


def _per_unit(rule: PerUnit, facts: Sequence[Fact]) -> Tally:
    gaps = {fact.id: _gap(rule, fact) for fact in facts}
    if not gaps:
        return Tally(ZERO, {}, "本期没有应计的事实，0分")
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
    if rule.measure_is is MeasureIs.VALUE:
        values = [fact.measure for fact in facts if fact.measure is not None]
        pooled = sum(values, ZERO)
    else:
        values = list(gaps.values())
        pooled = sum(values, ZERO)
    word = "合计"
    if rule.aggregate is Aggregate.MEAN:
        pooled, word = (pooled / len(values) if values else rule.target), "平均"
    gap = _distance(rule, pooled) if rule.measure_is is MeasureIs.VALUE else pooled
    points = units_in(gap / rule.unit, rule.partial) * rule.points
    shares = {fact.id: (ZERO, f"参与{word}") for fact in facts}
    said = f"{len(facts)}项{word}{num(pooled)}{rule.unit_name}，{_gap_said(rule, gap)}"
    return Tally(points, shares, said)


def _gap(rule: PerUnit, fact: Fact) -> Decimal:
    if fact.measure is None:
        return ZERO
    return max(ZERO, fact.measure) if rule.measure_is is MeasureIs.GAP else _distance(rule, fact.measure)


def _distance(rule: PerUnit, measure: Decimal) -> Decimal:
    below = rule.direction is Direction.BELOW
    return max(ZERO, rule.target - measure if below else measure - rule.target)


def _gap_said(rule: PerUnit, gap: Decimal) -> str:
    units = units_in(gap / rule.unit, rule.partial)
    word = "低于" if rule.direction is Direction.BELOW else "超出"
    target = f"目标{num(rule.target)}{rule.unit_name}" if rule.measure_is is MeasureIs.VALUE else "目标"
    cost = f"{num(units)}×{num(rule.points)}分 = {num(units * rule.points)}分"
    return f"{word}{target}{num(gap)}{rule.unit_name}，{cost}"


def units_in(units: Decimal, partial: Partial) -> Decimal:
    """How many units count: as they are, a started one as whole, or only whole ones."""
    if partial is Partial.PROPORTIONAL:
        return units
    return units.to_integral_value(ROUND_CEILING if partial is Partial.STARTED else ROUND_FLOOR)
