"""Which checklists there are for a contract, and which fits an occurrence."""

from __future__ import annotations

from opsledger.apps.duties.checklists import Checklist, read_checklist, shipped
from opsledger.apps.duties.checklists.model import SYSTEMS
from opsledger.apps.duties.models import Occurrence, Template
from opsledger.apps.duties.selectors.stops import stops_of
from opsledger.kernel.access import Actor


def checklists_of(contract_id: int) -> dict[str, Checklist]:
    """All checklists on offer, by key: the contract's own latest versions stand before the shipped ones."""
    found = dict(shipped())
    for row in Template.objects.filter(contract_id=contract_id).order_by("key", "version"):
        checklist = read_checklist(row.data, [])
        if row.retired or checklist is None:
            found.pop(row.key, None)
        else:
            found[row.key] = checklist
    return found


def checklist_for(contract_id: int, key: str) -> Checklist | None:
    """One checklist on offer, or None."""
    return checklists_of(contract_id).get(key)


def is_own(checklist: Checklist) -> bool:
    """Whether the contract wrote it or changed it; else it is as it was shipped."""
    known = shipped().get(checklist.key)
    return known is None or checklist.version > known.version


def versions_of(contract_id: int, key: str) -> list[Template]:
    """The contract's own versions of one template, the latest first."""
    rows = Template.objects.filter(contract_id=contract_id, key=key).select_related("created_by")
    return list(rows.order_by("-version"))


def fitting(actor: Actor, occurrence: Occurrence) -> list[Checklist]:
    """The checklists for the activity of an occurrence, those that fit its item first.

    One that goes over devices is offered where the register has such devices; over systems, where there are several.
    """
    item = occurrence.item
    about = " ".join([item.name, item.category, str(item.facts)] if item else [])
    about = f"{about} {occurrence.obligation.title}"
    found = [
        one
        for one in checklists_of(occurrence.contract_id).values()
        if occurrence.obligation.activity in one.activities
        and (not one.each or len(stops_of(actor, occurrence, one.each)) > (SYSTEMS in one.each))
    ]
    # More words that meet the item's own stand higher; the order of the data decides between equals.
    return sorted(found, key=lambda one: -sum(word in about for word in one.fits))
