"""我的一天: the engineer's tickets and duties by time, overdue first, with the place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import selectors as desk
from opsledger.apps.duties import selectors as duties
from opsledger.kernel.access import Actor


def told(actor: Actor, contract: Contract, contracts: list[Contract], at: datetime) -> dict[str, Any]:
    """Everything that this engineer has to do, on all contracts."""
    work = duties.due_for(actor, at)
    tickets = list(desk.my_work(actor)[:30])
    return {
        "tickets": tickets,
        "work": work,
        "total": len(tickets) + len(work.overdue) + len(work.today),
    }
