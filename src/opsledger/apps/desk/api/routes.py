"""Addresses of the desk under /api/v1."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import File, Path, Query, Router, Status
from ninja.files import UploadedFile

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_at_hand, item_at_hand, items_for, severity_sets_of
from opsledger.apps.desk import columns, selectors, services
from opsledger.apps.desk.api import shown
from opsledger.apps.desk.api.acting import act_by_name
from opsledger.apps.desk.api.schemas import (
    ActIn,
    CountsOut,
    ItemOut,
    NoteIn,
    ReportIn,
    TicketOut,
    TicketRow,
    TicketsAsked,
)
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.apps.desk.selectors import narrowing
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor
from opsledger.kernel.wire import REFUSALS, Key, Number, PageOf, Slug, paged

router = Router(tags=["tickets"])


def find(request: HttpRequest, slug: str, number: str) -> tuple[Contract, Ticket]:
    contract = contract_at_hand(request.actor, slug)
    return contract, selectors.ticket_for(request.actor, contract, number)


def contract_with(request: HttpRequest, slug: str, *roles: str) -> Contract:
    """The contract at hand, for those who hold one of the roles on it."""
    contract = contract_at_hand(request.actor, slug)
    request.actor.must(contract.pk, *roles)
    return contract


@router.get(
    "/contracts/{slug}/items", response={200: list[ItemOut], **REFUSALS}, summary="可报修的服务项及其等级"
)
def items(request: HttpRequest, slug: Slug) -> Any:
    """The items on which a report can be made, with their levels."""
    must(request, "tickets:read")
    contract = contract_at_hand(request.actor, slug)
    return Status(
        200,
        [
            {
                "no": item.no,
                "name": item.name,
                "unit": item.unit.name if item.unit else None,
                "severities": [
                    {"kind": kind, "word": level.word, "definition": level.definition, "rank": level.rank}
                    for kind, levels in severity_sets_of(item).items()
                    for level in levels
                ],
            }
            for item in items_for(request.actor, contract)
        ],
    )


@router.get("/contracts/{slug}/counts", response={200: CountsOut, **REFUSALS}, summary="各类待办的张数")
def counts(request: HttpRequest, slug: Slug) -> Any:
    """How many tickets wait for what."""
    must(request, "tickets:read")
    contract = contract_at_hand(request.actor, slug)
    return Status(200, selectors.open_counts(request.actor, contract, clock.now()))


@router.get(
    "/contracts/{slug}/tickets",
    response={200: PageOf[TicketRow], **REFUSALS},
    summary="工单列表，新的在前；state=open 为未办结，hand 为处理中",
)
def tickets(request: HttpRequest, slug: Slug, asked: Query[TicketsAsked]) -> Any:
    """Tickets, the newest first; `state=open` gives those that are not over."""
    must(request, "tickets:read")
    contract = contract_at_hand(request.actor, slug)
    rows = _narrowed(request.actor, contract, asked)
    if asked.q:
        rows = rows.filter(selectors.found_by(request.actor, contract, asked.q))
    found = rows.order_by(*(columns.order_by(asked.sort) or ()), "-id")
    show = partial(shown.row, actor=request.actor)
    return Status(200, paged(found, limit=asked.limit, offset=asked.offset, count=asked.count, show=show))


def _narrowed(actor: Actor, contract: Contract, asked: TicketsAsked) -> QuerySet[Ticket]:
    """The tickets that fit every choice; call-backs only for those who look after them."""
    rows = selectors.rows_for(actor, contract)
    plain = {
        "kind": asked.kind,
        "item__no": asked.item,
        "severity": asked.severity,
        "unit__name": asked.unit,
        "line": asked.line,
        "source": asked.source,
        "fault": asked.fault,
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    rows = rows.filter(narrowing.REPORTED.select(asked.reported_from, asked.reported_to))
    if asked.tag:
        rows = rows.filter(selectors.tagged(contract.pk, asked.tag))
    if asked.parent:
        rows = rows.filter(selectors.under(actor, contract.pk, asked.parent))
    if asked.assignee:
        rows = rows.filter(narrowing.with_person(asked.assignee))
    if asked.state:
        rows = rows.filter(Q(over__in=NOT_OVER) if asked.state == "open" else narrowing.in_state(asked.state))
    if asked.callback:
        actor.must(contract.pk, *narrowing.CALLERS_BACK)
        rows = rows.filter(narrowing.called_back(asked.callback))
    for limit in filter(None, ("late" if asked.overdue else "", asked.due)):
        rows = rows.filter(narrowing.by_limit(limit, clock.now()))
    return rows.filter(assignee_id=actor.user_id) if asked.mine else rows


@router.post(
    "/contracts/{slug}/tickets",
    response={201: TicketOut, **REFUSALS},
    summary="报修、提请求、咨询，或起草变更、登记问题",
)
def report(request: HttpRequest, slug: Slug, told: ReportIn, key: Key = None) -> Any:
    """Report a fault, ask for something, or ask a question."""
    must(request, "tickets:write")
    contract = contract_at_hand(request.actor, slug)

    def do() -> dict[str, Any]:
        said = told.model_dump(exclude={"item", "code"})
        code = selectors.code_in_use(contract, told.code) if told.code else None
        if code:
            said |= {"place": code.place, "device": code.device}
        made = services.report_ticket(
            actor=request.actor,
            item=item_at_hand(request.actor, contract, told.item),
            reporter=request.user,
            source=Ticket.Source.QR if code else Ticket.Source.API,
            **said,
        )
        return shown.whole(made, request.actor)

    asked = f"report {slug} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.get(
    "/contracts/{slug}/tickets/{number}",
    response={200: TicketOut, 304: None, **REFUSALS},
    summary="一张工单的全部内容；支持 If-None-Match",
)
def ticket(request: HttpRequest, response: HttpResponse, slug: Slug, number: Number) -> Any:
    """One ticket.  The ETag changes with every act and every note."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    tag = _tag(found)
    response["ETag"] = tag
    if request.headers.get("If-None-Match") == tag:
        return Status(304, None)
    return Status(200, shown.whole(found, request.actor))


