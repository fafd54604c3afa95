"""Duties for programs: obligations, occurrences, their evidence, and the acts on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from opsledger.apps.accounts.services import people
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.apps.desk.api.once import once
from opsledger.apps.duties import evidence, selectors, services
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.policies import table_roles
from opsledger.apps.duties.selectors.obligations import obligations_with_history
from opsledger.apps.ledger import selectors as ledger_rows
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.core.occurrences import OUTCOMES, STATES, TABLE, outcome
from opsledger.kernel import access, clock, tables
from opsledger.kernel.wire import (
    FILE,
    REFUSALS,
    Id,
    Key,
    Line,
    Moment,
    PageOf,
    Slug,
    Words,
    paged,
)

router = Router(tags=["duties"])
READERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)
Act = Literal["start", "withdraw", "sign", "verify", "return", "ask_waiver", "waive", "reschedule", "assign"]


class ObligationRow(Schema):
    """An obligation with what became of it so far."""

    id: int
    kind: str
    activity: str
    title: str
    item: str | None
    clause: str
    rule: str
    status: str
    status_word: str
    gap_reason: str
    starts_on: date
    ends_on: date
    next_due: datetime | None
    last_done: datetime | None
    planned: int
    done: int
    late: int
    missed: int


class OccurrenceRow(Schema):
    """One due window; `outcome` is derived as of now."""

    id: int
    obligation: int
    window: str
    title: str
    item: str | None
    state: str
    state_word: str
    outcome: str
    outcome_word: str
    begins_at: datetime
    due_at: datetime
    planned_at: datetime | None
    assignee: str | None
    submitted_at: datetime | None
    version: int


class EvidenceOut(Schema):
    id: int
    name: str
    size: int
    media_type: str


class OccurrenceOut(OccurrenceRow):
    rule: str
    evidence_rule: list[str]
    note: str
    numbers: dict[str, str]
    submission_recorded_at: datetime | None
    submitted_by: str | None
    signed_at: datetime | None
    verified_at: datetime | None
    verified_by: str | None
    reason: str
    files: list[EvidenceOut]
    allowed: list[str]


class FulfilIn(Schema):
    model_config = ConfigDict(extra="forbid")

    note: Words = ""
    numbers: dict[Line, Line] = Field(default_factory=dict, max_length=50)
    done_at: Moment | None = Field(None, description="实际完成时间；不填即现在")
    version: int | None = Field(None, ge=0, le=2_000_000_000)


class FulfilForm(Schema):
    """The same as a form that carries files."""

    note: Words = ""
    numbers: list[Line] = Field(default_factory=list, max_length=50, description="每项写作“名称=数值”")
    done_at: Moment | None = None
    version: int | None = Field(None, ge=0, le=2_000_000_000)


class DutyActIn(Schema):
    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(None, ge=0, le=2_000_000_000)
    note: Words | None = None
    reason: Words | None = None
    planned_at: Moment | None = None
    assignee: Line | None = Field(None, description="执行人的用户名")


def _obligation(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "activity": row.activity,
        "title": row.title,
        "item": row.item.no if row.item else None,
        "clause": row.term.clause,
        "rule": row.rule_text,
        "status": row.status,
        "status_word": row.get_status_display(),
        "gap_reason": row.gap_reason,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        **{
            name: getattr(row, name)
            for name in ("next_due", "last_done", "planned", "done", "late", "missed")
        },
    }


def _row(row: Occurrence) -> dict[str, Any]:
    became = outcome(
        row.state,
        begins_at=row.begins_at,
        due_at=row.due_at,
        submitted_at=row.submitted_at,
        at=clock.now(),
    )
    return {
        "id": row.pk,
        "obligation": row.obligation_id,
        "window": row.window_id,
        "title": row.title,
        "item": row.item.no if row.item else None,
        "state": row.state,
        "state_word": STATES[row.state],
        "outcome": became,
        "outcome_word": OUTCOMES[became],
        "begins_at": row.begins_at,
        "due_at": row.due_at,
        "planned_at": row.planned_at,
        "assignee": str(row.assignee) if row.assignee else None,
        "submitted_at": row.submitted_at,
        "version": row.version,
    }


def _whole(row: Occurrence, request: HttpRequest) -> dict[str, Any]:
    files = ledger_rows.attachments_of("occurrence", [str(row.pk)]).get(str(row.pk), [])
    state = "open" if row.state == "planned" and row.begins_at <= clock.now() else row.state
    done = {"sign"} if row.signed_at else set()
    ways = TABLE.allowed(state, table_roles(request.actor, row.contract_id), done)
    return {
        **_row(row),
        "rule": row.rule,
        "evidence_rule": evidence.rule_of(row.obligation).words(),
        "note": row.note,
        "numbers": {name: str(value) for name, value in row.numbers.items()},
        "submission_recorded_at": row.submission_recorded_at,
        "submitted_by": str(row.submitted_by) if row.submitted_by else None,
        "signed_at": row.signed_at,
        "verified_at": row.verified_at,
        "verified_by": str(row.verified_by) if row.verified_by else None,
        "reason": row.reason,
        "files": [
            {"id": one.pk, "name": one.name, "size": one.file.size, "media_type": one.file.media_type}
            for one in files
        ],
        "allowed": [way.action for way in ways],
    }


def _find(request: HttpRequest, slug: str, occurrence_id: int) -> Occurrence:
    contract = contract_at_hand(request.actor, slug)
    return selectors.occurrence_for(request.actor, contract, occurrence_id)


def _tag(row: Occurrence) -> str:
    return f'W/"{row.pk}.{row.version}"'


@router.get(
    "/contracts/{slug}/obligations",
    response={200: PageOf[ObligationRow], **REFUSALS},
    summary="合同义务及履行情况",
)
def obligations(
    request: HttpRequest,
    slug: Slug,
    kind: Annotated[str, Query(max_length=20)] = "",
    item: Annotated[str, Query(max_length=20)] = "",
    status: Annotated[str, Query(max_length=12)] = "",
    count: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Any:
    """The live obligations of a contract, each with what became of it."""
    must(request, "duties:read")
    contract = contract_at_hand(request.actor, slug)
    request.actor.must(contract.pk, *READERS)
    rows = obligations_with_history(request.actor, contract, clock.now())
    for name, value in (("kind", kind), ("item__no", item), ("status", status)):
        if value:
            rows = rows.filter(**{name: value})
    rows = rows.order_by("item__position", "kind", "id")
    return Status(200, paged(rows, limit=limit, offset=offset, count=count, show=_obligation))


@router.get(
    "/contracts/{slug}/occurrences",
    response={200: PageOf[OccurrenceRow], **REFUSALS},
    summary="履约任务，按到期时间排列",
)
def occurrences(
    request: HttpRequest,
    slug: Slug,
    attention: Annotated[
        Literal["live", "overdue", "today", "week", "mine", "verify", "backdated"] | None, Query()
    ] = None,
    state: Annotated[str, Query(max_length=12)] = "",
    obligation: Annotated[int | None, Query(ge=1, le=9_000_000_000_000_000)] = None,
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
    count: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Any:
    """Occurrences by due moment; `since` and `until` bound the due moment, `attention` is as on the screen."""
    must(request, "duties:read")
    contract = contract_at_hand(request.actor, slug)
    rows = selectors.occurrences_for(request.actor, contract)
    if attention:
        rows = rows.filter(selectors.attention(attention, request.actor, clock.now()))
    if state:
        rows = rows.filter(state=state)
    if obligation:
        rows = rows.filter(obligation_id=obligation)
    if since:
        rows = rows.filter(due_at__gte=since)
    if until:
        rows = rows.filter(due_at__lt=until)
    rows = rows.order_by("due_at", "id")
    return Status(200, paged(rows, limit=limit, offset=offset, count=count, show=_row))


@router.get(
    "/contracts/{slug}/occurrences/{occurrence_id}",
    response={200: OccurrenceOut, 304: None, **REFUSALS},
    summary="一项履约任务；支持 If-None-Match",
)
def occurrence(request: HttpRequest, response: HttpResponse, slug: Slug, occurrence_id: Id) -> Any:
    """One occurrence with its evidence.  The ETag changes with every act."""
    must(request, "duties:read")
    row = _find(request, slug, occurrence_id)
    response["ETag"] = _tag(row)
    if request.headers.get("If-None-Match") == _tag(row):
        return Status(304, None)
    return Status(200, _whole(row, request))


@router.post(
    "/contracts/{slug}/occurrences/{occurrence_id}/fulfil",
    response={200: OccurrenceOut, **REFUSALS},
    summary="提交完成情况（不带文件）",
)
def fulfil(request: HttpRequest, slug: Slug, occurrence_id: Id, told: FulfilIn, key: Key = None) -> Any:
    """Hand in the work; files that the rule asks for are attached first."""
    must(request, "duties:write")
    row = _find(request, slug, occurrence_id)
    _if_match(request, row)

    def do() -> object:
        given = services.Submission(note=told.note, numbers=told.numbers, done_at=told.done_at)
        return services.submit_occurrence(
            actor=request.actor, occurrence=row, submission=given, version=told.version
        )

    return _doing(request, slug, row, key, f"fulfil {told.model_dump_json()}", do)


@router.post(
    "/contracts/{slug}/occurrences/{occurrence_id}/files",
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
    must(request, "duties:write")
    row = _find(request, slug, occurrence_id)
    _if_match(request, row)
    pairs = [pair.partition("=") for pair in told.numbers]
    given = services.Submission(
        note=told.note,
        numbers={name.strip(): value.strip() for name, _, value in pairs},
        uploads=tuple(file),
        done_at=told.done_at,
    )
    services.submit_occurrence(actor=request.actor, occurrence=row, submission=given, version=told.version)
    return Status(200, _whole(_find(request, slug, occurrence_id), request))


@router.get(
    "/contracts/{slug}/occurrences/{occurrence_id}/files/{file_id}",
    response=REFUSALS,
    openapi_extra=FILE,
    summary="下载一份佐证",
)
def evidence_file(request: HttpRequest, slug: Slug, occurrence_id: Id, file_id: Id) -> Any:
    """The content of one piece of evidence."""
    must(request, "duties:read")
    row = _find(request, slug, occurrence_id)
    found = ledger_rows.attachment_of("occurrence", str(row.pk), file_id)
    if found is None:
        raise Http404
    answer = StreamingHttpResponse(ledger.content(found), content_type="application/octet-stream")
    answer["Content-Length"] = found.file.size
    answer["Content-Disposition"] = tables.attachment(found.name)
    return answer


@router.post(
    "/contracts/{slug}/occurrences/{occurrence_id}/acts/{action}",
    response={200: OccurrenceOut, **REFUSALS},
    summary="开始、撤回、签字、复核、退回、申请豁免、豁免、改期、派给",
)
def act(
    request: HttpRequest, slug: Slug, occurrence_id: Id, action: Act, told: DutyActIn, key: Key = None
) -> Any:
    """Start, withdraw, sign, verify, return, ask for or grant a waiver, reschedule, assign."""
    must(request, "duties:write")
    row = _find(request, slug, occurrence_id)
    _if_match(request, row)

    def do() -> object:
        return _run(request, row, action, told)

    return _doing(request, slug, row, key, f"{action} {told.model_dump_json()}", do)


def _run(request: HttpRequest, row: Occurrence, action: str, told: DutyActIn) -> object:
    given = {"actor": request.actor, "occurrence": row, "version": told.version}
    reason = told.reason or ""
    if action == "assign":
        able = {user.username: user for user in people(row.contract_id, access.ENGINEER, access.MANAGER)}
        if told.assignee not in able:
            raise DomainError("occurrence.not_on_contract", name=told.assignee or "")
        return services.assign_occurrence(**given, assignee=able[told.assignee])
    if action == "reschedule":
        if told.planned_at is None:
            raise DomainError("transitions.fact_missing", fact="planned_at", label="计划时间", action="改期")
        return services.reschedule_occurrence(**given, planned_at=told.planned_at)
    if action == "verify":
        return services.verify_occurrence(**given, note=told.note or "")
    with_reason = {
        "return": services.return_occurrence,
        "ask_waiver": services.ask_waiver,
        "waive": services.waive_occurrence,
    }
    if action in with_reason:
        return with_reason[action](**given, reason=reason)
    plain = {
        "start": services.start_occurrence,
        "withdraw": services.withdraw_occurrence,
        "sign": services.sign_occurrence,
    }
    return plain[action](**given)


def _if_match(request: HttpRequest, row: Occurrence) -> None:
    wanted = request.headers.get("If-Match")
    if wanted and wanted != "*" and wanted != _tag(row):
        raise DomainError("api.etag_mismatch")


def _doing(
    request: HttpRequest, slug: str, row: Occurrence, key: str | None, asked: str, do: Callable[[], object]
) -> Any:
    def run() -> dict[str, Any]:
        do()
        return _whole(_find(request, slug, row.pk), request)

    said = f"occurrence {slug} {row.pk} {asked}"
    return Status(200, once(user_id=request.user.pk, key=key, asked=said, do=run))
