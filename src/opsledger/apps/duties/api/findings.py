"""Findings for programs: the list, one, a new one, every act until it is closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from opsledger.apps.contracts.selectors import item_at_hand
from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.api.doing import (
    READ,
    WRITE,
    content,
    doing_once,
    if_match,
    open_contract,
    unchanged,
    worker_named,
)
from opsledger.apps.duties.api.findings_schemas import (
    Act,
    FindingActIn,
    FindingCounts,
    FindingFixForm,
    FindingIn,
    FindingOut,
    FindingQuery,
    FindingRow,
)
from opsledger.apps.duties.api.shown import files, history, name_of
from opsledger.apps.duties.models import Finding
from opsledger.apps.ledger import selectors as ledger_rows
from opsledger.core.errors import DomainError
from opsledger.core.findings import TABLE, is_overdue
from opsledger.kernel import access, clock, uploads
from opsledger.kernel.wire import (
    FILE,
    REFUSALS,
    Id,
    Key,
    PageOf,
    Slug,
    paged,
)

router = Router(tags=["findings"])
_AT = "/contracts/{slug}/findings/{finding_id}"
_RECORDERS = (access.ENGINEER, access.MANAGER, access.SUPERVISOR, access.UNIT, access.BUYER)


def _row(row: Finding) -> dict[str, Any]:
    return {
        "id": row.pk,
        "item": row.item.no,
        "item_name": row.item.name,
        "level_word": row.get_level_display(),
        "state_word": row.get_state_display(),
        "found_by": name_of(row.found_by),
        "late": is_overdue(row.state, due_at=row.due_at, fixed_at=row.fixed_at, at=clock.now()),
        "assignee": name_of(row.assignee),
        "asset": row.asset_code,
        "occurrence": row.occurrence_id,
        "ticket": row.ticket_number,
        **{
            name: getattr(row, name)
            for name in ("summary", "level", "state", "found_at", "due_at", "version")
        },
    }


def _whole(request: HttpRequest, row: Finding) -> dict[str, Any]:
    number = str(row.pk)
    return {
        **_row(row),
        "round": row.round_id,
        "check": row.check_id,
        "fixed_by": name_of(row.fixed_by),
        "closed_by": name_of(row.closed_by),
        **{
            name: getattr(row, name) for name in ("asked_again", "measure", "fixed_at", "closed_at", "reason")
        },
        "files": files(ledger_rows.attachments_of("finding", [number]).get(number, [])),
        "history": history("finding", row.pk),
        "allowed": selectors.ways_of_finding(request.actor, row),
    }


def _find(request: HttpRequest, slug: str, finding_id: int, scope: str) -> Finding:
    contract = open_contract(request, slug, scope)
    return selectors.finding_for(request.actor, contract, finding_id)


def _again(request: HttpRequest, row: Finding) -> dict[str, Any]:
    return _whole(request, selectors.finding_for(request.actor, row.contract, row.pk))


_SEARCHED = ("summary", "item__name", "measure", "ticket_number")
_NAMED = {"state": "state", "level": "level", "item": "item__no", "occurrence": "occurrence_id"}


@router.get(
    "/contracts/{slug}/findings", response={200: PageOf[FindingRow], **REFUSALS}, summary="隐患，新发现的在前"
)
def findings(request: HttpRequest, slug: Slug, told: Query[FindingQuery]) -> Any:
    """The findings of a contract; a service unit sees those of its own items."""
    contract = open_contract(request, slug, READ)
    rows = selectors.findings_for(request.actor, contract)
    for name, field in _NAMED.items():
        if value := getattr(told, name):
            rows = rows.filter(**{field: value})
    if told.show:
        rows = rows.filter(selectors.finding_show(told.show, clock.now()))
    if told.q:
        rows = rows.filter(Q(*((f"{field}__icontains", told.q) for field in _SEARCHED), _connector=Q.OR))
    rows = rows.order_by("-found_at", "-id")
    page = paged(rows, limit=told.limit, offset=told.offset, count=told.count, show=_row)
    return Status(200, page)


@router.get(
    "/contracts/{slug}/findings/counts",
    response={200: FindingCounts, **REFUSALS},
    summary="隐患各有多少：未销项、待处置、超期、待复核、已销项",
)
def counts(request: HttpRequest, slug: Slug) -> Any:
    """How many findings stand where."""
    contract = open_contract(request, slug, READ)
    return Status(200, selectors.finding_counts(request.actor, contract, clock.now()))


@router.post("/contracts/{slug}/findings", response={201: FindingOut, **REFUSALS}, summary="登记一条隐患")
def record(request: HttpRequest, slug: Slug, told: FindingIn, key: Key = None) -> Any:
    """Put something that needs mending on record."""
    contract = open_contract(request, slug, WRITE, *_RECORDERS)

    def do() -> dict[str, Any]:
        item = item_at_hand(request.actor, contract, told.item)
        made = services.record_finding(actor=request.actor, item=item, summary=told.summary, level=told.level)
        made.contract = contract
        return _again(request, made)

    return doing_once(request, key, f"finding {slug} {told.model_dump_json()}", do, 201)


@router.get(
    _AT, response={200: FindingOut, 304: None, **REFUSALS}, summary="一条隐患及其经过；支持 If-None-Match"
)
def finding(request: HttpRequest, response: HttpResponse, slug: Slug, finding_id: Id) -> Any:
    """One finding.  The ETag changes with every act."""
    row = _find(request, slug, finding_id, READ)
    if unchanged(request, response, row):
        return Status(304, None)
    return Status(200, _whole(request, row))


@router.post(
    _AT + "/acts/{action}",
    response={200: FindingOut, **REFUSALS},
    summary="转工单、安排整改、延期、整改完成、复核、退回、接受风险、判为误报；支持 If-Match",
)
def act(
    request: HttpRequest, slug: Slug, finding_id: Id, action: Act, told: FindingActIn, key: Key = None
) -> Any:
    """One act of the finding's table."""
    row = _find(request, slug, finding_id, WRITE)
    if_match(request, row)

    def do() -> dict[str, Any]:
        _run(request, row, action, told)
        return _again(request, row)

    return doing_once(request, key, f"finding {slug} {finding_id} {action} {told.model_dump_json()}", do)


