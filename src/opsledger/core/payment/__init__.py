"""Payment: the plan as data, what an instalment pays, and the forecast for the rest of the term."""

from opsledger.core.payment.plan import (
    TRIGGER_WORDS,
    Milestone,
    PaymentPlan,
    Trigger,
    instalments,
    milestone,
    money_at_stake,
    parse_plan,
)
from opsledger.core.payment.sheet import AddWorkdays, PaymentSheet, Penalty, payable
from opsledger.core.scoring.forecast import Forecast, NextStep, forecast

__all__ = [
    "TRIGGER_WORDS",
    "AddWorkdays",
    "Forecast",
    "Milestone",
    "NextStep",
    "PaymentPlan",
    "PaymentSheet",
    "Penalty",
    "Trigger",
    "forecast",
    "instalments",
    "milestone",
    "money_at_stake",
    "parse_plan",
    "payable",
]
