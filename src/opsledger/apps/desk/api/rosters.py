"""Who is on duty, swaps, the escalation ladder; change windows and what comes back too often."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.api import shown
from opsledger.apps.desk.api.acting import engineer
from opsledger.apps.desk.api.routes import contract_with
from opsledger.apps.desk.api.schemas import TicketRow
from opsledger.apps.desk.selectors import rosters as reads
from opsledger.kernel import access, clock
from opsledger.kernel.wire import REFUSALS, Day, Id, Key, Line, Moment, Slug

router = Router(tags=["rosters"])
_SEES = (access.MANAGER, access.ENGINEER, access.BUYER, access.SUPERVISOR, access.AUDITOR)
_ABLE = (access.ENGINEER, access.MANAGER)
_HALF_YEAR = timedelta(days=183)


class ShiftOut(Schema):
    id: int
    on: date
    part: str
    part_word: str
    username: str
    name: str


class SwapOut(Schema):
    id: int
    shift: int
    on: date
    part: str
    giver: str
    taker: str
    reason: str
    state: str
    state_word: str
    asked_at: datetime


class RosterOut(Schema):
    monday: date
    on_duty: str | None
    shifts: list[ShiftOut]
    swaps: list[SwapOut] = Field(description="与本人有关的换班")


class ShiftIn(Schema):
    model_config = ConfigDict(extra="forbid")

    on: Day
    part: Literal["day", "night"]
    username: Line | None = Field(None, description="不填即撤下")


class SwapIn(Schema):
    model_config = ConfigDict(extra="forbid")

    taker: Line
    reason: Line = Field(min_length=1)


class SwapAnswerIn(Schema):
    model_config = ConfigDict(extra="forbid")

    agree: bool


class WindowOut(TicketRow):
    """A change with its planned window."""

    planned_from: datetime
    planned_to: datetime
    conflicts: list[str] = Field(description="时间重叠的其他变更")


class SuggestionOut(Schema):
    """A fault that came back often enough to be looked into as a problem."""

    item: str
    item_name: str
    fault: str
    number: int


def _swap(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shift": row.shift_id,
        "on": row.shift.on,
        "part": row.shift.part,
        "giver": str(row.giver),
        "taker": str(row.taker),
        "reason": row.reason,
        "state": row.state,
        "state_word": row.get_state_display(),
        "asked_at": row.asked_at,
    }


def _week(request: HttpRequest, contract: Contract, day: date) -> dict[str, Any]:
    monday = day - timedelta(days=day.weekday())
    now = reads.on_duty(contract.pk, clock.now())
    return {
        "monday": monday,
        "on_duty": str(now) if now else None,
        "shifts": [
            {
                "id": row.pk,
                "on": row.on,
                "part": row.part,
                "part_word": row.get_part_display(),
                "username": row.user.username,
                "name": str(row.user),
            }
            for row in reads.week_of(contract.pk, monday).values()
        ],
        "swaps": [_swap(row) for row in reads.swaps_for(contract.pk, request.actor.user_id)[:50]],
    }


@router.get("/contracts/{slug}/roster", response={200: RosterOut, **REFUSALS}, summary="一周的值班表与换班")
def roster(request: HttpRequest, slug: Slug, day: Annotated[Day | None, Query()] = None) -> Any:
    """The week that holds `day` (this week, unless told)."""
    must(request, "tickets:read")
    return Status(200, _week(request, contract_with(request, slug, *_SEES), day or clock.today()))


@router.put("/contracts/{slug}/roster", response={200: RosterOut, **REFUSALS}, summary="安排或撤下一个班次")
def set_shift(request: HttpRequest, slug: Slug, told: ShiftIn) -> Any:
    """Put a person on a shift, or nobody."""
    must(request, "tickets:write")
    contract = contract_with(request, slug, access.MANAGER)
    user = engineer(contract.pk, told.username) if told.username else None
    services.set_shift(actor=request.actor, contract=contract, on=told.on, part=told.part, user=user)
    return Status(200, _week(request, contract, told.on))


@router.post(
    "/contracts/{slug}/roster/shifts/{shift_id}/swap", response={201: SwapOut, **REFUSALS}, summary="申请换班"
)
def ask_swap(request: HttpRequest, slug: Slug, shift_id: Id, told: SwapIn, key: Key = None) -> Any:
    """Ask another to take one's own shift."""
    must(request, "tickets:write")
    contract = contract_with(request, slug, *_ABLE)
    shift = reads.shift_for(contract, shift_id)
    taker = engineer(contract.pk, told.taker)

    def do() -> dict[str, Any]:
        return _swap(services.ask_swap(actor=request.actor, shift=shift, taker=taker, reason=told.reason))

    asked = f"swap {slug} {shift_id} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.post(
    "/contracts/{slug}/roster/swaps/{swap_id}/answer", response={200: SwapOut, **REFUSALS}, summary="答复换班"
)
def answer_swap(request: HttpRequest, slug: Slug, swap_id: Id, told: SwapAnswerIn) -> Any:
    """Agree (the shift changes hands) or decline."""
    must(request, "tickets:write")
    contract = contract_with(request, slug, *_ABLE)
    found = reads.swaps_for(contract.pk, request.actor.user_id).filter(pk=swap_id).first()
    if found is None:
        raise Http404
    return Status(200, _swap(services.answer_swap(actor=request.actor, swap=found, agree=told.agree)))


@router.get(
    "/contracts/{slug}/windows",
    response={200: list[WindowOut], **REFUSALS},
    summary="一段时间内的变更窗口及冲突",
)
def windows(
    request: HttpRequest, slug: Slug, since: Annotated[Moment, Query()], until: Annotated[Moment, Query()]
) -> Any:
    """Changes whose window touches [since, until), with those that overlap; at most 500."""
    must(request, "tickets:read")
    contract = contract_at_hand(request.actor, slug)
    rows = selectors.tickets_for(request.actor, contract).filter(
        kind="change", planned_from__lt=until, planned_to__gt=since
    )
    found = list(rows.exclude(state="cancelled").order_by("planned_from", "pk")[:500])
    return Status(
        200,
        [
            {
                **shown.row(one, request.actor),
                "planned_from": one.planned_from,
                "planned_to": one.planned_to,
                "conflicts": [
                    other.number
                    for other in found
                    if other.pk != one.pk
                    and other.planned_from < one.planned_to
                    and other.planned_to > one.planned_from
                ],
            }
            for one in found
        ],
    )


@router.get(
    "/contracts/{slug}/suggestions",
    response={200: list[SuggestionOut], **REFUSALS},
    summary="半年内反复出现、宜作为问题处理的故障",
)
def suggestions(request: HttpRequest, slug: Slug) -> Any:
    """Faults of the last half year that came back at least three times."""
    must(request, "tickets:read")
    contract = contract_with(request, slug, *_SEES)
    return Status(
        200,
        [
            {
                "item": row["item__no"],
                "item_name": row["item__name"],
                "fault": row["fault"],
                "number": row["number"],
            }
            for row in services.suggestions(contract.pk, clock.now() - _HALF_YEAR)
        ],
    )
