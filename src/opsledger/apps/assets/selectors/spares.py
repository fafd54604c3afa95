"""Reading spare parts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.http import Http404

from opsledger.apps.assets.models import Asset, SpareMove, SparePart
from opsledger.apps.contracts.models import Contract


def parts_of(contract: Contract) -> QuerySet[SparePart]:
    """The spare parts of a contract with the value of the stock."""
    return SparePart.objects.filter(contract=contract).annotate(value=F("stock") * F("price_cny"))


def move_rows(contract: Contract, part_id: int | None = None) -> QuerySet[SpareMove]:
    """The moves of the stock, the latest first, of one part if named."""
    rows = SpareMove.objects.filter(part__contract=contract)
    if part_id is not None:
        rows = rows.filter(part_id=part_id)
    return rows.select_related("part", "asset", "by").order_by("-id")


def moves_of(contract: Contract, part_id: int | None = None) -> list[SpareMove]:
    """The latest moves of the stock, of one part if named."""
    return list(move_rows(contract, part_id)[:60])


@dataclass(frozen=True, slots=True)
class Held:
    """Pieces of a part that are out on one ticket (or to one person): reserved or lent."""

    part: SparePart
    word: str
    what_for: str
    quantity: int


def held_of(contract: Contract) -> list[Held]:
    """What is reserved for tickets and what is lent, as the moves say: who has to give back what."""
    signs = {
        "reserve": ("预留", 1), "release": ("预留", -1), "use": ("预留", -1), "loan": ("借出", 1), "back": ("借出", -1),
    }  # fmt: skip
    sums: dict[tuple[int, str, str], int] = {}
    parts: dict[int, SparePart] = {}
    moves = SpareMove.objects.filter(part__contract=contract, kind__in=signs).select_related("part")
    for move in moves.order_by("id"):
        word, sign = signs[move.kind]
        if move.kind == "use" and not move.ticket_ref:
            continue
        key = (move.part_id, word, move.ticket_ref or move.note)
        parts[move.part_id] = move.part
        sums[key] = max(0, sums.get(key, 0) + sign * move.quantity)
    return [Held(parts[pk], word, what_for, count) for (pk, word, what_for), count in sums.items() if count]


def parts_used_on(asset: Asset) -> list[SpareMove]:
    """The parts that went into an asset."""
    return list(asset.parts.filter(kind__in=["use", "loan"]).select_related("part", "by"))


@dataclass(frozen=True, slots=True)
class ForTicket:
    """What one ticket has of a part: a word for the state, how many pieces, and the devices they went into."""

    part: SparePart
    word: str
    tone: str
    quantity: int
    assets: tuple[Asset, ...] = ()


_STATES = {"held": ("已预留", "soon"), "used": ("已领用", "ok"), "lent": ("借出备机", "waiting")}


def parts_for_ticket(contract: Contract, ticket_ref: str) -> list[ForTicket]:
    """The parts reserved for a ticket, used for it or lent on it, as the moves of the stock say."""
    sums: dict[tuple[int, str], int] = {}
    parts: dict[int, SparePart] = {}
    went: dict[int, dict[int, Asset]] = {}
    moves = SpareMove.objects.filter(part__contract=contract, ticket_ref__iexact=ticket_ref)
    for move in moves.select_related("part", "asset").order_by("id"):
        parts[move.part_id] = move.part
        held, used, lent = ((move.part_id, word) for word in _STATES)
        if move.kind in ("reserve", "release"):
            sums[held] = max(0, sums.get(held, 0) + (1 if move.kind == "reserve" else -1) * move.quantity)
        elif move.kind == "use":
            sums[used] = sums.get(used, 0) + move.quantity
            sums[held] = max(0, sums.get(held, 0) - move.quantity)
            if move.asset is not None:
                went.setdefault(move.part_id, {})[move.asset.pk] = move.asset
        elif move.kind in ("loan", "back"):
            sums[lent] = max(0, sums.get(lent, 0) + (1 if move.kind == "loan" else -1) * move.quantity)
    return [
        ForTicket(
            parts[pk], *_STATES[word], count, tuple(went.get(pk, {}).values()) if word == "used" else ()
        )
        for (pk, word), count in sums.items()
        if count
    ]


def part_for(contract: Contract, part_id: int) -> SparePart:
    """One part; Http404 if missing."""
    found = SparePart.objects.filter(contract=contract, pk=part_id).first()
    if found is None:
        raise Http404
    return found
