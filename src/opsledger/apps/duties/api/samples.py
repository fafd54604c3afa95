"""Samples for programs: draw by lot or what raises questions first, look at one, verify several."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.api import shown
from opsledger.apps.duties.api.doing import READ, WRITE, doing_once, open_contract
from opsledger.apps.duties.api.schemas import MAX_ID, OccurrenceRow
from opsledger.apps.duties.models import SampleDraw
from opsledger.core.terms import Activity
from opsledger.kernel import access, errors
from opsledger.kernel.wire import REFUSALS, Id, Key, PageOf, Paging, Slug, Strict, paged

router = Router(tags=["samples"])
_ROLES = (access.SUPERVISOR, access.BUYER)
_AT = "/contracts/{slug}/samples"


class SampleIn(Strict):
    how: Literal["flagged", "random", "kind"] = Field(description="有疑问的优先、随机抽取、某类全查")
    count: int = Field(10, ge=1, le=200)
    activity: Activity | None = None


class SampleRow(Schema):
    """One drawing; with its seed anybody can draw it again and get the same."""

    id: int
    drawn_at: datetime
    drawn_by: str | None
    how: str
    how_word: str
    activity: str
    count: int
    seed: str
    drawn: int


class SampledOccurrence(OccurrenceRow):
    questions: int = Field(description="这次检查有几个疑问")
    submitted_by: str | None


class SampleOut(SampleRow):
    pool: list[int] = Field(description="抽取时待复核的任务")
    rows: list[SampledOccurrence]


class SampleWaiting(Schema):
    waiting: int
    flagged: int


class SampleVerifyIn(Strict):
    occurrences: list[Annotated[int, Field(ge=1, le=MAX_ID)]] = Field(min_length=1, max_length=200)


class SampleFailed(Schema):
    occurrence: int
    code: str
    detail: str


class SampleVerified(Schema):
    verified: list[int]
    failed: list[SampleFailed]


def _row(draw: SampleDraw) -> dict[str, Any]:
    named = ("drawn_at", "how", "activity", "count", "seed")
    return {
        "id": draw.pk,
        "drawn_by": shown.name_of(draw.drawn_by),
        "how_word": draw.get_how_display(),
        "drawn": len(draw.rows),
        **{name: getattr(draw, name) for name in named},
    }


def _whole(request: HttpRequest, contract: Contract, draw: SampleDraw) -> dict[str, Any]:
    return {
        **_row(draw),
        "pool": draw.pool,
        "rows": [
            {
                **shown.occurrence(row),
                "questions": row.asked,  # type: ignore[attr-defined]
                "submitted_by": shown.name_of(row.submitted_by),
            }
            for row in selectors.sample_rows(request.actor, contract, draw)
        ],
    }


@router.get(_AT, response={200: PageOf[SampleRow], **REFUSALS}, summary="历次抽查，新的在前")
def samples(
    request: HttpRequest,
    slug: Slug,
    asked: Query[Paging],
) -> Any:
    """The samples that were drawn."""
    contract = open_contract(request, slug, READ, *_ROLES)
    rows = selectors.all_draws(contract)
    return Status(200, paged(rows, **asked.model_dump(), show=_row))


@router.get(
    _AT + "/waiting", response={200: SampleWaiting, **REFUSALS}, summary="有多少任务待复核，其中多少有疑问"
)
def waiting(request: HttpRequest, slug: Slug) -> Any:
    """How much there is to draw from."""
    contract = open_contract(request, slug, READ, *_ROLES)
    told = {
        "waiting": selectors.to_verify(request.actor, contract).count(),
        "flagged": selectors.flagged(request.actor, contract).count(),
    }
    return Status(200, told)


@router.post(_AT, response={201: SampleOut, **REFUSALS}, summary="抽取一批待复核的任务；随机种子留存")
def draw(request: HttpRequest, slug: Slug, told: SampleIn, key: Key = None) -> Any:
    """Draw a sample from what waits for a check now."""
    contract = open_contract(request, slug, WRITE, *_ROLES)

    def do() -> dict[str, Any]:
        made = services.draw_sample(
            actor=request.actor,
            contract=contract,
            how=told.how,
            count=told.count,
            activity=str(told.activity or ""),
        )
        return _whole(request, contract, made)

    return doing_once(request, key, f"sample {slug} {told.model_dump_json()}", do, 201)


@router.get(_AT + "/{draw_id}", response={200: SampleOut, **REFUSALS}, summary="一次抽查抽中的任务及其现状")
def sample(request: HttpRequest, slug: Slug, draw_id: Id) -> Any:
    """One sample with what became of each row."""
    contract = open_contract(request, slug, READ, *_ROLES)
    return Status(200, _whole(request, contract, selectors.draw_for(contract, draw_id)))


@router.post(
    _AT + "/{draw_id}/verify",
    response={200: SampleVerified, **REFUSALS},
    summary="复核通过其中几项；不能通过的逐项说明原因",
)
def verify(request: HttpRequest, slug: Slug, draw_id: Id, told: SampleVerifyIn, key: Key = None) -> Any:
    """Verify several at once; to return one is an act on the occurrence."""
    contract = open_contract(request, slug, WRITE, *_ROLES)
    selectors.draw_for(contract, draw_id)

    def do() -> dict[str, Any]:
        done, failed = services.verify_sampled(
            actor=request.actor, contract=contract, ids=dict.fromkeys(told.occurrences)
        )
        return {
            "verified": [row.pk for row in done],
            "failed": [
                {"occurrence": row.pk, "code": error.code, "detail": errors.sentence(error)}
                for row, error in failed
            ],
        }

    return doing_once(request, key, f"sample {slug} {draw_id} {told.model_dump_json()}", do)
