"""The one place that reads the clock.

Everything else takes an `at`.  A setting shifts the clock (the demo lives on 20 November 2026);
`pinned` holds it still for a stretch of code (tests, and the demo's play of the past year).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

_pinned: ContextVar[datetime | None] = ContextVar("pinned", default=None)


def now() -> datetime:
    """The present moment as an aware UTC datetime."""
    held = _pinned.get()
    if held is not None:
        return held
    return datetime.now(UTC) + timedelta(seconds=settings.CLOCK_OFFSET_SECONDS)


def zone() -> ZoneInfo:
    """The zone in which people of this installation read the time."""
    return ZoneInfo(settings.TIME_ZONE)


def local(at: datetime) -> datetime:
    """`at` as people here read it."""
    return at.astimezone(zone())


def today() -> date:
    """The present day in the installation's zone."""
    return local(now()).date()


def midnight(day: date) -> datetime:
    """The moment at which a day begins here."""
    return datetime.combine(day, time.min, zone())


@contextmanager
def pinned(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` inside the block."""
    token = _pinned.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _pinned.reset(token)
