"""What goes into the fold (events, terms) and what comes out of it (timers)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from opsledger.core.errors import DomainError
from opsledger.core.limits import CIVIL_CODE, Limit, LimitRules

STOPPED_BY: Mapping[str, frozenset[str]] = {
    "respond": frozenset(("accepted", "arrived", "diagnosed", "mitigated", "resolved", "answered")),
    "arrive": frozenset(("arrived",)),
    "diagnose": frozenset(("diagnosed", "mitigated", "resolved")),
    "mitigate": frozenset(("mitigated", "resolved")),
    "resolve": frozenset(("resolved",)),
    "report": frozenset(("report_delivered",)),
    "spare": frozenset(("spare_delivered",)),
    "answer": frozenset(("answered", "resolved")),
}
"""Which events meet which metric: a later stage shows that the earlier one was reached too."""

METRICS = tuple(STOPPED_BY)

MOOT_BY: Mapping[str, frozenset[str]] = {
    "arrive": frozenset(("resolved",)),
    "spare": frozenset(("resolved",)),
}
"""Events after which a metric is no longer asked for: nobody need come to a fault that is mended."""

TIE_ORDER = (
    "reported",
    "item_changed",
    "severity_changed",
    "suspended",
    "resumed",
    "accepted",
    "arrived",
    "diagnosed",
    "mitigated",
    "answered",
    "resolved",
    "spare_delivered",
    "report_delivered",
    "reopened",
    "cancelled",
    "corrected",
    "withdrawn",
)
"""Order of events with one `happened_at`; then by `recorded_at`, then by `id`."""

KINDS = frozenset(TIE_ORDER)


class Applies(StrEnum):
    """For which reports a term holds, judged once, at the moment its timer starts."""

    ANY = "any"
    IN_HOURS = "business"
    OUT_OF_HOURS = "nonbusiness"


class Retarget(StrEnum):
    """From when a new target counts after a change of severity or item."""

    CREATION = "creation"
    CHANGE = "change"
    BETTER = "better"


class Reopen(StrEnum):
    """What reopening does to a timer that was met: goes on, begins anew, or nothing."""

    CONTINUE = "continue"
    RESTART = "restart"
    IGNORE = "ignore"


class State(StrEnum):
    """Where a timer stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    MET_LATE = "met_late"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Event:
    """One fact about a ticket: when it happened and when it was written down.

    `data`: ``severity`` and ``item`` (reported, severity_changed, item_changed); ``reason`` and
    ``waiting_for`` (suspended); ``suspension`` (resumed: the id of the one it ends); ``target`` (the
    event that a correction or withdrawal speaks of); ``happened_at`` in a correction is the event's own
    `happened_at`, its other data replace the target's.
    """

    id: str
    kind: str
    happened_at: datetime
    recorded_at: datetime
    data: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise DomainError("sla.unknown_event", kind=self.kind, event=self.id)
        for moment in (self.happened_at, self.recorded_at):
            if moment.tzinfo is None:
                raise DomainError("clock.naive_moment", moment=moment)


@dataclass(frozen=True, slots=True)
class TimerTerm:
    """One time limit of the contract.

    `clock` names the clock on which the limit runs; `hours_clock` the one by which in-hours and
    out-of-hours are told apart.  `severity`, `item`: None matches every one.  `within`: the items on
    which this reading of the term holds (none named: on all); unlike `item` it makes a term no more
    specific, so that one clause may run on another clock for each item.  Valid from the first to
    the last date given, judged on the date the timer starts.  `pause_reasons` are the reasons that
    stop this timer; none by default.  `starts_on` is the event that starts it (None: by metric,
    ``resolved`` for report, else ``reported``).  `reopen` None: by metric, continue for mitigate and
    resolve, else ignore.  `warn_percent`: shares of the limit whose passing is of interest.
    """

    id: str
    metric: str
    limit: Limit
    clock: str = "any"
    severity: str | None = None
    item: str | None = None
    applies: Applies = Applies.ANY
    hours_clock: str = "business"
    rules: LimitRules = CIVIL_CODE
    valid_from: date = date.min
    valid_until: date = date.max
    pause_reasons: frozenset[str] = frozenset()
    retarget: Retarget = Retarget.CREATION
    reopen: Reopen | None = None
    starts_on: str | None = None
    warn_percent: tuple[int, ...] = ()
    within: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.metric not in STOPPED_BY:
            raise DomainError("sla.unknown_metric", metric=self.metric, term=self.id)
        if self.valid_until < self.valid_from:
            raise DomainError(
                "sla.validity_reversed", term=self.id, first=self.valid_from, last=self.valid_until
            )

    def fits_item(self, item: str | None) -> bool:
        """Whether the term speaks of tickets on this item."""
        return self.item in (None, item) and (not self.within or item in self.within)

    @property
    def is_dated(self) -> bool:
        """Whether this term holds only between certain dates."""
        return self.valid_from != date.min or self.valid_until != date.max

    @property
    def start_kind(self) -> str:
        """The kind of event that starts this timer."""
        return self.starts_on or ("resolved" if self.metric == "report" else "reported")

    @property
    def reopening(self) -> Reopen:
        """What reopening does to this timer."""
        if self.reopen is not None:
            return self.reopen
        return Reopen.CONTINUE if self.metric in ("mitigate", "resolve") else Reopen.IGNORE


class Pause(NamedTuple):
    """A stretch that did not count for a timer, and why; `end` None while it lasts.

    Reason ``resolved`` is the time between a resolution and the reopening that undid it.
    """

    start: datetime
    end: datetime | None
    reason: str
    waiting_for: str = ""


class Target(NamedTuple):
    """A target that held from `since` on: kept visible when another replaces it."""

    term_id: str
    since: datetime
    counts_from: datetime
    due: datetime


class Timer(NamedTuple):
    """One timer as it stands at the moment of the fold; all moments are UTC.

    `due`: while paused, as if resumed at that moment.  `elapsed`: counted time, pauses out; for day
    limits it is the open time spent.  `remaining`: limit less elapsed (negative when over); for day
    limits the open time left until due.  `paused`: open time lost to pauses.  Met exactly at `due` is
    met; `breached_at` is `due` once it has passed.  `next_at`: the next moment at which something
    changes by itself (a warning, the breach), None when nothing will.  `cycle` counts from 1 and grows
    when a reopening restarts the timer.  A timer whose ticket went to an item without such a limit is
    cancelled at that moment.
    """

    metric: str
    term_id: str
    cycle: int
    state: State
    started_at: datetime
    due: datetime
    elapsed: timedelta
    remaining: timedelta
    paused: timedelta
    pauses: tuple[Pause, ...]
    met_at: datetime | None
    breached_at: datetime | None
    cancelled_at: datetime | None
    next_at: datetime | None
    warned: tuple[tuple[int, datetime], ...]
    targets: tuple[Target, ...]
