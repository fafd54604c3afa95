"""The forecast of work for programs: by week, what an addition would mean, the usual time of each activity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for, items_for
from opsledger.apps.duties import selectors, services, words
from opsledger.apps.duties.api.doing import INSIDERS, READ, WRITE, open_contract
from opsledger.apps.duties.workload import Week, compare, short_weeks
from opsledger.core.errors import DomainError
from opsledger.core.terms import Activity
from opsledger.kernel import access, clock
from opsledger.kernel.wire import REFUSALS, Line, Slug, Strict, Text

router = Router(tags=["plans"])
_AT = "/contracts/{slug}/workload"


class WorkloadQuery(Schema):
    mine: bool = Field(False, description="只看派给本人的")
    whole: bool = Field(False, description="整个服务期；否则自今天起")


class WhatIfQuery(WorkloadQuery):
    """What might be added."""

    add: Literal["item", "pack", "act"] = Field(
        description="与本合同某项相同的系统、其他合同包中的服务项、一项活动"
    )
    item: Line = Field("", max_length=20)
    pack: Line = Field("", max_length=80)
    no: Line = Field("", max_length=20, description="合同包中的服务项编号")
    activity: Activity | None = None
    count: int = Field(1, ge=1, le=31)
    period: Literal["day", "week", "month", "quarter", "halfyear", "year"] = "month"
    times: int = Field(1, ge=1, le=50, description="几个系统")


class WeekOut(Schema):
    monday: date
    tasks: int
    hours: int
    people: int = Field(description="需要几人")
    working_days: int


class UsualOut(Schema):
    """How long one task of an activity takes, and where that comes from."""

    activity: str = Field(description="空为交付物与其他")
    word: str
    minutes: int
    source: str
    basis: str


class WorkloadOut(Schema):
    people: int = Field(description="现有工程师人数")
    hours: int
    peak: WeekOut | None
    short: list[date] = Field(description="人手不足的各周（周一）")
    weeks: list[WeekOut]
    minutes: list[UsualOut]


class ComparedWeek(Schema):
    monday: date
    before: WeekOut | None
    after: WeekOut
    more: int = Field(description="多出的小时数")


class WhatIfOut(Schema):
    title: str
    uncounted: int = Field(description="频次未约定、无法预测的义务数")
    people: int
    hours_before: int
    hours_after: int
    short_before: list[date]
    short_after: list[date]
    weeks: list[ComparedWeek]


class PackItem(Schema):
    no: str
    name: str


class PackChoice(Schema):
    id: str
    name: str
    items: list[PackItem]


class MinutesIn(Strict):
    activity: Line = Field("", max_length=40, description="活动；空为交付物与其他")
    minutes: int | None = Field(None, ge=-2_000_000_000, le=2_000_000_000, description="不填则恢复按检查学习")
    basis: Literal["both", "manager"] = Field(description="双方约定，或项目经理设定")
    reason: Text = Field(min_length=1, max_length=200, description="理由或约定的依据")


def _week(week: Week) -> dict[str, Any]:
    named = ("monday", "tasks", "hours", "people")
    return {**{name: getattr(week, name) for name in named}, "working_days": week.days}


def _mondays(weeks: Sequence[Week], people: int) -> list[date]:
    return [week.monday for week in short_weeks(weeks, people)]


def _hours(weeks: Sequence[Week]) -> int:
    return sum(week.minutes for week in weeks) // 60


def _usual(contract: Contract) -> list[dict[str, Any]]:
    return [
        {
            "activity": key,
            "word": words.activity_word(key) or "交付物与其他",
            "minutes": one.minutes,
            "source": one.source,
            "basis": one.basis,
        }
        for key, one in selectors.minutes_by_activity(contract).items()
    ]


def _asked(
    request: HttpRequest, contract: Contract, asked: WorkloadQuery
) -> tuple[date | None, int | None, int]:
    """From when, whose, and how many people there are."""
    since = None if asked.whole else max(clock.today(), contract.starts_on)
    if asked.mine:
        return since, request.actor.user_id, 1
    return since, None, len(selectors.engineers_of(contract))


@router.get(_AT, response={200: WorkloadOut, **REFUSALS}, summary="工作量预测：各周任务、工时、所需人数")
def workload(request: HttpRequest, slug: Slug, asked: Query[WorkloadQuery]) -> Any:
    """The weeks of the rest or the whole of the term."""
    contract = open_contract(request, slug, READ, *INSIDERS)
    since, owner, people = _asked(request, contract, asked)
    rows = selectors.forecast(contract, since=since, owner_id=owner)
    peak = max(rows, key=lambda week: week.minutes, default=None)
    return Status(
        200,
        {
            "people": people,
            "hours": _hours(rows),
            "peak": _week(peak) if peak else None,
            "short": _mondays(rows, people),
            "weeks": [_week(week) for week in rows],
            "minutes": _usual(contract),
        },
    )


@router.get(
    _AT + "/packs", response={200: list[PackChoice], **REFUSALS}, summary="可用来试算的合同包及其服务项"
)
def packs(request: HttpRequest, slug: Slug) -> Any:
    """The packs of this installation with the items that bring recurring work."""
    open_contract(request, slug, READ, *INSIDERS)
    return Status(
        200,
        [
            {
                "id": key,
                "name": name,
                "items": [{"no": one.no, "name": one.name} for one in selectors.items_of_pack(key)],
            }
            for key, name in selectors.pack_choices()
        ],
    )


@router.get(
    _AT + "/what-if", response={200: WhatIfOut, **REFUSALS}, summary="试算：增加系统或活动后各周多出多少工时"
)
def what_if(request: HttpRequest, slug: Slug, asked: Query[WhatIfQuery]) -> Any:
    """Week by week without and with an addition; nothing is written."""
    contract = open_contract(request, slug, READ, *INSIDERS)
    since, owner, people = _asked(request, contract, asked)
    items = items_for(request.actor, contract)
    said = {**asked.model_dump(), "activity": str(asked.activity or "")}
    if asked.add == "act" and not asked.activity:
        raise DomainError("page.bad_input", problem="请选择活动")
    added = selectors.addition_asked(contract, items, said, since=since or contract.starts_on)
    if added is None:
        raise DomainError("page.bad_input", problem="没有这个服务项，请先查看可选的服务项")
    before = selectors.forecast(contract, since=since, owner_id=owner)
    after = selectors.forecast(contract, since=since, owner_id=owner, added=added.tasks)
    return Status(
        200,
        {
            "title": added.title,
            "uncounted": added.uncounted,
            "people": people,
            "hours_before": _hours(before),
            "hours_after": _hours(after),
            "short_before": _mondays(before, people),
            "short_after": _mondays(after, people),
            "weeks": [
                {
                    "monday": one.monday,
                    "before": _week(one.before) if one.before else None,
                    "after": _week(one.after),
                    "more": one.more,
                }
                for one in compare(before, after)
            ],
        },
    )


@router.put(
    _AT + "/minutes", response={200: list[UsualOut], **REFUSALS}, summary="设定一种活动每次用时（项目经理）"
)
def set_minutes(request: HttpRequest, slug: Slug, told: MinutesIn) -> Any:
    """How long one task of an activity takes in the forecast of this contract."""
    open_contract(request, slug, WRITE, access.MANAGER)
    contract = contract_for(request.actor, slug)
    if told.activity not in selectors.minutes_by_activity(contract):
        raise DomainError("page.bad_input", problem="请从列表中选择活动")
    said = told.model_dump(exclude={"reason"})
    made = services.set_minutes(actor=request.actor, contract=contract, note=told.reason, **said)
    return Status(200, _usual(made))
