"""Who sees which services' availability."""

from __future__ import annotations

from django.db.models import Q

from opsledger.apps.contracts.policies import visible_items
from opsledger.kernel import access
from opsledger.kernel.access import Actor

# Who may ask that time be taken out of the account.
ASKERS = (access.MANAGER, access.ENGINEER)


def visible_by_item(actor: Actor, contract_id: int) -> Q:
    """Rows that hang on an item: everyone on the contract sees all, a service unit those of its own items."""
    return visible_items(actor, contract_id, "item__")
