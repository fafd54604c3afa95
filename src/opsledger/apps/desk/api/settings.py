"""The desk's settings of a contract, beside what its clauses fix; and the secret with which a chat robot signs."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import people
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import agreements, selectors
from opsledger.apps.desk.api.acting import engineer
from opsledger.apps.desk.api.forms import checked
from opsledger.apps.desk.forms.settings import SettingsForm
from opsledger.apps.desk.services.settings import AGREED, OWN, change_settings, may_change, renew_chat_secret
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.wire import REFUSALS, Day, Line, Slug, Strict

router = Router(tags=["desk_settings"])
_SEES = (access.MANAGER, access.BUYER, access.SUPERVISOR, access.AUDITOR)
_SETS = (access.MANAGER, access.BUYER)
# What is wrong with a number is said by the form; these only keep it within what a database can hold.
Number = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=40)]
Codes = Annotated[list[Code], Field(max_length=40)]
LineNumber = Annotated[str, StringConstraints(pattern=r"^[1-9]$")]


class SettingsIn(Strict):
    """Only what is to change is sent; the buyer sets what was agreed, the manager the provider's own side."""

    confirm_after_workdays: Number | None = Field(None, description="办结后自动确认（工作日）")
    confirm_sample_percent: Number | None = Field(None, description="关闭后回访比例（%）")
    at_once_minutes: Number | None = Field(None, description="“立即”按多少分钟计")
    late_entry_minutes: Number | None = Field(None, description="补登超过多少分钟须认可")
    retarget: Literal["creation", "change", "better"] | None = Field(
        None, description="调整等级、改系统后的时限从何时起算"
    )
    pause_reasons: Codes | None = Field(None, description="可以暂停计时的原因")
    pause_approval: Codes | None = Field(None, description="其中须先经批准的")
    pause_metrics: Codes | None = Field(None, description="暂停哪些时限")
    consent_acts: Codes | None = Field(None, description="条款之外也须采购人同意的事项")
    emergency_acts: Codes | None = Field(None, description="紧急时可先办后补同意的事项")
    ratify_workdays: Number | None = Field(None, description="补批期限（工作日）")
    replace_count: Number | None = Field(None, description="同一设备故障几次提示更换")
    replace_days: Number | None = Field(None, description="在多少天内")
    repeat_count: Number | None = Field(None, description="同一故障超过几次提示")
    repeat_days: Number | None = Field(None, description="在多少天内")
    report_rank: Number | None = Field(None, description="须写分析报告的故障等级")
    report_workdays: Number | None = Field(None, description="办结后几个工作日内提交报告；0 为不要求")
    open_codes: bool | None = Field(None, description="允许扫码免登录报修")
    lines: list[Line] | None = Field(None, max_length=20, description="支持线，从一线到最高一线")
    teams: dict[LineNumber, list[Line]] | None = Field(None, description="各支持线人员：级数到用户名")
    auto_dispatch: Code | Literal[""] | None = Field(
        None, description="新报修自动派单给谁；空字符串为不自动派单"
    )
    mail_address: Line | None = Field(None, description="本合同的服务台邮箱；空字符串为没有")
    away_note: Annotated[str, Field(max_length=300)] | None = Field(None, description="服务变动说明")
    away_until: Day | Literal[""] | None = Field(None, description="说明显示到哪天；空字符串为不限")


class SettingsOut(Schema):
    """Every setting as it holds, defaults included."""

    confirm_after_workdays: int
    confirm_sample_percent: int
    at_once_minutes: int
    late_entry_minutes: int
    retarget: str
    pause_reasons: list[str]
    pause_approval: list[str]
    pause_metrics: list[str]
    consent_acts: list[str]
    emergency_acts: list[str]
    ratify_workdays: int
    replace_count: int
    replace_days: int
    repeat_count: int
    repeat_days: int
    report_rank: int
    report_workdays: int
    open_codes: bool
    lines: list[str]
    teams: dict[str, list[str]]
    auto_dispatch: str
    mail_address: str
    away_note: str
    away_until: str


class FixedOut(Schema):
    """What clauses fix about one matter; it cannot be set here."""

    word: str
    clause: str
    summary: str
    item: str | None


class DeskSettingsOut(Schema):
    settings: SettingsOut
    may_change: list[str] = Field(description="本人可以修改的项")
    fixed: list[FixedOut]
    chat_ready: bool = Field(description="群机器人密钥是否已生成；密钥本身不给出")


