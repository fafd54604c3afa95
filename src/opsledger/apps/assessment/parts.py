"""The parts of a sheet as plain data: outcome, money, readings, categories, rows, lines, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from opsledger.apps.assessment.basis import Basis
from opsledger.apps.assessment.facts import Evidence
from opsledger.apps.assessment.inputs import Inputs, deducts
from opsledger.apps.ledger.selectors import attachments_of
from opsledger.core.quantities import capitals
from opsledger.core.scoring import (
    CategoryResult,
    EffectKind,
    Evaluation,
    FactLine,
    FactState,
    MoneyResult,
    RowResult,
)

STATE_WORDS: Mapping[FactState, str] = {
    FactState.COUNTED: "计入",
    FactState.FREE: "免计次数内",
    FactState.EXCLUDED: "已免责",
    FactState.UPHELD: "异议成立",
    FactState.NO_DEMAND: "无需求",
    FactState.UNMATCHED: "方案未列",
    FactState.OUTSIDE: "期外",
}


def outcome(one: Evaluation) -> dict[str, Any]:
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


def readings(basis: Basis, chosen: Evaluation) -> list[dict[str, Any]]:
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


def category(one: CategoryResult, inputs: Inputs) -> dict[str, Any]:
    part = one.category
    return {
        "id": part.id,
        "title": part.title,
        "clause": part.clause,
        "points": None if part.points is None else str(part.points),
        "deduction": str(one.contribution),
        "capped": one.capped,
        "text": one.text,
        "rows": [row_data(row, inputs) for row in one.rows],
    }


def row_data(row: RowResult, inputs: Inputs) -> dict[str, Any]:
    return {
        "id": row.indicator.id,
        "title": row.indicator.title,
        "clause": row.indicator.clause,
        "points": None if row.indicator.points is None else str(row.indicator.points),
        "raw": str(row.raw),
        "deduction": str(row.deduction),
        "awarded": None if row.awarded is None else str(row.awarded),
        "capped": row.capped,
        "pending": awaited(row),
        "text": row.text,
        "lines": [line_data(line, inputs) for line in row.lines],
    }


def awaited(row: RowResult) -> bool:
    """Whether somebody still owes a mark; a row for further deductions may stay empty."""
    return row.pending and not deducts(row.indicator)


def line_data(line: FactLine, inputs: Inputs) -> dict[str, Any]:
    fact = line.fact
    return {
        "fact": fact.id,
        "kind": fact.kind,
        "kind_word": inputs.kinds.get(fact.kind, fact.kind),
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


def _evidence(ref: str, evidence: Mapping[str, Evidence]) -> dict[str, Any]:
    known = evidence.get(ref)
    return {"ref": ref, "label": known.label if known else ref, "url": known.url if known else ""}


# The kind of a reference -> the subject under which the ledger keeps its files.
_SUBJECTS = {"ticket": "ticket", "occurrence": "occurrence", "manual": "assessment_row"}


def with_files(sheet: dict[str, Any]) -> dict[str, Any]:
    """The sheet with the files of each piece of evidence, named and with their digests."""
    tables = [row for category in sheet["categories"] for row in category["rows"]] + sheet["bonus_rows"]
    lines = [line for row in tables for line in row["lines"]]
    wanted: dict[str, set[str]] = {}
    for line in lines:
        for one in line["evidence"]:
            kind, _, number = one["ref"].partition(":")
            if kind in _SUBJECTS:
                wanted.setdefault(kind, set()).add(number)
    files = {kind: attachments_of(_SUBJECTS[kind], sorted(ids)) for kind, ids in wanted.items()}
    for line in lines:
        for one in line["evidence"]:
            kind, _, number = one["ref"].partition(":")
            one["files"] = [
                {"name": kept.name, "digest": kept.file.digest}
                for kept in files.get(kind, {}).get(number, ())
            ]
    return sheet
