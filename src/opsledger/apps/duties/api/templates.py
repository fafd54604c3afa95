"""Checklists for programs: those on offer, one, its next version, a new one from a workbook; whether places are kept."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import File, Form, Path, Router, Status
from ninja.files import UploadedFile

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.api import templates_shown as shown
from opsledger.apps.duties.api.doing import READ, WRITE, doing_once, open_contract
from opsledger.apps.duties.api.templates_schemas import (
    PlacesIn,
    PlacesOut,
    TemplateForm,
    TemplateIn,
    TemplateOut,
    TemplateRow,
)
from opsledger.apps.duties.checklists import Checklist, to_data
from opsledger.apps.duties.services.importing import SAMPLE_ROWS
from opsledger.apps.duties.services.workbook import COLUMNS
from opsledger.kernel import access, tables, uploads
from opsledger.kernel.wire import FILE, REFUSALS, Key, Slug, file_answer

router = Router(tags=["templates"])
EDITORS = (access.MANAGER, access.BUYER, access.SUPERVISOR)
_AT = "/contracts/{slug}/templates"
TemplateKey = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]+$", max_length=60)]


def _checklist(contract: Contract, key: str) -> Checklist:
    found = selectors.checklist_for(contract.pk, key)
    if found is None:
        raise Http404
    return found


@router.get(_AT, response={200: list[TemplateRow], **REFUSALS}, summary="可用的检查表")
def templates(request: HttpRequest, slug: Slug) -> Any:
    """All checklists on offer: the contract's own versions stand before the shipped ones."""
    contract = open_contract(request, slug, READ)
    return Status(200, [shown.row(one) for one in selectors.checklists_of(contract.pk).values()])


@router.post(
    _AT, response={201: TemplateOut, **REFUSALS}, summary="从 xlsx 工作簿载入一张新检查表（multipart）"
)
def take(
    request: HttpRequest, slug: Slug, told: Form[TemplateForm], file: File[UploadedFile], once: Key = None
) -> Any:
    """A new checklist from a workbook; its headings are those of the sample."""
    contract = open_contract(request, slug, WRITE, *EDITORS)
    uploads.check_request(request)
    digest = sha256(file.read()).hexdigest()
    file.seek(0)

    def do() -> dict[str, Any]:
        made = services.take_workbook(
            actor=request.actor,
            contract=contract,
            upload=file,
            activities=[str(one) for one in told.activities],
            name=told.name,
        )
        return shown.whole(_checklist(contract, made.key), contract.pk)

    return doing_once(request, once, f"workbook {slug} {digest} {told.model_dump_json()}", do, 201)


@router.get(
    "/contracts/{slug}/template-sample",
    response=REFUSALS,
    openapi_extra=FILE,
    summary="下载检查表样表（xlsx）",
)
def sample(request: HttpRequest, slug: Slug) -> Any:
    """A workbook with the headings and rows that show how."""
    open_contract(request, slug, READ, *EDITORS)
    made = tables.workbook("检查表样表.xlsx", list(COLUMNS), SAMPLE_ROWS)
    return file_answer(made.content, "检查表样表.xlsx")


@router.get(
    _AT + "/{key}", response={200: TemplateOut, **REFUSALS}, summary="一张检查表的全部检查项和历次版本"
)
def template(request: HttpRequest, slug: Slug, key: TemplateKey) -> Any:
    """One checklist with its checks and versions."""
    contract = open_contract(request, slug, READ)
    return Status(200, shown.whole(_checklist(contract, key), contract.pk))


@router.put(
    _AT + "/{key}",
    response={200: TemplateOut, **REFUSALS},
    summary="保存为下一版；based_on 为修改时看到的版本",
)
def save(request: HttpRequest, slug: Slug, key: TemplateKey, told: TemplateIn, once: Key = None) -> Any:
    """The contract's next version of a checklist; rounds that have begun keep the one they had."""
    contract = open_contract(request, slug, WRITE, *EDITORS)
    before = _checklist(contract, key)

    def do() -> dict[str, Any]:
        said = told.model_dump(mode="json", exclude={"based_on"}, exclude_defaults=True)
        data = {**to_data(before), "intro": told.intro, "each": told.each, **said}
        services.save_template(
            actor=request.actor, contract=contract, key=key, data=data, based_on=told.based_on
        )
        return shown.whole(_checklist(contract, key), contract.pk)

    return doing_once(request, once, f"template {slug} {key} {told.model_dump_json()}", do)


@router.get(
    "/contracts/{slug}/places", response={200: PlacesOut, **REFUSALS}, summary="检查时是否可以记录定位"
)
def places(request: HttpRequest, slug: Slug) -> Any:
    """Whether phones may add where they are."""
    contract = open_contract(request, slug, READ)
    return Status(200, {"allowed": services.takes_places(contract)})


@router.put(
    "/contracts/{slug}/places",
    response={200: PlacesOut, **REFUSALS},
    summary="约定检查时是否可以记录定位（采购人）",
)
def agree_places(request: HttpRequest, slug: Slug, told: PlacesIn) -> Any:
    """The buyer agrees to places being kept, or forbids it, saying what that rests on."""
    open_contract(request, slug, WRITE, access.BUYER)
    made = services.agree_places(
        actor=request.actor,
        contract=contract_for(request.actor, slug),
        allowed=told.allowed,
        note=told.note,
    )
    return Status(200, {"allowed": services.takes_places(made)})