class SecretOut(Schema):
    secret: str = Field(description="群机器人的签名密钥，只给出这一次；旧密钥立即失效")


def _settings(contract: Contract) -> dict[str, Any]:
    agreed = agreements.agreement_of(contract)
    able = {user.pk: user.username for user in _able(contract)}
    told = {name: getattr(agreed, name) for name in (*AGREED, *OWN)}
    told["retarget"] = str(agreed.retarget)
    told["teams"] = {
        line: [able[pk] for pk in ids if pk in able] for line, ids in sorted(agreed.teams.items())
    }
    return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


def _able(contract: Contract) -> list[User]:
    return people(contract.pk, access.ENGINEER, access.MANAGER)


def _told(request: HttpRequest, contract: Contract) -> dict[str, Any]:
    return {
        "settings": _settings(contract),
        "may_change": sorted(may_change(request.actor, contract)),
        "fixed": [
            {
                "word": group.word,
                "clause": term.clause,
                "summary": term.summary,
                "item": term.item.no if term.item else None,
            }
            for group in selectors.fixed_by_terms(contract)
            for term in group.terms
        ],
        "chat_ready": bool(agreements.agreement_of(contract).chat_secret),
    }


def _tag(contract: Contract) -> str:
    """Changes with every setting, and with nothing else; the robot's secret is not among them."""
    held = sorted((name, str(value)) for name, value in _settings(contract).items())
    return f'"{sha256(repr(held).encode()).hexdigest()[:32]}"'


def _contract(request: HttpRequest, slug: str, *roles: str) -> Contract:
    """The contract as it stands in the database: what is remembered of it must not be written back."""
    contract = contract_for(request.actor, slug)
    request.actor.must(contract.pk, *roles)
    return contract


@router.get(
    "/contracts/{slug}/desk-settings",
    response={200: DeskSettingsOut, **REFUSALS},
    summary="服务台设置，及条款写明、不能在此更改的事项",
)
def desk_settings(request: HttpRequest, response: HttpResponse, slug: Slug) -> Any:
    """Every setting as it holds; the ETag changes with each change."""
    must(request, "settings:read")
    contract = _contract(request, slug, *_SEES)
    response["ETag"] = _tag(contract)
    return Status(200, _told(request, contract))


@router.patch(
    "/contracts/{slug}/desk-settings",
    response={200: DeskSettingsOut, **REFUSALS},
    summary="修改服务台设置：只送要改的项；支持 If-Match",
)
def change(request: HttpRequest, response: HttpResponse, slug: Slug, told: SettingsIn) -> Any:
    """Set what is sent; refused as a whole where one of it is another's to set."""
    must(request, "settings:write")
    contract = _contract(request, slug, *_SETS)
    wanted = request.headers.get("If-Match")
    if wanted and wanted != "*" and wanted != _tag(contract):
        raise DomainError("settings.etag_mismatch")
    given = told.model_dump(exclude_none=True)
    if set(given) - may_change(request.actor, contract):
        raise DomainError("access.denied")
    form = SettingsForm(contract, frozenset(given), _typed(contract, given))
    checked(form)
    kept = change_settings(actor=request.actor, contract=contract, given=form.given())
    response["ETag"] = _tag(kept)
    return Status(200, _told(request, kept))


def _typed(contract: Contract, given: dict[str, Any]) -> dict[str, Any]:
    """The same as the page would send it: one line of support a row, people by id."""
    typed = {name: value for name, value in given.items() if name not in ("lines", "teams")}
    if "lines" in given:
        typed["lines"] = "\n".join(given["lines"])
    count = len(agreements.agreement_of(contract).lines)
    for line, names in given.get("teams", {}).items():
        if int(line) > count:
            raise DomainError("settings.unknown_line", line=line, count=count)
        typed[f"team_{line}"] = [engineer(contract.pk, name).pk for name in names]
    return typed


@router.post(
    "/contracts/{slug}/desk-settings/chat-secret",
    response={201: SecretOut, **REFUSALS},
    summary="更换群机器人密钥",
)
def chat_secret(request: HttpRequest, response: HttpResponse, slug: Slug) -> Any:
    """A new secret for the chat robot, told this once and kept under no key."""
    must(request, "settings:write")
    contract = _contract(request, slug, *_SETS)
    response["Cache-Control"] = "no-store"
    return Status(201, {"secret": renew_chat_secret(actor=request.actor, contract=contract)})
