"""Checklists as they go over the wire."""

from __future__ import annotations

from typing import Any

from opsledger.apps.duties import selectors
from opsledger.apps.duties.api.shown import name_of
from opsledger.apps.duties.checklists import Checklist, check_data


def row(one: Checklist) -> dict[str, Any]:
    """A checklist in a list."""
    return {
        "key": one.key,
        "name": one.name,
        "version": one.version,
        "activities": list(one.activities),
        "each": list(one.each),
        "minutes": one.minutes,
        "checks": len(one.checks),
        "own": selectors.is_own(one),
    }


def whole(one: Checklist, contract_id: int) -> dict[str, Any]:
    """A checklist with its checks and the versions that the contract made of it."""
    return {
        **row(one),
        "fits": list(one.fits),
        "intro": one.intro,
        "checks": [check_data(check) for check in one.checks],
        "versions": [
            {"version": made.version, "saved_at": made.created_at, "saved_by": name_of(made.created_by)}
            for made in selectors.versions_of(contract_id, one.key)
        ],
    }
