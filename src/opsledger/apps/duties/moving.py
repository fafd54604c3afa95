"""On which moment a task stands when somebody moves it to a day.  Pure."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from opsledger.core.errors import DomainError

USUAL_START = time(9, 0)


def moment_on(
    day: date,
    *,
    title: str,
    begins_at: datetime,
    due_at: datetime,
    planned_at: datetime | None,
    today: date,
    zone: ZoneInfo,
    hour: time | None = None,
) -> datetime:
    """The planned moment on `day`: at `hour`, else at the hour planned before, else at nine.

    On the first and the last day of the due window it is held inside the window.  Raises
    ``occurrence.outside_window`` for a day outside it and ``occurrence.day_gone`` for one before today.
    """
    first, last = begins_at.astimezone(zone).date(), due_at.astimezone(zone).date()
    if not first <= day <= last:
        raise DomainError("occurrence.outside_window", title=title, first=first, last=last, day=day)
    if day < today:
        raise DomainError("occurrence.day_gone", title=title, day=day)
    at = hour or (planned_at.astimezone(zone).timetz().replace(tzinfo=None) if planned_at else USUAL_START)
    moment = datetime.combine(day, at, zone)
    return min(max(moment, begins_at), due_at)
