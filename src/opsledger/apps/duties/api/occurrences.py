"""Occurrences to read: lists, counts, one of them, its story and files."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from opsledger.apps.duties import selectors
from opsledger.apps.duties.api import shown
from opsledger.apps.duties.api.doing import READ, content, find, open_contract, unchanged
from opsledger.apps.duties.api.schemas import (
    MAX_ID,
    DutyEntry,
    OccurrenceCounts,
    OccurrenceOut,
    OccurrenceRow,
)
from opsledger.apps.ledger import selectors as ledger_rows
from opsledger.kernel import access, clock
from opsledger.kernel.wire import FILE, REFUSALS, Id, Line, Moment, PageOf, Paging, Slug, paged

router = Router(tags=["duties"])
Standing = Literal["fulfilled", "late", "missed", "due", "upcoming", "waived"]


class OccurrenceQuery(Paging):
    """Which occurrences; everything left out asks nothing."""

    attention: Literal["live", "overdue", "today", "week", "mine", "verify", "backdated"] | None = None
    state: Line = Field("", max_length=12)
    standing: Standing | None = Field(None, description="结果：按期、逾期、漏做、待履行、未到期、豁免")
    activity: Line = Field("", max_length=40, description="活动，例如 inspection")
    kind: Line = Field("", max_length=20, description="义务类别")
    item: Line = Field("", max_length=20, description="服务项编号；0 为合同整体")
    obligation: int | None = Field(None, ge=1, le=MAX_ID)
    month: str = Field("", pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$", description="到期月份，例如 2026-11")
    since: Moment | None = None
    until: Moment | None = None
    q: Line = Field("", max_length=100, description="任务、服务项、说明、执行人中的字")


_NAMED = {"state": "state", "activity": "obligation__activity", "kind": "obligation__kind"}
_BOUNDS = {"since": "due_at__gte", "until": "due_at__lt", "obligation": "obligation_id"}
_SEARCHED = ("title", "item__name", "item__no", "note", "assignee__full_name")


def _asked(request: HttpRequest, told: OccurrenceQuery) -> Q:
    """The question as a condition on rows."""
    at, found = clock.now(), Q()
    for name, field in (_NAMED | _BOUNDS).items():
        if value := getattr(told, name):
            found &= Q(**{field: value})
    if told.attention:
        found &= selectors.attention(told.attention, request.actor, at)
    if told.standing:
        found &= selectors.of_standing(told.standing, at)
    if told.item:
        found &= Q(item=None) if told.item == "0" else Q(item__no=told.item)
    if told.month:
        found &= Q(due_month=f"{told.month}-01")
    if told.q:
        found &= Q(*((f"{field}__icontains", told.q) for field in _SEARCHED), _connector=Q.OR)
    return found


@router.get(
    "/contracts/{slug}/occurrences",
    response={200: PageOf[OccurrenceRow], **REFUSALS},
    summary="履约任务，按到期时间排列",
)
def occurrences(request: HttpRequest, slug: Slug, told: Query[OccurrenceQuery]) -> Any:
    """Occurrences by due moment; `since` and `until` bound the due moment, `attention` is as on the screen."""
    contract = open_contract(request, slug, READ)
    rows = selectors.occurrences_for(request.actor, contract).filter(_asked(request, told))
    rows = rows.order_by("due_at", "id")
    page = paged(rows, limit=told.limit, offset=told.offset, count=told.count, show=shown.occurrence)
    return Status(200, page)


@router.get(
    "/contracts/{slug}/occurrences/counts",
    response={200: OccurrenceCounts, **REFUSALS},
    summary="任务各有多少：超期、今天到期、待复核、退回、已完成",
)
def counts(request: HttpRequest, slug: Slug) -> Any:
    """How many occurrences stand where."""
    contract = open_contract(request, slug, READ)
    return Status(200, selectors.counts_by_state(request.actor, contract, clock.now()))


@router.get(
    "/contracts/{slug}/occurrences/to-verify",
    response={200: PageOf[OccurrenceRow], **REFUSALS},
    summary="待复核的任务，先提交的在前",
)
def to_verify(
    request: HttpRequest,
    slug: Slug,
    asked: Query[Paging],
) -> Any:
    """Submissions that wait for the supervisor or the buyer."""
    contract = open_contract(request, slug, READ, access.SUPERVISOR, access.BUYER)
    rows = selectors.to_verify(request.actor, contract)
    return Status(200, paged(rows, **asked.model_dump(), show=shown.occurrence))


@router.get(
    "/contracts/{slug}/occurrences/{occurrence_id}",
    response={200: OccurrenceOut, 304: None, **REFUSALS},
    summary="一项履约任务；支持 If-None-Match",
)
def occurrence(request: HttpRequest, response: HttpResponse, slug: Slug, occurrence_id: Id) -> Any:
    """One occurrence with its evidence.  The ETag changes with every act."""
    row = find(request, slug, occurrence_id, READ)
    if unchanged(request, response, row):
        return Status(304, None)
    return Status(200, shown.whole_occurrence(row, request.actor))


@router.get(
    "/contracts/{slug}/occurrences/{occurrence_id}/history",
    response={200: list[DutyEntry], **REFUSALS},
    summary="一项任务的经过",
)
def history(request: HttpRequest, slug: Slug, occurrence_id: Id) -> Any:
    """What the ledger holds about an occurrence, the oldest first."""
    row = find(request, slug, occurrence_id, READ)
    return Status(200, shown.history("occurrence", row.pk))


@router.get(
    "/contracts/{slug}/occurrences/{occurrence_id}/files/{file_id}",
    response=REFUSALS,
    openapi_extra=FILE,
    summary="下载一份佐证、检查照片或签字",
)
def evidence_file(request: HttpRequest, slug: Slug, occurrence_id: Id, file_id: Id) -> Any:
    """The content of one piece of evidence, of a photo of the round, or of the signature."""
    row = find(request, slug, occurrence_id, READ)
    found = ledger_rows.attachment_of("occurrence", str(row.pk), file_id)
    return content(found or ledger_rows.attachment_of("signature", str(row.pk), file_id))
