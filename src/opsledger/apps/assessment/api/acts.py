"""What people add to a sheet: values entered by hand, grounds for not counting a fact, objections, decisions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Path, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import AfterValidator, Field

from opsledger.apps.accounts.once import once_for
from opsledger.apps.assessment import selectors, services
from opsledger.apps.assessment.api.sheets import PeriodId, RecordOut, open_basis, record_told
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.contracts.selectors import item_at_hand
from opsledger.kernel import uploads
from opsledger.kernel.wire import REFUSALS, Day, Id, Key, Slug, Strict, Text, must, printable

router = Router(tags=["assessment"])
_AT = "/contracts/{slug}/assessments/{period}"
FactId = Annotated[str, Path(min_length=1, max_length=80), AfterValidator(printable)]
Reason = Annotated[Text, Field(min_length=1, max_length=500)]
Seen = Annotated[int | None, Field(ge=0, le=2_000_000_000, description="所见的版本；不同则拒绝")]


class FillableOut(Schema):
    """A row of the sheet that may be filled by hand: with points, or with a fact of one of its kinds."""

    indicator: str
    title: str
    clause: str
    kind: str = Field(description="事实类别；空为直接评分")
    word: str
    limit: str | None = Field(description="评分的上限；不限为空")
    needs_measure: bool = Field(description="是否按数值扣分，须填 measure")


class AssessorOut(Schema):
    id: str
    title: str


class FillablesOut(Schema):
    rows: list[FillableOut]
    assessors: list[AssessorOut] = Field(description="由几方分别评分时的评分方")
    grounds: list[str] = Field(description="可申请免责的情形")


class RowIn(Strict):
    """Points on a row, or (with `kind`) a fact on a day."""

    indicator: Text = Field(min_length=1, max_length=60)
    kind: Text = Field("", max_length=40, description="事实类别；直接评分不填")
    points: Decimal | None = Field(None, ge=0, max_digits=7, decimal_places=2)
    assessor: Text = Field("", max_length=60)
    happened_on: Day | None = None
    measure: Decimal | None = Field(None, ge=0, max_digits=12, decimal_places=3)
    item: Text = Field("", max_length=20, description="事实所在的服务项序号")
    reason: Reason
    version: Seen = None


class ReasonIn(Strict):
    reason: Reason
    version: Seen = None


class GroundIn(Strict):
    ground: Text = Field(min_length=1, max_length=100, description="免责情形，见可填内容")
    explanation: Reason
    version: Seen = None


class VerdictIn(Strict):
    yes: bool = Field(description="批准，或异议成立")
    reason: Text = Field("", max_length=500, description="不批准、裁定须写明理由")
    version: Seen = None


def _open(request: HttpRequest, slug: str, period: str, version: int | None = None) -> Assessment:
    """The period's assessment, as the caller saw it: a stale version is refused by the write."""
    basis = open_basis(request, slug)
    found = selectors.assessment_for(basis.contract, period)
    if version is not None:
        found.version = version
    return found


def _doing(
    request: HttpRequest, slug: str, period: str, key: str | None, told: Schema, do: Callable[[], object]
) -> dict[str, Any]:
    """Do it once under the key; the answer is what people have added to the sheet by then."""

    def run() -> dict[str, Any]:
        do()
        return record_told(request, _open(request, slug, period))

    return once_for(request, key, told, run)


@router.get(
    _AT + "/choices",
    response={200: FillablesOut, **REFUSALS},
    summary="哪些行可以人工填报，各按什么填；免责情形",
)
def choices(request: HttpRequest, slug: Slug, period: PeriodId) -> Any:
    """What may be entered by hand on a sheet."""
    must(request, "assessment:read")
    basis = open_basis(request, slug)
    selectors.assessment_for(basis.contract, period)
    return {
        "rows": [
            {
                "indicator": one.indicator.id,
                "title": one.indicator.title,
                "clause": one.indicator.clause,
                "kind": one.kind,
                "word": one.word,
                "limit": None if one.limit is None else str(one.limit),
                "needs_measure": one.needs_measure,
            }
            for one in selectors.fillable(basis)
        ],
        "assessors": [{"id": one.id, "title": one.title} for one in basis.scheme.assessors],
        "grounds": list(services.grounds_of(basis)),
    }


def _fill(request: HttpRequest, found: Assessment, told: RowIn, files: list[UploadedFile]) -> object:
    shared: dict[str, Any] = {
        "actor": request.actor,
        "assessment": found,
        "indicator_id": told.indicator,
        "reason": told.reason,
        "files": files,
    }
    if not told.kind:
        return services.add_manual_row(points=told.points, assessor_id=told.assessor, **shared)
    return services.add_manual_fact(
        kind=told.kind,
        happened_on=told.happened_on,
        measure=told.measure,
        item=item_at_hand(request.actor, found.contract, told.item) if told.item else None,
        **shared,
    )


