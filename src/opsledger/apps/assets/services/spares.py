"""Spare parts: in, reserved for a ticket, used on an asset, lent as a stand-by unit, counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from opsledger.apps.accounts.services import notify, people
from opsledger.apps.assets.models import Asset, SpareMove, SparePart
from opsledger.apps.assets.policies import must_keep
from opsledger.apps.contracts.models import Contract
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor


def _subject(part: SparePart) -> ledger.Subject:
    return ledger.Subject("spare", str(part.pk), str(part))


@transaction.atomic
def add_part(
    *,
    actor: Actor,
    contract: Contract,
    name: str,
    model: str = "",
    unit: str = "个",
    place: str = "",
    price_cny: Decimal | None = None,
    minimum: int = 0,
) -> SparePart:
    """A kind of part; the same name and model twice is the same part, with the new minimum and price."""
    must_keep(actor, contract.pk)
    said = {"unit": unit, "place": place, "price_cny": price_cny, "minimum": minimum}
    part, made = SparePart.objects.update_or_create(
        contract=contract, name=name.strip(), model=model.strip(), defaults=said
    )
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="spare.added" if made else "spare.changed",
        subject=_subject(part),
        changes={"minimum": minimum, "price": price_cny},
    )
    return part


@transaction.atomic
def move_part(
    *,
    actor: Actor,
    part: SparePart,
    kind: str,
    quantity: int,
    ticket_ref: str = "",
    asset: Asset | None = None,
    note: str = "",
) -> SparePart:
    """Change the stock.  One statement checks and writes, so two hands never take the same last piece.

    `in` adds; `reserve` and `release` set aside; `use` takes out (first from what is reserved, if a ticket is
    named); `loan` and `back` lend a stand-by unit; `count` sets what was counted.
    """
    must_keep(actor, part.contract_id)
    if quantity < (0 if kind == "count" else 1):
        raise DomainError("spare.bad_quantity", quantity=quantity)
    if kind == "loan" and not (ticket_ref.strip() or note.strip()):
        raise DomainError("spare.loan_to_whom", name=str(part))
    was_short = SparePart.objects.get(pk=part.pk).short
    wrote = _change(part, kind, quantity, ticket_ref)
    part.refresh_from_db()
    if wrote != 1:
        raise _refusal(part, kind, quantity)
    SpareMove.objects.create(
        part=part,
        kind=kind,
        quantity=quantity,
        ticket_ref=ticket_ref[:60],
        asset=asset,
        note=note[:200],
        at=clock.now(),
        by_id=actor.user_id,
    )
    changes: dict[str, object] = {"count": quantity, "stock": part.stock}
    told = {"ticket": ticket_ref, "to": str(asset or ""), "note": note}
    changes |= {name: text for name, text in told.items() if text}
    ledger.record(
        chain=ledger.contract_chain(part.contract_id),
        actor=actor,
        verb=f"spare.{kind}",
        subject=_subject(part),
        changes=changes,
    )
    if part.short and not was_short:
        _tell_short(part)
    return part


def _change(part: SparePart, kind: str, quantity: int, ticket_ref: str) -> int:
    """Change the stock where it allows the move: 1 if it did, else 0.  Raises ``spare.unknown_move``."""
    if kind == "use":
        return _use(part, quantity, ticket_ref)
    stock, reserved, loaned = F("stock"), F("reserved"), F("loaned")
    free = {"stock__gte": reserved + quantity}
    moves: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "in": ({}, {"stock": stock + quantity}),
        "reserve": (free, {"reserved": reserved + quantity}),
        "release": ({"reserved__gte": quantity}, {"reserved": reserved - quantity}),
        "loan": (free, {"stock": stock - quantity, "loaned": loaned + quantity}),
        "back": ({"loaned__gte": quantity}, {"stock": stock + quantity, "loaned": loaned - quantity}),
        "count": ({"reserved__lte": quantity}, {"stock": quantity}),
    }
    if kind not in moves:
        raise DomainError("spare.unknown_move", kind=kind)
    allowed, told = moves[kind]
    return SparePart.objects.filter(pk=part.pk, **allowed).update(**told)


def _tell_short(part: SparePart) -> None:
    """The move has taken a part below its minimum: who orders is told, each time it happens."""
    last = part.moves.order_by("-id").values_list("pk", flat=True).first()
    notify(
        users=people(part.contract_id, access.MANAGER),
        title=f"备件不足：{part}，可用{part.free}{part.unit}",
        body=f"低于最低库存{part.minimum}{part.unit}，请补充。",
        url=reverse("assets:spares", args=[part.contract.slug]),
        contract_slug=part.contract.slug,
        dedupe=f"spare:{part.pk}:{last}",
    )


def held_for(part: SparePart, ticket_ref: str) -> int:
    """How many pieces this very ticket has reserved and not used."""
    held, signs = 0, {"reserve": 1, "release": -1}
    moves = part.moves.filter(ticket_ref=ticket_ref, kind__in=["reserve", "release", "use"])
    for kind, count in moves.order_by("id").values_list("kind", "quantity"):
        held = max(0, held + signs.get(kind, -1) * count)
    return held


def _use(part: SparePart, quantity: int, ticket_ref: str) -> int:
    """Take pieces out; those that this very ticket had reserved are taken first."""
    from_held = min(held_for(part, ticket_ref), quantity) if ticket_ref else 0
    rows = SparePart.objects.filter(
        pk=part.pk, reserved__gte=from_held, stock__gte=F("reserved") + (quantity - from_held)
    )
    return rows.update(stock=F("stock") - quantity, reserved=F("reserved") - from_held)


def _refusal(part: SparePart, kind: str, quantity: int) -> DomainError:
    told = {"name": str(part), "unit": part.unit, "asked": quantity}
    if kind == "release":
        return DomainError("spare.not_reserved", reserved=part.reserved, **told)
    if kind == "back":
        return DomainError("spare.not_loaned", loaned=part.loaned, **told)
    return DomainError("spare.not_enough", free=part.free, **told)
