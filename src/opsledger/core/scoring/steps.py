"""Step scales: the step in which a measure lies, holes between steps, and points chosen within a range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from opsledger.core.scoring.choices import Aggregate, Side, Within
from opsledger.core.scoring.facts import Fact, Mark
from opsledger.core.scoring.marks import weigh
from opsledger.core.scoring.rules import ZERO
from opsledger.core.scoring.scales import Interval, holes, num
from opsledger.core.scoring.scheme import Indicator, Scheme, Step, Steps
from opsledger.core.scoring.tally import Tally


@dataclass(frozen=True, slots=True)
class Landing:
    """Where one measure lands: the points, the range they may be chosen from, and the words for it."""

    points: Decimal
    low: Decimal
    high: Decimal
    text: str


def step_holes(rule: Steps) -> tuple[Interval, ...]:
    """The values of the scale's domain for which the contract states no points."""
    return holes([step.interval for step in rule.steps], rule.domain)


def land(rule: Steps, measure: Decimal | None, full: Decimal) -> Landing:
    """The points for one measure; None takes the points of the unmeasured (full marks if not stated)."""
    if measure is None:
        points = full if rule.unmeasured is None else rule.unmeasured
        return Landing(points, points, points, f"没有实测值，按{num(points)}分")
    for step in rule.steps:
        if step.interval.holds(measure):
            return _on(rule, step, f"{num(measure)}{rule.unit_name}，在{_said(rule, step)}一档")
    step = _neighbour(rule, measure)
    side = "较好" if rule.hole is Side.BETTER else "较差"
    hole = next((gap for gap in step_holes(rule) if gap.holds(measure)), None)
    where = f"合同对{hole.said(rule.unit_name)}没有规定" if hole else "合同没有规定"
    return _on(
        rule, step, f"{num(measure)}{rule.unit_name}，{where}，按相邻{side}一档（{_said(rule, step)}）"
    )


def _on(rule: Steps, step: Step, text: str) -> Landing:
    chosen = {
        Within.HIGH: step.points_to,
        Within.LOW: step.points,
        Within.MIDDLE: (step.points + step.points_to) / 2,
    }[rule.within]
    return Landing(chosen, step.points, step.points_to, f"{text}，{num(chosen)}分")


def _said(rule: Steps, step: Step) -> str:
    return step.title or step.interval.said(rule.unit_name)


def _neighbour(rule: Steps, measure: Decimal) -> Step:
    """The better or the worse of the steps next to a hole (only one of them at either end)."""
    below = [step for step in rule.steps if step.interval.high is not None and step.interval.high <= measure]
    above = [step for step in rule.steps if step.interval.low is not None and step.interval.low >= measure]
    sides = below[-1:] + above[:1]
    pick = max if rule.hole is Side.BETTER else min
    return pick(sides or list(rule.steps), key=lambda step: step.points_to)


def score_steps(
    scheme: Scheme, row: Indicator, rule: Steps, facts: Sequence[Fact], marks: Sequence[Mark]
) -> Tally:
    """Full marks minus the points of the step; without facts the row keeps its full marks.

    A mark chooses within the step's range and is drawn to its nearer end when it lies outside (the facts may
    have changed since it was given); the row is then pending until someone has looked at it again.
    """
    full = row.points or ZERO
    unused = "；所打的分没有可选的范围，不计" if marks else ""
    if not facts:
        return Tally(ZERO, {}, f"本期没有应计的事实，不扣分{unused}", bool(marks))
    landings = {fact.id: land(rule, fact.measure, full) for fact in facts}
    shares = {fact.id: (ZERO, landings[fact.id].text) for fact in facts}
    if rule.aggregate is Aggregate.EACH:
        points = sum((one.points for one in landings.values()), ZERO) / len(facts)
        text = f"{len(facts)}项各自定档后取平均，{num(points)}分"
        return Tally(full - points, shares, text + unused, bool(marks))
    if rule.aggregate is Aggregate.MEAN:
        landing, text = _mean(rule, facts, full)
    else:
        decisive = min(facts, key=lambda fact: landings[fact.id].points)
        landing = landings[decisive.id]
        text = f"取最差一次：{landing.text}"
    raw, text, pending = _chosen(scheme, row, full, landing, marks, text)
    if rule.aggregate is Aggregate.WORST:
        shares[decisive.id] = (raw, landing.text)
    return Tally(raw, shares, text, pending)


def _mean(rule: Steps, facts: Sequence[Fact], full: Decimal) -> tuple[Landing, str]:
    """The step of the mean of the measures; the unmeasured ones cannot enter a mean and are said so."""
    values = [fact.measure for fact in facts if fact.measure is not None]
    mean = sum(values, ZERO) / len(values) if values else None
    landing = land(rule, mean, full)
    left_out = len(facts) - len(values)
    tail = f"（{left_out}项没有实测值，未参与平均）" if values and left_out else ""
    return landing, f"{len(values)}项平均：{landing.text}{tail}"


def _chosen(
    scheme: Scheme, row: Indicator, full: Decimal, landing: Landing, marks: Sequence[Mark], text: str
) -> tuple[Decimal, str, bool]:
    marked = weigh(scheme, marks)
    if marked is None:
        ranged = landing.low != landing.high
        tail = f"（{num(landing.low)}至{num(landing.high)}分，待考核人在其中选定）" if ranged else ""
        return full - landing.points, text + tail, ranged
    points = min(max(marked.points, landing.low), landing.high)
    text = f"{text}；{marked.text}"
    if points != marked.points:
        text += f"，超出该档{num(landing.low)}至{num(landing.high)}分，按{num(points)}分，请复核"
    return full - points, text, bool(marked.missing) or points != marked.points
