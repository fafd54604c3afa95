"""Who may see and touch what of the assessment."""

from __future__ import annotations

from collections.abc import Iterable

from opsledger.apps.assessment.states import allows
from opsledger.kernel import access

READERS = (access.BUYER, access.MANAGER, access.SUPERVISOR, access.AUDITOR)

# action -> the roles that may take it; the services ask the same.
MAY: dict[str, frozenset[str]] = {
    "fill": frozenset({access.BUYER, access.SUPERVISOR}),
    "exclude": frozenset({access.BUYER, access.SUPERVISOR, access.MANAGER}),
    "issue": frozenset({access.BUYER, access.SUPERVISOR}),
    "object": frozenset({access.MANAGER}),
    "decide": frozenset({access.BUYER}),
    "recall": frozenset({access.BUYER}),
    "sign": frozenset({access.BUYER, access.MANAGER, access.SUPERVISOR}),
    "correct": frozenset({access.BUYER}),
    "settle": frozenset({access.BUYER}),
}


def actions_for(roles: Iterable[str], state: str) -> frozenset[str]:
    """The actions that are open to someone with these roles while an assessment is in this state."""
    held = set(roles)
    return frozenset(action for action, may in MAY.items() if held & may and allows(state, action))