def _run(request: HttpRequest, row: Finding, action: str, told: FindingActIn) -> Finding:
    given = {"actor": request.actor, "finding": row}
    acts: dict[str, Callable[[], Finding]] = {
        "make_ticket": lambda: services.make_ticket(**given, severity=told.severity),
        "remediate": lambda: services.order_remediation(
            **given, assignee=worker_named(row.contract_id, told.assignee), due_at=_due(told, action)
        ),
        "extend": lambda: services.extend_finding(**given, due_at=_due(told, action), reason=told.reason),
        "fix": lambda: services.fix_finding(**given, measure=told.measure),
        "verify": lambda: services.verify_finding(**given),
        "return": lambda: services.return_finding(**given, reason=told.reason),
        "accept_risk": lambda: services.close_finding(**given, action=action, reason=told.reason),
        "dismiss": lambda: services.close_finding(**given, action=action, reason=told.reason),
    }
    return acts[action]()


def _due(told: FindingActIn, action: str) -> datetime:
    if told.due_at is None:
        word = TABLE.actions[action]
        raise DomainError("transitions.fact_missing", fact="due_at", label="整改期限", action=word)
    return told.due_at


@router.post(
    _AT + "/files",
    response={200: FindingOut, **REFUSALS},
    summary="整改完成并附整改后的照片、文件（multipart）；支持 If-Match",
)
def fix_with_files(
    request: HttpRequest,
    slug: Slug,
    finding_id: Id,
    told: Form[FindingFixForm],
    file: File[list[UploadedFile]],
) -> Any:
    """It has been mended: what was done, with the pictures or files that show it."""
    row = _find(request, slug, finding_id, WRITE)
    uploads.check_request(request)
    if_match(request, row)
    services.fix_finding(actor=request.actor, finding=row, measure=told.measure, uploads=file)
    return Status(200, _again(request, row))


@router.get(_AT + "/files/{file_id}", response=REFUSALS, openapi_extra=FILE, summary="下载一份整改佐证")
def finding_file(request: HttpRequest, slug: Slug, finding_id: Id, file_id: Id) -> Any:
    """The content of one file of a finding."""
    row = _find(request, slug, finding_id, READ)
    return content(ledger_rows.attachment_of("finding", str(row.pk), file_id))
