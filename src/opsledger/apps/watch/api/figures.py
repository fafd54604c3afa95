"""Availability and outages are read; a collector posts what it measured."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema, Status
from pydantic import AfterValidator, Field

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.watch import selectors, services
from opsledger.core.availability import STATE_WORDS, Segment, moment_of
from opsledger.kernel import clock
from opsledger.kernel.wire import REFUSALS, PageOf, Paging, Slug, must, paged, printable

router = Router(tags=["watch"])
ItemNo = Annotated[str, Path(min_length=1, max_length=20), AfterValidator(printable)]
Month = Annotated[str, Query(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$", description="如 2026-03；不填即本月")]


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


def _first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01") if month else clock.today().replace(day=1)


@router.get(
    "/contracts/{slug}/availability",
    response={200: list[AvailabilityOut], **REFUSALS},
    summary="各服务项一个月的可用性",
)
def availability(
    request: HttpRequest,
    slug: Slug,
    month: Month = "",
) -> Any:
    """The availability of every item that one may see in one month, as known now."""
    must(request, "watch:read")
    contract = contracts.contract_at_hand(request.actor, slug)
    asked = _first_of(month)
    items = list(contracts.items_for(request.actor, contract))
    rows = selectors.availability_rows(contract, asked, at=clock.now(), items=items)
    return Status(200, [_row(found, asked) for found in rows])


class StretchOut(Schema):
    """A stretch of time in which an item was in one state, as it was counted."""

    starts_at: datetime
    ends_at: datetime
    state: str = Field(description="up、degraded、down、unknown、excluded、out")
    word: str


class StretchesAsked(Paging):
    month: str = Field("", pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$", description="如 2026-03；不填即本月")


@router.get(
    "/contracts/{slug}/availability/{no}",
    response={200: AvailabilityOut, **REFUSALS},
    summary="一个服务项一个月的可用性",
)
def item_availability(request: HttpRequest, slug: Slug, no: ItemNo, month: Month = "") -> Any:
    """The availability of one item in one month."""
    must(request, "watch:read")
    found, asked = _result(request, slug, no, month)
    return _row(found, asked)


@router.get(
    "/contracts/{slug}/availability/{no}/states",
    response={200: PageOf[StretchOut], **REFUSALS},
    summary="一个服务项一个月内逐段的状态，可用性由此算出",
)
def states(request: HttpRequest, slug: Slug, no: ItemNo, asked: Query[StretchesAsked]) -> Any:
    """From what the figures were worked out: every stretch with its state."""
    must(request, "watch:read")
    found, _ = _result(request, slug, no, asked.month)
    return paged(
        list(found.timeline), limit=asked.limit, offset=asked.offset, count=asked.count, show=_stretch
    )


def _stretch(one: Segment) -> dict[str, Any]:
    return {
        "starts_at": moment_of(one.begin),
        "ends_at": moment_of(one.end),
        "state": one.state.name.lower(),
        "word": STATE_WORDS[one.state],
    }


def _result(request: HttpRequest, slug: str, no: str, month: str) -> tuple[selectors.ItemAvailability, date]:
    contract = contracts.contract_at_hand(request.actor, slug)
    item = contracts.item_at_hand(request.actor, contract, no)
    asked = _first_of(month)
    since, until = selectors.month_bounds(contract, asked)
    return selectors.availability(contract, item, since, until, at=clock.now()), asked


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
    must(request, "readings:write")
    contract = contracts.contract_at_hand(request.actor, slug)
    rows = [one.dict() for one in told.readings]
    return services.record_readings(actor=request.actor, contract=contract, rows=rows, source=told.source)
