"""What the term will score and pay if nothing else is missed, and what would change that next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from opsledger.core.scoring.choices import Unfilled
from opsledger.core.scoring.evaluate import band_for, evaluate
from opsledger.core.scoring.facts import Fact, Mark, Money, Period, in_order
from opsledger.core.scoring.money import settle
from opsledger.core.scoring.readings import DEFAULT, Settings, with_readings
from opsledger.core.scoring.results import Evaluation
from opsledger.core.scoring.rollup import TermAssessment, check_periods, term_of, within
from opsledger.core.scoring.scales import num, yuan
from opsledger.core.scoring.scheme import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The fewest further whole points whose loss changes something.

    `period_id` is the open period in which the last of them would be lost, `score` what it would then have, `band_title`
    its grade (the term's, where the term is paid), `cost_cny` how much less would be payable.
    """

    points: int
    period_id: str
    score: Decimal
    band_title: str
    cost_cny: Decimal
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The term as it would end: closed periods as they are, open ones without any further loss.

    `next_change` is the next loss that costs money, a grade or a consequence; `next_band` the next that
    costs a grade.  Either is None when no further loss in the open periods can do so.
    """

    at: date
    term: TermAssessment
    open_period_ids: tuple[str, ...]
    next_change: NextStep | None
    next_band: NextStep | None


def forecast(
    scheme: Scheme,
    facts: Sequence[Fact],
    *,
    periods: Sequence[Period],
    at: date,
    marks: Sequence[Mark] = (),
    money: Money | None = None,
    settings: Settings = DEFAULT,
) -> Forecast:
    """Score and money of the whole term if nothing else is missed after `at`.

    Facts after `at` are left out.  In periods that have not ended by `at`, rows without a mark are taken at
    full marks.  For the next step, points are thought lost in one open period (and in the following ones once
    it is down to the floor); the period that needs the fewest is named, the earliest of equals.
    Raises what `assess_term` raises.
    """
    ordered = check_periods(periods)
    known = [fact for fact in in_order(facts) if fact.happened_on <= at]
    hopeful = replace(settings, unfilled=Unfilled.FULL)
    evaluations = tuple(
        evaluate(
            scheme,
            within(known, period),
            period=period,
            marks=marks,
            settings=settings if period.end_on < at else hopeful,
        )
        for period in ordered
    )
    resolved = with_readings(scheme, settings.readings)
    term = term_of(resolved, evaluations, money)
    open_ids = tuple(period.id for period in ordered if period.end_on >= at)
    change, band = _next_steps(resolved, term, open_ids, money)
    return Forecast(at=at, term=term, open_period_ids=open_ids, next_change=change, next_band=band)


def _next_steps(
    scheme: Scheme, term: TermAssessment, open_ids: tuple[str, ...], money: Money | None
) -> tuple[NextStep | None, NextStep | None]:
    """Lose points one by one, beginning in each open period in turn, until money and grade have changed."""
    change: NextStep | None = None
    states = dict.fromkeys(open_ids, term.evaluations)
    points = 0
    while states:
        points += 1
        for first, evaluations in list(states.items()):
            lost = _lose_one(scheme, evaluations, open_ids, first)
            if lost is None:
                del states[first]
                continue
            states[first], where = lost
            after = term_of(scheme, states[first], money)
            graded = _grades(scheme, after) != _grades(scheme, term)
            if not graded and (change is not None or _outcome(scheme, after) == _outcome(scheme, term)):
                continue
            step = _step(scheme, term, after, points, where)
            change = change or step
            if graded:
                return change, step
    return change, None


def _lose_one(
    scheme: Scheme, evaluations: tuple[Evaluation, ...], open_ids: tuple[str, ...], first: str
) -> tuple[tuple[Evaluation, ...], str] | None:
    """One whole point less in the open period `first`, or when that has none left in the next; None at the end."""
    i = open_ids.index(first)
    by_id = {one.period.id: one for one in evaluations}
    left = [name for name in open_ids[i:] + open_ids[:i] if by_id[name].score > scheme.floor]
    if not left:
        return None
    one = by_id[left[0]]
    score = max(scheme.floor, one.score - 1)
    band = one.band if one.vetoed else band_for(scheme, score)
    money = settle(scheme, band, score, one.period.money) if one.period.money else None
    lower = replace(one, score=score, band=band, money=money)
    return tuple(lower if other is one else other for other in evaluations), left[0]


def _grades(scheme: Scheme, term: TermAssessment) -> tuple[str, ...]:
    """The grades that matter: the term's where the term is paid, else each period's."""
    if scheme.pays_on_term:
        return (term.band.id,)
    return tuple(one.band.id for one in term.evaluations)


def _outcome(scheme: Scheme, term: TermAssessment) -> tuple[object, ...]:
    hits = tuple((hit.rule.id, hit.period_ids) for hit in term.hits)
    return (_grades(scheme, term), term.payable_cny, term.withheld_cny, hits)


def _step(scheme: Scheme, before: TermAssessment, after: TermAssessment, points: int, where: str) -> NextStep:
    was = next(one for one in before.evaluations if one.period.id == where)
    now = next(one for one in after.evaluations if one.period.id == where)
    cost = before.payable_cny - after.payable_cny
    old, new = (before.band, after.band) if scheme.pays_on_term else (was.band, now.band)
    text = f"再扣{points}分（{now.period.title}降到{num(now.score)}分）"
    if scheme.pays_on_term:
        text += f"，全期得分{num(after.score)}分"
    text += f"，等级由“{old.title}”变为“{new.title}”" if old.id != new.id else f"，等级仍为“{old.title}”"
    text += f"，少付{yuan(cost)}" if cost > 0 else "，金额不变"
    if len(after.hits) > len(before.hits):
        text += f"；{after.hits[-1].text}"
    return NextStep(
        points=points, period_id=where, score=now.score, band_title=new.title, cost_cny=cost, text=text
    )
