"""Acts on one occurrence: hand in, check, waive, plan, give to somebody, sign."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from opsledger.apps.duties import services
from opsledger.apps.duties.api.doing import (
    WRITE,
    again,
    find,
    if_match,
    on_occurrence,
    worker_named,
)
from opsledger.apps.duties.api.schemas import Act, DutyActIn, FulfilForm, FulfilIn, OccurrenceOut, Version
from opsledger.apps.duties.models import Occurrence
from opsledger.core.errors import DomainError
from opsledger.kernel import uploads
from opsledger.kernel.wire import REFUSALS, Day, Id, Key, Line, Slug, Strict

router = Router(tags=["duties"])
_AT = "/contracts/{slug}/occurrences/{occurrence_id}"


class OccurrenceMoveIn(Strict):
    day: Day
    hour: time | None = Field(None, description="几点；不填即原计划的钟点，没有则 9:00")
    assignee: Line | None = Field(None, description="执行人的用户名；不填即不变")
    version: Version = None


@router.post(_AT + "/fulfil", response={200: OccurrenceOut, **REFUSALS}, summary="提交完成情况（不带文件）")
def fulfil(request: HttpRequest, slug: Slug, occurrence_id: Id, told: FulfilIn, key: Key = None) -> Any:
    """Hand in the work; files that the rule asks for are attached first."""
    row = find(request, slug, occurrence_id, WRITE)
    if_match(request, row)

    def do() -> object:
        given = services.Submission(note=told.note, numbers=told.numbers, done_at=told.done_at)
        return services.submit_occurrence(
            actor=request.actor, occurrence=row, submission=given, version=told.version
        )

    return on_occurrence(request, slug, row, key, f"fulfil {told.model_dump_json()}", do)


@router.post(
    _AT + "/files",
    response={200: OccurrenceOut, **REFUSALS},
    summary="提交完成情况并附照片、文件（multipart）",
)
def fulfil_with_files(
    request: HttpRequest,
    slug: Slug,
    occurrence_id: Id,
    told: Form[FulfilForm],
    file: File[list[UploadedFile]],
) -> Any:
    """Hand in the work with pictures and files as its evidence (multipart)."""
    row = find(request, slug, occurrence_id, WRITE)
    uploads.check_request(request)
    if_match(request, row)
    pairs = [pair.partition("=") for pair in told.numbers]
    given = services.Submission(
        note=told.note,
        numbers={name.strip(): value.strip() for name, _, value in pairs},
        uploads=tuple(file),
        done_at=told.done_at,
    )
    services.submit_occurrence(actor=request.actor, occurrence=row, submission=given, version=told.version)
    return Status(200, again(request, row))


@router.post(
    _AT + "/acts/{action}",
    response={200: OccurrenceOut, **REFUSALS},
    summary="开始、撤回、签字、复核、退回、申请豁免、豁免、取消、改期、派给",
)
def act(
    request: HttpRequest, slug: Slug, occurrence_id: Id, action: Act, told: DutyActIn, key: Key = None
) -> Any:
    """Start, withdraw, sign, verify, return, ask for or grant a waiver, cancel, reschedule, assign."""
    row = find(request, slug, occurrence_id, WRITE)
    if_match(request, row)

    def do() -> object:
        return _run(request, row, action, told)

    return on_occurrence(request, slug, row, key, f"{action} {told.model_dump_json()}", do)


_WITH_REASON = {
    "return": services.return_occurrence,
    "ask_waiver": services.ask_waiver,
    "waive": services.waive_occurrence,
    "cancel": services.cancel_occurrence,
}
_PLAIN = {
    "start": services.start_occurrence,
    "withdraw": services.withdraw_occurrence,
    "sign": services.sign_occurrence,
}


def _run(request: HttpRequest, row: Occurrence, action: str, told: DutyActIn) -> object:
    given = {"actor": request.actor, "occurrence": row, "version": told.version}
    if action == "assign":
        return services.assign_occurrence(**given, assignee=worker_named(row.contract_id, told.assignee))
    if action == "reschedule":
        if told.planned_at is None:
            raise DomainError("transitions.fact_missing", fact="planned_at", label="计划时间", action="改期")
        return services.reschedule_occurrence(**given, planned_at=told.planned_at)
    if action == "verify":
        return services.verify_occurrence(**given, note=told.note or "")
    if action in _WITH_REASON:
        return _WITH_REASON[action](**given, reason=told.reason or "")
    return _PLAIN[action](**given)


@router.post(
    _AT + "/signature",
    response={200: OccurrenceOut, **REFUSALS},
    summary="签字确认并附手写签名的图片（multipart）",
)
def sign(request: HttpRequest, slug: Slug, occurrence_id: Id, file: File[UploadedFile]) -> Any:
    """The service unit confirms, with a picture of its signature; without one it is the act `sign`."""
    row = find(request, slug, occurrence_id, WRITE)
    uploads.check_request(request)
    if_match(request, row)
    services.sign_occurrence(actor=request.actor, occurrence=row, signature=file)
    return Status(200, again(request, row))


@router.post(
    _AT + "/move",
    response={200: OccurrenceOut, **REFUSALS},
    summary="在期限内移到另一天，可同时改派",
)
def move(request: HttpRequest, slug: Slug, occurrence_id: Id, told: OccurrenceMoveIn, key: Key = None) -> Any:
    """Plan it for another day inside its due window, and give it to another person if one is named."""
    row = find(request, slug, occurrence_id, WRITE)
    if_match(request, row)

    def do() -> object:
        return services.move_occurrence(
            actor=request.actor,
            occurrence=row,
            day=told.day,
            hour=told.hour.replace(tzinfo=None) if told.hour else None,
            assignee=worker_named(row.contract_id, told.assignee) if told.assignee else None,
            version=told.version,
        )

    return on_occurrence(request, slug, row, key, f"move {told.model_dump_json()}", do)
