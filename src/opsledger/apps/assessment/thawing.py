"""Facts and marks to plain data for a frozen sheet, and back again exactly as they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from opsledger.core.scoring import Exclusion, Fact, Mark, Objection


def fact_data(fact: Fact) -> dict[str, Any]:
    """A fact as plain data."""
    exclusion = fact.exclusion
    return {
        "id": fact.id,
        "kind": fact.kind,
        "happened_on": fact.happened_on.isoformat(),
        "title": fact.title,
        "measure": None if fact.measure is None else str(fact.measure),
        "item_no": fact.item_no,
        "item_category": fact.item_category,
        "clause": fact.clause,
        "refs": list(fact.refs),
        "attributes": {
            name: str(one) if isinstance(one, Decimal) else one for name, one in fact.attributes.items()
        },
        "exclusion": exclusion and {"reason": exclusion.reason, "approved_by": exclusion.approved_by},
        "objection": fact.objection.value,
    }


def mark_data(mark: Mark) -> dict[str, Any]:
    """A mark as plain data."""
    return {
        "indicator_id": mark.indicator_id,
        "period_id": mark.period_id,
        "points": str(mark.points),
        "reason": mark.reason,
        "assessor_id": mark.assessor_id,
        "refs": list(mark.refs),
    }


def facts_of(sheet: Mapping[str, Any]) -> Iterable[Fact]:
    """The facts of a frozen sheet."""
    for data in sheet.get("facts", ()):
        measure = data["measure"]
        yield Fact(
            **{
                **data,
                "happened_on": date.fromisoformat(data["happened_on"]),
                "measure": None if measure is None else Decimal(measure),
                "refs": tuple(data["refs"]),
                "exclusion": Exclusion(**data["exclusion"]) if data["exclusion"] else None,
                "objection": Objection(data["objection"]),
            }
        )


def marks_of(sheet: Mapping[str, Any]) -> Iterable[Mark]:
    """The marks of a frozen sheet."""
    for data in sheet.get("marks", ()):
        yield Mark(**{**data, "points": Decimal(data["points"]), "refs": tuple(data["refs"])})
