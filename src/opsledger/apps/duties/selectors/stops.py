"""The devices or systems that a round goes over, from the register of assets and the contract's items."""

from __future__ import annotations

from collections.abc import Iterable

from opsledger.apps.assets import selectors as assets
from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import route, skips
from opsledger.apps.duties.checklists.model import SYSTEMS
from opsledger.apps.duties.models import Answer, Occurrence, Round
from opsledger.apps.duties.route import Stop
from opsledger.kernel.access import Actor

# What stands where it is looked after; what lies in store, is lent or gone is not visited.
_VISITED = ("listed", "in_use")


def stops_of(actor: Actor, occurrence: Occurrence, each: Iterable[str]) -> list[Stop]:
    """What a checklist with `each` goes over for this occurrence, room by room.

    Devices of the occurrence's item (of all items where it binds the contract as a whole) of the kinds or
    classes named; "*" for any, "systems" for the service items themselves.
    """
    kinds = set(each)
    if SYSTEMS in kinds:
        items = contracts.items_for(actor, occurrence.contract)
        found = [item for item in items if occurrence.item_id in (None, item.pk)]
        return [Stop(f"i{item.pk}", item.no, item.name, str(item.unit or "")) for item in found]
    rows = assets.assets_for(actor, occurrence.contract).filter(state__in=_VISITED)
    if occurrence.item_id:
        rows = rows.filter(item_id=occurrence.item_id)
    found = [
        route.with_place(Stop(f"a{row.pk}", row.code, row.name), row.place, str(row.fields.get("rack") or ""))
        for row in rows.order_by("pk")
        if "*" in kinds or kinds & {row.kind, row.klass}
    ]
    return route.by_place(found)


def order_of_last_time(occurrence: Occurrence, template_key: str) -> list[dict[str, str]]:
    """The stops of the last round by this template on this item, as the person had them."""
    rows = Round.objects.filter(
        contract_id=occurrence.contract_id, item_id=occurrence.item_id, template_key=template_key
    ).exclude(occurrence=occurrence)
    return rows.order_by("-started_at", "-pk").values_list("stops", flat=True).first() or []


def left_out_last_time(occurrence: Occurrence, template_key: str) -> dict[str, str]:
    """The stops that the last finished round by this template on this item did not visit, with the reasons."""
    rows = Round.objects.filter(
        contract_id=occurrence.contract_id,
        item_id=occurrence.item_id,
        template_key=template_key,
        state=Round.State.FINISHED,
    )
    last = rows.exclude(occurrence=occurrence).order_by("-finished_at", "-pk").first()
    if last is None:
        return {}
    ids = [one.id for one in skips.checks_of(last.stops)]
    said = Answer.objects.filter(round=last, check_id__in=ids).values_list("check_id", "value")
    return skips.reasons_of(last.stops, dict(said))
