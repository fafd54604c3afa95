"""What a contract leaves open, and what was agreed on it."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from opsledger.apps.accounts.once import once_for
from opsledger.apps.contracts import selectors, services
from opsledger.apps.contracts.models import Contract, Obligation
from opsledger.apps.contracts.policies import AGREERS, INSIDERS
from opsledger.apps.contracts.services.agreeing import PERIODS
from opsledger.kernel.wire import REFUSALS, Id, Key, PageOf, Paging, Slug, Strict, Text, must, paged

router = Router(tags=["contracts"])
PeriodName = Literal[tuple(PERIODS)]  # type: ignore[valid-type]


class AgreedOut(Schema):
    every: int
    period: str
    count: int
    note: str


class GapOut(Schema):
    """An obligation without a frequency, or one whose frequency was agreed."""

    id: int
    item: str | None
    title: str
    term: str
    clause: str
    status: str
    status_word: str
    reason: str
    rule: str
    agreed: AgreedOut | None


class PointOut(Schema):
    """A point that the text leaves open, with the reading now taken."""

    where: str
    clause: str
    item: str | None
    term: str
    what: str
    default: str


class AgreementIn(Strict):
    """每 `every` 个 `period` `count` 次."""

    every: int = Field(1, ge=1, le=52)
    period: PeriodName
    count: int = Field(ge=1, le=366)
    note: Text = Field(min_length=1, max_length=300, description="约定依据，例如会议纪要第几条")


class GapsAsked(Paging):
    state: Literal["open", "agreed"] = Field("open", description="open 待约定，agreed 已约定")


def _seen(request: HttpRequest, slug: str) -> Contract:
    contract = selectors.contract_at_hand(request.actor, slug)
    request.actor.must(contract.pk, *INSIDERS)
    return contract


def _gap(row: Obligation) -> dict[str, Any]:
    agreed = {"every": 1, **row.agreed} if row.agreed else None
    return {
        "id": row.pk,
        "item": row.item.no if row.item else None,
        "title": row.title,
        "term": row.term.summary,
        "clause": row.term.clause,
        "status": row.status,
        "status_word": row.get_status_display(),
        "reason": row.gap_reason,
        "rule": row.rule_text,
        "agreed": agreed and {name: agreed[name] for name in ("every", "period", "count", "note")},
    }


@router.get(
    "/contracts/{slug}/gaps",
    response={200: PageOf[GapOut], **REFUSALS},
    summary="没有写明频次的义务；state=agreed 为已经约定的",
)
def gaps(request: HttpRequest, slug: Slug, asked: Query[GapsAsked]) -> Any:
    """The obligations that cannot be planned, or those that the parties have settled."""
    must(request, "contracts:read")
    contract = _seen(request, slug)
    find = selectors.gaps_of if asked.state == "open" else selectors.agreed_of
    rows = find(request.actor, contract).order_by("item__position", "kind", "id")
    return paged(rows, limit=asked.limit, offset=asked.offset, count=asked.count, show=_gap)


@router.get(
    "/contracts/{slug}/open-points",
    response={200: PageOf[PointOut], **REFUSALS},
    summary="其他未写明之处及现在采用的读法",
)
def points(request: HttpRequest, slug: Slug, paging: Query[Paging]) -> Any:
    """Every point that the text leaves open, with the default taken."""
    must(request, "contracts:read")
    contract = _seen(request, slug)
    return paged(selectors.open_points_of(request.actor, contract), **paging.dict(), show=_point)


def _point(one: dict[str, Any]) -> dict[str, Any]:
    item = one.get("item")
    return {
        **{name: str(one.get(name) or "") for name in ("where", "clause", "term", "what", "default")},
        "item": item.no if item else None,
    }


@router.put(
    "/contracts/{slug}/gaps/{obligation_id}/agreement",
    response={200: GapOut, **REFUSALS},
    summary="约定一项义务的频次，履约任务随即按新频次排定",
)
def agree(request: HttpRequest, slug: Slug, obligation_id: Id, told: AgreementIn, key: Key = None) -> Any:
    """Settle the frequency of one obligation."""
    must(request, "contracts:write")
    contract = selectors.contract_for(request.actor, slug)
    request.actor.must(contract.pk, *AGREERS)
    found = selectors.obligation_for(request.actor, contract, obligation_id)

    def do() -> dict[str, Any]:
        services.agree_frequency(actor=request.actor, obligation=found, **told.dict())
        return _gap(selectors.obligation_for(request.actor, contract, obligation_id))

    return once_for(request, key, told, do)
