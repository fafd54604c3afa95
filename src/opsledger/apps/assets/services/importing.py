"""Assets from a workbook: read, compare, show what would change; then do it, or take it back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile

from django.db import transaction
from django.db.models import F
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from opsledger.apps.assets.models import Asset, ImportBatch
from opsledger.apps.assets.policies import must_keep
from opsledger.apps.assets.services.working import next_number
from opsledger.apps.assets.types import type_named, types
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

LIMIT = 20_000
HEADINGS = {
    "资产编号": "code",
    "类型": "kind",
    "名称": "name",
    "型号": "model",
    "序列号": "serial",
    "服务项": "item",
    "位置": "place",
    "数量": "quantity",
    "厂商": "vendor",
    "购置日期": "acquired_on",
    "保修到期": "warranty_until",
    "到期日": "expires_on",
    "备注": "note",
}
_DATES = ("acquired_on", "warranty_until", "expires_on")
_LENGTHS = {"code": 40, "name": 120, "model": 200, "serial": 80, "place": 120, "vendor": 80, "note": 300}
_COMPARED = ("kind", "name", "model", "serial", "place", "quantity", "vendor", *_DATES, "note")
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


def _rows(content: bytes, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except (InvalidFileException, BadZipFile, OSError, KeyError, ValueError, EOFError, IndexError) as error:
        raise DomainError("import.no_workbook", name=name) from error
    rows = sheet.iter_rows(values_only=True)
    heads = [str(cell or "").strip() for cell in next(rows, ())]
    missing = [head for head in ("类型", "名称") if head not in heads]
    if missing:
        raise DomainError("import.wrong_headings", missing="、".join(missing), expected="、".join(HEADINGS))
    if (sheet.max_row or 0) - 1 > LIMIT:
        raise DomainError("import.too_many", rows=(sheet.max_row or 1) - 1, limit=LIMIT)
    for place, cells in enumerate(rows, start=2):
        if place > LIMIT + 1:
            raise DomainError("import.too_many", rows=place - 1, limit=LIMIT)
        said = {
            HEADINGS[head]: cell
            for head, cell in zip(heads, cells, strict=False)
            if head in HEADINGS and cell not in (None, "")
        }
        if said:
            yield place, said


def read_day(value: Any) -> date:
    """A day from a cell: a real date, or text in the usual spellings; else ValueError."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip().split(" ")[0]
    for pattern in _FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    raise ValueError(text)


class _Reader:
    """Turns rows into plain data, each with everything that is wrong about it."""

    def __init__(self, contract: Contract) -> None:
        self.items = {
            item.no.lstrip("0") or "0": item.pk for item in ServiceItem.objects.filter(contract=contract)
        }
        self.serials: dict[str, int] = {}
        self.codes: dict[str, int] = {}

    def read(self, place: int, said: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        problems: list[str] = []
        row: dict[str, Any] = {}
        for name, limit in _LENGTHS.items():
            text = _text(said.get(name))
            if len(text) > limit:
                problems.append(f"{_heading(name)}超过{limit}字")
            row[name] = text
        if not row["name"]:
            problems.append("缺少名称")
        kind = type_named(_text(said.get("kind")))
        if kind is None:
            problems.append(f"类型“{_text(said.get('kind'))}”不认识")
        row["kind"] = kind.key if kind else ""
        for name in _DATES:
            row[name] = None
            if said.get(name) is not None:
                try:
                    row[name] = read_day(said[name]).isoformat()
                except ValueError:
                    problems.append(f"{_heading(name)}“{_text(said[name])[:20]}”不是日期")
        row["quantity"] = self._quantity(said.get("quantity"), problems)
        row["item"] = self._item(said.get("item"), problems)
        self._twice(self.serials, "序列号", row["serial"], place, problems)
        self._twice(self.codes, "资产编号", row["code"], place, problems)
        return row, problems

    def _quantity(self, value: Any, problems: list[str]) -> int:
        if value is None:
            return 1
        text = _text(value)
        if not text.isdigit() or not 0 < int(text) < 1_000_000:
            problems.append(f"数量“{text[:20]}”应为大于零的整数")
            return 1
        return int(text)

    def _item(self, value: Any, problems: list[str]) -> int | None:
        text = _text(value).split(" ")[0]
        if not text:
            return None
        found = self.items.get(text.lstrip("0") or "0")
        if found is None:
            problems.append(f"服务项“{text[:20]}”不在合同中")
        return found

    @staticmethod
    def _twice(seen: dict[str, int], word: str, text: str, place: int, problems: list[str]) -> None:
        if text and text in seen:
            problems.append(f"{word}“{text}”与第{seen[text]}行重复")
        elif text:
            seen[text] = place


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _heading(name: str) -> str:
    return next(head for head, key in HEADINGS.items() if key == name)


def _plain(asset: Asset) -> dict[str, Any]:
    """An asset as the plan compares it."""
    found = {name: getattr(asset, name) for name in _COMPARED}
    for name in _DATES:
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
    reader = _Reader(contract)
    create: list[dict[str, Any]] = []
    update: list[dict[str, Any]] = []
    wrong: list[dict[str, Any]] = []
    same = 0
    for place, said in _rows(content, filename):
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
            after = {name: row[name] for name in before if name in given and row[name] != before[name]}
            if after:
                kept = {name: before[name] for name in after}
                update.append(
                    {
                        "id": asset.pk,
                        "version": asset.version,
                        "name": str(asset),
                        "before": kept,
                        "after": after,
                    }
                )
            else:
                same += 1
    plan = {"create": create, "update": update, "same": same, "wrong": wrong}
    return ImportBatch.objects.create(
        contract=contract,
        filename=filename[:200],
        created_at=clock.now(),
        created_by_id=actor.user_id,
        plan=plan,
    )


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    said = {name: row[name] for name in row if name not in ("item", "code")}
    for name in _DATES:
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
