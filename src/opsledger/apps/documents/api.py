"""Deliverables and papers for programs: the register, the reports, each drafted from the record when it is fetched."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from opsledger.apps.assessment import selectors as assessment
from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.assessment.windows import titled
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk.selectors import ticket_for
from opsledger.apps.documents import names, selectors, services
from opsledger.apps.documents.papers.operations import NAMES
from opsledger.apps.documents.policies import PACKERS, READERS, SCORE_READERS
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.selectors import occurrence_for
from opsledger.apps.duties.words import STANDING_WORDS
from opsledger.kernel import clock
from opsledger.kernel.wire import (
    FILE,
    REFUSALS,
    Id,
    Number,
    PageOf,
    Paging,
    Slug,
    Text,
    file_answer,
    must,
    paged,
)

router = Router(tags=["documents"])
PeriodId = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]+$", max_length=20)]
Standing = Literal[tuple(key for key, _ in selectors.STANDINGS)]  # type: ignore[valid-type]


class DeliverableFile(Schema):
    id: int
    name: str
    size: int


class DeliverableOut(Schema):
    """One document that the contract asks for; it is handed in as the task of the same number."""

    occurrence: int
    title: str
    item: str | None
    clause: str
    due_at: datetime
    standing: str
    standing_word: str
    state: str
    state_word: str
    submitted_at: datetime | None
    submitted_by: str | None
    files: list[DeliverableFile]


class ReportRow(Schema):
    """A period with the papers that can be drafted for it."""

    period: str
    kind: str
    title: str
    name: str = Field(description="报告的名称")
    starts_on: date
    ends_on: date
    over: bool = Field(description="该期已结束；否则为截至现在的草稿")


class DeliverablesAsked(Paging):
    standing: Standing | None = None
    state: Literal["submitted", "verified"] | None = Field(None, description="待验收、已验收")
    soon: bool = Field(False, description="只要30天内应交的")
    upcoming: bool = Field(False, description="是否也列出未到期的")
    item: Text = Field("", max_length=20, description="服务项序号")
    q: Text = Field("", max_length=100, description="名称、服务项、条款中的文字")


def _for(request: HttpRequest, slug: str, *roles: str) -> Contract:
    contract = contract_for(request.actor, slug)
    if roles:
        request.actor.must(contract.pk, *roles)
    return contract


@router.get(
    "/contracts/{slug}/deliverables",
    response={200: PageOf[DeliverableOut], **REFUSALS},
    summary="交付物登记册：应交、已交、逾期、缺交，应交日晚的在前",
)
def register(request: HttpRequest, slug: Slug, asked: Query[DeliverablesAsked]) -> Any:
    """Every deliverable that was due, or is due next."""
    must(request, "documents:read")
    at = clock.now()
    rows = selectors.deliverables(request.actor, _for(request, slug, *READERS), at=at)
    for name, value in (("standing", asked.standing), ("state", asked.state), ("item__no", asked.item)):
        if value:
            rows = rows.filter(**{name: value})
    if asked.soon:
        rows = rows.filter(standing="due", due_at__lt=at + selectors.SOON)
    if asked.q:
        found = Q()
        for name in selectors.SEARCHED:
            found |= Q(**{f"{name}__icontains": asked.q})
        rows = rows.filter(found)
    elif not asked.upcoming and not asked.standing:
        rows = rows.exclude(standing="upcoming")
    told = paged(
        rows.order_by("-due_at", "-id"),
        limit=asked.limit,
        offset=asked.offset,
        count=asked.count,
        show=lambda row: {"row": row},
    )
    shown = [one["row"] for one in told["items"]]
    files = selectors.files_of(shown)
    return {**told, "items": [_deliverable(row, files.get(str(row.pk), [])) for row in shown]}


def _deliverable(row: Occurrence, files: list[Any]) -> dict[str, Any]:
    standing = row.standing  # type: ignore[attr-defined]
    return {
        "occurrence": row.pk,
        "title": titled(row.label),
        "item": row.item.no if row.item else None,
        "clause": row.obligation.term.clause,
        "due_at": row.due_at,
        "standing": standing,
        "standing_word": dict(selectors.STANDINGS).get(standing, STANDING_WORDS[standing]),
        "state": row.state,
        "state_word": row.get_state_display(),
        "submitted_at": row.submitted_at,
        "submitted_by": str(row.submitted_by) if row.submitted_by else None,
        "files": [{"id": one.pk, "name": one.name, "size": one.file.size} for one in files],
    }


@router.get(
    "/contracts/{slug}/reports",
    response={200: PageOf[ReportRow], **REFUSALS},
    summary="可以出具的报告，近的在前",
)
def reports(request: HttpRequest, slug: Slug, paging: Query[Paging]) -> Any:
    """The periods that have begun, with the name of each one's report."""
    must(request, "documents:read")
    contract = _for(request, slug, *SCORE_READERS)
    rows = [line for _, lines in selectors.reports_of(contract, at=clock.now()) for line in lines]

    def show(line: selectors.ReportLine) -> dict[str, Any]:
        span = line.span
        told = {name: getattr(span, name) for name in ("kind", "title", "starts_on", "ends_on")}
        return {**told, "period": span.id, "name": NAMES[span.kind], "over": line.over}

    return paged(rows, **paging.dict(), show=show)


