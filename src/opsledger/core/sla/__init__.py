"""SLA timers folded from the events of a ticket."""

from opsledger.core.sla.fold import fold
from opsledger.core.sla.model import (
    METRICS,
    Applies,
    Event,
    Pause,
    Reopen,
    Retarget,
    State,
    Target,
    Timer,
    TimerTerm,
)

__all__ = [
    "METRICS",
    "Applies",
    "Event",
    "Pause",
    "Reopen",
    "Retarget",
    "State",
    "Target",
    "Timer",
    "TimerTerm",
    "fold",
]
