"""Monitoring for programs: a collector posts what it measured; availability and outages are read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.watch import selectors, services
from opsledger.kernel import clock
from opsledger.kernel.wire import REFUSALS, PageOf, Slug, paged

router = Router(tags=["watch"])
SCOPE = "readings:write"


class AvailabilityOut(Schema):
    """One item in one month; percentages are cut, not rounded, and empty without data."""

    item: str
    item_name: str
    month: str
    target: str = Field(description="合同指标；未设为空")
    hours: str
    measured_percent: str
    worst_percent: str
    best_percent: str
    coverage_percent: str
    verdict: str = Field(description="pass、fail、insufficient、no_data；未设指标为空")
    word: str
    outages: int
    seconds: dict[str, int] = Field(description="各状态的秒数")


class OutageOut(Schema):
    id: int
    item: str
    starts_at: datetime
    ends_at: datetime | None
    cause: str
    ticket: str


def _row(found: selectors.ItemAvailability, month: date) -> dict[str, Any]:
    figures = found.figures
    return {
        "item": found.item.no,
        "item_name": found.item.name,
        "month": f"{month:%Y-%m}",
        "target": found.promise.summary if found.promise else "",
        "hours": found.hours,
        "measured_percent": found.measured,
        "worst_percent": found.worst,
        "best_percent": found.best,
        "coverage_percent": found.coverage,
        "verdict": found.verdict,
        "word": found.word,
        "outages": found.reliability.outages,
        "seconds": {
            name: getattr(figures, name) for name in ("up", "degraded", "down", "unknown", "excluded", "out")
        },
    }


@router.get(
    "/contracts/{slug}/availability",
    response={200: list[AvailabilityOut], **REFUSALS},
    summary="各服务项一个月的可用性",
)
def availability(
    request: HttpRequest,
    slug: Slug,
    month: Annotated[
        str, Query(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$", description="如 2026-03；不填即本月")
    ] = "",
) -> Any:
    """The availability of every item that one may see in one month, as known now."""
    must(request, "watch:read")
    contract = contracts.contract_at_hand(request.actor, slug)
    asked = date.fromisoformat(f"{month}-01") if month else clock.today().replace(day=1)
    items = list(contracts.items_for(request.actor, contract))
    rows = selectors.availability_rows(contract, asked, at=clock.now(), items=items)
    return Status(200, [_row(found, asked) for found in rows])


@router.get(
    "/contracts/{slug}/outages", response={200: PageOf[OutageOut], **REFUSALS}, summary="中断记录，新的在前"
)
def outages(
    request: HttpRequest,
    slug: Slug,
    count: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Any:
    """The outages on record, the latest first."""
    must(request, "watch:read")
    contract = contracts.contract_at_hand(request.actor, slug)
    rows = selectors.outages_for(request.actor, contract).order_by("-starts_at", "-id")

    def show(row: Any) -> dict[str, Any]:
        return {
            "id": row.pk,
            "item": row.item.no,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "cause": row.cause,
            "ticket": row.ticket_ref,
        }

    return Status(200, paged(rows, limit=limit, offset=offset, count=count, show=show))


class ReadingIn(Schema):
    """One value of a metric of an asset (by its code) or of a service item (by its number)."""

    asset: str = Field("", max_length=40)
    item: str = Field("", max_length=40)
    metric: str = Field(max_length=60)
    value: str = Field(max_length=60)
    unit: str = Field("", max_length=20)
    at: datetime


class ReadingsIn(Schema):
    source: str = Field(max_length=60)
    readings: list[ReadingIn] = Field(max_length=services.MAX_READINGS)


class RefusedOut(Schema):
    place: int
    problem: str


class TakenOut(Schema):
    kept: int
    older: int
    refused: list[RefusedOut]


@router.post(
    "/contracts/{slug}/readings",
    response={200: TakenOut, **REFUSALS},
    summary="采集程序上报监测值，每个指标只留最新值",
)
def readings(request: HttpRequest, slug: Slug, told: ReadingsIn) -> Any:
    """Keep the last value of each metric; what is older than the one known is counted and left aside."""
    must(request, SCOPE)
    contract = contracts.contract_at_hand(request.actor, slug)
    rows = [one.dict() for one in told.readings]
    return services.record_readings(actor=request.actor, contract=contract, rows=rows, source=told.source)
