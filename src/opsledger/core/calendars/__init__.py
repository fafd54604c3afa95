"""The official working calendar and the service windows that are laid upon it."""

from opsledger.core.calendars.parsing import FIVE_BY_EIGHT_HOURS, parse_window
from opsledger.core.calendars.windows import (
    DatedHours,
    Interval,
    ServiceWindow,
    WeeklyHours,
    parse_interval,
)
from opsledger.core.calendars.working import DayKind, WorkingCalendar, YearNotice

__all__ = [
    "FIVE_BY_EIGHT_HOURS",
    "DatedHours",
    "DayKind",
    "Interval",
    "ServiceWindow",
    "WeeklyHours",
    "WorkingCalendar",
    "YearNotice",
    "parse_interval",
    "parse_window",
]
