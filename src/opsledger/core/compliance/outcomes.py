"""What became of one timer or one occurrence, and of what kind its obligation is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import NamedTuple

from opsledger.core.errors import DomainError
from opsledger.core.scoring.facts import Attribute
from opsledger.core.sla import State, Timer


class Standing(StrEnum):
    """What became of one due thing, or the colour of a cell."""

    MISSED = "missed"
    LATE = "late"
    GAP = "gap"
    DUE = "due"
    UPCOMING = "upcoming"
    FULFILLED = "fulfilled"
    WAIVED = "waived"
    EMPTY = "empty"


WORST_FIRST: tuple[Standing, ...] = tuple(Standing)
"""A cell shows the first of these that it holds: missed, late, gap, due, upcoming, fulfilled, waived."""

STANDING_WORDS: Mapping[Standing, str] = {
    Standing.MISSED: "未完成",
    Standing.LATE: "逾期完成",
    Standing.GAP: "缺口",
    Standing.DUE: "待履行",
    Standing.UPCOMING: "未到期",
    Standing.FULFILLED: "按期完成",
    Standing.WAIVED: "已豁免",
    Standing.EMPTY: "无",
}

_TIMER = {
    "running": Standing.DUE,
    "paused": Standing.DUE,
    "met": Standing.FULFILLED,
    "met_late": Standing.LATE,
    "breached": Standing.MISSED,
    "cancelled": Standing.WAIVED,
}
_OCCURRENCE = {
    "upcoming": Standing.UPCOMING,
    "due": Standing.DUE,
    "fulfilled": Standing.FULFILLED,
    "late": Standing.LATE,
    "missed": Standing.MISSED,
    "waived": Standing.WAIVED,
    "cancelled": Standing.WAIVED,
}


class Month(NamedTuple):
    """A calendar month; sorts in time."""

    year: int
    month: int


class Duty(StrEnum):
    """What kind of obligation it is, which decides the kind of fact its failures become."""

    TASK = "task"
    DELIVERABLE = "deliverable"
    DRILL = "drill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a fact takes over from its obligation: title, item, clause and what matchers look at."""

    title: str
    item_no: str = ""
    item_category: str = ""
    clause: str = ""
    duty: Duty = Duty.TASK
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerOutcome:
    """One SLA timer as folded at the moment of asking.

    `state` is the timer's own word: running, paused, met, met_late, breached, cancelled.  `overrun_hours` is
    the counted time over the limit, None if not known.  `refs` name the ticket and its evidence.
    """

    id: str
    obligation_id: str
    state: str
    due_at: datetime
    overrun_hours: Decimal | None = None
    title: str = ""
    refs: tuple[str, ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceOutcome:
    """One occurrence with its outcome at the moment of asking, in the words of `occurrences.outcome`."""

    id: str
    obligation_id: str
    outcome: str
    due_at: datetime
    done_at: datetime | None = None
    title: str = ""
    refs: tuple[str, ...] = ()


def month_of(moment: datetime, zone: tzinfo) -> Month:
    """The month of an aware moment in a time zone; raises ``compliance.naive_moment``."""
    local = aware(moment).astimezone(zone)
    return Month(local.year, local.month)


def timer_outcome(
    timer: Timer,
    *,
    id: str,
    obligation_id: str,
    title: str = "",
    refs: tuple[str, ...] = (),
    attributes: Mapping[str, Attribute] | None = None,
) -> TimerOutcome:
    """A folded SLA timer as compliance counts it.

    Its metric becomes an attribute, beside those given (severity); the overrun is the counted time over the
    limit in hours, cut to two places, None where there is none.
    """
    over = -timer.remaining.total_seconds()
    late = timer.state in (State.BREACHED, State.MET_LATE) and over > 0
    return TimerOutcome(
        id=id,
        obligation_id=obligation_id,
        state=timer.state.value,
        due_at=timer.due,
        overrun_hours=(Decimal(int(over)) / 3600).quantize(Decimal("0.01"), ROUND_DOWN) if late else None,
        title=title,
        refs=refs,
        attributes={**(attributes or {}), "metric": timer.metric},
    )


def timer_standing(timer: TimerOutcome, at: datetime) -> Standing:
    """What became of a timer.

    A running timer whose due moment lies before `at` has been missed even if nothing has marked it yet.
    Raises ``compliance.unknown_state``.
    """
    if timer.state not in _TIMER:
        raise DomainError("compliance.unknown_state", noun="计时", id=timer.id, state=timer.state)
    if timer.state == "running" and aware(timer.due_at) < aware(at):
        return Standing.MISSED
    return _TIMER[timer.state]


def occurrence_standing(one: OccurrenceOutcome) -> Standing:
    """What became of an occurrence; raises ``compliance.unknown_state``."""
    if one.outcome not in _OCCURRENCE:
        raise DomainError("compliance.unknown_state", noun="履约任务", id=one.id, state=one.outcome)
    return _OCCURRENCE[one.outcome]


def aware(moment: datetime) -> datetime:
    """The moment itself, when it names its zone; raises ``compliance.naive_moment``."""
    if moment.utcoffset() is None:
        raise DomainError("compliance.naive_moment", moment=moment.isoformat())
    return moment
