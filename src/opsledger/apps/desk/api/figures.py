"""Figures of the desk for programs: the same as on the page 服务台统计."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.apps.desk.periods import period_of
from opsledger.apps.desk.selectors import statistics
from opsledger.core.deskfigures import Summary, summary
from opsledger.kernel import clock
from opsledger.kernel.wire import REFUSALS, Slug

router = Router(tags=["figures"])


class FiguresOut(Schema):
    """What came, was done and is left; shares in percent, None of nothing."""

    reported: int
    void: int = Field(description="其中撤销、合并、不予批准的")
    resolved: int
    late: int = Field(description="办结的里面有过超时的")
    reopened: int
    left: int = Field(description="期末未办结")
    in_time: Decimal | None = Field(description="按时办结率（%）")
    median_seconds: int | None = Field(description="报修到办结的中位数")
    rated: int
    mean_rating: Decimal | None


class RowOut(FiguresOut):
    key: str
    word: str


class GroupOut(Schema):
    key: str
    heading: str
    rows: list[RowOut]


class LimitOut(Schema):
    metric: str
    word: str
    met: int
    late: int
    open: int
    percent: Decimal | None
    longest_overrun_seconds: int


class HoursOut(Schema):
    person: str
    minutes: int
    tickets: int


class DeskFiguresOut(Schema):
    """The days, the whole, and the same by what tickets have in common."""

    first: date
    last: date
    whole: FiguresOut
    limits: list[LimitOut]
    groups: list[GroupOut]
    hours: list[HoursOut] = Field(description="登记的工时，按人；服务单位为空")


def _figures(told: Summary) -> dict[str, Any]:
    took = told.median_time
    names = ("reported", "void", "resolved", "late", "reopened", "left", "in_time", "rated", "mean_rating")
    return {
        **{name: getattr(told, name) for name in names},
        "median_seconds": None if took is None else int(took.total_seconds()),
    }


@router.get(
    "/contracts/{slug}/figures",
    response={200: DeskFiguresOut, **REFUSALS},
    summary="服务台统计：新增、办结、用时、达成率与满意度",
)
def figures(
    request: HttpRequest,
    slug: Slug,
    first: Annotated[date | None, Query(description="起始日；不填为本月1日")] = None,
    last: Annotated[date | None, Query(description="截止日（含）；不填为今天")] = None,
) -> Any:
    """Days of at most three years; anything else is this month to today, as on the page."""
    must(request, "tickets:read")
    contract = contract_at_hand(request.actor, slug)
    at = clock.now()
    asked = {"from": str(first or ""), "to": str(last or "")}
    period = period_of(asked, clock.local(at).date(), contract.starts_on)
    told = statistics.told_between(request.actor, contract, period.since, period.until)
    limits = statistics.limits_between(request.actor, contract, period.since, period.until, at)
    groups = statistics.groups_of(request.actor, contract, told, period.since, period.until)
    answer = {
        "first": period.first,
        "last": period.last,
        "whole": _figures(summary((one.case for one in told), period.since, min(period.until, at))),
        "limits": [
            {
                "metric": row.metric,
                "word": row.word,
                "met": row.rate.met,
                "late": row.rate.breached,
                "open": row.rate.open,
                "percent": row.rate.percent,
                "longest_overrun_seconds": int(row.longest.total_seconds()),
            }
            for row in limits
        ],
        "groups": [
            {
                "key": group.key,
                "heading": group.heading,
                "rows": [{"key": key, "word": word, **_figures(one)} for key, word, one in group.rows],
            }
            for group in groups
        ],
        "hours": [
            {"person": one.person, "minutes": one.minutes, "tickets": one.tickets}
            for one in statistics.hours_between(request.actor, contract, period.first, period.last)
        ],
    }
    return Status(200, answer)
