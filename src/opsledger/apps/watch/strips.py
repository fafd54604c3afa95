"""The day strips of one item: where in each day it was up, down, excluded or unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from opsledger.core.availability import STATE_WORDS, Segment, State, second_of

_CSS = {
    State.UP: "up",
    State.DEGRADED: "degraded",
    State.DOWN: "down",
    State.UNKNOWN: "unknown",
    State.EXCLUDED: "excluded",
    State.OUT: "out",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a day: where it stands in minutes of the day, how wide, in which state, in words."""

    x: float
    width: float
    css: str
    words: str


@dataclass(slots=True)
class DayStrip:
    """One day with its pieces and the seconds that it was down."""

    day: date
    pieces: list[Piece] = field(default_factory=list)
    down_seconds: int = 0

    @property
    def down(self) -> timedelta:
        """How long it was down that day."""
        return timedelta(seconds=self.down_seconds)


def day_strips(timeline: Sequence[Segment], first: date, last: date, zone: ZoneInfo) -> list[DayStrip]:
    """A strip for each day from `first` to `last`; x runs from 0 to 1440 minutes.

    A stretch that is down is at least three minutes wide, so that the eye can find it.
    """
    made = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        begin = second_of(datetime.combine(day, time.min, zone))
        end = second_of(datetime.combine(day + timedelta(days=1), time.min, zone))
        strip = DayStrip(day)
        for segment in timeline:
            left, right = max(segment.begin, begin), min(segment.end, end)
            if left >= right:
                continue
            width = (right - left) / 60
            if segment.state is State.DOWN:
                strip.down_seconds += right - left
                width = max(3.0, width)
            strip.pieces.append(
                Piece(
                    round((left - begin) / 60, 1),
                    round(width, 1),
                    _CSS[segment.state],
                    f"{_clock(left - begin)}–{_clock(right - begin)} {STATE_WORDS[segment.state]}",
                )
            )
        # What is down is drawn last, over its neighbours.
        strip.pieces.sort(key=lambda piece: piece.css == "down")
        made.append(strip)
    return made


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
