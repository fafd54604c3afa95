"""Sheets of periods longer than the paid ones: rolled up from these, their tables laid together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from opsledger.apps.assessment import thawing
from opsledger.apps.assessment.basis import Basis
from opsledger.apps.assessment.computing import series, signed_results
from opsledger.apps.assessment.inputs import collect
from opsledger.apps.assessment.parts import (
    awaited,
    category,
    line_data,
    money_data,
    outcome,
    readings,
    row_data,
)
from opsledger.apps.assessment.periods import Span
from opsledger.core.scoring import Evaluation, MoneyResult
from opsledger.core.scoring.readings import with_readings
from opsledger.core.scoring.rollup import term_of


def rolled_up(basis: Basis, span: Span, at: datetime) -> dict[str, Any]:
    """A longer period: the paid periods inside it rolled up, their rows laid together."""
    inside = [
        one for one in basis.paid_spans() if span.starts_on <= one.starts_on and one.ends_on <= span.ends_on
    ]
    inputs = collect(basis, span.starts_on, span.ends_on, at=at)
    evaluated = series(basis, inside, inputs, signed_results(basis))
    evaluations = tuple(one for _, one in evaluated)
    resolved = with_readings(basis.scheme, basis.settings.readings)
    money = basis.term_money() if resolved.pays_on_term and span.kind == "term" else None
    term = term_of(resolved, evaluations, money)
    sums = term.money or sum_of(evaluations)
    first = evaluations[0]
    return {
        "score": str(term.score),
        "deduction": str(sum((one.deduction for one in evaluations), Decimal(0))),
        "bonus": str(sum((one.bonus for one in evaluations), Decimal(0))),
        "band": {"id": term.band.id, "title": term.band.title, "clause": term.band.clause},
        "money": money_data(sums),
        "readings": readings(basis, first),
        "categories": _merged([[category(c, inputs) for c in one.categories] for one in evaluations]),
        "bonus_rows": [row_data(row, inputs) for one in evaluations for row in one.bonus_rows],
        "loose": [
            line_data(line, inputs) for one in evaluations for line in one.lines if not line.indicator_id
        ],
        "vetoes": [
            {"title": v.veto.title, "clause": v.veto.clause, "hit": v.hit, "text": v.text}
            for v in term.vetoes
        ],
        "alternatives": [],
        "trace": [{"stage": step.stage, "clause": step.clause, "text": step.text} for step in term.trace],
        "periods": [
            {"id": one.id, "title": one.title, **outcome(evaluation)} for one, evaluation in evaluated
        ],
        "pending": sorted({row.indicator.title for one in evaluations for row in one.rows if awaited(row)}),
        "facts": [thawing.fact_data(line.fact) for one in evaluations for line in one.lines],
        "marks": [],
    }


def sum_of(evaluations: Sequence[Evaluation]) -> MoneyResult | None:
    """The money of several periods added up."""
    parts = [one.money for one in evaluations if one.money is not None]
    if not parts:
        return None
    total = parts[0]
    for part in parts[1:]:
        total = replace(
            total,
            base_cny=total.base_cny + part.base_cny,
            wanted=total.wanted + part.wanted,
            deduction=total.deduction + part.deduction,
            payable=total.payable + part.payable,
            withheld=total.withheld + part.withheld,
            settled=total.settled and part.settled,
        )
    return replace(total, text="各期应付金额之和")


def _merged(several: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The same table of several periods laid together: deductions added, facts one after the other."""
    merged: dict[str, dict[str, Any]] = {}
    for table in several:
        for part in table:
            known = merged.get(part["id"])
            if known is None:
                merged[part["id"]] = part
                continue
            known["deduction"] = _add(known["deduction"], part["deduction"])
            known["text"] = ""
            rows = {row["id"]: row for row in known["rows"]}
            for row in part["rows"]:
                rows[row["id"]]["deduction"] = _add(rows[row["id"]]["deduction"], row["deduction"])
                rows[row["id"]]["lines"] += row["lines"]
                rows[row["id"]]["awarded"] = None
                rows[row["id"]]["text"] = ""
    return list(merged.values())


def _add(one: str, other: str) -> str:
    return str(Decimal(one) + Decimal(other))
