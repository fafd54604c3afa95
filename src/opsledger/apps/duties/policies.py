"""Which occurrences an actor may see, and what their role lets them do."""

from __future__ import annotations

from django.db.models import Q

from opsledger.apps.contracts.policies import visible_items
from opsledger.kernel.access import SYSTEM, Actor


def visible_occurrences(actor: Actor, contract_id: int) -> Q:
    """Everyone on the contract sees all; a service unit those of its own items."""
    return visible_items(actor, contract_id, "item__")


def table_roles(actor: Actor, contract_id: int) -> frozenset[str]:
    """The roles by which the transition table judges; the system itself is only ``system``."""
    if actor is SYSTEM or actor.is_system:
        return frozenset({"system"})
    return actor.roles(contract_id)
