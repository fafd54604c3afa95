"""Assets from a workbook for programs: handed in and compared, then applied, or taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from opsledger.apps.accounts.once import once_for
from opsledger.apps.assets import selectors, services
from opsledger.apps.assets.models import ImportBatch
from opsledger.apps.assets.policies import KEEPERS
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_at_hand, items_for
from opsledger.kernel import uploads
from opsledger.kernel.wire import REFUSALS, Id, Key, Slug, must

router = Router(tags=["stock"])
MOST = 200
_AT = "/contracts/{slug}/asset-imports"


class BatchRow(Schema):
    id: int
    filename: str
    state: str
    state_word: str
    created_at: datetime
    created_by: str | None


class WrongOut(Schema):
    row: int
    name: str
    problem: str


class ChangeOut(Schema):
    heading: str
    before: str
    after: str


class UpdateOut(Schema):
    asset: str
    changes: list[ChangeOut]


class BatchOut(BatchRow):
    """What a workbook changes; of each kind the first 200 are told."""

    create: int = Field(description="新增项数")
    update: int = Field(description="更新项数")
    same: int = Field(description="没有变化的行数")
    wrong: int = Field(description="有错而略过的行数")
    ignored: list[str] = Field(description="不认识的表头")
    wrong_rows: list[WrongOut] = Field(description="至多列出200行")
    updates: list[UpdateOut] = Field(description="至多列出200项")


def _row(batch: ImportBatch) -> dict[str, Any]:
    return {
        "id": batch.pk,
        "filename": batch.filename,
        "state": batch.state,
        "state_word": batch.get_state_display(),
        "created_at": batch.created_at,
        "created_by": str(batch.created_by) if batch.created_by else None,
    }


def _whole(request: HttpRequest, contract: Contract, batch_id: int) -> dict[str, Any]:
    batch = selectors.batch_for(request.actor, contract, batch_id)
    plan = batch.plan
    numbers = {one.pk: one.no for one in items_for(request.actor, contract)}

    def changes(one: dict[str, Any]) -> list[dict[str, str]]:
        found = selectors.changes_of(one, numbers)
        return [{"heading": head, "before": _text(old), "after": _text(new)} for head, old, new in found]

    return {
        **_row(batch),
        **{name: len(plan[name]) for name in ("create", "update", "wrong")},
        "same": plan["same"],
        "ignored": list(plan.get("ignored", ())),
        "wrong_rows": plan["wrong"][:MOST],
        "updates": [{"asset": one["name"], "changes": changes(one)} for one in plan["update"][:MOST]],
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _kept(request: HttpRequest, slug: str) -> Contract:
    """The contract, if this person keeps its register."""
    contract = contract_at_hand(request.actor, slug)
    request.actor.must(contract.pk, *KEEPERS)
    return contract


@router.get(_AT, response={200: list[BatchRow], **REFUSALS}, summary="最近十次资产导入")
def imports(request: HttpRequest, slug: Slug) -> Any:
    """The last ten imports."""
    must(request, "assets:read")
    return [_row(one) for one in selectors.batches_of(_kept(request, slug))]


@router.post(
    _AT,
    response={201: BatchOut, **REFUSALS},
    summary="上传 xlsx 并预览会改动什么；此时还没有改动任何资产",
)
def preview(request: HttpRequest, slug: Slug, file: File[UploadedFile]) -> Any:
    """What a workbook would change; nothing is changed yet."""
    must(request, "assets:write")
    uploads.check_request(request)
    contract = _kept(request, slug)
    batch = services.preview_import(
        actor=request.actor, contract=contract, content=file.read(), filename=file.name or ""
    )
    return Status(201, _whole(request, contract, batch.pk))


@router.get(_AT + "/{batch_id}", response={200: BatchOut, **REFUSALS}, summary="一次导入的内容")
def batch(request: HttpRequest, slug: Slug, batch_id: Id) -> Any:
    """What one import would change, or has changed."""
    must(request, "assets:read")
    return _whole(request, _kept(request, slug), batch_id)


@router.post(_AT + "/{batch_id}/apply", response={200: BatchOut, **REFUSALS}, summary="执行预览过的导入")
def apply(request: HttpRequest, slug: Slug, batch_id: Id, key: Key = None) -> Any:
    """Do what the preview said."""
    must(request, "assets:write")
    return _do(request, slug, batch_id, key, services.apply_import)


@router.post(
    _AT + "/{batch_id}/undo", response={200: BatchOut, **REFUSALS}, summary="撤销一次导入，只要没有人改过"
)
def undo(request: HttpRequest, slug: Slug, batch_id: Id, key: Key = None) -> Any:
    """Take an import back."""
    must(request, "assets:write")
    return _do(request, slug, batch_id, key, services.undo_import)


def _do(request: HttpRequest, slug: str, batch_id: int, key: str | None, act: Any) -> dict[str, Any]:
    contract = _kept(request, slug)
    found = selectors.batch_for(request.actor, contract, batch_id)

    def run() -> dict[str, Any]:
        act(actor=request.actor, batch=found)
        return _whole(request, contract, batch_id)

    return once_for(request, key, None, run)
