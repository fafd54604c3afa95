"""Who listens to which event: the one table, read from top to bottom."""

from __future__ import annotations

from opsledger.apps.desk import notices as desk_notices
from opsledger.apps.desk import services as desk
from opsledger.apps.duties import notices as duties
from opsledger.apps.duties import services as duty_services
from opsledger.kernel import events, sweeps

SUBSCRIPTIONS: list[tuple[str, events.Subscriber]] = [
    ("obligation.agreed", duties.on_agreed),
    ("occurrence.missed", duties.on_missed),
    ("occurrence.returned", duties.on_returned),
    ("occurrence.waiver_asked", duties.on_waiver_asked),
    ("ticket.", desk_notices.tell),
]


def connect() -> None:
    """Hang every subscriber on its verb, and every sweep on the worker."""
    for pattern, subscriber in SUBSCRIPTIONS:
        events.subscribe(pattern, subscriber)
    sweeps.register("duties.open", duty_services.open_due, every_seconds=60)
    sweeps.register("duties.missed", duty_services.stamp_missed, every_seconds=30)
    sweeps.register("duties.accepted", duty_services.accept_unopposed, every_seconds=300)
    sweeps.register("desk.timers", desk.sweep_due, every_seconds=5)