@router.post(
    _AT + "/rows", response={201: RecordOut, **REFUSALS}, summary="填报一行：评分，或平台不能自动取得的事实"
)
def fill(request: HttpRequest, slug: Slug, period: PeriodId, told: RowIn, key: Key = None) -> Any:
    """Give a row its points, or enter a fact that only people know."""
    must(request, "assessment:write")
    found = _open(request, slug, period, told.version)
    return Status(201, _doing(request, slug, period, key, told, lambda: _fill(request, found, told, [])))


@router.post(
    _AT + "/rows/with-file",
    response={201: RecordOut, **REFUSALS},
    summary="填报一行并附佐证文件（multipart）",
)
def fill_with_file(
    request: HttpRequest, slug: Slug, period: PeriodId, told: Form[RowIn], file: File[UploadedFile]
) -> Any:
    """The same with its proof."""
    must(request, "assessment:write")
    uploads.check_request(request)
    found = _open(request, slug, period, told.version)
    return Status(201, _doing(request, slug, period, None, told, lambda: _fill(request, found, told, [file])))


@router.post(
    _AT + "/rows/{row_id}/withdraw", response={200: RecordOut, **REFUSALS}, summary="撤销一条填报；记录保留"
)
def withdraw(
    request: HttpRequest, slug: Slug, period: PeriodId, row_id: Id, told: ReasonIn, key: Key = None
) -> Any:
    """Take back something entered by hand."""
    must(request, "assessment:write")
    found = _open(request, slug, period, told.version)
    row = selectors.manual_row_for(found, row_id)
    row.assessment = found

    def do() -> object:
        return services.withdraw_manual_row(actor=request.actor, row=row, reason=told.reason)

    return _doing(request, slug, period, key, told, do)


@router.post(
    _AT + "/facts/{fact_id}/exclusion",
    response={201: RecordOut, **REFUSALS},
    summary="申请免责一条事实；采购人申请即批准",
)
def exclude(
    request: HttpRequest, slug: Slug, period: PeriodId, fact_id: FactId, told: GroundIn, key: Key = None
) -> Any:
    """Ask that a fact be left out for a ground of the contract."""
    must(request, "assessment:write")
    found = _open(request, slug, period, told.version)

    def do() -> object:
        return services.exclude_fact(
            actor=request.actor,
            assessment=found,
            fact_id=fact_id,
            reason=told.ground,
            explanation=told.explanation,
        )

    return Status(201, _doing(request, slug, period, key, told, do))


@router.post(
    _AT + "/exclusions/{exclusion_id}/decision",
    response={200: RecordOut, **REFUSALS},
    summary="采购人批准或不批准一项免责申请",
)
def decide_exclusion(
    request: HttpRequest, slug: Slug, period: PeriodId, exclusion_id: Id, told: VerdictIn, key: Key = None
) -> Any:
    """The buyer's word on a ground that was asked for."""
    must(request, "assessment:write")
    found = _open(request, slug, period, told.version)
    row = selectors.exclusion_for(found, exclusion_id)
    row.assessment = found

    def do() -> object:
        return services.decide_exclusion(
            actor=request.actor, exclusion=row, approve=told.yes, explanation=told.reason
        )

    return _doing(request, slug, period, key, told, do)


@router.post(
    _AT + "/facts/{fact_id}/objection",
    response={201: RecordOut, **REFUSALS},
    summary="服务商对一条扣分提出异议",
)
def object_to(
    request: HttpRequest, slug: Slug, period: PeriodId, fact_id: FactId, told: ReasonIn, key: Key = None
) -> Any:
    """The provider objects to one deduction of an issued sheet."""
    must(request, "assessment:write")
    found = _open(request, slug, period, told.version)

    def do() -> object:
        return services.object_to(actor=request.actor, assessment=found, fact_id=fact_id, reason=told.reason)

    return Status(201, _doing(request, slug, period, key, told, do))


@router.post(
    _AT + "/objections/{objection_id}/decision",
    response={200: RecordOut, **REFUSALS},
    summary="采购人裁定一项异议",
)
def decide_objection(
    request: HttpRequest, slug: Slug, period: PeriodId, objection_id: Id, told: VerdictIn, key: Key = None
) -> Any:
    """The buyer upholds an objection or rejects it."""
    must(request, "assessment:write")
    found = _open(request, slug, period, told.version)
    row = selectors.objection_for(found, objection_id)
    row.assessment = found

    def do() -> object:
        return services.decide_objection(
            actor=request.actor, objection=row, uphold=told.yes, reason=told.reason
        )

    return _doing(request, slug, period, key, told, do)
