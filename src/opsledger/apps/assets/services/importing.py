"""Assets from a workbook: read, compare, show what would change; then do it, or take it back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from opsledger.apps.assets.models import Asset, ImportBatch
from opsledger.apps.assets.policies import must_keep
from opsledger.apps.assets.services.reading import COMPARED, DATES, HEADINGS, Reader, open_book
from opsledger.apps.assets.services.working import next_number
from opsledger.apps.assets.types import types
from opsledger.apps.contracts.models import Contract
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


def _plain(asset: Asset) -> dict[str, Any]:
    """An asset as the plan compares it."""
    found = {name: getattr(asset, name) for name in COMPARED}
    for name in DATES:
        found[name] = found[name].isoformat() if found[name] else None
    return {**found, "item": asset.item_id}


@transaction.atomic
def preview_import(*, actor: Actor, contract: Contract, content: bytes, filename: str) -> ImportBatch:
    """What a workbook would change.  An asset is found by its code, else by its serial number.

    Wrong rows are named and left out; the right ones can still be imported.  Empty cells leave what is known.
    """
    must_keep(actor, contract.pk)
    known = list(Asset.objects.filter(contract=contract))
    by_code = {one.code: one for one in known}
    by_serial = {one.serial: one for one in known if one.serial}
    reader = Reader(contract)
    create: list[dict[str, Any]] = []
    update: list[dict[str, Any]] = []
    wrong: list[dict[str, Any]] = []
    same = 0
    book = open_book(content, filename)
    for place, said in book.rows:
        row, problems = reader.read(place, said)
        asset = by_code.get(row["code"]) or (None if row["code"] else by_serial.get(row["serial"]))
        owner = by_serial.get(row["serial"]) if row["serial"] else None
        if owner is not None and asset is not None and owner.pk != asset.pk:
            problems.append(f"序列号“{row['serial']}”已登记在“{owner}”上")
        if owner is not None and asset is None:
            problems.append(f"序列号“{row['serial']}”已登记在“{owner}”上")
        if problems:
            wrong.append({"row": place, "problem": "；".join(problems), "name": row["name"]})
        elif asset is None:
            create.append(row)
        else:
            before = _plain(asset)
            given = {HEADINGS[h] for h in HEADINGS if HEADINGS[h] in said}
            if row["fields"]:
                # A workbook names some of a type's fields; the others stay as they are.
                given.add("fields")
                row["fields"] = {**before["fields"], **row["fields"]}
            after = {name: row[name] for name in before if name in given and row[name] != before[name]}
            if after:
                kept = {name: before[name] for name in after}
                update.append(
                    {
                        "id": asset.pk,
                        "version": asset.version,
                        "name": str(asset),
                        "kind": row["kind"],
                        "before": kept,
                        "after": after,
                    }
                )
            else:
                same += 1
    plan = {"create": create, "update": update, "same": same, "wrong": wrong, "ignored": book.ignored}
    return ImportBatch.objects.create(
        contract=contract,
        filename=filename[:200],
        created_at=clock.now(),
        created_by_id=actor.user_id,
        plan=plan,
    )


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    said = {name: row[name] for name in row if name not in ("item", "code")}
    for name in DATES:
        if said.get(name):
            said[name] = date.fromisoformat(said[name])
    if "item" in row:
        said["item_id"] = row["item"]
    if said.get("kind"):
        said["klass"] = types()[said["kind"]].of
    return said


def _claim(batch: ImportBatch, state: str) -> None:
    if ImportBatch.objects.filter(pk=batch.pk, state=batch.state).update(state=state) != 1:
        raise DomainError("import.not_preview", state="已被处理")
    batch.refresh_from_db()


@transaction.atomic
def apply_import(*, actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Do what the preview said; if an asset has changed since, nothing is done (``import.stale``)."""
    must_keep(actor, batch.contract_id)
    if batch.state != ImportBatch.State.PREVIEW:
        raise DomainError("import.not_preview", state=batch.get_state_display())
    plan = batch.plan
    if not plan["create"] and not plan["update"]:
        raise DomainError("import.all_wrong")
    _claim(batch, ImportBatch.State.APPLIED)
    wanted = {one["id"]: one for one in plan["update"]}
    rows = list(Asset.objects.filter(pk__in=wanted))
    if len(rows) != len(wanted) or any(row.version != wanted[row.pk]["version"] for row in rows):
        raise DomainError("import.stale")
    taken = set(Asset.objects.filter(contract_id=batch.contract_id).values_list("code", flat=True))
    if any(one["code"] and one["code"] in taken for one in plan["create"]):
        raise DomainError("import.stale")
    number, now, made = next_number(batch.contract_id), clock.now(), []
    for one in plan["create"]:
        code = one["code"]
        while not code or (not one["code"] and code in taken):
            code, number = f"ZC-{number:05d}", number + 1
        taken.add(code)
        made.append(
            Asset(contract_id=batch.contract_id, code=code, state="in_use", created_at=now, **_fields(one))
        )
    Asset.objects.bulk_create(made, batch_size=500)
    changed = {name for one in plan["update"] for name in _fields(one["after"])}
    for row in rows:
        for name, value in _fields(wanted[row.pk]["after"]).items():
            setattr(row, name, value)
        row.version += 1
    if rows:
        Asset.objects.bulk_update(
            rows, [*(name.removesuffix("_id") for name in changed), "version"], batch_size=300
        )
    batch.plan = {**plan, "made": [[one.pk, one.code] for one in made]}
    batch.save(update_fields=["plan"])
    _told(actor, batch, "asset.imported")
    return batch


def _told(actor: Actor, batch: ImportBatch, verb: str) -> None:
    plan = batch.plan
    ledger.record(
        chain=ledger.contract_chain(batch.contract_id),
        actor=actor,
        verb=verb,
        subject=ledger.Subject("contract", str(batch.contract_id), batch.contract.name),
        changes={
            "name": batch.filename,
            "新增": len(plan["create"]),
            "更新": len(plan["update"]),
            "出错": len(plan["wrong"]),
        },
    )


@transaction.atomic
def undo_import(*, actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Take an import back, as long as nobody has touched what it changed."""
    must_keep(actor, batch.contract_id)
    if batch.state != ImportBatch.State.APPLIED:
        raise DomainError("import.not_preview", state=batch.get_state_display())
    _claim(batch, ImportBatch.State.UNDONE)
    made = [pk for pk, _ in batch.plan["made"]]
    wanted = {one["id"]: one for one in batch.plan["update"]}
    rows = list(Asset.objects.filter(pk__in=wanted))
    touched = list(Asset.objects.filter(pk__in=made, version__gt=0)[:20])
    touched += [row for row in rows if row.version != wanted[row.pk]["version"] + 1]
    if touched:
        names = "、".join(str(one) for one in touched[:5])
        raise DomainError("import.changed_since", count=len(touched), names=names)
    Asset.objects.filter(pk__in=made).delete()
    for row in rows:
        for name, value in _fields(wanted[row.pk]["before"]).items():
            setattr(row, name, value)
        Asset.objects.filter(pk=row.pk).update(**_fields(wanted[row.pk]["before"]), version=F("version") + 1)
    _told(actor, batch, "asset.import_undone")
    return batch
