"""The whole calculation as a list of sentences, each with its clause and its evidence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

from opsledger.core.scoring.results import Evaluation, RowResult, TraceStep
from opsledger.core.scoring.scales import num
from opsledger.core.scoring.scheme import Scheme


def trace_of(scheme: Scheme, evaluation: Evaluation, settled: Collection[str]) -> Evaluation:
    """The evaluation with its trace: readings, facts and rows by category, bonus, total, veto, band, money.

    Stages are ``reading``, ``fact``, ``row``, ``category``, ``bonus``, ``score``, ``veto``, ``band``,
    ``money``.  `settled` are the open points on which a reading has been chosen.  A fact's step carries
    the clause it broke (its own, else the row's).
    """
    steps = [*_readings(scheme, evaluation, settled)]
    for category in evaluation.categories:
        for row in category.rows:
            steps += _row(row)
        part = category.category
        steps.append(_step("category", part.id, part.clause, category.text, category.contribution))
    for row in evaluation.bonus_rows:
        steps += _row(row)
    steps += [
        TraceStep(
            stage="fact",
            subject=line.fact.id,
            clause=line.fact.clause,
            refs=line.fact.refs,
            amount=line.points,
            text=line.text,
        )
        for line in evaluation.lines
        if not line.indicator_id
    ]
    steps += _end(scheme, evaluation)
    return replace(evaluation, trace=tuple(steps))


def _step(
    stage: str,
    subject: str,
    clause: str,
    text: str,
    amount: Decimal | None = None,
    refs: tuple[str, ...] = (),
    indicator_id: str = "",
) -> TraceStep:
    return TraceStep(
        stage=stage,
        subject=subject,
        indicator_id=indicator_id,
        clause=clause,
        refs=refs,
        amount=amount,
        text=text,
    )


def _readings(scheme: Scheme, evaluation: Evaluation, settled: Collection[str]) -> list[TraceStep]:
    steps = []
    for point in scheme.open_points:
        chosen = next(one for one in point.readings if one.id == evaluation.readings[point.id])
        how = "按选定的读法" if point.id in settled else "约定不明，暂按"
        steps.append(_step("reading", point.id, point.clause, f"{point.question}{how}：{chosen.text}"))
    return steps


def _row(row: RowResult) -> list[TraceStep]:
    name, clause = row.indicator.id, row.indicator.clause
    steps = [
        _step("fact", line.fact.id, line.fact.clause or clause, line.text, line.points, line.fact.refs, name)
        for line in row.lines
    ]
    return [*steps, _step("row", name, clause, row.text, row.deduction, row.refs, name)]


def _end(scheme: Scheme, evaluation: Evaluation) -> list[TraceStep]:
    steps = []
    if evaluation.bonus_rows:
        parts = " + ".join(num(row.deduction) for row in evaluation.bonus_rows)
        capped = "" if scheme.bonus_cap is None else f"，加分最多{num(scheme.bonus_cap)}分"
        text = f"加分：{parts}{capped}，计{num(evaluation.bonus)}分"
        steps.append(_step("bonus", "bonus", scheme.clause, text, evaluation.bonus))
    steps.append(_step("score", scheme.id, scheme.clause, _total(scheme, evaluation), evaluation.score))
    for veto in evaluation.vetoes:
        refs = tuple(dict.fromkeys(ref for fact in veto.facts for ref in fact.refs))
        steps.append(_step("veto", veto.veto.id, veto.veto.clause, veto.text, None, refs))
    band = evaluation.band
    how = (
        "因一票否决" if evaluation.vetoed else f"{num(evaluation.score)}分，分数段{band.interval.said('分')}"
    )
    if not evaluation.vetoed and not band.interval.holds(evaluation.score):
        how = f"{num(evaluation.score)}分不在任何分数段内，按相邻档"
    steps.append(_step("band", band.id, band.clause, f"评定等级：{how}，评为“{band.title}”"))
    if evaluation.money is not None:
        money = evaluation.money
        steps.append(_step("money", band.id, band.clause, money.text, money.payable))
    return steps


def _total(scheme: Scheme, evaluation: Evaluation) -> str:
    text = f"得分：{num(evaluation.base)} − {num(evaluation.deduction)}"
    if evaluation.bonus_rows:
        text += f" + {num(evaluation.bonus)}"
    exact = evaluation.base - evaluation.deduction + evaluation.bonus
    text += f" = {num(exact)}分"
    total = sum((one.contribution for one in evaluation.categories), Decimal(0))
    if scheme.cap is not None and total > scheme.cap:
        text += f"（扣分合计{num(total)}分，最多扣{num(scheme.cap)}分）"
    if exact < scheme.floor:
        text += f"，最低{num(scheme.floor)}分，按{num(evaluation.score)}分"
    elif exact != evaluation.score:
        text += f"，保留{scheme.score_places}位小数为{num(evaluation.score)}分"
    return text
