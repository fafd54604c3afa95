"""Periods and sheets with every figure and clause, and what people have added to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.assessment import selectors, services
from opsledger.apps.assessment.basis import Basis, basis_of
from opsledger.apps.assessment.models import Assessment, FactExclusion, ManualRow, Objection
from opsledger.apps.assessment.policies import READERS
from opsledger.apps.assessment.services.signing import PARTIES
from opsledger.apps.assessment.states import STATES
from opsledger.apps.contracts.selectors import contract_for
from opsledger.kernel import clock
from opsledger.kernel.wire import REFUSALS, Slug, must

router = Router(tags=["assessment"])
PeriodId = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]+$", max_length=20)]


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


class EditionOut(Schema):
    number: int
    signed_at: datetime
    digest: str
    reason: str = Field(description="更正理由")
    difference: list[Any] = Field(description="与上一版的差异")


class ManualOut(Schema):
    """Something entered by hand; a withdrawn row stays."""

    id: int
    indicator: str
    points: str | None
    kind: str
    happened_on: date | None
    measure: str | None
    item: str | None
    assessor: str
    reason: str
    by: str | None
    at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str


class ClaimOut(Schema):
    """A ground asked for, or an objection raised, with its decision."""

    id: int
    fact: str
    title: str
    ground: str = Field(description="免责情形；异议为空")
    reason: str
    state: str
    state_word: str
    by: str | None
    at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: str


class SignatureOut(Schema):
    party: str
    party_word: str
    name: str
    note: str
    signed_at: datetime


class RecordOut(Schema):
    """What people have added to a sheet, and what one may do now."""

    period: str
    state: str
    state_word: str
    version: int
    edition: int
    issued_at: datetime | None
    objections_until: date | None
    signed_at: datetime | None
    allowed: list[str] = Field(description="本人现在可以办理的；签发、签署、撤回、更正只在页面上办")
    rows: list[ManualOut]
    exclusions: list[ClaimOut]
    objections: list[ClaimOut]
    signatures: list[SignatureOut]
    editions: list[EditionOut]


def open_basis(request: HttpRequest, slug: str) -> Basis:
    """What the contract is assessed by, with every period open, for those who may read it; 404 without a scheme."""
    contract = contract_for(request.actor, slug)
    request.actor.must(contract.pk, *READERS)
    found = basis_of(contract)
    if found is None:
        raise Http404
    services.open_periods(contract=contract, basis=found)
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
            for line in selectors.overview(open_basis(request, slug), at=clock.now())
        ],
    )


@router.get(
    "/contracts/{slug}/assessments/{period}",
    response={200: SheetOut, **REFUSALS},
    summary="一期考核表的全部内容；edition 为已签署的某一版",
)
def sheet(
    request: HttpRequest,
    slug: Slug,
    period: PeriodId,
    edition: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> Any:
    """The sheet of one period: as issued or signed, else worked out as known now."""
    must(request, "assessment:read")
    basis = open_basis(request, slug)
    row = selectors.assessment_for(basis.contract, period)
    told = selectors.sheet_or_edition(basis, row, edition=edition, at=clock.now())
    state = row.state if edition is None else "signed"
    return Status(200, {"period": row.period_id, "state": state, "sheet": told})


@router.get(
    "/contracts/{slug}/assessments/{period}/record",
    response={200: RecordOut, **REFUSALS},
    summary="一期考核的填报、免责、异议、签署和版次，及本人现在可办的",
)
def record(request: HttpRequest, slug: Slug, period: PeriodId) -> Any:
    """What people have added to the sheet of one period."""
    must(request, "assessment:read")
    basis = open_basis(request, slug)
    return record_told(request, selectors.assessment_for(basis.contract, period))


def record_told(request: HttpRequest, row: Assessment) -> dict[str, Any]:
    """What stands beside a sheet, as it goes over the wire."""
    names = "state version edition issued_at objections_until signed_at"
    return {
        "period": row.period_id,
        **{name: getattr(row, name) for name in names.split()},
        "state_word": STATES[row.state],
        "allowed": sorted(selectors.open_acts(request.actor.roles(row.contract_id), row)),
        "rows": [_manual(one) for one in selectors.manual_rows_of(row)],
        "exclusions": [_exclusion(one) for one in selectors.exclusions_of(row)],
        "objections": [_objection(one) for one in selectors.objections_of(row)],
        "signatures": [
            {
                "party": one.party,
                "party_word": PARTIES.get(one.party, one.party),
                **{name: getattr(one, name) for name in ("name", "note", "signed_at")},
            }
            for one in row.signatures.filter(edition=row.edition)
        ],
        "editions": [
            {name: getattr(one, name) for name in ("number", "signed_at", "digest", "reason", "difference")}
            for one in row.editions.all()
        ],
    }


def _manual(row: ManualRow) -> dict[str, Any]:
    names = "kind happened_on reason withdrawn_at withdrawn_reason"
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names.split()},
        "indicator": row.indicator_id,
        "assessor": row.assessor_id,
        "points": None if row.points is None else str(row.points),
        "measure": None if row.measure is None else str(row.measure),
        "item": row.item.no if row.item else None,
        "by": str(row.by) if row.by else None,
        "at": row.created_at,
    }


def _claim(row: FactExclusion | Objection) -> dict[str, Any]:
    return {
        "id": row.pk,
        "fact": row.fact_id,
        "title": row.fact_title,
        "state": row.state,
        "state_word": row.get_state_display(),
        "decided_by": str(row.decided_by) if row.decided_by else None,
        "decided_at": row.decided_at,
        "decision": row.decision_note,
    }


def _exclusion(row: FactExclusion) -> dict[str, Any]:
    by = str(row.asked_by) if row.asked_by else None
    return {**_claim(row), "ground": row.reason, "reason": row.note, "by": by, "at": row.asked_at}


def _objection(row: Objection) -> dict[str, Any]:
    by = str(row.raised_by) if row.raised_by else None
    return {**_claim(row), "ground": "", "reason": row.reason, "by": by, "at": row.raised_at}
