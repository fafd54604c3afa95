"""Several periods become one result: roll-up of scores, failed periods, and the money of the term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from opsledger.core.errors import DomainError
from opsledger.core.scoring.choices import Roll, Span
from opsledger.core.scoring.evaluate import band_for, evaluate, rounded, veto_result
from opsledger.core.scoring.facts import Fact, Mark, Money, Period, in_order
from opsledger.core.scoring.money import settle
from opsledger.core.scoring.readings import DEFAULT, Settings, with_readings
from opsledger.core.scoring.results import Evaluation, MoneyResult, TraceStep, VetoResult
from opsledger.core.scoring.rules import ZERO
from opsledger.core.scoring.scales import num, yuan
from opsledger.core.scoring.scheme import Band, Scheme, SeriesRule


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesHit:
    """A rule on failed periods that has come true, with the periods that made it so."""

    rule: SeriesRule
    period_ids: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermAssessment:
    """All periods together.

    `score` and `band` are the roll-up's.  The money is the sum of the periods' where each period is paid
    by its own result, else what the rolled-up band means for the term's money.  `outside` are facts that
    fall in no period: they count nowhere and must be looked at.  `vetoes` count over all periods.
    """

    evaluations: tuple[Evaluation, ...]
    score: Decimal
    band: Band
    vetoes: tuple[VetoResult, ...]
    hits: tuple[SeriesHit, ...]
    money: MoneyResult | None
    deduction_cny: Decimal
    payable_cny: Decimal
    withheld_cny: Decimal
    outside: tuple[Fact, ...]
    trace: tuple[TraceStep, ...]


def assess_term(
    scheme: Scheme,
    facts: Sequence[Fact],
    *,
    periods: Sequence[Period],
    marks: Sequence[Mark] = (),
    money: Money | None = None,
    settings: Settings = DEFAULT,
) -> TermAssessment:
    """Every period evaluated and rolled up by the scheme's method.

    `money` is the term's, needed only where the scheme pays on the rolled-up result.
    Raises ``scoring.no_periods`` and ``scoring.periods_overlap``.
    """
    ordered = check_periods(periods)
    known = in_order(facts)
    evaluations = tuple(
        evaluate(scheme, within(known, period), period=period, marks=marks, settings=settings)
        for period in ordered
    )
    outside = tuple(fact for fact in known if not any(period.holds(fact.happened_on) for period in ordered))
    return term_of(with_readings(scheme, settings.readings), evaluations, money, outside)


def within(facts: Sequence[Fact], period: Period) -> tuple[Fact, ...]:
    """The facts whose day lies in the period."""
    return tuple(fact for fact in facts if period.holds(fact.happened_on))


def check_periods(periods: Sequence[Period]) -> tuple[Period, ...]:
    """The periods by first day; complains when there are none or when a day lies in two of them."""
    if not periods:
        raise DomainError("scoring.no_periods")
    ordered = tuple(sorted(periods, key=lambda period: period.start_on))
    for earlier, later in pairwise(ordered):
        if later.start_on <= earlier.end_on:
            raise DomainError("scoring.periods_overlap", first=earlier.title, second=later.title)
    return ordered


def term_of(
    resolved: Scheme,
    evaluations: tuple[Evaluation, ...],
    money: Money | None,
    outside: tuple[Fact, ...] = (),
) -> TermAssessment:
    """The roll-up of evaluations that are already there, under a scheme whose readings are resolved."""
    score, words = roll_up(resolved, evaluations)
    band = band_for(resolved, score)
    vetoes = _vetoes(evaluations)
    hit = next((veto for veto in vetoes if veto.hit), None)
    if hit is not None:
        band = resolved.band(hit.veto.band_id)
    term_money = settle(resolved, band, score, money) if resolved.pays_on_term and money else None
    parts = (
        [term_money] if term_money else [] if resolved.pays_on_term else [one.money for one in evaluations]
    )
    sums = [part for part in parts if part is not None]
    hits = tuple(hit for rule in resolved.series for hit in _hits(resolved, rule, evaluations))
    return TermAssessment(
        evaluations=evaluations,
        score=score,
        band=band,
        vetoes=vetoes,
        hits=hits,
        money=term_money,
        deduction_cny=sum((part.deduction for part in sums), ZERO),
        payable_cny=sum((part.payable for part in sums), ZERO),
        withheld_cny=sum((part.withheld for part in sums), ZERO),
        outside=outside,
        trace=_trace(resolved, band, score, words, (vetoes, hits), sums),
    )


def _vetoes(evaluations: Sequence[Evaluation]) -> tuple[VetoResult, ...]:
    """The vetoes counted over all periods: two serious accidents need not fall in the same month."""
    found = []
    for i, first in enumerate(evaluations[0].vetoes):
        bearing = tuple(fact for one in evaluations for fact in one.vetoes[i].facts)
        found.append(veto_result(first.veto, bearing))
    return tuple(found)


def roll_up(scheme: Scheme, evaluations: Sequence[Evaluation]) -> tuple[Decimal, str]:
    """The one score of several periods, with its arithmetic."""
    scores = [one.score for one in evaluations]
    if scheme.roll is Roll.WORST:
        return min(scores), f"各期取最低：{'、'.join(num(score) for score in scores)}，为{num(min(scores))}分"
    if scheme.roll is Roll.SUM:
        total = sum(scores, ZERO)
        return total, f"各期合计：{' + '.join(num(score) for score in scores)} = {num(total)}分"
    if scheme.roll is Roll.WEIGHTED:
        weights = [one.period.weight for one in evaluations]
        whole = sum(weights, ZERO)
        if whole == 0:
            raise DomainError("scoring.no_weight")
        mean = rounded(scheme, sum((s * w for s, w in zip(scores, weights, strict=True)), ZERO) / whole)
        sums = " + ".join(f"{num(s)}×{num(w)}" for s, w in zip(scores, weights, strict=True))
        return mean, f"各期加权：（{sums}）÷{num(whole)} = {num(mean)}分"
    mean = rounded(scheme, sum(scores, ZERO) / len(scores))
    return mean, f"各期平均：（{' + '.join(num(score) for score in scores)}）÷{len(scores)} = {num(mean)}分"


def _hits(scheme: Scheme, rule: SeriesRule, evaluations: Sequence[Evaluation]) -> list[SeriesHit]:
    found = []
    for group in _spans(rule, evaluations):
        failed = [one.period for one in group if one.band.id in rule.band_ids]
        if rule.consecutive:
            runs = [list(run) for bad, run in groupby(group, lambda one: one.band.id in rule.band_ids) if bad]
            longest = max(runs, key=len, default=[])
            failed = [one.period for one in longest]
        if len(failed) < rule.at_least:
            continue
        names = "、".join(period.title for period in failed)
        bands = "、".join(f"“{scheme.band(name).title}”" for name in rule.band_ids)
        how = "连续" if rule.consecutive else "累计"
        text = f"{rule.title}：{names}{how}{len(failed)}期{bands}，达到{rule.at_least}期"
        if rule.effect.note:
            text += f"，{rule.effect.note}"
        found.append(SeriesHit(rule=rule, period_ids=tuple(period.id for period in failed), text=text))
    return found


def _spans(rule: SeriesRule, evaluations: Sequence[Evaluation]) -> list[list[Evaluation]]:
    """The groups of periods within which failures are counted together."""
    if rule.span is Span.TERM:
        return [list(evaluations)]
    if rule.span is Span.FIRST:
        return [list(evaluations[: rule.first])]
    first = evaluations[0].period.start_on

    def year(one: Evaluation) -> int:
        day = one.period.start_on
        if rule.span is Span.CALENDAR_YEAR:
            return day.year
        return day.year - first.year - ((day.month, day.day) < (first.month, first.day))

    return [list(group) for _, group in groupby(evaluations, year)]


def _trace(
    scheme: Scheme,
    band: Band,
    score: Decimal,
    words: str,
    rules: tuple[Sequence[VetoResult], Sequence[SeriesHit]],
    sums: Sequence[MoneyResult],
) -> tuple[TraceStep, ...]:
    def step(stage: str, subject: str, clause: str, text: str, amount: Decimal | None = None) -> TraceStep:
        return TraceStep(stage=stage, subject=subject, clause=clause, refs=(), amount=amount, text=text)

    steps = [step("score", scheme.id, scheme.clause, words, score)]
    steps.append(step("band", band.id, band.clause, f"全期评为“{band.title}”"))
    steps += [step("veto", one.veto.id, one.veto.clause, one.text) for one in rules[0]]
    steps += [step("series", hit.rule.id, hit.rule.clause, hit.text) for hit in rules[1]]
    if sums:
        payable = sum((part.payable for part in sums), ZERO)
        if len(sums) == 1:
            text = sums[0].text
        else:
            text = f"各期应付合计：{' + '.join(yuan(part.payable) for part in sums)} = {yuan(payable)}"
        steps.append(step("money", scheme.id, scheme.clause, text, payable))
    return tuple(steps)
