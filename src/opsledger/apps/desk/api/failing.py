"""How often something may fail: the rules of an item, and the tickets that met them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.selectors import contract_at_hand, item_for
from opsledger.apps.desk import selectors
from opsledger.apps.desk.api.on_ticket import AT
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.models import RuleHit
from opsledger.apps.desk.services.rules import rules_of
from opsledger.kernel.wire import REFUSALS, Line, Number, Slug

router = Router(tags=["acts"])


class RuleHitOut(Schema):
    """A rule that the run of tickets has met, and on which ticket."""

    rule: str
    ticket: str
    told: str
    basis: str
    by_term: bool = Field(description="合同条款写明的；否则为缺省提示")
    hit_at: datetime


class FaultRuleOut(Schema):
    same: str = Field(description="device 同一设备、fault 同一故障、any 本服务项")
    span: str
    reached: int = Field(description="达到几次")
    by_term: bool
    clause: str


class FaultRulesOut(Schema):
    rules: list[FaultRuleOut]
    hits: list[RuleHitOut] = Field(description="最近触发的，最多 5 次")


def _hit(row: RuleHit, number: str) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "ticket": number,
        "told": row.told,
        "basis": row.basis,
        "by_term": row.term_id is not None,
        "hit_at": row.hit_at,
    }


@router.get(
    AT + "/hits",
    response={200: list[RuleHitOut], **REFUSALS},
    summary="这张工单触发的故障规则（如一月三次故障）",
)
def hits(request: HttpRequest, slug: Slug, number: Number) -> Any:
    """Rules of the contract that this ticket has met."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    return Status(200, [_hit(row, found.number) for row in selectors.rule_hits_of(found)])


@router.get(
    "/contracts/{slug}/service-items/{no}/fault-rules",
    response={200: FaultRulesOut, **REFUSALS},
    summary="一个服务项的故障规则，及最近的触发",
)
def fault_rules(request: HttpRequest, slug: Slug, no: Line) -> Any:
    """The rules on how often an item may fail, and when they were met as far as one sees it."""
    must(request, "tickets:read")
    item = item_for(request.actor, contract_at_hand(request.actor, slug), no)
    return Status(
        200,
        {
            "rules": [
                {
                    "same": rule.same,
                    "span": rule.span,
                    "reached": rule.reached,
                    "by_term": not rule.is_default,
                    "clause": rule.clause,
                }
                for rule in rules_of(item)
            ],
            "hits": [
                _hit(row, row.ticket.number) for row in selectors.rule_hits_of_item(request.actor, item)
            ],
        },
    )
