"""Tickets at a glance: the board, the figures of the wall, the calendar of what is due, who has how much in hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, Field

from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.apps.desk import selectors
from opsledger.apps.desk.api import shown
from opsledger.apps.desk.api.routes import contract_with
from opsledger.apps.desk.api.schemas import CountsOut, TicketRow
from opsledger.kernel import access, clock
from opsledger.kernel.wire import REFUSALS, Slug

router = Router(tags=["glance"])
_INSIDE = (access.MANAGER, access.BUYER, access.SUPERVISOR, access.ENGINEER)


def _of_a_calendar(day: date) -> date:
    if not 2000 <= day.year <= 2200:
        raise ValueError("日期超出可接受的范围")
    return day


CalendarDay = Annotated[date, AfterValidator(_of_a_calendar)]


class ColumnOut(Schema):
    """A column of the board: how many stand in it, and the first of them."""

    word: str
    states: list[str]
    number: int
    tickets: list[TicketRow] = Field(description="先到期的在前，最多 30 张")


class WallOut(Schema):
    """What the wall shows."""

    at: datetime
    counts: CountsOut
    due: list[TicketRow] = Field(description="最近到期的，最多 12 张")
    rate_percent: str | None = Field(description="近 30 日时限达标率；没有可计的为空")
    on_duty: str | None


class DueDayOut(Schema):
    day: date
    number: int
    outside: bool = Field(description="不在所查的月份内")
    tickets: list[TicketRow] = Field(description="按月查看时每日最多 4 张，按周查看时为全部")


class DueOut(Schema):
    """Open tickets by the day of their nearest deadline."""

    first: date
    last: date
    total: int
    days: list[DueDayOut]


class EngineerOut(Schema):
    username: str
    name: str
    load: int = Field(description="在办工单数")


@router.get("/contracts/{slug}/board", response={200: list[ColumnOut], **REFUSALS}, summary="看板各列的工单")
def board(request: HttpRequest, slug: Slug) -> Any:
    """The open reports by what they wait for."""
    must(request, "tickets:read")
    contract = contract_at_hand(request.actor, slug)
    return Status(
        200,
        [
            {
                "word": column.word,
                "states": column.states,
                "number": column.number,
                "tickets": [shown.row(ticket, request.actor) for ticket in column.tickets],
            }
            for column in selectors.board_of(request.actor, contract)
        ],
    )


@router.get("/contracts/{slug}/wall", response={200: WallOut, **REFUSALS}, summary="大屏的数字与最近时限")
def wall(request: HttpRequest, slug: Slug) -> Any:
    """Counts, the nearest deadlines, the rate of thirty days, who is on duty."""
    must(request, "tickets:read")
    contract = contract_with(request, slug, *_INSIDE)
    at = clock.now()
    told = selectors.wall_of(request.actor, contract, at)
    return Status(
        200,
        {
            "at": at,
            "counts": told.counts,
            "due": [shown.row(ticket, request.actor) for ticket in told.due],
            "rate_percent": None if told.rate.percent is None else str(told.rate.percent),
            "on_duty": str(told.on_duty) if told.on_duty else None,
        },
    )


@router.get("/contracts/{slug}/due", response={200: DueOut, **REFUSALS}, summary="到期日历，按月或按周")
def due(
    request: HttpRequest,
    slug: Slug,
    day: Annotated[CalendarDay | None, Query()] = None,
    view: Annotated[Literal["month", "week"], Query()] = "month",
) -> Any:
    """The month or week that holds `day` (today, unless told)."""
    must(request, "tickets:read")
    contract = contract_at_hand(request.actor, slug)
    book = selectors.due_calendar(request.actor, contract, day or clock.today(), week=view == "week")
    return Status(
        200,
        {
            "first": book.first,
            "last": book.last,
            "total": book.total,
            "days": [
                {
                    "day": cell.day,
                    "number": cell.number,
                    "outside": cell.outside,
                    "tickets": [shown.row(ticket, request.actor) for ticket in cell.tickets],
                }
                for cell in book.days
            ],
        },
    )


@router.get(
    "/contracts/{slug}/engineers",
    response={200: list[EngineerOut], **REFUSALS},
    summary="可派单、可排班的人员及在办数",
)
def engineers(request: HttpRequest, slug: Slug) -> Any:
    """The provider's people on the contract, those with the least in hand first."""
    must(request, "tickets:read")
    contract = contract_with(request, slug, *_INSIDE, access.AUDITOR)
    return Status(
        200,
        [
            {"username": user.username, "name": str(user), "load": load}
            for user, load in selectors.engineers_with_load(contract)
        ],
    )
