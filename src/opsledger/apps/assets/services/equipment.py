"""The contract's own lists of equipment: loaded, taken over row by row, confirmed by the buyer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from opsledger.apps.assets.models import Asset, EquipmentList
from opsledger.apps.assets.policies import must_keep
from opsledger.apps.assets.services.working import act_on_asset, next_number
from opsledger.apps.assets.types import guess
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.contracts.packs.model import AssetGroup, Device
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

_YEAR = re.compile(r"(\d{4})年?\Z")


@transaction.atomic
def load_equipment(*, actor: Actor, contract: Contract, groups: Iterable[AssetGroup]) -> dict[str, int]:
    """The contract's lists, kept as printed; each row becomes an asset that waits to be taken over.

    A row with a count is one asset with that quantity: the list names no single devices.  Loading again adds
    what is new and leaves every asset as people have made it.
    """
    must_keep(actor, contract.pk)
    items = {item.no: item for item in ServiceItem.objects.filter(contract=contract)}
    number, made, known = next_number(contract.pk), [], 0
    for position, group in enumerate(groups, start=1):
        listed = _keep(contract, items.get(group.item), position, group)
        taken = set(Asset.objects.filter(equipment=listed).values_list("list_row", flat=True))
        known += len(taken)
        for place, device in enumerate(group.devices, start=1):
            if place not in taken:
                code = f"ZC-{number + len(made):05d}"
                made.append(Asset(contract=contract, code=code, **_told(listed, place, device)))
    Asset.objects.bulk_create(made, batch_size=500)
    if made:
        ledger.record(
            chain=ledger.contract_chain(contract.pk),
            actor=actor,
            verb="asset.list_loaded",
            subject=ledger.Subject("contract", str(contract.pk), contract.name),
            changes={"count": len(made)},
        )
    return {"新增": len(made), "已有": known}


def _keep(contract: Contract, item: ServiceItem | None, position: int, group: AssetGroup) -> EquipmentList:
    rows = [
        {
            "name": one.name, "model": one.model, "count": one.count, "unit": one.unit or group.unit,
            "year": one.year, "warranty": one.warranty, "note": one.note,
        }
        for one in group.devices
    ]  # fmt: skip
    said: dict[str, Any] = {
        "item": item,
        "position": position,
        "title": group.title[:120],
        "clause": group.clause[:60],
        "printed_total": group.printed_total,
        "note": group.note[:300],
        "rows": rows,
        "covers": list(group.covers),
    }
    listed, _ = EquipmentList.objects.update_or_create(contract=contract, key=group.id, defaults=said)
    return listed


def _told(listed: EquipmentList, place: int, device: Device) -> dict[str, Any]:
    kind = guess(f"{device.name} {device.note}", device.model)
    warranty = _YEAR.match(device.warranty or "")
    clause = f"条款{listed.clause} " if listed.clause else ""
    return {
        "item": listed.item,
        "kind": kind.key,
        "klass": kind.of,
        "name": device.name[:120],
        "model": device.model[:200],
        "quantity": device.count or 1,
        "acquired_on": date(device.year, 1, 1) if device.year else None,
        # The list prints a year: it holds to that year's last day until somebody says better.
        "warranty_until": date(int(warranty[1]), 12, 31) if warranty else None,
        "note": device.note[:300],
        "state": "listed",
        "equipment": listed,
        "list_row": place,
        "source": f"{clause}{listed.title} 第{place}行"[:200],
        "created_at": clock.now(),
    }


@transaction.atomic
def accept_rows(*, actor: Actor, assets: Sequence[Asset], place: str) -> int:
    """Take over several rows as the list prints them, all at one place; returns how many."""
    if not assets:
        raise DomainError("takeover.none_chosen")
    if not place.strip():
        raise DomainError("takeover.place_needed")
    for asset in assets:
        act_on_asset(actor=actor, asset=asset, action="accept", place=place.strip())
    return len(assets)


@transaction.atomic
def confirm_takeover(*, actor: Actor, listed: EquipmentList, note: str = "") -> EquipmentList:
    """The buyer confirms what was found against a list; refused while a row is not yet looked at.

    Where something differs the buyer writes how it is settled.
    """
    actor.must(listed.contract_id, access.BUYER)
    rows = list(Asset.objects.filter(equipment=listed))
    still = sum(1 for row in rows if row.state == "listed")
    if still:
        raise DomainError("takeover.rows_open", title=listed.title, count=still)
    differs = [row for row in rows if differs_from(listed, row)]
    if differs and not note.strip():
        raise DomainError("takeover.note_needed", count=len(differs))
    wrote = EquipmentList.objects.filter(pk=listed.pk, confirmed_at=None).update(
        confirmed_at=clock.now(), confirmed_by=actor.user_id, confirmed_note=note.strip()[:300]
    )
    if wrote != 1:
        raise DomainError("takeover.confirmed_already", title=listed.title)
    listed.refresh_from_db()
    ledger.record(
        chain=ledger.contract_chain(listed.contract_id),
        actor=actor,
        verb="asset.takeover_confirmed",
        subject=ledger.Subject("contract", str(listed.contract_id), listed.contract.name),
        changes={"name": listed.title, "count": len(rows), "differs": len(differs), "note": note.strip()},
    )
    return listed


def differs_from(listed: EquipmentList, asset: Asset) -> str:
    """How an asset differs from its row in words; "" where it does not, or was not looked at yet."""
    row = listed.rows[asset.list_row - 1] if asset.list_row and asset.list_row <= len(listed.rows) else {}
    if asset.state == "missing":
        return "未找到"
    if asset.found_quantity is None:
        return ""
    said = []
    # A row without a count (“防火墙” alone) promises no number.
    if row.get("count") is not None and asset.found_quantity != row["count"]:
        more = asset.found_quantity - row["count"]
        said.append(f"{'多' if more > 0 else '少'}{abs(more)}{row.get('unit') or ''}")
    if asset.found_model:
        said.append("型号不符")
    return "，".join(said)
