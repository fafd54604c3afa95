"""Which contracts and items an actor may see."""

from __future__ import annotations

from django.db.models import Q

from opsledger.apps.contracts.models import ServiceItem
from opsledger.kernel import access
from opsledger.kernel.access import Actor

INSIDERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)
# Who may enter what the parties have agreed.
AGREERS = (access.BUYER, access.MANAGER)
_WHOLE = frozenset(INSIDERS)


def visible_contracts(actor: Actor) -> Q:
    """The contracts on which a role is held."""
    if actor.is_system:
        return Q()
    return Q(pk__in=actor.contracts())


def sees_whole(actor: Actor, contract_id: int) -> bool:
    """Whether `actor` sees all items of the contract, or only those of their own unit."""
    return bool(actor.roles(contract_id) & _WHOLE)


def unit_ids(actor: Actor, contract_id: int) -> list[int]:
    """The service units for which `actor` speaks on this contract."""
    return [
        grant.organisation_id
        for grant in actor.grants
        if grant.contract_id == contract_id and grant.role == access.UNIT and grant.organisation_id
    ]


def visible_items(actor: Actor, contract_id: int, prefix: str = "") -> Q:
    """The items of one contract that `actor` may see; `prefix` leads to the item ("item__")."""
    if sees_whole(actor, contract_id):
        return Q()
    units = unit_ids(actor, contract_id)
    if not units:
        return Q(pk__in=[])
    return Q(**{f"{prefix}unit_id__in": units})


def may_see_item(actor: Actor, item: ServiceItem) -> bool:
    """What `visible_items` says, of one item already read."""
    return sees_whole(actor, item.contract_id) or item.unit_id in unit_ids(actor, item.contract_id)
