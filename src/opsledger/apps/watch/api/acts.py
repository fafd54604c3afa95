"""Outages put on record and ended; time asked to be taken out of the account, and the decision on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.once import once_for
from opsledger.apps.contracts.selectors import contract_at_hand, item_at_hand
from opsledger.apps.watch import selectors, services
from opsledger.apps.watch.models import Exclusion, Outage
from opsledger.apps.watch.policies import ASKERS
from opsledger.core.availability import EXCLUSION_KINDS
from opsledger.kernel.wire import REFUSALS, Id, Key, Moment, PageOf, Paging, Slug, Strict, Text, must, paged

router = Router(tags=["watch"])
ExclusionKind = Literal[tuple(EXCLUSION_KINDS)]  # type: ignore[valid-type]
ExclusionState = Literal[tuple(Exclusion.State.values)]  # type: ignore[valid-type]


class OutageOut(Schema):
    id: int
    item: str
    starts_at: datetime
    ends_at: datetime | None
    cause: str
    ticket: str


class OutageIn(Strict):
    item: Text = Field(min_length=1, max_length=20, description="服务项序号")
    starts_at: Moment
    ends_at: Moment | None = Field(None, description="尚未恢复不填")
    cause: Text = Field("", max_length=300)
    ticket: Text = Field("", max_length=60, description="工单号；同一工单再次登记即更正")


class OutageEndIn(Strict):
    ends_at: Moment
    cause: Text = Field("", max_length=300, description="不填即保留原来的原因")


class DowntimeIn(Strict):
    """Time that should not count."""

    item: Text = Field(min_length=1, max_length=20, description="服务项序号")
    kind: ExclusionKind
    starts_at: Moment
    ends_at: Moment
    reason: Text = Field(min_length=1, max_length=500)
    evidence: Text = Field(min_length=1, max_length=300, description="通知文号、审批单号或邮件主题")


class DowntimeDecisionIn(Strict):
    approve: bool
    reason: Text = Field("", max_length=300, description="驳回须写明理由")


class DowntimeOut(Schema):
    """Time asked to be taken out of the account; it counts only once it is approved."""

    id: int
    item: str
    kind: str
    kind_word: str
    starts_at: datetime
    ends_at: datetime
    closed_at: datetime | None = Field(description="提前结束")
    reason: str
    evidence: str
    state: str
    state_word: str
    retroactive: bool = Field(description="事后申请，须两人先后批准")
    requested_by: str | None
    requested_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    second_by: str | None
    second_at: datetime | None
    change: str = Field(description="随哪一张变更而来")
    refusal: str


def _told(row: Exclusion) -> dict[str, Any]:
    names = "kind starts_at ends_at closed_at reason evidence state retroactive requested_at approved_at second_at refusal"
    people = {name: getattr(row, name) for name in ("requested_by", "approved_by", "second_by")}
    return {
        "id": row.pk,
        "item": row.item.no,
        **{name: getattr(row, name) for name in names.split()},
        **{name: str(person) if person else None for name, person in people.items()},
        "kind_word": row.get_kind_display(),
        "state_word": row.get_state_display(),
        "change": row.change_ref,
    }


def _outage(row: Outage) -> dict[str, Any]:
    """An outage as it goes over the wire."""
    return {
        "id": row.pk,
        "item": row.item.no,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "cause": row.cause,
        "ticket": row.ticket_ref,
    }


@router.get(
    "/contracts/{slug}/outages", response={200: PageOf[OutageOut], **REFUSALS}, summary="中断记录，新的在前"
)
def outages(request: HttpRequest, slug: Slug, paging: Query[Paging]) -> Any:
    """The outages on record, the latest first."""
    must(request, "watch:read")
    rows = selectors.outages_for(request.actor, contract_at_hand(request.actor, slug))
    return paged(rows, **paging.dict(), show=_outage)


@router.post("/contracts/{slug}/outages", response={201: OutageOut, **REFUSALS}, summary="登记一次中断")
def record(request: HttpRequest, slug: Slug, told: OutageIn, key: Key = None) -> Any:
    """Put an interruption on record that somebody noticed."""
    must(request, "watch:write")
    contract = contract_at_hand(request.actor, slug)
    item = item_at_hand(request.actor, contract, told.item)

    def do() -> dict[str, Any]:
        made = services.record_outage(
            actor=request.actor,
            item=item,
            starts_at=told.starts_at,
            ends_at=told.ends_at,
            cause=told.cause,
            ticket_ref=told.ticket,
        )
        return _outage(made)

    return Status(201, once_for(request, key, told, do))


@router.post(
    "/contracts/{slug}/outages/{outage_id}/end", response={200: OutageOut, **REFUSALS}, summary="记为已恢复"
)
def end(request: HttpRequest, slug: Slug, outage_id: Id, told: OutageEndIn, key: Key = None) -> Any:
    """The service works again."""
    must(request, "watch:write")
    found = selectors.outage_for(request.actor, contract_at_hand(request.actor, slug), outage_id)

    def do() -> dict[str, Any]:
        return _outage(services.end_outage(actor=request.actor, outage=found, **told.dict()))

    return once_for(request, key, told, do)


class DowntimesAsked(Paging):
    state: ExclusionState | None = None
    item: Text = Field("", max_length=20, description="服务项序号")


@router.get(
    "/contracts/{slug}/exclusions",
    response={200: PageOf[DowntimeOut], **REFUSALS},
    summary="可用性的剔除申请，新的在前",
)
def exclusions(request: HttpRequest, slug: Slug, asked: Query[DowntimesAsked]) -> Any:
    """What has been asked for, and the decision on each."""
    must(request, "watch:read")
    rows = selectors.exclusions_for(request.actor, contract_at_hand(request.actor, slug))
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.item:
        rows = rows.filter(item__no=asked.item)
    return paged(rows, limit=asked.limit, offset=asked.offset, count=asked.count, show=_told)


@router.post(
    "/contracts/{slug}/exclusions",
    response={201: DowntimeOut, **REFUSALS},
    summary="申请把一段时间从可用性中剔除；批准后才算",
)
def ask(request: HttpRequest, slug: Slug, told: DowntimeIn, key: Key = None) -> Any:
    """Ask that a stretch of time be left out."""
    must(request, "watch:write")
    contract = contract_at_hand(request.actor, slug)
    request.actor.must(contract.pk, *ASKERS)
    item = item_at_hand(request.actor, contract, told.item)

    def do() -> dict[str, Any]:
        said = told.dict(exclude={"item"})
        made = services.request_exclusion(actor=request.actor, item=item, **said)
        return _told(selectors.exclusion_for(request.actor, contract, made.pk))

    return Status(201, once_for(request, key, told, do))


@router.post(
    "/contracts/{slug}/exclusions/{exclusion_id}/decision",
    response={200: DowntimeOut, **REFUSALS},
    summary="批准或驳回一份剔除申请",
)
def decide(
    request: HttpRequest, slug: Slug, exclusion_id: Id, told: DowntimeDecisionIn, key: Key = None
) -> Any:
    """The buyer's decision; what is asked for afterwards needs a second person."""
    must(request, "watch:write")
    contract = contract_at_hand(request.actor, slug)
    found = selectors.exclusion_for(request.actor, contract, exclusion_id)

    def do() -> dict[str, Any]:
        if told.approve:
            services.approve_exclusion(actor=request.actor, exclusion=found)
        else:
            services.reject_exclusion(actor=request.actor, exclusion=found, reason=told.reason)
        return _told(selectors.exclusion_for(request.actor, contract, exclusion_id))

    return once_for(request, key, told, do)
