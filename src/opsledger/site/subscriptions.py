"""Who listens to which event: the one table, read from top to bottom."""

from __future__ import annotations

from opsledger.kernel import events

SUBSCRIPTIONS: list[tuple[str, events.Subscriber]] = []


def connect() -> None:
    """Hang every subscriber on its verb, and every sweep on the worker."""
    for pattern, subscriber in SUBSCRIPTIONS:
        events.subscribe(pattern, subscriber)
