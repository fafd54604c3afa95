"""Templates of reports: read by those who report, kept by the manager and the buyer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import item_at_hand
from opsledger.apps.desk import policies, selectors, services
from opsledger.apps.desk.api.routes import contract_with
from opsledger.apps.desk.models import ReportTemplate
from opsledger.apps.desk.report_templates import MAX_TEXT, blanks_in
from opsledger.kernel.wire import REFUSALS, Id, Key, Line, Slug, Strict, Words

router = Router(tags=["intake"])
AT = "/contracts/{slug}/report-templates"


class ReportTemplateOut(Schema):
    id: int
    name: str
    kind: str
    item: str | None = Field(description="服务项序号；空为报修时再选")
    severity: str
    title: str
    description: str
    blanks: int = Field(description="还要由报修人填写的空白（____）有几处")
    active: bool


class ReportTemplateIn(Strict):
    name: Annotated[Line, StringConstraints(min_length=1, max_length=60)]
    kind: Literal["incident", "request", "question"]
    item: Line | None = Field(None, description="服务项序号；不填为报修时再选")
    severity: Annotated[Line, StringConstraints(max_length=60)] = ""
    title: Line = ""
    description: Annotated[Words, StringConstraints(max_length=MAX_TEXT)] = ""


class ReportTemplateMoveIn(Strict):
    to: Literal["up", "down"]


def _shown(row: ReportTemplate) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("name", "kind", "severity", "title", "description")}
    return {
        "id": row.pk,
        **told,
        "item": row.item.no if row.item else None,
        "blanks": blanks_in(row.title) + blanks_in(row.description),
        "active": row.active,
    }


def _kept(request: HttpRequest, slug: str) -> Contract:
    must(request, "settings:write")
    return contract_with(request, slug, *policies.TEMPLATE_ROLES)


def _said(request: HttpRequest, contract: Contract, told: ReportTemplateIn) -> dict[str, Any]:
    said = told.model_dump()
    no = said.pop("item")
    return {**said, "item": item_at_hand(request.actor, contract, no) if no else None}


@router.get(
    AT,
    response={200: list[ReportTemplateOut], **REFUSALS},
    summary="报修模板，按次序；off=true 连同已停用的（项目经理、采购人）",
)
def report_templates(request: HttpRequest, slug: Slug, off: bool = False) -> Any:
    """The templates that one may report with; a service unit reads those without an item and those of its own."""
    must(request, "tickets:read")
    contract = contract_with(request, slug, *policies.REPORTING_ROLES)
    if off:
        request.actor.must(contract.pk, *policies.TEMPLATE_ROLES)
    rows = selectors.templates_of(contract) if off else selectors.offered_templates(request.actor, contract)
    return Status(200, [_shown(row) for row in rows])


@router.post(AT, response={201: ReportTemplateOut, **REFUSALS}, summary="新建报修模板；同时使用的最多 100 个")
def add_report_template(request: HttpRequest, slug: Slug, told: ReportTemplateIn, key: Key = None) -> Any:
    """A new template, the last in order."""
    contract = _kept(request, slug)

    def do() -> dict[str, Any]:
        said = _said(request, contract, told)
        return _shown(services.add_report_template(actor=request.actor, contract=contract, **said))

    asked = f"report template {slug} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do))


@router.put(
    AT + "/{report_template_id}", response={200: ReportTemplateOut, **REFUSALS}, summary="修改报修模板"
)
def change_report_template(
    request: HttpRequest, slug: Slug, report_template_id: Id, told: ReportTemplateIn
) -> Any:
    """The template says this from now on."""
    contract = _kept(request, slug)
    found = selectors.template_of(contract, report_template_id)
    said = _said(request, contract, told)
    return Status(200, _shown(services.change_report_template(actor=request.actor, template=found, **said)))


@router.post(
    AT + "/{report_template_id}/move",
    response={200: list[ReportTemplateOut], **REFUSALS},
    summary="报修模板上移或下移一位；返回新的次序",
)
def move_report_template(
    request: HttpRequest, slug: Slug, report_template_id: Id, told: ReportTemplateMoveIn
) -> Any:
    """One place up or down among those in use."""
    contract = _kept(request, slug)
    found = selectors.template_of(contract, report_template_id)
    services.move_report_template(actor=request.actor, template=found, up=told.to == "up")
    return Status(200, [_shown(row) for row in selectors.offered_templates(request.actor, contract)])


@router.delete(
    AT + "/{report_template_id}", response={204: None, **REFUSALS}, summary="停用报修模板，可以恢复"
)
def switch_off_report_template(request: HttpRequest, slug: Slug, report_template_id: Id) -> Any:
    """Nobody is offered the template any more."""
    contract = _kept(request, slug)
    found = selectors.template_of(contract, report_template_id)
    services.switch_off_report_template(actor=request.actor, template=found)
    return Status(204, None)


@router.post(
    AT + "/{report_template_id}/restore",
    response={200: ReportTemplateOut, **REFUSALS},
    summary="恢复已停用的报修模板",
)
def restore_report_template(request: HttpRequest, slug: Slug, report_template_id: Id) -> Any:
    """The template is offered again."""
    contract = _kept(request, slug)
    found = selectors.template_of(contract, report_template_id)
    services.restore_report_template(actor=request.actor, template=found)
    return Status(200, _shown(found))
