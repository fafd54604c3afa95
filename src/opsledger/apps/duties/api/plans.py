"""The calendar of work and the matrix for programs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import items_for
from opsledger.apps.duties import selectors
from opsledger.apps.duties.api import shown
from opsledger.apps.duties.api.doing import READ, open_contract
from opsledger.apps.duties.api.schemas import MAX_ID, OccurrenceRow
from opsledger.apps.duties.feeds import feed_key
from opsledger.apps.duties.policies import visible_occurrences
from opsledger.core.compliance import Cell
from opsledger.core.terms import Activity
from opsledger.kernel import clock
from opsledger.kernel.wire import FILE, REFUSALS, Day, Line, Slug, file_answer

router = Router(tags=["plans"])
MOST_DAYS = 42
"""Six weeks: what a month's calendar shows."""


class CalendarQuery(Schema):
    first: Day | None = Field(None, description="从哪一天起；不填即今天")
    days: int = Field(7, ge=1, le=MOST_DAYS, description="共几天")
    who: Line = Field("", max_length=150, description="执行人的用户名；me 为本人，none 为未指定；不填即全部")


class CalendarTask(OccurrenceRow):
    standing: str
    movable: bool = Field(description="期限之内是否还能改到别的日子")
    first_day: date
    last_day: date


class CalendarDayOut(Schema):
    day: date
    mark: str = Field(description="休、班，或空")
    holiday: str
    rests: bool
    provisional: bool = Field(description="这一年的放假通知尚未发布")
    counts: dict[str, int]
    tasks: list[CalendarTask]


class TeamMember(Schema):
    """Somebody to whom work can be given."""

    username: str
    name: str


class FeedOut(Schema):
    url: str = Field(description="供日历软件订阅本人的任务；加 ?all=1 为全部任务")


class MatrixQuery(Schema):
    kind: Literal["", "duty", "deliverable", "licence"] = ""
    activity: Activity | None = None
    unit: int | None = Field(None, ge=1, le=MAX_ID, description="服务单位的编号")
    owner: int | None = Field(None, ge=1, le=MAX_ID, description="责任人的编号")


class MatrixCell(Schema):
    """How many tasks of each standing; `state` is the worst of them."""

    fulfilled: int
    late: int
    missed: int
    due: int
    upcoming: int
    waived: int
    gap: int
    state: str
    percent: str | None = Field(description="按期率%；没有已到期的为空")


class MatrixRow(Schema):
    item: str | None = Field(description="服务项编号；合同整体为空")
    name: str
    cells: list[MatrixCell]
    total: MatrixCell


class MatrixChoice(Schema):
    id: int
    name: str


class MatrixOut(Schema):
    months: list[str]
    rows: list[MatrixRow]
    columns: list[MatrixCell]
    total: MatrixCell
    units: list[MatrixChoice]
    owners: list[MatrixChoice]


_COUNTED = ("fulfilled", "late", "missed", "due", "upcoming", "waived", "gap")


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        **{name: getattr(cell, name) for name in _COUNTED},
        "state": str(cell.state),
        "percent": None if cell.percent is None else str(cell.percent),
    }


def _who(request: HttpRequest, contract: Contract, asked: str) -> str:
    """Whose work is asked for, as the selector takes it; 404 for somebody who is not of the team."""
    if asked in ("", selectors.NOBODY):
        return asked
    if asked == "me":
        return str(request.actor.user_id)
    for user in selectors.team_of(contract):
        if user.username == asked:
            return str(user.pk)
    raise Http404


def _day(day: selectors.CalendarDay) -> dict[str, Any]:
    named = ("day", "mark", "holiday", "rests", "provisional", "counts")
    return {
        **{name: getattr(day, name) for name in named},
        "tasks": [
            {
                **shown.occurrence(row),
                **{name: getattr(row, name) for name in ("standing", "movable", "first_day", "last_day")},
            }
            for row in day.rows
        ],
    }


@router.get(
    "/contracts/{slug}/calendar",
    response={200: list[CalendarDayOut], **REFUSALS},
    summary="任务日历：每天的任务、节假日和调休",
)
def calendar(request: HttpRequest, slug: Slug, asked: Query[CalendarQuery]) -> Any:
    """Every day with what stands on it: open work where it is planned, else on its due day."""
    contract = open_contract(request, slug, READ)
    first = asked.first or clock.today()
    last = first + timedelta(days=asked.days - 1)
    who = _who(request, contract, asked.who)
    days = selectors.calendar_days(request.actor, contract, first, last, at=clock.now(), who=who)
    return Status(200, [_day(day) for day in days])


@router.get(
    "/contracts/{slug}/calendar/team",
    response={200: list[TeamMember], **REFUSALS},
    summary="可以派任务的人：工程师和项目经理",
)
def team(request: HttpRequest, slug: Slug) -> Any:
    """Those who do the work of a contract."""
    contract = open_contract(request, slug, READ)
    return Status(
        200, [{"username": user.username, "name": str(user)} for user in selectors.team_of(contract)]
    )


@router.get(
    "/contracts/{slug}/calendar/feed", response={200: FeedOut, **REFUSALS}, summary="日历软件的订阅地址"
)
def feed(request: HttpRequest, slug: Slug) -> Any:
    """The signed address under which a calendar program finds one's own tasks."""
    contract = open_contract(request, slug, READ)
    path = reverse("duties:calendar_feed", args=[feed_key(request.actor, contract)])
    return Status(200, {"url": request.build_absolute_uri(path)})


@router.get(
    "/contracts/{slug}/calendar.ics",
    response=REFUSALS,
    openapi_extra=FILE,
    summary="今后90天的任务（iCalendar 文件）；mine=true 只含本人的",
)
def ical(request: HttpRequest, slug: Slug, mine: bool = False) -> Any:
    """Open work of the next 90 days as iCalendar, with the same ids each time."""
    contract = open_contract(request, slug, READ)
    content = selectors.ical_of(request.actor, contract, at=clock.now(), mine=mine)
    return file_answer(content, "opsledger.ics")


@router.get(
    "/contracts/{slug}/matrix",
    response={200: MatrixOut, **REFUSALS},
    summary="履约矩阵：服务项 × 月份，各结果几项",
)
def matrix(request: HttpRequest, slug: Slug, asked: Query[MatrixQuery]) -> Any:
    """How the occurrences of every item stand, month by month."""
    contract = open_contract(request, slug, READ)
    items = list(items_for(request.actor, contract))
    named = {name: str(getattr(asked, name) or "") for name in ("kind", "activity", "unit", "owner")}
    grid = selectors.compliance_grid(
        contract,
        items,
        named,
        at=clock.now(),
        visible=visible_occurrences(request.actor, contract.pk),
    )
    units = {item.unit_id: str(item.unit) for item in items if item.unit_id}
    owners = {item.owner_id: str(item.owner) for item in items if item.owner_id}
    return Status(
        200,
        {
            "months": [f"{month.year}-{month.month:02d}" for month in grid.months],
            "rows": [
                {
                    "item": row.item.no if row.item else None,
                    "name": row.item.name if row.item else "合同整体",
                    "cells": [_cell(cell) for cell in row.cells],
                    "total": _cell(row.total),
                }
                for row in grid.rows
            ],
            "columns": [_cell(cell) for cell in grid.columns],
            "total": _cell(grid.total),
            "units": [{"id": key, "name": name} for key, name in units.items()],
            "owners": [{"id": key, "name": name} for key, name in owners.items()],
        },
    )
