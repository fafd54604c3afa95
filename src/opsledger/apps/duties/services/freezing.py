"""What a round asks: the template over its devices, what earlier rounds left open, what the obligation's rule adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opsledger.apps.duties import evidence, route
from opsledger.apps.duties.checklists import MAX_FROZEN, Checklist, to_data
from opsledger.apps.duties.models import Finding, Occurrence
from opsledger.apps.duties.models.findings import LIVE
from opsledger.apps.duties.route import Stop
from opsledger.apps.duties.selectors.stops import left_out_last_time, order_of_last_time, stops_of
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

GONE, STILL = "已消除", "仍存在"


def frozen_for(
    actor: Actor, template: Checklist, occurrence: Occurrence
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The checks of a round as data, and its stops in order.

    ``round.no_stops`` where the template goes over devices and the register has none of these kinds;
    ``round.too_large`` where devices times checks are more than one round can hold.
    """
    data = to_data(template)
    stops: list[Stop] = []
    checks: list[dict[str, Any]] = data["checks"]
    if template.each:
        found = stops_of(actor, occurrence, template.each)
        if not found:
            raise DomainError("round.no_stops", template=template.name)
        stops = route.as_last_time(found, order_of_last_time(occurrence, template.key))
        checks = route.over(checks, stops)
    checks = [_with_devices(actor, occurrence, one) for one in checks]
    checks = _left_open(occurrence, stops) + checks
    checks += _asked_by_rule(occurrence, checks)
    if len(checks) > MAX_FROZEN:
        raise DomainError("round.too_large", stops=len(stops), checks=len(checks), limit=MAX_FROZEN)
    missed = left_out_last_time(occurrence, template.key) if stops else {}
    told = [one.as_data() | ({"missed": missed[one.key]} if one.key in missed else {}) for one in stops]
    return {**data, "checks": checks}, told


def _left_open(occurrence: Occurrence, stops: Sequence[Stop]) -> list[dict[str, Any]]:
    """One question for each finding that is still open on the item; at its device where it has one."""
    if not occurrence.item_id:
        return []
    key_of = {one.code: one.key for one in stops}
    rows = Finding.objects.filter(item_id=occurrence.item_id, state__in=LIVE).order_by("pk")[:20]
    return [
        {
            "id": f"finding_{one.pk}",
            "label": f"上次发现：{one.summary}",
            "kind": "choice",
            "help": f"{clock.local(one.found_at):%m月%d日}发现，当前{one.get_state_display()}",
            "options": [{"value": GONE}, {"value": STILL, "verdict": "warn"}],
            "photo": "optional",
            **({"stop": key_of[one.asset_code]} if one.asset_code in key_of else {}),
        }
        for one in rows
    ]


def _with_devices(actor: Actor, occurrence: Occurrence, check: Mapping[str, Any]) -> dict[str, Any]:
    """A table that has a row per device: its first column holds their tags and names, all rows are asked."""
    if check["kind"] != "table" or not check.get("each"):
        return dict(check)
    found = stops_of(actor, occurrence, check["each"])
    named = [f"{one.code} {one.name}" for one in found]
    return {**check, "devices": named, "rows": len(named) or check.get("rows", 0)}


def _asked_by_rule(occurrence: Occurrence, checks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What this obligation's evidence asks beyond the template: numbers by name, photos, files."""
    rule = evidence.rule_of(occurrence.obligation)
    covered = {one.get("number") for one in checks} | {one["label"] for one in checks}
    added: list[dict[str, Any]] = [
        {"id": f"rule_number_{place}", "label": name, "kind": "number", "number": name}
        for place, name in enumerate(rule.numbers)
        if name not in covered
    ]
    kinds = [one["kind"] for one in checks if one.get("required", True)]
    if rule.photos > kinds.count("photo"):
        added.append({"id": "rule_photo", "label": f"现场照片（至少{rule.photos}张）", "kind": "photo"})
    if rule.files > kinds.count("file"):
        added.append({"id": "rule_file", "label": f"文件（至少{rule.files}份）", "kind": "file"})
    return added
