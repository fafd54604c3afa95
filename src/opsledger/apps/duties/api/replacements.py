"""Another person for a post, for programs: whose consent it takes, the request, the answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.api.doing import INSIDERS, READ, WRITE, doing_once, open_contract
from opsledger.apps.duties.api.shown import name_of
from opsledger.apps.duties.api.staff import member_today
from opsledger.apps.duties.api.staff_schemas import (
    ConsentOut,
    ReplacementDecideIn,
    ReplacementIn,
    ReplacementOut,
)
from opsledger.apps.duties.models import Replacement
from opsledger.core.terms import Party
from opsledger.kernel import access
from opsledger.kernel.access import Actor
from opsledger.kernel.wire import REFUSALS, Id, Key, PageOf, Paging, Slug, paged

router = Router(tags=["staff"])
_AT = "/contracts/{slug}/replacements"
_ANSWERS = (access.BUYER, access.UNIT, access.SUPERVISOR, access.MANAGER)
_NAMED = (
    "name", "qualification", "qualification_until", "from_on", "reason", "state", "clause", "answers", "answer_by",
    "after", "requested_at", "decided_at", "answer",
)  # fmt: skip


def _row(row: Replacement, actor: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "member": row.leaving_id,
        "leaving": row.leaving.name,
        "role": row.leaving.role,
        "state_word": row.get_state_display(),
        "parties": list(row.parties),
        "requested_by": name_of(row.requested_by),
        "decided_by": name_of(row.decided_by),
        "mine": services.speaks_for(actor, row) is not None,
        **{name: getattr(row, name) for name in _NAMED},
    }


def _again(request: HttpRequest, row: Replacement) -> dict[str, Any]:
    return _row(selectors.replacement_for(request.actor, row.contract, row.pk), request.actor)


@router.get(
    "/contracts/{slug}/staff/{member_id}/consent",
    response={200: ConsentOut, **REFUSALS},
    summary="更换这名人员须先经谁同意、告知谁",
)
def consent(request: HttpRequest, slug: Slug, member_id: Id) -> Any:
    """What the contract wants before this person is replaced; where it says nothing the buyer is asked."""
    demand = services.demand_on(member_today(request, slug, member_id, READ))
    parties = demand.parties if demand else {Party.BUYER}
    told = demand.told if demand else set()
    return Status(
        200,
        {
            "written": bool(demand and demand.written),
            "parties": [str(one) for one in Party if one in parties],
            "told": [str(one) for one in Party if one in told],
            "clauses": list(demand.clauses) if demand else [],
        },
    )


@router.post(
    "/contracts/{slug}/staff/{member_id}/replacements",
    response={201: ReplacementOut, **REFUSALS},
    summary="申请更换人员",
)
def ask(request: HttpRequest, slug: Slug, member_id: Id, told: ReplacementIn, key: Key = None) -> Any:
    """Ask for another person on the post; until the consent it stays as it is."""
    member = member_today(request, slug, member_id, WRITE)

    def do() -> dict[str, Any]:
        said = told.model_dump(exclude={"answer_by", "after"})
        made = services.request_replacement(
            actor=request.actor, member=member, said=said, answer_by=told.answer_by, after=told.after
        )
        return _again(request, made)

    return doing_once(request, key, f"replace {slug} {member_id} {told.model_dump_json()}", do, 201)


@router.get(_AT, response={200: PageOf[ReplacementOut], **REFUSALS}, summary="更换人员的申请，新的在前")
def replacements(request: HttpRequest, slug: Slug, asked: Query[Paging]) -> Any:
    """The requests for other people on posts."""
    contract = open_contract(request, slug, READ, *INSIDERS)
    page = paged(
        selectors.all_replacements(contract),
        limit=asked.limit,
        offset=asked.offset,
        count=asked.count,
        show=lambda row: _row(row, request.actor),
    )
    return Status(200, page)


@router.get(_AT + "/{replacement_id}", response={200: ReplacementOut, **REFUSALS}, summary="一份更换申请")
def replacement(request: HttpRequest, slug: Slug, replacement_id: Id) -> Any:
    """One request, for those whose consent the contract wants."""
    contract = open_contract(request, slug, READ, *_ANSWERS)
    return Status(
        200, _row(selectors.replacement_for(request.actor, contract, replacement_id), request.actor)
    )


@router.post(
    _AT + "/{replacement_id}/answer",
    response={200: ReplacementOut, **REFUSALS},
    summary="同意或不同意更换",
)
def answer(
    request: HttpRequest, slug: Slug, replacement_id: Id, told: ReplacementDecideIn, key: Key = None
) -> Any:
    """One party's answer; when all have agreed the successor takes the post on the day asked."""
    contract = open_contract(request, slug, WRITE, *_ANSWERS)
    row = selectors.replacement_for(request.actor, contract, replacement_id)

    def do() -> dict[str, Any]:
        services.decide_replacement(actor=request.actor, replacement=row, **told.model_dump())
        return _again(request, row)

    return doing_once(request, key, f"replacement {slug} {replacement_id} {told.model_dump_json()}", do)