@router.get(
    "/contracts/{slug}/reports/{period}/operations",
    response=REFUSALS,
    openapi_extra=FILE,
    summary="下载一期运维报告（docx）",
)
def operations(request: HttpRequest, slug: Slug, period: PeriodId) -> Any:
    """The operations report of a period that has begun."""
    must(request, "documents:read")
    contract = _for(request, slug, *SCORE_READERS)
    span = selectors.begun_span(contract, period, at=clock.now())
    content = services.render_operations_report(contract=contract, span=span)
    return file_answer(content, names.operations_report(span))


@router.post(
    "/contracts/{slug}/reports/{period}/pack",
    response=REFUSALS,
    openapi_extra=FILE,
    summary="提取一期审计包（zip）；每次提取记入台账",
)
def pack(request: HttpRequest, slug: Slug, period: PeriodId) -> Any:
    """The evidence of a period with its manifest and roots."""
    must(request, "documents:write")
    contract = _for(request, slug, *PACKERS)
    span = selectors.begun_span(contract, period, at=clock.now())
    place = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    services.pack_evidence(actor=request.actor, contract=contract, span=span, target=place)
    place.seek(0)
    return FileResponse(
        place, as_attachment=True, filename=names.audit_pack(span), content_type="application/octet-stream"
    )


@router.get(
    "/contracts/{slug}/acceptance-report",
    response=REFUSALS,
    openapi_extra=FILE,
    summary="下载履约验收报告（docx）",
)
def acceptance(request: HttpRequest, slug: Slug) -> Any:
    """The acceptance report of the whole term."""
    must(request, "documents:read")
    contract = _for(request, slug, *SCORE_READERS)
    return file_answer(services.render_acceptance_report(contract=contract), names.ACCEPTANCE)


@router.get(
    "/contracts/{slug}/assessments/{period}/paper",
    response=REFUSALS,
    openapi_extra=FILE,
    summary="下载一期考核表（docx 或 xlsx）；edition 为已签署的某一版",
)
def score_sheet(
    request: HttpRequest,
    slug: Slug,
    period: PeriodId,
    form: Literal["docx", "xlsx"] = "docx",
    edition: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> Any:
    """One period's score sheet as it stands, or as it was signed."""
    must(request, "documents:read")
    contract = _for(request, slug, *SCORE_READERS)
    basis = basis_of(contract)
    if basis is None:
        raise Http404
    found = assessment.assessment_for(contract, period)
    content = services.render_score_sheet(basis=basis, assessment=found, form=form, edition=edition)
    return file_answer(content, names.score_sheet(found, form))


@router.get(
    "/contracts/{slug}/tickets/{number}/fault-report",
    response=REFUSALS,
    openapi_extra=FILE,
    summary="下载一张工单的故障分析报告（docx）",
)
def fault_report(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """The fault analysis report of a ticket that one may see."""
    must(request, "documents:read")
    contract = _for(request, slug)
    ticket = ticket_for(request.actor, contract, number)
    content = services.render_fault_report(actor=request.actor, contract=contract, ticket=ticket)
    return file_answer(content, names.fault_report(number))


@router.get(
    "/contracts/{slug}/occurrences/{occurrence_id}/report",
    response=REFUSALS,
    openapi_extra=FILE,
    summary="下载一项已完成任务的报告（docx）",
)
def task_report(request: HttpRequest, slug: Slug, occurrence_id: Id) -> Any:
    """The report on a task that one may see and that has been done."""
    must(request, "documents:read")
    contract = _for(request, slug)
    row = occurrence_for(request.actor, contract, occurrence_id)
    return file_answer(services.render_task_report(contract=contract, occurrence=row), names.task_report(row))
