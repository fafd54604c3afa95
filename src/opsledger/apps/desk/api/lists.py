"""Working with many: one act on many tickets, lists under a name, the columns one wants to see."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.apps.desk import columns, policies, selectors
from opsledger.apps.desk.api.acting import engineer, service_item
from opsledger.apps.desk.api.routes import contract_with
from opsledger.apps.desk.models import SavedFilter
from opsledger.apps.desk.services.bulk import ACTS, MAX_TICKETS, Order, Outcome, run_bulk
from opsledger.apps.desk.services.habits import choose_columns, drop_filter, keep_filter
from opsledger.core.errors import DomainError
from opsledger.kernel import access, errors
from opsledger.kernel.wire import REFUSALS, Id, Key, Line, Slug, Strict, Words

router = Router(tags=["lists"])
_BULK = (access.MANAGER, access.ENGINEER, access.UNIT, access.BUYER)
TicketNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]+$", max_length=20)]
ColumnKey = Annotated[str, StringConstraints(pattern=r"^[a-z]+$", max_length=20)]


class BulkIn(Strict):
    numbers: list[TicketNumber] = Field(min_length=1, max_length=MAX_TICKETS, description="工单编号")
    act: Literal["dispatch", "note", "confirm", "severity", "item", "tag", "parent"]
    assignee: Line | None = Field(None, description="处理人的用户名；派单或转派时填写")
    severity: Line = Field("", description="调整级别时填写；改系统而等级不同时也填写")
    item: Line = Field("", max_length=20, description="改系统时填写：新的服务项序号")
    words: Words = Field("", description="说明、理由，或要加的标签")
    parent: TicketNumber | None = Field(None, description="主工单编号；挂到主工单时填写")


class OutcomeOut(Schema):
    """What became of one ticket, or would; `why` says it where nothing did."""

    number: str
    title: str
    done: bool
    why: str


class BulkOut(Schema):
    word: str
    preview: bool
    done: int
    outcomes: list[OutcomeOut]


class FilterOut(Schema):
    id: int
    name: str
    query: str = Field(description="列表地址中的参数，如 state=open&due=late")
    shared: bool
    mine: bool
    by: str


class FilterIn(Strict):
    name: Annotated[Line, StringConstraints(min_length=1, max_length=40)]
    query: Words = Field("", max_length=500)
    shared: bool = Field(False, description="合同内共用")


class ColumnChoiceOut(Schema):
    key: str
    label: str
    shown: bool


class ColumnsIn(Strict):
    keys: list[ColumnKey] = Field(max_length=40, description="要显示的列；空列表恢复默认")


def _bulk(request: HttpRequest, contract: Contract, told: BulkIn, *, preview: bool) -> dict[str, Any]:
    order = Order(
        act=told.act,
        assignee=engineer(contract.pk, told.assignee) if told.assignee else None,
        severity=told.severity,
        item=service_item(request.actor, contract, told.item) if told.item else None,
        words=told.parent or told.words.strip(),
        parent=selectors.ticket_or_none(request.actor, contract, told.parent) if told.parent else None,
    )
    rows = selectors.tickets_for(request.actor, contract).filter(number__in=told.numbers)
    outcomes = run_bulk(actor=request.actor, tickets=rows.order_by("number"), order=order, preview=preview)
    return {
        "word": ACTS[told.act],
        "preview": preview,
        "done": sum(outcome.done for outcome in outcomes),
        "outcomes": _outcomes(told.numbers, outcomes),
    }


def _outcomes(numbers: list[str], outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """Each number once, in the order asked; one that is hidden or missing says so."""
    found = {one.ticket.number: one for one in outcomes}
    rows = []
    for number in dict.fromkeys(numbers):
        one = found.get(number)
        why = one.why if one else errors.sentence(DomainError("ticket.unknown_number", number=number))
        title = one.ticket.title if one else ""
        rows.append({"number": number, "title": title, "done": bool(one and one.done), "why": why})
    return rows


@router.post(
    "/contracts/{slug}/bulk/preview", response={200: BulkOut, **REFUSALS}, summary="批量操作的预览，不作改动"
)
def bulk_preview(request: HttpRequest, slug: Slug, told: BulkIn) -> Any:
    """What the act would do to each ticket: tried and taken back."""
    must(request, "tickets:write")
    contract = contract_with(request, slug, *_BULK)
    return Status(200, _bulk(request, contract, told, preview=True))


@router.post(
    "/contracts/{slug}/bulk",
    response={200: BulkOut, **REFUSALS},
    summary="批量派单、补充、确认、调整级别、改系统、加标签、挂到主工单",
)
def bulk(request: HttpRequest, slug: Slug, told: BulkIn, key: Key = None) -> Any:
    """The act on each ticket by itself: what one refuses does not hold up the others."""
    must(request, "tickets:write")
    contract = contract_with(request, slug, *_BULK)
    asked = f"bulk {slug} {told.model_dump_json()}"

    def do() -> dict[str, Any]:
        return _bulk(request, contract, told, preview=False)

    return Status(200, once(user_id=request.user.pk, key=key, asked=asked, do=do))


def _filter(request: HttpRequest, row: SavedFilter) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "query": row.query,
        "shared": row.shared,
        "mine": row.user_id == request.actor.user_id,
        "by": str(row.user),
    }


@router.get(
    "/contracts/{slug}/filters",
    response={200: list[FilterOut], **REFUSALS},
    summary="保存的筛选：本人的在前，其后是他人共用的",
)
def filters(request: HttpRequest, slug: Slug) -> Any:
    """One's own lists under a name, and those that others share on the contract."""
    must(request, "tickets:read")
    contract = contract_at_hand(request.actor, slug)
    return Status(200, [_filter(request, row) for row in selectors.saved_filters(request.actor, contract)])


