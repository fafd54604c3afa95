"""The sheet: one period's assessment as plain data, the same for the page, the documents and the archive.

Figures are strings of exact decimals.  A draft's sheet is built each time it is looked at; a signed one is the
sheet that was signed, with the scheme's digest, the readings and the ledger's head beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from opsledger.apps.assessment import thawing
from opsledger.apps.assessment.basis import Basis
from opsledger.apps.assessment.computing import PeriodFigures, period_figures, series
from opsledger.apps.assessment.facts import Evidence
from opsledger.apps.assessment.inputs import Inputs, collect
from opsledger.apps.assessment.periods import KINDS, Span
from opsledger.core.canonical import canonical
from opsledger.core.quantities import capitals
from opsledger.core.scoring import (
    FACT_KINDS,
    CategoryResult,
    EffectKind,
    Evaluation,
    FactLine,
    FactState,
    MoneyResult,
    RowResult,
)
from opsledger.core.scoring.readings import with_readings
from opsledger.core.scoring.rollup import term_of

FORMAT = 1
STATE_WORDS: Mapping[FactState, str] = {
    FactState.COUNTED: "计入",
    FactState.FREE: "免计次数内",
    FactState.EXCLUDED: "已免责",
    FactState.UPHELD: "异议成立",
    FactState.NO_DEMAND: "无需求",
    FactState.UNMATCHED: "方案未列",
    FactState.OUTSIDE: "期外",
}
_LENGTH = list(KINDS)


def build(basis: Basis, span: Span, *, at: datetime) -> dict[str, Any]:
    """The sheet of one period as known at `at`; periods longer than the paid ones are rolled up from these."""
    if _LENGTH.index(span.kind) > _LENGTH.index(basis.paid_kind):
        return _rolled_up(basis, span, at)
    figures = period_figures(basis, span, at=at)
    return _of_period(basis, figures, at)


def digest(sheet: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form of the sheet: what a signature is put under."""
    return hashlib.sha256(canonical(dict(sheet))).hexdigest()


