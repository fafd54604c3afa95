"""The service unit: one large button, my reports and where they stand, the state of my systems."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.contracts.selectors import items_for
from opsledger.apps.desk import selectors as desk
from opsledger.apps.watch import selectors as watch
from opsledger.core.availability import State
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


def told(actor: Actor, contract: Contract, contracts: list[Contract], at: datetime) -> dict[str, Any]:
    """What the unit's home shows."""
    tickets = desk.tickets_for(actor, contract)
    items = list(items_for(actor, contract))
    return {
        "to_confirm": desk.to_confirm(actor, contract)[:10],
        "open": tickets.exclude(state__in=desk.FINAL_STATES)
        .exclude(state="resolved")
        .order_by("-reported_at")[:10],
        "recent": tickets.filter(state__in=desk.FINAL_STATES).order_by("-reported_at")[:5],
        "systems": _systems(contract, items, at),
    }


def _systems(contract: Contract, items: list[ServiceItem], at: datetime) -> list[dict[str, Any]]:
    """Each system with its state as last seen and its figure this month."""
    rows = watch.availability_rows(contract, clock.local(at).date(), at=at, items=items)
    return [{"item": row.item, "measured": row.measured, **_state(row)} for row in rows]


def _state(row: watch.ItemAvailability) -> dict[str, str]:
    if not row.is_covered:
        return {"tone": "idle", "word": "未监测"}
    last = row.timeline[-1].state if row.timeline else None
    if last is State.DOWN:
        return {"tone": "late", "word": "中断"}
    return {"tone": "soon", "word": "性能下降"} if last is State.DEGRADED else {"tone": "ok", "word": "正常"}
