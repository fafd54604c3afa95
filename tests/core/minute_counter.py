"""An independent minute counter: it asks of every single minute whether it is open.

It shares nothing with the product but the plain description of a case, and is as slow as it is obvious.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 1440


@dataclass(frozen=True)
class Plain:
    """A window and calendar as plain data; intervals in minutes after midnight, past 1440 over midnight."""

    zone: str
    week: tuple[tuple[tuple[int, int], ...], ...]
    makeup_hours: tuple[tuple[int, int], ...] | None = None
    holidays: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()
    pauses: tuple[tuple[int, int], ...] = field(default=())

    def hours_of(self, day: date) -> tuple[tuple[int, int], ...]:
        """The intervals that open on a date: make-up day over holiday over weekday."""
        if day in self.makeup_days:
            if self.makeup_hours is not None:
                return self.makeup_hours
            if self.week[day.weekday()]:
                return self.week[day.weekday()]
            for hours in self.week:
                if hours:
                    return hours
            return ()
        return () if day in self.holidays else self.week[day.weekday()]

    def open_minutes(self, first: int, last: int) -> list[bool]:
        """For each minute from `first` (after 1970 UTC) whether it is open on the wall as it begins."""
        tz, found = ZoneInfo(self.zone), []
        day, flags = 0, [False]
        for minute in range(first, last):
            wall = datetime.fromtimestamp(minute * 60, tz)
            if wall.day != day:
                day, flags = wall.day, self.flags_of(wall.date())
            found.append(flags[wall.hour * 60 + wall.minute])
        return found

    def flags_of(self, today: date) -> list[bool]:
        """For each minute of the wall clock of a date whether it is open, the night before included."""
        flags = [False] * DAY_MINUTES
        late = [(0, closes - DAY_MINUTES) for _, closes in self.hours_of(today - timedelta(days=1))]
        for opens, closes in [*late, *self.hours_of(today)]:
            for at in range(opens, min(closes, DAY_MINUTES)):
                flags[at] = True
        return flags


class MinuteCounter:
    """Counts minutes one by one from `first` to `last` (minutes since 1970)."""

    def __init__(self, plain: Plain, first: int, last: int) -> None:
        self.first, self.last = first, last
        self.open = plain.open_minutes(first, last)
        self.counted = list(self.open)
        self.pause(plain.pauses)

    def pause(self, pauses: Iterable[tuple[int, int]]) -> None:
        """Begin anew with these pauses: the paused minutes do not count."""
        self.counted = list(self.open)
        for begun, ended in pauses:
            for minute in range(max(begun, self.first), min(ended, self.last)):
                self.counted[minute - self.first] = False

    def between(self, start: int, end: int, *, counted: bool = False) -> int:
        """Open (or counted) minutes in [start, end)."""
        flags = self.counted if counted else self.open
        return sum(flags[start - self.first : end - self.first])

    def due(self, start: int, amount: int, *, counted: bool = False) -> int | None:
        """The earliest minute by which `amount` (one or more) has run; None beyond the last one."""
        flags = self.counted if counted else self.open
        run = 0
        for minute in range(start, self.last):
            run += flags[minute - self.first]
            if run == amount:
                return minute + 1
        return None

    def begin(self, end: int, amount: int, *, counted: bool = False) -> int | None:
        """The latest minute from which `amount` (one or more) runs until `end`; None before the first."""
        flags = self.counted if counted else self.open
        run = 0
        for minute in range(end - 1, self.first - 1, -1):
            run += flags[minute - self.first]
            if run == amount:
                return minute
        return None

    def next_change(self, start: int, *, to_open: bool) -> int | None:
        """The first minute at or after `start` that is open (or closed)."""
        for minute in range(start, self.last):
            if self.open[minute - self.first] is to_open:
                return minute
        return None
