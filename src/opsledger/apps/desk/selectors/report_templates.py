"""Templates of reports: all of a contract for those who keep them, and those offered to one who reports."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.contracts.policies import visible_items
from opsledger.apps.desk.models import ReportTemplate
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


def templates_of(contract: Contract) -> QuerySet[ReportTemplate]:
    """Every template of a contract in order, those that are switched off too."""
    # Asked through the item, each row holds what its number and name need and nothing more.
    rows = ReportTemplate.objects.filter(contract=contract).select_related("item")
    return rows.defer("item__facts", "item__open_points", "item__pack_data")


def template_of(contract: Contract, template_id: int) -> ReportTemplate:
    """One template of a contract, in use or not; Http404 if there is none."""
    found = templates_of(contract).filter(pk=template_id).first()
    if found is None:
        raise Http404
    found.contract = contract
    return found


def offered_templates(actor: Actor, contract: Contract) -> QuerySet[ReportTemplate]:
    """The templates in use that `actor` may report with: a unit's are those without an item or with one of its own."""
    own = visible_items(actor, contract.pk, "item__")
    rows = templates_of(contract).filter(active=True)
    return rows.filter(Q(item=None) | own) if own else rows


def open_today(items: Iterable[ServiceItem]) -> list[ServiceItem]:
    """Those of the items whose service period holds today: on the others no report is taken."""
    today = clock.today()
    return [item for item in items if item.starts_on <= today <= item.ends_on]
