"""Limits of every unit, and the moment at which each runs out."""

from opsledger.core.limits.days import add_months, day_limit_end, workdays_back
from opsledger.core.limits.due import due_micros, due_of
from opsledger.core.limits.model import CIVIL_CODE, DayEnd, Limit, LimitRules, Unit

__all__ = [
    "CIVIL_CODE",
    "DayEnd",
    "Limit",
    "LimitRules",
    "Unit",
    "add_months",
    "day_limit_end",
    "due_micros",
    "due_of",
    "workdays_back",
]
