"""The score of one period: a pure function of scheme, facts, marks and settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from opsledger.core.scoring.choices import Side
from opsledger.core.scoring.claims import Claim, claim_facts, demand, matches, standing
from opsledger.core.scoring.facts import Fact, Mark, Period, in_order
from opsledger.core.scoring.marks import marks_by_row
from opsledger.core.scoring.money import settle
from opsledger.core.scoring.readings import DEFAULT, Settings, chosen_readings, other_readings, with_readings
from opsledger.core.scoring.results import (
    Alternative,
    Assessment,
    CategoryResult,
    Evaluation,
    FactLine,
    FactState,
    RowResult,
    VetoResult,
)
from opsledger.core.scoring.rows import score_row
from opsledger.core.scoring.rules import ZERO
from opsledger.core.scoring.scales import num
from opsledger.core.scoring.scheme import Band, Category, Scheme, Veto
from opsledger.core.scoring.tracing import trace_of


def assess(
    scheme: Scheme,
    facts: Sequence[Fact],
    *,
    period: Period,
    marks: Sequence[Mark] = (),
    settings: Settings = DEFAULT,
) -> Assessment:
    """The period's result under the chosen readings and, beside it, under each other reading.

    The alternatives change one open point at a time and keep the rest as chosen.
    """
    others = tuple(
        Alternative(
            point_id=other.point_id,
            question=other.question,
            reading_id=other.reading_id,
            text=other.text,
            evaluation=evaluate(scheme, facts, period=period, marks=marks, settings=other.settings),
        )
        for other in other_readings(scheme, settings)
    )
    chosen = evaluate(scheme, facts, period=period, marks=marks, settings=settings)
    return Assessment(chosen=chosen, alternatives=others)


def evaluate(
    scheme: Scheme,
    facts: Sequence[Fact],
    *,
    period: Period,
    marks: Sequence[Mark] = (),
    settings: Settings = DEFAULT,
) -> Evaluation:
    """The period's score, band and money under one choice of readings.

    The score is base − deductions + bonus, not below the floor, rounded half up to the scheme's places;
    the band is that of the rounded score, since that is the figure both parties sign.  The order of
    `facts` and `marks` never matters.  Money is None when the period carries none.

    Raises ``scoring.*`` for facts or marks that contradict the scheme (see `marks_by_row`, `in_order`).
    """
    resolved = with_readings(scheme, settings.readings)
    ordered = in_order(facts)
    claims = claim_facts(resolved, ordered, period)
    demanded = demand(resolved, ordered, period)
    rows = _rows(resolved, claims, demanded, marks_by_row(resolved, marks, period), settings)
    categories = tuple(_category(resolved, one, rows) for one in resolved.categories)
    bonus_rows = tuple(rows[row.id] for row in resolved.bonus)
    deduction = _at_most(resolved.cap, [one.contribution for one in categories])
    bonus = _at_most(resolved.bonus_cap, [row.deduction for row in bonus_rows])
    score = rounded(resolved, max(resolved.floor, resolved.base - deduction + bonus))
    vetoes = _vetoes(resolved, ordered, period)
    hit = next((veto for veto in vetoes if veto.hit), None)
    band = resolved.band(hit.veto.band_id) if hit else band_for(resolved, score)
    evaluation = Evaluation(
        scheme_id=scheme.id,
        period=period,
        readings=chosen_readings(scheme, settings.readings),
        base=resolved.base,
        deduction=deduction,
        bonus=bonus,
        score=score,
        band=band,
        vetoes=vetoes,
        categories=categories,
        bonus_rows=bonus_rows,
        lines=_lines(claims, rows),
        money=settle(resolved, band, score, period.money) if period.money else None,
        trace=(),
    )
    return trace_of(resolved, evaluation, settings.readings.keys())


def _at_most(cap: Decimal | None, parts: Sequence[Decimal]) -> Decimal:
    total = sum(parts, ZERO)
    return total if cap is None else min(total, cap)


def rounded(scheme: Scheme, score: Decimal) -> Decimal:
    """A score half up to the scheme's number of places."""
    return score.quantize(Decimal(1).scaleb(-scheme.score_places), ROUND_HALF_UP)