def _digest_of(source: Mapping[str, object]) -> str:
    """Of the scheme's data, which may hold floats as YAML gives them."""
    text = json.dumps(dict(source), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _head(basis: Basis, span: Span, at: datetime) -> dict[str, Any]:
    contract, scheme = basis.contract, basis.scheme
    return {
        "format": FORMAT,
        "computed_at": at.isoformat(),
        "contract": {
            "name": contract.name,
            "number": contract.number,
            "buyer": contract.buyer.name,
            "provider": contract.provider.name if contract.provider else "",
            "supervisor": contract.supervisor.name if contract.supervisor else "",
            "price_cny": None if contract.price_cny is None else str(contract.price_cny),
        },
        "scheme": {
            "id": scheme.id,
            "title": scheme.title,
            "clause": scheme.clause,
            "base": str(scheme.base),
            "digest": _digest_of(scheme.source),
        },
        "bands": [
            {
                "id": band.id,
                "title": band.title,
                "from": None if band.interval.low is None else str(band.interval.low),
                "to": None if band.interval.high is None else str(band.interval.high),
            }
            for band in scheme.bands
        ],
        "period": {
            "id": span.id,
            "kind": span.kind,
            "title": span.title,
            "starts_on": span.starts_on.isoformat(),
            "ends_on": span.ends_on.isoformat(),
        },
    }


def _of_period(basis: Basis, figures: PeriodFigures, at: datetime) -> dict[str, Any]:
    chosen = figures.scored.chosen
    inputs = figures.inputs
    return {
        **_head(basis, figures.span, at),
        **_outcome(chosen),
        "readings": _readings(basis, chosen),
        "categories": [_category(one, inputs) for one in chosen.categories],
        "bonus_rows": [_row(row, inputs) for row in chosen.bonus_rows],
        "loose": [_line(line, inputs) for line in chosen.lines if not line.indicator_id],
        "vetoes": [
            {"title": v.veto.title, "clause": v.veto.clause, "hit": v.hit, "text": v.text}
            for v in chosen.vetoes
        ],
        "alternatives": [
            {
                "point": other.point_id,
                "reading": other.reading_id,
                "text": other.text,
                **_outcome(other.evaluation),
            }
            for other in figures.scored.alternatives
        ],
        "trace": [{"stage": step.stage, "clause": step.clause, "text": step.text} for step in chosen.trace],
        "periods": [],
        "pending": [row.indicator.title for row in chosen.rows if row.pending],
        "facts": [thawing.fact_data(line.fact) for line in chosen.lines],
        "marks": [thawing.mark_data(mark) for mark in figures.marks],
    }


def _outcome(one: Evaluation) -> dict[str, Any]:
    return {
        "score": str(one.score),
        "deduction": str(one.deduction),
        "bonus": str(one.bonus),
        "band": {"id": one.band.id, "title": one.band.title, "clause": one.band.clause},
        "money": money_data(one.money),
    }


def money_data(money: MoneyResult | None) -> dict[str, Any] | None:
    """A money result as plain data, the payable sum in capitals too."""
    if money is None:
        return None
    return {
        "kind": money.kind.value,
        "base": str(money.base_cny),
        "wanted": str(money.wanted),
        "deduction": str(money.deduction),
        "payable": str(money.payable),
        "withheld": str(money.withheld),
        "settled": money.settled,
        "text": money.text,
        "capitals": capitals(money.payable),
    }


def money_of(data: Mapping[str, Any] | None) -> MoneyResult | None:
    """The money result that a sheet holds, for the payment sheet."""
    if data is None:
        return None
    return MoneyResult(
        kind=EffectKind(data["kind"]),
        base_cny=Decimal(data["base"]),
        wanted=Decimal(data["wanted"]),
        deduction=Decimal(data["deduction"]),
        payable=Decimal(data["payable"]),
        withheld=Decimal(data["withheld"]),
        settled=data["settled"],
        text=data["text"],
    )


def _readings(basis: Basis, chosen: Evaluation) -> list[dict[str, Any]]:
    settled = basis.settings.readings
    return [
        {
            "point": point.id,
            "question": point.question,
            "clause": point.clause,
            "chosen": chosen.readings[point.id],
            "settled": point.id in settled,
            "readings": [{"id": one.id, "text": one.text} for one in point.readings],
        }
        for point in basis.scheme.open_points
    ]


def _category(one: CategoryResult, inputs: Inputs) -> dict[str, Any]:
    part = one.category
    return {
        "id": part.id,
        "title": part.title,
        "clause": part.clause,
        "points": None if part.points is None else str(part.points),
        "deduction": str(one.contribution),
        "capped": one.capped,
        "text": one.text,
        "rows": [_row(row, inputs) for row in one.rows],
    }


def _row(row: RowResult, inputs: Inputs) -> dict[str, Any]:
    return {
        "id": row.indicator.id,
        "title": row.indicator.title,
        "clause": row.indicator.clause,
        "points": None if row.indicator.points is None else str(row.indicator.points),
        "raw": str(row.raw),
        "deduction": str(row.deduction),
        "awarded": None if row.awarded is None else str(row.awarded),
        "capped": row.capped,
        "pending": row.pending,
        "text": row.text,
        "lines": [_line(line, inputs) for line in row.lines],
    }


def _line(line: FactLine, inputs: Inputs) -> dict[str, Any]:
    fact = line.fact
    return {
        "fact": fact.id,
        "kind": fact.kind,
        "kind_word": FACT_KINDS.get(fact.kind, fact.kind),
        "on": fact.happened_on.isoformat(),
        "title": fact.title,
        "item_no": fact.item_no,
        "item": inputs.items.get(fact.item_no, ""),
        "clause": fact.clause,
        "state": line.state.value,
        "state_word": STATE_WORDS[line.state],
        "points": str(line.points),
        "text": line.text,
        "exclusion": fact.exclusion.reason if fact.exclusion else "",
        "objection": fact.objection.value,
        "evidence": [_evidence(ref, inputs.evidence) for ref in fact.refs],
    }


def _evidence(ref: str, evidence: Mapping[str, Evidence]) -> dict[str, str]:
    known = evidence.get(ref)
    return {"ref": ref, "label": known.label if known else ref, "url": known.url if known else ""}


def _rolled_up(basis: Basis, span: Span, at: datetime) -> dict[str, Any]:
    """A longer period: the paid periods inside it rolled up, their rows laid together."""
    inside = [
        one for one in basis.paid_spans() if span.starts_on <= one.starts_on and one.ends_on <= span.ends_on
    ]
    inputs = collect(basis, span.starts_on, span.ends_on, at=at)
    evaluated = series(basis, inside, inputs)
    evaluations = tuple(one for _, one in evaluated)
    resolved = with_readings(basis.scheme, basis.settings.readings)
    money = basis.term_money() if resolved.pays_on_term and span.kind == "term" else None
    term = term_of(resolved, evaluations, money)
    sums = term.money or sum_of(evaluations)
    first = evaluations[0]
    return {
        **_head(basis, span, at),
        "score": str(term.score),
        "deduction": str(sum((one.deduction for one in evaluations), Decimal(0))),
        "bonus": str(sum((one.bonus for one in evaluations), Decimal(0))),
        "band": {"id": term.band.id, "title": term.band.title, "clause": term.band.clause},
        "money": money_data(sums),
        "readings": _readings(basis, first),
        "categories": _merged([[_category(c, inputs) for c in one.categories] for one in evaluations]),
        "bonus_rows": [_row(row, inputs) for one in evaluations for row in one.bonus_rows],
        "loose": [_line(line, inputs) for one in evaluations for line in one.lines if not line.indicator_id],
        "vetoes": [
            {"title": v.veto.title, "clause": v.veto.clause, "hit": v.hit, "text": v.text}
            for v in term.vetoes
        ],
        "alternatives": [],
        "trace": [{"stage": step.stage, "clause": step.clause, "text": step.text} for step in term.trace],
        "periods": [
            {"id": one.id, "title": one.title, **_outcome(evaluation)} for one, evaluation in evaluated
        ],
        "pending": sorted({row.indicator.title for one in evaluations for row in one.rows if row.pending}),
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
        for category in table:
            known = merged.get(category["id"])
            if known is None:
                merged[category["id"]] = category
                continue
            known["deduction"] = _add(known["deduction"], category["deduction"])
            known["text"] = ""
            rows = {row["id"]: row for row in known["rows"]}
            for row in category["rows"]:
                rows[row["id"]]["deduction"] = _add(rows[row["id"]]["deduction"], row["deduction"])
                rows[row["id"]]["lines"] += row["lines"]
                rows[row["id"]]["awarded"] = None
                rows[row["id"]]["text"] = ""
    return list(merged.values())


def _add(one: str, other: str) -> str:
    return str(Decimal(one) + Decimal(other))
