"""Reading contracts, items, terms and obligations."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import Contract, Obligation, ServiceItem, SeverityLevel, Term
from opsledger.apps.contracts.policies import visible_contracts, visible_items
from opsledger.kernel.access import Actor


def contracts_for(actor: Actor) -> QuerySet[Contract]:
    """The contracts that `actor` may see."""
    return Contract.objects.filter(visible_contracts(actor)).select_related("buyer", "provider", "supervisor")


def contract_for(actor: Actor, slug: str) -> Contract:
    """One contract; Http404 if it is not there or not for this actor."""
    found = contracts_for(actor).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def items_for(actor: Actor, contract: Contract) -> QuerySet[ServiceItem]:
    """The items of a contract that `actor` may see, in the contract's order."""
    rows = ServiceItem.objects.filter(contract=contract).filter(visible_items(actor, contract.pk))
    return rows.select_related("unit", "owner").order_by("position", "no")


def item_for(actor: Actor, contract: Contract, no: str) -> ServiceItem:
    """One item by its number; Http404 if hidden or missing."""
    found = items_for(actor, contract).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def severities_of(item: ServiceItem, ticket: str = "incident") -> list[SeverityLevel]:
    """The levels that a ticket of this kind on this item can have, the worst first."""
    rows = SeverityLevel.objects.filter(
        contract_id=item.contract_id, set_id__in=item.severity_sets, ticket=ticket
    )
    return list(rows.order_by("set_id", "rank"))


def live_terms(contract: Contract, *kinds: str) -> QuerySet[Term]:
    """The confirmed terms of a contract, of these kinds if named."""
    rows = Term.objects.filter(contract=contract, state__in=[Term.State.ACCEPTED, Term.State.EDITED])
    return rows.filter(kind__in=kinds) if kinds else rows


def obligations_for(actor: Actor, contract: Contract) -> QuerySet[Obligation]:
    """The obligations of a contract that `actor` may see (those of the whole contract included)."""
    rows = Obligation.objects.filter(contract=contract).select_related("item", "item__unit", "term", "owner")
    return rows.filter(visible_items(actor, contract.pk, "item__"))