def band_for(scheme: Scheme, score: Decimal) -> Band:
    """The band of a score; in a hole between bands the better or the worse neighbour, as the scheme says.

    A score beyond all bands takes the nearest one.
    """
    for band in scheme.bands:
        if band.interval.holds(score):
            return band
    bands = sorted(scheme.bands, key=lambda band: band.interval.start)
    below = [band for band in bands if band.interval.high is not None and band.interval.high <= score]
    above = [band for band in bands if band.interval.low is not None and band.interval.low >= score]
    if below and above:
        return above[0] if scheme.band_hole is Side.BETTER else below[-1]
    return below[-1] if below else above[0]


def _rows(
    scheme: Scheme,
    claims: Sequence[Claim],
    demanded: Mapping[str, bool],
    by_row: Mapping[str, Sequence[Mark]],
    settings: Settings,
) -> dict[str, RowResult]:
    home = {row.id: category.id for category in scheme.categories for row in category.indicators}
    held: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.indicator is not None:
            held.setdefault(claim.indicator.id, []).append(claim)
    unfilled = settings.unfilled or scheme.unfilled
    return {
        row.id: score_row(
            scheme,
            row,
            home.get(row.id, ""),
            held.get(row.id, []),
            by_row.get(row.id, ()),
            unfilled,
            demanded[row.id],
        )
        for row in scheme.indicators
    }


def _category(scheme: Scheme, category: Category, rows: dict[str, RowResult]) -> CategoryResult:
    own = tuple(rows[row.id] for row in category.indicators)
    raw = sum((row.deduction for row in own), ZERO)
    deduction = min([raw, *(limit for limit in (category.cap, category.points) if limit is not None)])
    contribution = deduction
    parts = " + ".join(num(row.deduction) for row in own)
    text = f"{category.title}：扣" + (f"{parts} = {num(raw)}分" if len(own) > 1 else f"{num(raw)}分")
    if deduction < raw:
        text += f"，本类最多{num(deduction)}分，按{num(deduction)}分计"
    if category.weight_percent is not None and category.points is not None:
        contribution = deduction * category.weight_percent * scheme.base / (100 * category.points)
        share = f"{num(category.weight_percent)}% × {num(scheme.base)} ÷ {num(category.points)}"
        text += f"；折入总分 {num(deduction)} × {share} = {num(contribution)}分"
    return CategoryResult(
        category=category,
        rows=own,
        deduction=deduction,
        contribution=contribution,
        capped=deduction < raw,
        text=text,
    )


def _vetoes(scheme: Scheme, facts: Sequence[Fact], period: Period) -> tuple[VetoResult, ...]:
    """A fact may both cost points and bear on a veto; excluded and upheld ones bear on none."""
    found = []
    for veto in scheme.vetoes:
        bearing = tuple(
            fact
            for fact in facts
            if period.holds(fact.happened_on)
            and matches(veto.match, fact)
            and standing(scheme, fact)[0] is FactState.COUNTED
        )
        found.append(veto_result(veto, bearing))
    return tuple(found)


def veto_result(veto: Veto, bearing: tuple[Fact, ...]) -> VetoResult:
    """Whether these facts are enough for the veto, in words."""
    hit = len(bearing) >= veto.at_least
    verdict = "已达到，一票否决" if hit else "未达到"
    text = f"{veto.title}：{len(bearing)}次，达到{veto.at_least}次即否决，{verdict}"
    return VetoResult(veto=veto, facts=bearing, hit=hit, text=text)


def _lines(claims: Sequence[Claim], rows: dict[str, RowResult]) -> tuple[FactLine, ...]:
    by_fact = {line.fact.id: line for row in rows.values() for line in row.lines}
    lines = []
    for claim in claims:
        text = f"{claim.fact.happened_on} {claim.fact.title}：{claim.note}"
        loose = FactLine(fact=claim.fact, state=claim.state, indicator_id="", points=ZERO, text=text)
        lines.append(by_fact.get(claim.fact.id, loose))
    return tuple(lines)
