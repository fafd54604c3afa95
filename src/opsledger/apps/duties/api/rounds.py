"""Rounds for programs: begin, answer, photos, order, finish, what is said to the questions."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Path, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.api import rounds_shown as shown
from opsledger.apps.duties.api.doing import READ, WORKERS, WRITE, again, doing_once, find, open_contract
from opsledger.apps.duties.api.rounds_schemas import (
    Name,
    RoundBeginIn,
    RoundFinishIn,
    RoundOrderIn,
    RoundOut,
    RoundPhotoOut,
    RoundQuestionIn,
    RoundSyncIn,
    RoundSyncOut,
)
from opsledger.apps.duties.api.schemas import OccurrenceOut
from opsledger.apps.duties.api.templates_schemas import TemplateRow
from opsledger.apps.duties.api.templates_shown import row as template_row
from opsledger.apps.duties.models import Round
from opsledger.kernel import uploads
from opsledger.kernel.wire import REFUSALS, Id, Key, Line, Moment, Slug

router = Router(tags=["rounds"])
_AT = "/contracts/{slug}/rounds/{round_id}"
Number = Annotated[int, Path(ge=0, le=9999)]


class RoundPhotoIn(Schema):
    """The fields beside a photo."""

    check: Annotated[Line, Field(min_length=1, max_length=60)]
    id: Name = Field(description="由调用方给出；同一编号重复上传只存一次")
    at: Moment | None = Field(None, description="拍摄时间；不填即现在")


def _round(request: HttpRequest, slug: str, round_id: int, scope: str, *roles: str) -> Round:
    contract = open_contract(request, slug, scope, *roles)
    return selectors.round_for(request.actor, contract, round_id)


def _whole(request: HttpRequest, row: Round) -> dict[str, Any]:
    return shown.whole(selectors.round_for(request.actor, row.contract, row.pk), request.actor)


@router.get(
    "/contracts/{slug}/occurrences/{occurrence_id}/checklists",
    response={200: list[TemplateRow], **REFUSALS},
    summary="这项任务可用的检查表，最合适的在前",
)
def fitting(request: HttpRequest, slug: Slug, occurrence_id: Id) -> Any:
    """The checklists by which an occurrence can be done."""
    row = find(request, slug, occurrence_id, READ)
    return Status(200, [template_row(one) for one in selectors.fitting(request.actor, row)])


@router.post(
    "/contracts/{slug}/occurrences/{occurrence_id}/round",
    response={200: RoundOut, **REFUSALS},
    summary="按检查表开始检查；已开始的则继续",
)
def begin(request: HttpRequest, slug: Slug, occurrence_id: Id, told: RoundBeginIn, key: Key = None) -> Any:
    """Begin the round of an occurrence, or go on with the one that was begun."""
    row = find(request, slug, occurrence_id, WRITE, *WORKERS)

    def do() -> dict[str, Any]:
        made = services.start_round(actor=request.actor, occurrence=row, template_key=told.template)
        return _whole(request, made)

    return doing_once(request, key, f"round {slug} {occurrence_id} {told.model_dump_json()}", do)


@router.get(_AT, response={200: RoundOut, **REFUSALS}, summary="一次检查：检查项、答案、照片、疑问")
def round_(request: HttpRequest, slug: Slug, round_id: Id) -> Any:
    """A round with everything that it asks and what was answered; its files are those of the occurrence."""
    return Status(200, shown.whole(_round(request, slug, round_id, READ), request.actor))


@router.post(
    _AT + "/answers",
    response={200: RoundSyncOut, **REFUSALS},
    summary="填写一批答案（逐条带编号，可重复发送）；某台未查时写明原因",
)
def sync(request: HttpRequest, slug: Slug, round_id: Id, told: RoundSyncIn) -> Any:
    """Take in answers: late, twice, or from two devices; the answer says what became of each."""
    row = _round(request, slug, round_id, WRITE, *WORKERS)
    changes = [one.model_dump(mode="json") for one in told.changes]
    result = services.save_answers(actor=request.actor, round_=row, changes=changes, device=told.device)
    return Status(
        200,
        {
            "saved": result.saved,
            "conflicts": result.conflicts,
            "refused": result.refused,
            "answers": result.answers,
        },
    )


@router.post(
    _AT + "/photos",
    response={200: RoundPhotoOut, **REFUSALS},
    summary="上传一项的一张照片或文件（multipart）",
)
def photo(
    request: HttpRequest, slug: Slug, round_id: Id, told: Form[RoundPhotoIn], file: File[UploadedFile]
) -> Any:
    """Keep a photo or file of one check; sent twice under one id it is kept once."""
    row = _round(request, slug, round_id, WRITE, *WORKERS)
    uploads.check_request(request)
    kept = services.add_photo(
        actor=request.actor,
        round_=row,
        check_id=told.check,
        mutation=told.id,
        upload=file,
        taken_at=told.at.isoformat() if told.at else None,
    )
    return Status(200, {"saved": told.id, "photo": kept.pk, "file": kept.attachment_id})


@router.post(
    _AT + "/order", response={200: RoundOut, **REFUSALS}, summary="调整设备的检查次序，下次检查也按此次序"
)
def order(request: HttpRequest, slug: Slug, round_id: Id, told: RoundOrderIn) -> Any:
    """Visit the devices in this order; those that are not named follow in the order they had."""
    row = _round(request, slug, round_id, WRITE, *WORKERS)
    services.order_stops(actor=request.actor, round_=row, keys=told.keys)
    return Status(200, _whole(request, row))


@router.post(
    _AT + "/questions/{question}",
    response={200: RoundOut, **REFUSALS},
    summary="对检查中的一个疑问作出说明",
)
def answer(
    request: HttpRequest, slug: Slug, round_id: Id, question: Number, told: RoundQuestionIn, key: Key = None
) -> Any:
    """What the engineer says to one of the questions that a round raises."""
    row = _round(request, slug, round_id, WRITE, *WORKERS)

    def do() -> dict[str, Any]:
        services.answer_question(actor=request.actor, round_=row, number=question, text=told.text)
        return _whole(request, row)

    return doing_once(request, key, f"question {slug} {round_id} {question} {told.model_dump_json()}", do)


@router.post(
    _AT + "/finish", response={200: OccurrenceOut, **REFUSALS}, summary="提交这次检查；异常项登记为隐患"
)
def finish(request: HttpRequest, slug: Slug, round_id: Id, told: RoundFinishIn, key: Key = None) -> Any:
    """Hand the round in; sent twice, the first time has done it."""
    row = _round(request, slug, round_id, WRITE, *WORKERS)

    def do() -> dict[str, Any]:
        if row.state != Round.State.FINISHED:
            services.finish_round(actor=request.actor, round_=row, note=told.note, done_at=told.done_at)
        row.occurrence.contract = row.contract
        return again(request, row.occurrence)

    return doing_once(request, key, f"finish {slug} {round_id} {told.model_dump_json()}", do)
