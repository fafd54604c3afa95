"""Use cases on occurrences: plan them, fulfil, check, waive, move; and what the worker does at due moments."""

from opsledger.apps.duties.services.acting import (
    Submission,
    ask_waiver,
    assign_occurrence,
    cancel_occurrence,
    reschedule_occurrence,
    return_occurrence,
    sign_occurrence,
    start_occurrence,
    submit_occurrence,
    verify_occurrence,
    waive_occurrence,
    withdraw_occurrence,
)
from opsledger.apps.duties.services.planning import plan_contract, plan_obligation
from opsledger.apps.duties.services.sweeping import accept_unopposed, open_due, stamp_missed

__all__ = [
    "Submission",
    "accept_unopposed",
    "ask_waiver",
    "assign_occurrence",
    "cancel_occurrence",
    "open_due",
    "plan_contract",
    "plan_obligation",
    "reschedule_occurrence",
    "return_occurrence",
    "sign_occurrence",
    "stamp_missed",
    "start_occurrence",
    "submit_occurrence",
    "verify_occurrence",
    "waive_occurrence",
    "withdraw_occurrence",
]
