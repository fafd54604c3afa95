"""Planned maintenance: what of it may be taken out of the account, and why the rest may not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import NamedTuple

from opsledger.core.availability.intervals import (
    Interval,
    checked,
    clip,
    intersect,
    moment_of,
    second_of,
    subtract,
    total,
    union,
)
from opsledger.core.availability.states import Exclusion
from opsledger.core.errors import DomainError


@dataclass(frozen=True, slots=True)
class Window:
    """A maintenance window as planned and as it went, in whole seconds; people and papers by name.

    `closed_at` is when the work was reported finished, None while it goes on.
    """

    begin: int
    end: int
    created_at: int
    reason: str
    evidence: str
    approver: str = ""
    approved_at: int | None = None
    second_approver: str = ""
    closed_at: int | None = None

    @property
    def retroactive(self) -> bool:
        """True unless it was both created and approved before it began."""
        return not (
            self.created_at < self.begin and self.approved_at is not None and self.approved_at < self.begin
        )


class Refusal(NamedTuple):
    """Seconds of a window that stay in the account, and the code that says why."""

    begin: int
    end: int
    code: str


class Maintenance(NamedTuple):
    """What maintenance takes out, and what it does not."""

    exclusions: list[Exclusion]
    refused: list[Refusal]


def maintenance(
    windows: Iterable[Window],
    *,
    months: Iterable[Interval] = (),
    cap_seconds: int | None = None,
    service_hours: Iterable[Interval] | None = None,
) -> Maintenance:
    """The exclusions that `windows` give, in the order of time.

    A window counts from its beginning to its planned end, or to the moment when the work was closed if that
    came sooner; an overrun stays in the account.  Not approved: ``availability.not_approved``.  Entered or
    approved after it began: only with a second approver other than the first, else
    ``availability.second_approver_missing``.  With `cap_seconds`, only so many seconds a month are taken out,
    the earliest first, each second once however many windows cover it, and only seconds inside
    `service_hours` use it up (None: 7×24); the rest is ``availability.cap_spent``.  `months` are the months
    of the contract's zone (`natural_months`); a capped window outside all of them is
    ``availability.month_missing``, which is raised.
    """
    exclusions: list[Exclusion] = []
    refused: list[Refusal] = []
    for window in sorted(windows, key=lambda one: (one.begin, one.end, one.created_at, one.reason)):
        checked(Interval(window.begin, window.end))
        end = window.end if window.closed_at is None else max(window.begin, min(window.end, window.closed_at))
        code = _why_refused(window)
        if code:
            refused.append(Refusal(window.begin, end, code))
        elif window.begin < end:
            exclusions.append(_exclusion(window, end))
    if cap_seconds is None:
        return Maintenance(exclusions, refused)
    if cap_seconds < 0:
        raise DomainError("availability.bad_cap", cap_seconds=cap_seconds)
    spent = _beyond(exclusions, list(months), cap_seconds, service_hours)
    kept = [_part(one, begin, end) for one in exclusions for begin, end in subtract([one.interval], spent)]
    over = intersect(spent, [one.interval for one in exclusions])
    refused += [Refusal(begin, end, "availability.cap_spent") for begin, end in over]
    return Maintenance(kept, sorted(refused))


def natural_months(begin: datetime, end: datetime, zone: tzinfo) -> list[Interval]:
    """The calendar months of `zone` that the aware moments `begin` (in) and `end` (out) touch, each whole."""
    months: list[Interval] = []
    second_of(begin)  # refuses a naive moment, which astimezone would take for local time
    first = begin.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    until = second_of(end)
    while second_of(first) < until:
        year, month = divmod(first.year * 12 + first.month, 12)
        after = first.replace(year=year, month=month + 1)
        months.append(Interval(second_of(first), second_of(after)))
        first = after
    return months


def _why_refused(window: Window) -> str:
    if window.approved_at is None or not window.approver.strip():
        return "availability.not_approved"
    second = window.second_approver.strip()
    if window.retroactive and (not second or second == window.approver.strip()):
        return "availability.second_approver_missing"
    return ""


def _exclusion(window: Window, end: int) -> Exclusion:
    both = f"{window.approver}、{window.second_approver}" if window.retroactive else window.approver
    return Exclusion(
        window.begin, end, "maintenance", window.reason, both, window.evidence, window.retroactive
    )


def _part(whole: Exclusion, begin: int, end: int) -> Exclusion:
    return Exclusion(begin, end, whole.kind, whole.reason, whole.approver, whole.evidence, whole.retroactive)


def _beyond(
    exclusions: list[Exclusion],
    months: list[Interval],
    cap_seconds: int,
    service_hours: Iterable[Interval] | None,
) -> list[Interval]:
    """The seconds that no longer fit under the cap of their month."""
    asked = union(one.interval for one in exclusions)
    homeless = subtract(asked, months)
    if homeless:
        raise DomainError("availability.month_missing", begin=moment_of(homeless[0].begin))
    counted = asked if service_hours is None else intersect(asked, service_hours)
    beyond: list[Interval] = []
    for month in months:
        left = cap_seconds
        for begin, end in clip(counted, month):
            if end - begin > left:
                beyond.append(Interval(begin + left, end))
            left = max(0, left - (end - begin))
    return union(beyond)


def excluded_seconds(exclusions: Iterable[Exclusion], period: Interval) -> int:
    """How many seconds of `period` the exclusions cover, each counted once."""
    return total(clip((one.interval for one in exclusions), period))
