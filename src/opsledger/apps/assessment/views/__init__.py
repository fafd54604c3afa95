"""The pages of assessment and payment."""

from opsledger.apps.assessment.views.acts import (
    correct,
    decide_exclusion,
    decide_objection,
    exclude,
    fill,
    issue,
    object_to,
    recall,
    sign,
    withdraw,
)
from opsledger.apps.assessment.views.money import payments, readings
from opsledger.apps.assessment.views.sheets import period, periods

__all__ = [
    "correct",
    "decide_exclusion",
    "decide_objection",
    "exclude",
    "fill",
    "issue",
    "object_to",
    "payments",
    "period",
    "periods",
    "readings",
    "recall",
    "sign",
    "withdraw",
]
