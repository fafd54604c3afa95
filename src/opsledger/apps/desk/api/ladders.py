"""The escalation ladder of a contract: read, and laid by the manager."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import ladder, selectors, services
from opsledger.apps.desk.api.routes import contract_with
from opsledger.apps.desk.models import LadderStep
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.wire import REFUSALS, Id, Key, Line, Slug, Strict

router = Router(tags=["rosters"])
_SEES = (access.MANAGER, access.ENGINEER, access.BUYER, access.SUPERVISOR, access.AUDITOR)
Metric = Literal["", "respond", "arrive", "diagnose", "mitigate", "resolve", "report", "spare", "answer"]
To = Literal["assignee", "on_duty", "manager", "buyer", "unit", "supervisor"]


class RungOut(Schema):
    """One step of the escalation ladder; `id` is empty for the steps that hold by default."""

    id: int | None
    metric: str
    severity: str
    percent: int
    every_minutes: int | None
    to: str
    to_word: str
    by: str = Field(description="渠道：all、app 或 channel:<编号>")
    raise_line: bool


class RungIn(Strict):
    metric: Metric = Field("", description="时限；不填为全部")
    severity: Line = Field("", description="等级；不填为全部")
    percent: Annotated[int, Field(ge=1, le=100, description="到时限的百分比；100 即超时之时")]
    to: To
    every_minutes: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="超时后每隔多少分钟再告知"
    )
    by: Annotated[str, StringConstraints(pattern=r"^(all|app|channel:[0-9]{1,15})$")] = Field(
        "all",
        description="渠道：all 站内、本人的与合同的通道；app 仅站内；channel:<编号> 站内、本人的和这一条",
    )
    raise_line: bool = Field(False, description="同时升级到下一线")


def _rungs(contract: Contract) -> list[dict[str, Any]]:
    words = dict(LadderStep.To.choices)
    return [
        {
            "id": int(step.key[1:]) if step.key[0] == "s" else None,
            "metric": step.metric,
            "severity": step.severity,
            "percent": step.percent,
            "every_minutes": step.every_minutes,
            "to": step.to,
            "to_word": words[step.to],
            "by": step.by,
            "raise_line": step.raise_line,
        }
        for step in ladder.ladder_of(contract.pk)
    ]


@router.get(
    "/contracts/{slug}/ladder",
    response={200: list[RungOut], **REFUSALS},
    summary="升级阶梯",
    operation_id="opsledger_apps_desk_api_rosters_rungs",
)
def rungs(request: HttpRequest, slug: Slug) -> Any:
    """The escalation ladder in force."""
    must(request, "tickets:read")
    return Status(200, _rungs(contract_with(request, slug, *_SEES)))


@router.post(
    "/contracts/{slug}/ladder",
    response={201: list[RungOut], **REFUSALS},
    summary="增加一级；第一级使缺省阶梯不再使用",
)
def add_rung(request: HttpRequest, slug: Slug, told: RungIn, key: Key = None) -> Any:
    """Add a rung; the answer is the ladder then in force."""
    must(request, "settings:write")
    contract = contract_with(request, slug, access.MANAGER)

    def do() -> dict[str, Any]:
        levels = selectors.severity_words(contract)
        if told.severity and told.severity not in levels:
            raise DomainError(
                "ticket.severity_unknown", severity=told.severity, allowed="、".join(levels) or "无"
            )
        services.add_step(actor=request.actor, contract=contract, **told.model_dump())
        return {"rows": _rungs(contract)}

    asked = f"rung {slug} {told.model_dump_json()}"
    return Status(201, once(user_id=request.user.pk, key=key, asked=asked, do=do)["rows"])


@router.delete(
    "/contracts/{slug}/ladder/{step_id}",
    response={204: None, **REFUSALS},
    summary="删除一级；全部删除后恢复缺省",
)
def remove_rung(request: HttpRequest, slug: Slug, step_id: Id) -> Any:
    """Take a rung away; without any the default ladder holds again."""
    must(request, "settings:write")
    contract = contract_with(request, slug, access.MANAGER)
    if step_id not in {row["id"] for row in _rungs(contract)}:
        raise Http404
    services.remove_step(actor=request.actor, contract=contract, step_id=step_id)
    return Status(204, None)
