"""Scores and money for programs, to read; the figures are those of the screens."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.tokens import must
from opsledger.apps.assessment import selectors
from opsledger.apps.assessment.basis import Basis, basis_of
from opsledger.apps.assessment.policies import READERS
from opsledger.apps.assessment.states import STATES
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.kernel import clock
from opsledger.kernel.wire import REFUSALS, Slug

router = Router(tags=["assessment"])


class PeriodOut(Schema):
    """One period; figures are exact decimals as text, empty where nothing hangs on them."""

    id: str
    kind: str
    title: str
    starts_on: date
    ends_on: date
    state: str
    state_word: str
    score: str
    band: str
    deduction_cny: str | None
    payable_cny: str | None
    begun: bool
    settled: bool = Field(description="已出表或已签字；否则为截至现在的试算")


class SheetOut(Schema):
    """The whole sheet of a period, with its categories, lines and trace, as on the page."""

    period: str
    state: str
    sheet: dict[str, Any]


def _basis(request: HttpRequest, slug: str) -> Basis:
    contract = contract_at_hand(request.actor, slug)
    request.actor.must(contract.pk, *READERS)
    found = basis_of(contract)
    if found is None:
        raise Http404
    return found


@router.get(
    "/contracts/{slug}/assessments",
    response={200: list[PeriodOut], **REFUSALS},
    summary="各考核期的得分与金额",
)
def periods(request: HttpRequest, slug: Slug) -> Any:
    """Every period with its score and money."""
    must(request, "assessment:read")
    return Status(
        200,
        [
            {
                "id": line.assessment.period_id,
                "kind": line.assessment.kind,
                "title": line.assessment.title,
                "starts_on": line.assessment.starts_on,
                "ends_on": line.assessment.ends_on,
                "state": line.assessment.state,
                "state_word": STATES[line.assessment.state],
                "score": str(line.score),
                "band": line.band_title,
                "deduction_cny": None if line.deduction is None else str(line.deduction),
                "payable_cny": None if line.payable is None else str(line.payable),
                "begun": line.begun,
                "settled": line.settled,
            }
            for line in selectors.overview(_basis(request, slug), at=clock.now())
        ],
    )


@router.get(
    "/contracts/{slug}/assessments/{period}",
    response={200: SheetOut, **REFUSALS},
    summary="一期考核表的全部内容",
)
def sheet(
    request: HttpRequest, slug: Slug, period: Annotated[str, Path(pattern=r"^[0-9A-Za-z-]+$", max_length=20)]
) -> Any:
    """The sheet of one period: as issued or signed, else worked out as known now."""
    must(request, "assessment:read")
    basis = _basis(request, slug)
    row = selectors.assessment_for(basis.contract, period)
    told = selectors.sheet_for(basis, row, at=clock.now())
    return Status(200, {"period": row.period_id, "state": row.state, "sheet": told})
