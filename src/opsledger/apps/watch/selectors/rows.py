"""Outages and exclusions as rows, for lists and pages."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import Contract
from opsledger.apps.watch.models import Exclusion, Outage
from opsledger.apps.watch.policies import visible_by_item
from opsledger.kernel.access import Actor


def outages_for(actor: Actor, contract: Contract) -> QuerySet[Outage]:
    """The outages that `actor` may see, the latest first."""
    rows = Outage.objects.filter(contract=contract).filter(visible_by_item(actor, contract.pk))
    return rows.select_related("item", "recorded_by").order_by("-starts_at", "-pk")


def outage_for(actor: Actor, contract: Contract, outage_id: int) -> Outage:
    """One outage; Http404 if hidden or missing."""
    found = outages_for(actor, contract).filter(pk=outage_id).first()
    if found is None:
        raise Http404
    return found


def exclusions_for(actor: Actor, contract: Contract) -> QuerySet[Exclusion]:
    """The exclusions that `actor` may see, the latest first."""
    rows = Exclusion.objects.filter(contract=contract).filter(visible_by_item(actor, contract.pk))
    return rows.select_related("item", "requested_by", "approved_by", "second_by").order_by(
        "-starts_at", "-pk"
    )


def exclusion_for(actor: Actor, contract: Contract, exclusion_id: int) -> Exclusion:
    """One exclusion; Http404 if hidden or missing."""
    found = exclusions_for(actor, contract).filter(pk=exclusion_id).first()
    if found is None:
        raise Http404
    return found
