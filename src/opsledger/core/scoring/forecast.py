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

    `period_id` is the period in which they would be lost, `score` what it would then have, `band_title`
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
    full marks.  Further points are taken from the open periods in order, each down to the floor.
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
    change: NextStep | None = None
    points = 0
    evaluations = term.evaluations
    while _can_lose(evaluations, open_ids, scheme):
        points += 1
        evaluations, where = _lose_one(scheme, evaluations, open_ids)
        after = term_of(scheme, evaluations, money)
        step = _step(scheme, term, after, points, where)
        if change is None and _outcome(after) != _outcome(term):
            change = step
        if _grades(scheme, after) != _grades(scheme, term):
            return change, step
    return change, None


def _can_lose(evaluations: Sequence[Evaluation], open_ids: Sequence[str], scheme: Scheme) -> bool:
    """Whether any open period still has points to lose."""
    return any(one.period.id in open_ids and one.score > scheme.floor for one in evaluations)


def _lose_one(
    scheme: Scheme, evaluations: tuple[Evaluation, ...], open_ids: Sequence[str]
) -> tuple[tuple[Evaluation, ...], str]:
    """One whole point less in the first open period that still has any."""
    done, where = [], ""
    for one in evaluations:
        if not where and one.period.id in open_ids and one.score > scheme.floor:
            where = one.period.id
            score = max(scheme.floor, one.score - 1)
            band = one.band if one.vetoed else band_for(scheme, score)
            money = settle(scheme, band, score, one.period.money) if one.period.money else None
            one = replace(one, score=score, band=band, money=money)
        done.append(one)
    return tuple(done), where


def _grades(scheme: Scheme, term: TermAssessment) -> tuple[str, ...]:
    """The grades that matter: the term's where the term is paid, else each period's."""
    if scheme.pays_on_term:
        return (term.band.id,)
    return tuple(one.band.id for one in term.evaluations)


def _outcome(term: TermAssessment) -> tuple[object, ...]:
    hits = tuple((hit.rule.id, hit.period_ids) for hit in term.hits)
    bands = tuple(one.band.id for one in term.evaluations)
    return (term.band.id, bands, term.payable_cny, term.withheld_cny, hits)


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
