"""When a person wants to hear of a matter again: the moments offered, and none of them outside what a day holds."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from opsledger.core.calendars import WorkingCalendar

HOUR, AFTERNOON, TOMORROW, WORKDAY = "hour", "afternoon", "tomorrow", "workday"
WORDS = {
    HOUR: "1小时后",
    AFTERNOON: "今天下午",
    TOMORROW: "明天上午9点",
    WORKDAY: "下个工作日上午9点",
}
_MORNING, _AFTERNOON = time(9), time(15)
# An afternoon that begins in a few minutes is no "later".
_AHEAD = timedelta(minutes=30)


def offered(at: datetime, calendar: WorkingCalendar, zone: tzinfo) -> dict[str, datetime]:
    """The moments that are offered at `at`, by their code, all later than `at`.

    An hour later; 15:00 of the day, while that is at least half an hour ahead; 9:00 of the next day; 9:00 of the
    next working day after the present one, where that is another day, by the official calendar (make-up days work,
    public holidays do not).
    """
    today = at.astimezone(zone).date()
    found = {HOUR: at + timedelta(hours=1)}
    afternoon = _on(today, _AFTERNOON, zone)
    if afternoon - at >= _AHEAD:
        found[AFTERNOON] = afternoon
    found[TOMORROW] = _on(today + timedelta(days=1), _MORNING, zone)
    workday = _on(calendar.add_working_days(today, 1), _MORNING, zone)
    if workday != found[TOMORROW]:
        found[WORKDAY] = workday
    return found


def _on(day: date, hour: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, hour, zone)
