"""Obligations for programs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from opsledger.apps.duties.api import shown
from opsledger.apps.duties.api.doing import INSIDERS, READ, open_contract
from opsledger.apps.duties.api.schemas import ObligationOut, ObligationRow
from opsledger.apps.duties.selectors import obligations as selectors
from opsledger.kernel import clock
from opsledger.kernel.wire import REFUSALS, Id, Line, PageOf, Paging, Slug, paged

router = Router(tags=["duties"])
_SEARCHED = ("title", "item__name", "term__clause", "term__summary")


class ObligationQuery(Paging):
    """Which obligations; everything left out asks nothing."""

    kind: Line = Field("", max_length=20)
    item: Line = Field("", max_length=20)
    status: Line = Field("", max_length=12, description="active、gap，或 missed、late（有漏做、有逾期）")
    q: Line = Field("", max_length=100, description="标题、服务项、条款中的字")


@router.get(
    "/contracts/{slug}/obligations",
    response={200: PageOf[ObligationRow], **REFUSALS},
    summary="合同义务及履行情况",
)
def obligations(request: HttpRequest, slug: Slug, told: Query[ObligationQuery]) -> Any:
    """The live obligations of a contract, each with what became of it."""
    contract = open_contract(request, slug, READ, *INSIDERS)
    rows = selectors.obligations_with_history(request.actor, contract, clock.now())
    for name, value in (("kind", told.kind), ("item__no", told.item)):
        if value:
            rows = rows.filter(**{name: value})
    if told.status:
        rows = rows.filter(selectors.of_status(told.status))
    if told.q:
        rows = rows.filter(Q(*((f"{field}__icontains", told.q) for field in _SEARCHED), _connector=Q.OR))
    rows = rows.order_by("item__position", "kind", "id")
    page = paged(rows, limit=told.limit, offset=told.offset, count=told.count, show=shown.obligation)
    return Status(200, page)


@router.get(
    "/contracts/{slug}/obligations/{obligation_id}",
    response={200: ObligationOut, **REFUSALS},
    summary="一项义务：条款、佐证要求、责任人、约定经过",
)
def obligation(request: HttpRequest, slug: Slug, obligation_id: Id) -> Any:
    """One obligation; its due windows are the occurrences with `obligation=`."""
    contract = open_contract(request, slug, READ, *INSIDERS)
    row = selectors.obligation_for(request.actor, contract, obligation_id, clock.now())
    return Status(200, shown.whole_obligation(row))