def _tag(found: Ticket) -> str:
    return f'W/"{found.version}.{found.updated_at.timestamp():.6f}"'


@router.post(
    "/contracts/{slug}/tickets/{number}/notes",
    response={201: TicketOut, **REFUSALS},
    summary="补充说明；private 仅服务商可见",
)
def note(request: HttpRequest, slug: Slug, number: Number, told: NoteIn, key: Key = None) -> Any:
    """Say something on a ticket."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> dict[str, Any]:
        if told.children and told.private:
            raise DomainError("ticket.children_private")
        services.add_note(actor=request.actor, ticket=found, note=told.note, private=told.private)
        if told.children:
            services.tell_children(actor=request.actor, ticket=found, note=told.note)
        return shown.whole(found, request.actor)

    asked = f"note {slug} {number} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.post(
    "/contracts/{slug}/tickets/{number}/files", response={201: TicketOut, **REFUSALS}, summary="上传一个附件"
)
def attach(
    request: HttpRequest, slug: Slug, number: Number, file: File[UploadedFile], key: Key = None
) -> Any:
    """Attach one file."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)

    def do() -> dict[str, Any]:
        services.attach(actor=request.actor, ticket=found, files=[file])
        return shown.whole(found, request.actor)

    digest = sha256(file.read()).hexdigest()
    file.seek(0)
    asked = f"file {slug} {number} {file.name} {digest}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.post(
    "/contracts/{slug}/tickets/{number}/acts/{action}",
    response={200: TicketOut, **REFUSALS},
    summary="办理一个操作（派单、接单、到场、挂起、办结、确认、评价等）；支持 version 或 If-Match",
)
def act(
    request: HttpRequest,
    slug: Slug,
    number: Number,
    action: Annotated[str, Path(pattern=r"^[a-z_]+$", max_length=24)],
    told: ActIn,
    key: Key = None,
) -> Any:
    """Take one action of the ticket's table: accept, arrive, resolve, confirm, and the others.

    `version` (or `If-Match` with the ETag) makes sure that nobody was quicker.
    """
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    wanted = request.headers.get("If-Match")
    if wanted and wanted != "*" and wanted != _tag(found):
        raise DomainError("api.etag_mismatch")

    def do() -> dict[str, Any]:
        act_by_name(request.actor, found, action, told.model_dump(exclude_none=True))
        return shown.whole(selectors.ticket_for(request.actor, found.contract, number), request.actor)

    asked = f"act {slug} {number} {action} {told.model_dump_json()}"
    return Status(200, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.get("/my/work", response={200: list[TicketRow], **REFUSALS}, summary="我手上的工单，先到期的在前")
def work(request: HttpRequest, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Any:
    """What is in one's own hands, over all contracts, those due first on top."""
    must(request, "tickets:read")
    return Status(
        200, [shown.row(found, request.actor) for found in selectors.my_work(request.actor)[:limit]]
    )
