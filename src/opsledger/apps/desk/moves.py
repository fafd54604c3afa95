"""The items under which a ticket has stood, read from its facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.desk.models import TicketEvent

KIND = "item_changed"


@dataclass(frozen=True, slots=True)
class Move:
    """A ticket went from one item to another: when, from where with which part of it, and whereto."""

    at: datetime
    former_id: int
    former: str
    former_scope: str
    item_id: int
    item: str
    between_units: bool


def fact_of(former: ServiceItem, former_scope: str, item: ServiceItem) -> dict[str, Any]:
    """What the fact of a move says of it; `item` is what the fold reads."""
    return {
        "item": str(item.pk),
        "item_name": item.numbered,
        "former": str(former.pk),
        "former_name": former.numbered,
        "former_scope": former_scope,
        "between_units": former.unit_id != item.unit_id,
    }


def moves_of(events: Iterable[TicketEvent]) -> list[Move]:
    """The moves among a ticket's facts in the order in which they happened; mostly none."""
    found = [_move(event) for event in events if event.kind == KIND]
    return sorted(found, key=lambda move: move.at) if len(found) > 1 else found


def _move(event: TicketEvent) -> Move:
    said: Mapping[str, Any] = event.data
    return Move(
        at=event.happened_at,
        former_id=int(said["former"]),
        former=said["former_name"],
        former_scope=said["former_scope"],
        item_id=int(said["item"]),
        item=said["item_name"],
        between_units=bool(said["between_units"]),
    )


def last_move(ticket_id: int) -> Move | None:
    """The move that was recorded last."""
    event = TicketEvent.objects.filter(ticket_id=ticket_id, kind=KIND).order_by("-id").first()
    return _move(event) if event else None