@router.post(
    "/contracts/{slug}/filters",
    response={201: FilterOut, **REFUSALS},
    summary="保存筛选；同名的以新的为准",
)
def save_filter(request: HttpRequest, slug: Slug, told: FilterIn, key: Key = None) -> Any:
    """Keep a list under a name, for oneself or for all on the contract."""
    must(request, "tickets:write")
    contract = contract_at_hand(request.actor, slug)

    def do() -> dict[str, Any]:
        kept = keep_filter(actor=request.actor, contract=contract, **told.model_dump())
        kept.user = request.user
        return _filter(request, kept)

    asked = f"filter {slug} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.delete(
    "/contracts/{slug}/filters/{filter_id}", response={204: None, **REFUSALS}, summary="删除本人保存的筛选"
)
def forget_filter(request: HttpRequest, slug: Slug, filter_id: Id) -> Any:
    """Forget one of one's own lists; what another shares is theirs to forget."""
    must(request, "tickets:write")
    contract = contract_at_hand(request.actor, slug)
    known = {row.pk: row for row in selectors.saved_filters(request.actor, contract)}
    if filter_id not in known:
        raise Http404
    if known[filter_id].user_id != request.actor.user_id:
        raise DomainError("access.denied")
    drop_filter(actor=request.actor, contract=contract, name=known[filter_id].name)
    return Status(204, None)


def _columns(request: HttpRequest) -> list[dict[str, Any]]:
    hours = any(policies.sees_work(request.actor, one) for one in request.actor.contracts())
    chosen = selectors.chosen_columns(request.actor, columns.LIST)
    there = columns.columns_of(chosen, pick=False, hours=hours)
    return [
        {"key": one.key, "label": one.label, "shown": on} for one, on in columns.choices(there, hours=hours)
    ]


@router.get(
    "/my/columns", response={200: list[ColumnChoiceOut], **REFUSALS}, summary="工单列表的列，及本人选了哪些"
)
def my_columns(request: HttpRequest) -> Any:
    """Every column that the list of tickets can have, and whether one sees it."""
    must(request, "tickets:read")
    return Status(200, _columns(request))


@router.put("/my/columns", response={200: list[ColumnChoiceOut], **REFUSALS}, summary="选择工单列表的列")
def set_columns(request: HttpRequest, told: ColumnsIn) -> Any:
    """Choose the columns; none brings the usual ones back."""
    must(request, "tickets:write")
    known = columns.known_columns(told.keys) if told.keys else []
    unknown = sorted(set(told.keys) - {row["key"] for row in _columns(request)})
    if unknown:
        raise DomainError("columns.unknown", keys="、".join(unknown))
    choose_columns(actor=request.actor, list_name=columns.LIST, keys=known)
    return Status(200, _columns(request))
