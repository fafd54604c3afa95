"""People on posts for programs: posts, people, presence, check-in, leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status

from opsledger.apps.contracts.models import Obligation
from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.api.doing import (
    INSIDERS,
    READ,
    WRITE,
    doing_once,
    open_contract,
    worker_named,
)
from opsledger.apps.duties.api.shown import name_of
from opsledger.apps.duties.api.staff_schemas import (
    AttendanceOut,
    AttendanceQuery,
    LeaveIn,
    LeaveOut,
    PresenceOut,
    PresenceQuery,
    StaffCareIn,
    StaffIn,
    StaffOut,
    StaffPost,
    StaffQuery,
)
from opsledger.apps.duties.models import Attendance, StaffMember
from opsledger.kernel import access, clock
from opsledger.kernel.wire import REFUSALS, Id, Key, PageOf, Slug, paged

router = Router(tags=["staff"])
_AT = "/contracts/{slug}/staff"


def member_row(row: StaffMember) -> dict[str, Any]:
    """A person on a post as they go over the wire."""
    named = (
        "name",
        "role",
        "qualification",
        "qualification_until",
        "confidentiality_on",
        "starts_on",
        "ends_on",
    )
    return {
        "id": row.pk,
        "post": row.obligation_id,
        "post_title": row.obligation.title,
        "user": row.user.username if row.user else None,
        **{name: getattr(row, name) for name in named},
    }


def _post(row: Obligation) -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": row.title,
        "item": row.item.no if row.item else None,
        "clause": row.term.clause,
        "people": int(row.term.data.get("min") or 0),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }


def _attendance(row: Attendance) -> dict[str, Any]:
    return {
        "member": row.member_id,
        "name": row.member.name,
        "role": row.member.role,
        "post_title": row.member.obligation.title,
        "kind_word": row.get_kind_display(),
        "recorded_by": name_of(row.recorded_by),
        **{name: getattr(row, name) for name in ("day", "kind", "in_at", "out_at", "note")},
    }


def member_today(request: HttpRequest, slug: str, member_id: int, scope: str) -> StaffMember:
    """One of those who hold a post today; 404 for others."""
    contract = open_contract(request, slug, scope, *INSIDERS)
    return selectors.member_for(contract, member_id, clock.today())


@router.get(_AT, response={200: PageOf[StaffOut], **REFUSALS}, summary="在岗任期内的人员")
def staff(request: HttpRequest, slug: Slug, asked: Query[StaffQuery]) -> Any:
    """Who holds a post on a day."""
    contract = open_contract(request, slug, READ, *INSIDERS)
    rows = selectors.members_on(contract, asked.on or clock.today())
    page = paged(rows, limit=asked.limit, offset=asked.offset, count=asked.count, show=member_row)
    return Status(200, page)


@router.get(_AT + "/posts", response={200: list[StaffPost], **REFUSALS}, summary="合同承诺的岗位")
def posts(request: HttpRequest, slug: Slug) -> Any:
    """The posts that the contract promises, with how many people each."""
    contract = open_contract(request, slug, READ, *INSIDERS)
    return Status(200, [_post(row) for row in selectors.posts_of(contract)])


@router.get(
    _AT + "/presence",
    response={200: list[PresenceOut], **REFUSALS},
    summary="每天每岗承诺几人、谁在岗、谁请假、缺几人",
)
def presence(request: HttpRequest, slug: Slug, asked: Query[PresenceQuery]) -> Any:
    """People promised against people present, day by day, the last day first."""
    contract = open_contract(request, slug, READ, *INSIDERS)
    last = min(asked.on or clock.today(), clock.today())
    days = selectors.presence(contract, last - timedelta(days=asked.days - 1), last)
    return Status(
        200,
        [
            {
                "day": day,
                "posts": [
                    {
                        "post": one.obligation.pk,
                        **{name: getattr(one, name) for name in ("promised", "present", "away", "short")},
                    }
                    for one in line
                ],
            }
            for day, line in reversed(days.items())
        ],
    )


@router.get(
    _AT + "/attendance", response={200: PageOf[AttendanceOut], **REFUSALS}, summary="考勤记录，按日期排列"
)
def attendance(request: HttpRequest, slug: Slug, asked: Query[AttendanceQuery]) -> Any:
    """Who was there from when to when, who was on leave."""
    contract = open_contract(request, slug, READ, *INSIDERS)
    last = asked.last or clock.today()
    rows = selectors.attendance_of(contract, asked.first or last.replace(day=1), last)
    page = paged(rows, limit=asked.limit, offset=asked.offset, count=asked.count, show=_attendance)
    return Status(200, page)


@router.post(_AT, response={201: StaffOut, **REFUSALS}, summary="登记一名到岗人员")
def add(request: HttpRequest, slug: Slug, told: StaffIn, key: Key = None) -> Any:
    """A person takes a post that the contract promises."""
    contract = open_contract(request, slug, WRITE, access.MANAGER)

    def do() -> dict[str, Any]:
        post = next((row for row in selectors.posts_of(contract) if row.pk == told.post), None)
        if post is None:
            raise Http404
        said = told.model_dump(exclude={"post"})
        return member_row(services.add_member(actor=request.actor, obligation=post, said=said))

    return doing_once(request, key, f"staff {slug} {told.model_dump_json()}", do, 201)


@router.patch(
    _AT + "/{member_id}", response={200: StaffOut, **REFUSALS}, summary="更新岗位、资质、保密协议、系统账号"
)
def care(request: HttpRequest, slug: Slug, member_id: Id, told: StaffCareIn) -> Any:
    """Write down a renewed qualification, a signed agreement, the person's account."""
    member = member_today(request, slug, member_id, WRITE)
    said = told.model_dump(exclude_unset=True)
    for name in ("role", "qualification"):
        if said.get(name, "") is None:
            del said[name]
    if "user" in said:
        said["user"] = worker_named(member.contract_id, said["user"]) if said["user"] else None
    made = services.change_member(actor=request.actor, member=member, said=said)
    return Status(200, member_row(made))


@router.post(
    _AT + "/{member_id}/check-in",
    response={200: AttendanceOut, **REFUSALS},
    summary="签到；当天第二次为签退",
)
def check_in(request: HttpRequest, slug: Slug, member_id: Id, key: Key = None) -> Any:
    """Say that one is there today, or that one leaves: the person, or the manager for them."""
    member = member_today(request, slug, member_id, WRITE)

    def do() -> dict[str, Any]:
        row = services.check_in(actor=request.actor, member=member)
        row.member = member
        return _attendance(row)

    return doing_once(request, key, f"check-in {slug} {member_id}", do)


@router.post(_AT + "/{member_id}/leave", response={201: LeaveOut, **REFUSALS}, summary="登记请假")
def leave(request: HttpRequest, slug: Slug, member_id: Id, told: LeaveIn, key: Key = None) -> Any:
    """Leave from one day to another; days on which the person was there stay as they are."""
    member = member_today(request, slug, member_id, WRITE)

    def do() -> dict[str, Any]:
        return {"days": services.record_leave(actor=request.actor, member=member, **told.model_dump())}

    return doing_once(request, key, f"leave {slug} {member_id} {told.model_dump_json()}", do, 201)
