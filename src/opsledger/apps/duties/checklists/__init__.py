"""Checklists as data: what is checked, how an answer is judged, what is still missing.  Pure Python."""

from opsledger.apps.duties.checklists.judging import (
    Judgement,
    answered,
    judge,
    missing_checks,
    shown_checks,
)
from opsledger.apps.duties.checklists.model import KINDS, Bounds, Check, Checklist, Option, When
from opsledger.apps.duties.checklists.reading import (
    MAX_FROZEN,
    Problem,
    check_data,
    read_checklist,
    shipped,
    to_data,
)

__all__ = [
    "KINDS",
    "MAX_FROZEN",
    "Bounds",
    "Check",
    "Checklist",
    "Judgement",
    "Option",
    "Problem",
    "When",
    "answered",
    "check_data",
    "judge",
    "missing_checks",
    "read_checklist",
    "shipped",
    "shown_checks",
    "to_data",
]
