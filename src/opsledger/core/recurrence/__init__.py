"""Recurring duties: from a frequency and a service period to due windows."""

from opsledger.core.recurrence.model import (
    AfterEvent,
    BeforeEvent,
    Days,
    FixedMonths,
    Move,
    Occasion,
    Partial,
    Period,
    Periods,
    PerPeriod,
    RecurrenceRule,
    ServicePeriod,
    Window,
)
from opsledger.core.recurrence.plan import windows

__all__ = [
    "AfterEvent",
    "BeforeEvent",
    "Days",
    "FixedMonths",
    "Move",
    "Occasion",
    "Partial",
    "PerPeriod",
    "Period",
    "Periods",
    "RecurrenceRule",
    "ServicePeriod",
    "Window",
    "windows",
]
