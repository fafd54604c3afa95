"""Which assets an actor may see, and who may change them."""

from __future__ import annotations

from django.db.models import Q

from opsledger.apps.contracts.policies import visible_items
from opsledger.kernel import access
from opsledger.kernel.access import Actor

KEEPERS = (access.MANAGER, access.ENGINEER)
SPARES_READERS = (*KEEPERS, access.BUYER, access.SUPERVISOR, access.AUDITOR)


def visible_assets(actor: Actor, contract_id: int) -> Q:
    """Everyone on the contract sees all; a service unit those of its own items."""
    return visible_items(actor, contract_id, "item__")


def must_keep(actor: Actor, contract_id: int) -> None:
    """Refuse unless the actor keeps the register."""
    if not actor.is_system:
        actor.must(contract_id, *KEEPERS)
