"""Who may read which entries."""

from __future__ import annotations

from django.db.models import Q

from opsledger.kernel import access
from opsledger.kernel.access import Actor

_READ_ALL = {access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR}


def visible_entries(actor: Actor, contract_id: int) -> Q:
    """Everyone on the contract reads all of it; a service unit only what concerns itself."""
    roles = actor.roles(contract_id)
    if roles & _READ_ALL:
        return Q()
    if access.UNIT in roles:
        units = {g.organisation_id for g in actor.grants if g.contract_id == contract_id}
        return Q(unit_id__in=[unit for unit in units if unit])
    return Q(pk__in=[])
