"""The sheet: one period's assessment as plain data, the same for the page, the documents and the archive.

Figures are strings of exact decimals.  A draft's sheet is built each time it is looked at; a signed one is the
sheet that was signed, with the scheme's digest and the readings beside it; the ledger's entries of the issue and
of each signature hold the sheet's own digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from opsledger.apps.assessment import thawing
from opsledger.apps.assessment.basis import Basis
from opsledger.apps.assessment.computing import PeriodFigures, period_figures
from opsledger.apps.assessment.parts import (
    awaited,
    category,
    line_data,
    outcome,
    readings,
    row_data,
    with_files,
)
from opsledger.apps.assessment.periods import KINDS, Span
from opsledger.apps.assessment.rolling import rolled_up
from opsledger.core.canonical import canonical

FORMAT = 1
_LENGTH = list(KINDS)


def build(basis: Basis, span: Span, *, at: datetime) -> dict[str, Any]:
    """The sheet of one period as known at `at`; periods longer than the paid ones are rolled up from these."""
    if _LENGTH.index(span.kind) > _LENGTH.index(basis.paid_kind):
        return with_files({**_head(basis, span, at), **rolled_up(basis, span, at)})
    figures = period_figures(basis, span, at=at)
    return with_files(_of_period(basis, figures, at))


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
        **outcome(chosen),
        "readings": readings(basis, chosen),
        "categories": [category(one, inputs) for one in chosen.categories],
        "bonus_rows": [row_data(row, inputs) for row in chosen.bonus_rows],
        "loose": [line_data(line, inputs) for line in chosen.lines if not line.indicator_id],
        "vetoes": [
            {"title": v.veto.title, "clause": v.veto.clause, "hit": v.hit, "text": v.text}
            for v in chosen.vetoes
        ],
        "alternatives": [
            {
                "point": other.point_id,
                "reading": other.reading_id,
                "text": other.text,
                **outcome(other.evaluation),
            }
            for other in figures.scored.alternatives
        ],
        "trace": [{"stage": step.stage, "clause": step.clause, "text": step.text} for step in chosen.trace],
        "periods": [],
        "pending": [row.indicator.title for row in chosen.rows if awaited(row)],
        "facts": [thawing.fact_data(line.fact) for line in chosen.lines],
        "marks": [thawing.mark_data(mark) for mark in figures.marks],
    }
