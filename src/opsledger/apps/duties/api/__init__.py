"""Duties for programs: the same services and selectors as the screens, a file for each noun."""

from opsledger.apps.duties.api import (
    acts,
    findings,
    obligations,
    occurrences,
    plans,
    quotas,
    replacements,
    rounds,
    samples,
    staff,
    templates,
    workload,
)

_PARTS = (
    obligations, occurrences, acts, rounds, findings, templates, samples, quotas, staff, replacements, plans, workload,
)  # fmt: skip
ROUTERS = tuple(part.router for part in _PARTS)

__all__ = ["ROUTERS"]
