"""The project manager: today's risks first, then what is unassigned, due and open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import counts_of
from opsledger.apps.desk import selectors as desk
from opsledger.apps.duties import selectors as duties
from opsledger.kernel.access import Actor
from opsledger.site.home import figures


def told(actor: Actor, contract: Contract, contracts: list[Contract], at: datetime) -> dict[str, Any]:
    """What the manager's home shows of the contract in view."""
    return {
        "card": figures.card(contract, at),
        "counts": desk.open_counts(actor, contract, at),
        "unassigned": desk.unassigned(actor, contract)[:8],
        "risks": desk.at_risk(actor, contract, at)[:8],
        "overdue": duties.occurrences_for(actor, contract)
        .select_related("contract")
        .filter(duties.attention("overdue", actor, at))
        .order_by("-due_at")[:8],
        "today": duties.occurrences_for(actor, contract)
        .select_related("contract")
        .filter(duties.attention("today", actor, at))
        .order_by("due_at")[:8],
        "documents": duties.documents_due(contract, at)[:8],
        "load": desk.engineers_with_load(contract),
        "gaps": counts_of(actor, contract)["gaps"],
        "states": duties.counts_by_state(actor, contract, at),
    }
