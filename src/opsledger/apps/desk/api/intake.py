"""Ways in: what a report can choose from, calls noted at the telephone, codes on walls."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import item_at_hand
from opsledger.apps.desk import agreements, selectors, services
from opsledger.apps.desk.api import shown
from opsledger.apps.desk.api.routes import contract_with
from opsledger.apps.desk.api.schemas import TicketOut
from opsledger.apps.desk.models import ReportCode
from opsledger.apps.desk.services import ways_in
from opsledger.kernel import access, clock
from opsledger.kernel.wire import REFUSALS, Key, Line, PageOf, Paging, Slug, Strict, Words, paged

router = Router(tags=["intake"])
REPORTS = (access.UNIT, access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR)
AT_THE_PHONE = (access.MANAGER, access.ENGINEER)
_PUTS_UP = (access.MANAGER, access.BUYER)
_MOST = 50
Code = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]+$", max_length=32)]
CodeAsked = Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]*$", max_length=32)]
SVG: dict[str, Any] = {
    "responses": {200: {"description": "图片", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}}
}


class PlaceOut(Schema):
    """What a code says of the place where it is put up."""

    item: str
    place: str
    device: str


class ReportPartsOut(Schema):
    """The parts of an item for which the contract sets limits of their own."""

    item: str
    scopes: list[str]


class ReportingOut(Schema):
    away: str = Field(description="现在要告诉报修人的话；没有则为空")
    parts: list[ReportPartsOut] = Field(description="报修时可写明的部分")
    code: PlaceOut | None = Field(description="所问报修码填好的内容")


class CallerOut(Schema):
    name: str
    username: str
    organisation: str
    phone: str


class SystemOut(Schema):
    no: str
    name: str = Field(description="登记电话时填写的名称")


class CallIn(Strict):
    caller: Annotated[Line, StringConstraints(min_length=1, max_length=60)] = Field(description="来电人")
    item: Annotated[Line, StringConstraints(min_length=1)] = Field(
        description="系统的名称或其中几个字，须只对应一个"
    )
    title: Annotated[Line, StringConstraints(min_length=1)]
    phone: Annotated[Line, StringConstraints(max_length=40)] = ""
    severity: Annotated[Line, StringConstraints(max_length=60)] = ""
    minutes_ago: int | None = Field(None, ge=0, le=1440, description="几分钟前来电")
    kind: Literal["incident", "request", "question"] = "incident"
    description: Words = ""


class CodeOut(Schema):
    code: str
    item: str
    item_name: str
    place: str
    device: str
    open_to_all: bool
    address: str = Field(description="扫码打开的地址")
    created_at: datetime


class CodeIn(Strict):
    item: Line = Field(description="服务项序号")
    place: Line = ""
    device: Line = ""
    open_to_all: bool = Field(False, description="无需登录即可报修；由采购人决定")


class CodeChange(Strict):
    """Only what is to change is sent."""

    place: Line | None = None
    device: Line | None = None
    open_to_all: bool | None = Field(None, description="无需登录即可报修；打开由采购人决定")


@router.get(
    "/contracts/{slug}/reporting",
    response={200: ReportingOut, **REFUSALS},
    summary="报修须知：提示语、可报修的部分、报修码所指",
)
def reporting(request: HttpRequest, slug: Slug, code: CodeAsked = "") -> Any:
    """What the report form says and fills in beyond the items (for those see /items)."""
    must(request, "tickets:read")
    contract = contract_with(request, slug, *REPORTS)
    found = selectors.code_in_use(contract, code) if code else None
    scopes = selectors.scopes_of(contract)
    return Status(
        200,
        {
            "away": agreements.away_of(contract, clock.today()),
            "parts": [
                {"item": item.no, "scopes": scopes[item.pk]}
                for item in selectors.reportable_items(request.actor, contract)
                if item.pk in scopes
            ],
            "code": {"item": found.item.no, "place": found.place, "device": found.device} if found else None,
        },
    )


@router.get(
    "/contracts/{slug}/callers",
    response={200: list[CallerOut], **REFUSALS},
    summary="来电人，边输入边查；最多 50 位",
)
def callers(request: HttpRequest, slug: Slug, q: Line = "") -> Any:
    """People who may call, found by name, body or telephone."""
    must(request, "tickets:read")
    contract = contract_with(request, slug, *AT_THE_PHONE)
    rows = selectors.callers_of(contract, q).order_by("full_name", "pk")
    return Status(200, [caller_out(user) for user in rows[:_MOST]])


def caller_out(user: User) -> dict[str, str]:
    """One who may call, as the desk is shown them."""
    return {
        "name": str(user),
        "username": user.username,
        "organisation": str(user.organisation or ""),
        "phone": user.phone,
    }


@router.get(
    "/contracts/{slug}/systems",
    response={200: list[SystemOut], **REFUSALS},
    summary="可登记的系统，边输入边查；最多 50 个",
)
def systems(request: HttpRequest, slug: Slug, q: Line = "") -> Any:
    """Items found by a few characters of their number or name."""
    must(request, "tickets:read")
    contract = contract_with(request, slug, *AT_THE_PHONE)
    found = selectors.systems_of(request.actor, contract, q)
    return Status(200, [{"no": item.no, "name": name} for name, item in list(found.items())[:_MOST]])


@router.post("/contracts/{slug}/calls", response={201: TicketOut, **REFUSALS}, summary="登记来电报修")
def call(request: HttpRequest, slug: Slug, told: CallIn, key: Key = None) -> Any:
    """A report by telephone; its clocks run from the call."""
    must(request, "tickets:write")
    contract = contract_with(request, slug, *AT_THE_PHONE)

    def do() -> dict[str, Any]:
        made = services.note_call(actor=request.actor, contract=contract, **told.model_dump())
        return shown.whole(made, request.actor)

    asked = f"call {slug} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


def _code(request: HttpRequest, row: ReportCode) -> dict[str, Any]:
    return {
        "code": row.code,
        "item": row.item.no,
        "item_name": row.item.name,
        "place": row.place,
        "device": row.device,
        "open_to_all": row.open_to_all,
        "address": _address(request, row),
        "created_at": row.created_at,
    }


def _address(request: HttpRequest, row: ReportCode) -> str:
    return request.build_absolute_uri(reverse("desk:by_code", args=[row.code]))


def _puts_up(request: HttpRequest, slug: str) -> Contract:
    return contract_with(request, slug, *_PUTS_UP)


@router.get("/contracts/{slug}/codes", response={200: PageOf[CodeOut], **REFUSALS}, summary="报修码")
def codes(
    request: HttpRequest,
    slug: Slug,
    paging: Query[Paging],
) -> Any:
    """The codes in use, by item."""
    must(request, "settings:read")
    rows = selectors.codes_of(_puts_up(request, slug))

    def show(row: ReportCode) -> dict[str, Any]:
        return _code(request, row)

    return Status(200, paged(rows, **paging.model_dump(), show=show))


@router.post("/contracts/{slug}/codes", response={201: CodeOut, **REFUSALS}, summary="生成报修码")
def make_code(request: HttpRequest, slug: Slug, told: CodeIn, key: Key = None) -> Any:
    """A code for a device or a wall."""
    must(request, "settings:write")
    contract = _puts_up(request, slug)

    def do() -> dict[str, Any]:
        said = told.model_dump()
        item = item_at_hand(request.actor, contract, said.pop("item"))
        return _code(request, ways_in.make_code(actor=request.actor, item=item, **said))

    asked = f"code {slug} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.patch(
    "/contracts/{slug}/codes/{report_code}",
    response={200: CodeOut, **REFUSALS},
    summary="修改报修码的地点、设备、是否无需登录；只传要改的，贴出的码不变",
)
def edit_code(request: HttpRequest, slug: Slug, report_code: Code, told: CodeChange) -> Any:
    """Say anew where a code hangs and who may report by it; its print stays good."""
    must(request, "settings:write")
    row = selectors.code_in_use(_puts_up(request, slug), report_code)
    known = {name: getattr(row, name) for name in ("place", "device", "open_to_all")}
    said = {**known, **told.model_dump(exclude_none=True)}
    return Status(200, _code(request, ways_in.change_code(actor=request.actor, code=row, **said)))


@router.get(
    "/contracts/{slug}/codes/{report_code}/image",
    response=REFUSALS,
    openapi_extra=SVG,
    summary="报修码的图片（SVG）",
)
def code_image(request: HttpRequest, slug: Slug, report_code: Code) -> Any:
    """The code to print."""
    must(request, "settings:read")
    found = selectors.code_for(_puts_up(request, slug), report_code)
    return HttpResponse(ways_in.code_image(_address(request, found)), content_type="image/svg+xml")
