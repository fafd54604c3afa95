"""People promised against people present."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import Contract, Obligation
from opsledger.apps.duties.models import Attendance, Replacement, StaffMember
from opsledger.apps.duties.services.planning import calendar_of
from opsledger.apps.duties.services.replacing import demand_on, people_of
from opsledger.core.calendars import ServiceWindow, parse_window
from opsledger.core.consent import Demand
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.access import Actor


@dataclass(slots=True)
class Post:
    """One post of the contract on one day."""

    obligation: Obligation
    promised: int
    present: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)

    @property
    def short(self) -> int:
        """How many are missing."""
        return max(0, self.promised - len(self.present))


def _posts(contract: Contract) -> list[Obligation]:
    rows = Obligation.objects.filter(contract=contract, kind="staffing", status=Obligation.Status.ACTIVE)
    return list(rows.select_related("item", "term"))


def _window(contract: Contract, post: Obligation) -> ServiceWindow | None:
    """The hours in which a post is manned; None where the contract names none: then working days."""
    known = contract.windows.get(post.window) if post.window else None
    try:
        return parse_window(known["hours"] if known else post.window) if post.window else None
    except DomainError:
        return None


def presence(contract: Contract, first: date, last: date) -> dict[date, list[Post]]:
    """For each day and post: how many the contract promises, who was there, who was on leave.

    On days on which the post is not manned (its window is closed, or no working day) nothing is promised.
    """
    posts = [(post, _window(contract, post)) for post in _posts(contract)]
    calendar = calendar_of(contract)
    rows = Attendance.objects.filter(member__contract=contract, day__gte=first, day__lte=last)
    by_day: dict[tuple[date, int], list[Attendance]] = {}
    for row in rows.select_related("member"):
        by_day.setdefault((row.day, row.member.obligation_id), []).append(row)
    found = {}
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        line = []
        for post, window in posts:
            manned = bool(window.hours_on(day, calendar)) if window else calendar.is_working_day(day)
            inside = post.starts_on <= day <= post.ends_on
            made = Post(post, int(post.term.data.get("min") or 0) if manned and inside else 0)
            for row in by_day.get((day, post.pk), ()):
                (made.present if row.kind == "present" else made.away).append(row.member.name)
            line.append(made)
        found[day] = line
    return found


def members_of(contract: Contract, day: date) -> list[StaffMember]:
    """Who holds a post on a day."""
    return list(members_on(contract, day))


def members_on(contract: Contract, day: date) -> QuerySet[StaffMember]:
    """Who holds a post on a day, post by post."""
    rows = StaffMember.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day), contract=contract, starts_on__lte=day
    )
    return rows.select_related("contract", "obligation", "obligation__item", "user")


def member_for(contract: Contract, member_id: int, day: date) -> StaffMember:
    """One person who holds a post on a day; Http404 if nobody by that number does."""
    found = members_on(contract, day).filter(pk=member_id).first()
    if found is None:
        raise Http404
    return found


def posts_of(contract: Contract) -> list[Obligation]:
    """The posts that the contract promises."""
    return _posts(contract)


def replacements_of(contract: Contract) -> list[Replacement]:
    """Requests for replacement, the latest first."""
    return list(all_replacements(contract)[:30])


def all_replacements(contract: Contract) -> QuerySet[Replacement]:
    """Every request for replacement, the latest first."""
    rows = Replacement.objects.filter(contract=contract)
    return rows.select_related(
        "contract", "leaving__contract", "leaving__obligation__item", "requested_by", "decided_by"
    )


def replacement_for(actor: Actor, contract: Contract, replacement_id: int) -> Replacement:
    """One request, for the whole contract's people and for those whose consent it wants; else Http404."""
    row = all_replacements(contract).filter(pk=replacement_id).first()
    whole = actor.roles(contract.pk) & {access.BUYER, access.MANAGER, access.SUPERVISOR}
    if row is None or not (whole or any(_is_of(actor, row, party) for party in row.parties)):
        raise Http404
    return row


def _is_of(actor: Actor, row: Replacement, party: str) -> bool:
    return actor.user_id in {user.pk for user in people_of(row.leaving, party)}


def replacement_demands(members: list[StaffMember]) -> list[tuple[str, Demand | None]]:
    """What the contract wants before somebody of a post is replaced, once for each item: the post's item, the demand."""
    found: dict[int | None, tuple[str, Demand | None]] = {}
    for member in members:
        item = member.obligation.item
        found.setdefault(
            item.pk if item else None, (item.numbered if item else "合同整体", demand_on(member))
        )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A day on which fewer people were on a post than the contract promises."""

    obligation: Obligation
    day: date
    promised: int
    present: int
    away: tuple[str, ...] = ()


def shortfalls(contract: Contract, since: date, until: date, *, today: date) -> list[Shortfall]:
    """The days from `since` to `until` that are over, on which a post was short.

    A post counts from the day on which its attendance was first kept: before that nobody can say who was there.
    """
    begun: dict[int, date] = {}
    kept = Attendance.objects.filter(member__contract=contract).order_by("day")
    for post_id, day in kept.values_list("member__obligation_id", "day"):
        begun.setdefault(post_id, day)
    last = min(until, today - timedelta(days=1))
    if not begun or last < since:
        return []
    return [
        Shortfall(post.obligation, day, post.promised, len(post.present), tuple(post.away))
        for day, line in presence(contract, since, last).items()
        for post in line
        if post.short and begun.get(post.obligation.pk, date.max) <= day
    ]


def attendance_rows(contract: Contract, first: date, last: date) -> list[Attendance]:
    """Every entry of attendance of a span, by day and person."""
    return list(attendance_of(contract, first, last))


def attendance_of(contract: Contract, first: date, last: date) -> QuerySet[Attendance]:
    """The same, to be read page by page."""
    rows = Attendance.objects.filter(member__contract=contract, day__gte=first, day__lte=last)
    rows = rows.select_related("member", "member__obligation", "recorded_by")
    return rows.order_by("day", "member", "pk")
