"""One of everything in this room, so that generated calls lead somewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from opsledger.apps.contracts.models import Obligation, Term
from opsledger.apps.duties import services
from opsledger.apps.duties.models import Occurrence
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM


def add_obligation(world: Any, key: str, kind: str, data: dict[str, Any], activity: str = "") -> Obligation:
    """An obligation of the world's first item."""
    item = world.item
    term = Term.objects.create(
        contract=world.contract, item=item, key=key, kind=kind, data={"key": key, **data}, clause="2.4", summary=key
    )  # fmt: skip
    return Obligation.objects.create(
        contract=world.contract, item=item, term=term, kind=kind, activity=activity, title=key,
        starts_on=item.starts_on, ends_on=item.ends_on, evidence={"supervisor_verifies": True},
    )  # fmt: skip


def one_of_everything(world: Any) -> dict[str, Any]:
    """The names in addresses: an occurrence under way, its round, a finding, a draw, a quota, a post."""
    manager = world.actor("manager")
    add_obligation(
        world, "每月巡检", "duty", {"activity": "inspection", "count": 1, "period": "month", "every": 1}, "inspection"
    )  # fmt: skip
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(clock.now())
    occurrence = Occurrence.objects.get(contract=world.contract, window_id="2026-03#1")
    template = services.save_template(
        actor=manager, contract=world.contract, key="own",
        data={"name": "小机房", "activities": ["inspection"], "checks": [
            {"id": "heat", "label": "室温", "kind": "number"}, {"id": "p", "label": "照片", "kind": "photo", "required": False},
        ]},
    )  # fmt: skip
    round_ = services.start_round(actor=manager, occurrence=occurrence, template_key=template.key)
    finding = services.record_finding(actor=manager, item=world.item, summary="滤网积灰")
    draw = services.draw_sample(
        actor=world.actor("supervisor"), contract=world.contract, how="random", count=3
    )
    quota = add_obligation(
        world, "需求变更", "quota", {"what": "需求变更", "op": "<=", "value": 10, "unit": "人日", "period": "quarter"}
    )  # fmt: skip
    use = services.draw_quota(actor=manager, obligation=quota, amount=2, on=clock.today(), note="改报表")
    post = add_obligation(world, "驻场工程师", "staffing", {"min": 2, "role": "驻场工程师"})
    member = services.add_member(
        actor=manager, obligation=post, said={"name": "演示甲", "role": "驻场工程师", "starts_on": date(2026, 1, 4)}
    )  # fmt: skip
    asked = services.request_replacement(
        actor=manager, member=member, said={"name": "演示乙", "reason": "调岗", "from_on": date(2026, 4, 1)}
    )
    return {
        "obligation_id": occurrence.obligation_id, "occurrence_id": occurrence.pk, "round_id": round_.pk,
        "finding_id": finding.pk, "key": template.key, "draw_id": draw.pk, "quota_id": quota.pk, "use_id": use.pk,
        "member_id": member.pk, "replacement_id": asked.pk, "question": 0,
    }  # fmt: skip
