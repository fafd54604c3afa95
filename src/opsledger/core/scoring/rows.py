"""One row of the table: its facts and marks become points, with the arithmetic in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from opsledger.core.scoring.choices import Gives, Unfilled
from opsledger.core.scoring.claims import Claim
from opsledger.core.scoring.cursor import plain
from opsledger.core.scoring.facts import Fact, Mark
from opsledger.core.scoring.marks import weigh
from opsledger.core.scoring.results import FactLine, FactState, RowResult
from opsledger.core.scoring.rules import ZERO
from opsledger.core.scoring.scales import num
from opsledger.core.scoring.scheme import Indicator, Manual, PerEvent, PerUnit, Scheme, Steps
from opsledger.core.scoring.steps import score_steps
from opsledger.core.scoring.tally import Tally
from opsledger.core.scoring.units import score_units

_VERBS = {Gives.POINTS: "评", Gives.DEDUCTION: "扣", Gives.ADDITION: "加"}
_FREE = "在免扣次数内，不扣分"


def score_row(
    scheme: Scheme,
    row: Indicator,
    category_id: str,
    claims: Sequence[Claim],
    marks: Sequence[Mark],
    unfilled: Unfilled,
    demanded: bool = True,
) -> RowResult:
    """The row's deduction (a bonus row: addition) after its cap, never more than its full marks.

    A row that was not `demanded` in the period loses nothing, whatever marks there are.
    """
    facts = [claim.fact for claim in claims if claim.counts]
    if demanded:
        tally = _tally(scheme, row, facts, marks, unfilled)
    else:
        ignored = "；所打的分不计" if marks else ""
        tally = Tally(ZERO, {}, f"本期没有相应需求，不扣分{ignored}")
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
    text = f"{claim.fact.happened_on} {claim.fact.title}：{'；'.join(parts) or '供打分参考'}"
    return FactLine(fact=claim.fact, state=state, indicator_id=row.id, points=points, text=text)


def _tally(
    scheme: Scheme, row: Indicator, facts: Sequence[Fact], marks: Sequence[Mark], unfilled: Unfilled
) -> Tally:
    rule = row.rule
    if isinstance(rule, PerEvent):
        return _per_event(rule, facts)
    if isinstance(rule, PerUnit):
        return score_units(rule, facts)
    if isinstance(rule, Steps):
        return score_steps(scheme, row, rule, facts, marks)
    return _manual(scheme, row, rule, marks, unfilled)


def _manual(scheme: Scheme, row: Indicator, rule: Manual, marks: Sequence[Mark], unfilled: Unfilled) -> Tally:
    verb = _VERBS[rule.gives]
    marked = weigh(scheme, marks, verb)
    full = row.points or ZERO
    if marked is None and rule.gives is not Gives.POINTS:
        return Tally(ZERO, {}, f"尚未打分，暂不{verb}分", True)
    if marked is None:
        zero = unfilled is Unfilled.ZERO
        return Tally(full if zero else ZERO, {}, f"尚未打分，暂按{'0' if zero else num(full)}分", True)
    if rule.gives is not Gives.POINTS:
        return Tally(marked.points, {}, marked.text, bool(marked.missing))
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
