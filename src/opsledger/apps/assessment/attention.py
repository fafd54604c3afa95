"""What the home pages ask of the assessments: counts that wait for somebody, and the months' scores."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.assessment.models import Assessment, Objection
from opsledger.apps.assessment.selectors import overview
from opsledger.apps.contracts.models import Contract
from opsledger.core.scoring.readings import with_readings
from opsledger.kernel import clock


def pending_objections(contract: Contract) -> int:
    """How many objections wait for the buyer's decision."""
    return Objection.objects.filter(assessment__contract=contract, state=Objection.State.RAISED).count()


def unsigned(contract: Contract) -> int:
    """How many issued assessments wait for a signature."""
    return Assessment.objects.filter(contract=contract, state="issued").count()


def score_by_month(contract: Contract, at: datetime) -> dict[str, Any]:
    """The scores of the months so far with the bands they fall into, as the chart takes them."""
    basis = basis_of(contract)
    if basis is None:
        return {"points": []}
    lines = [line for line in overview(basis, at=at) if line.assessment.kind == "month"]
    begun = [line for line in lines if line.begun]
    scheme = with_readings(basis.scheme, basis.settings.readings)
    floors = [float(band.interval.low) for band in scheme.bands if band.interval.low]
    lowest = min([float(line.score) for line in begun] + floors, default=0.0)
    return {
        "labels": [f"{line.assessment.starts_on.month}月" for line in lines],
        "points": [float(line.score) if line.begun else None for line in lines] if begun else [],
        "bands": [{"from": floor, "word": f"{floor:g}分"} for floor in floors],
        "min": max(0, int(lowest // 10) * 10 - 10),
        "year": clock.local(at).year,
    }
