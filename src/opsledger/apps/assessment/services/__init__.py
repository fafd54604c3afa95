"""Use cases of the assessment: one function each, verb first."""

from opsledger.apps.assessment.services.drafting import open_periods
from opsledger.apps.assessment.services.filling import (
    add_manual_fact,
    add_manual_row,
    withdraw_manual_row,
)
from opsledger.apps.assessment.services.objecting import (
    decide_exclusion,
    decide_objection,
    exclude_fact,
    grounds_of,
    object_to,
)
from opsledger.apps.assessment.services.settling import choose_reading
from opsledger.apps.assessment.services.signing import correct, issue, recall, sign

__all__ = [
    "add_manual_fact",
    "add_manual_row",
    "choose_reading",
    "correct",
    "decide_exclusion",
    "decide_objection",
    "exclude_fact",
    "grounds_of",
    "issue",
    "object_to",
    "open_periods",
    "recall",
    "sign",
    "withdraw_manual_row",
]
