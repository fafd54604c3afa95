"""The calendar of work: what is planned or falls due on each day, and for whom, beside the official calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Coalesce

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import people
from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.selectors.compliance import due_day, standing_case
from opsledger.apps.duties.selectors.rows import OPEN, occurrences_for
from opsledger.apps.duties.services.planning import calendar_of
from opsledger.core.calendars import DayKind
from opsledger.kernel import access
from opsledger.kernel.access import Actor

KIND_WORDS = {DayKind.HOLIDAY: "休", DayKind.MAKEUP: "班"}
NOBODY = "none"


@dataclass(slots=True)
class CalendarDay:
    """One day: its mark (休, 班 or nothing), the holiday's name, whether it rests, and what stands on it."""

    day: date
    mark: str = ""
    holiday: str = ""
    rests: bool = False
    provisional: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    rows: list[Occurrence] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(slots=True)
class PersonWeek:
    """One person's (or nobody's) line in the team's calendar: the rows of each day."""

    user: User | None
    cells: list[tuple[CalendarDay, list[Occurrence]]]

    @property
    def total(self) -> int:
        return sum(len(rows) for _, rows in self.cells)


def engineers_of(contract: Contract) -> list[User]:
    """The engineers of a contract."""
    return people(contract.pk, access.ENGINEER)


def team_of(contract: Contract) -> list[User]:
    """Those who do the work of a contract: engineers and project managers."""
    return people(contract.pk, access.ENGINEER, access.MANAGER)


def shown_rows(
    actor: Actor, contract: Contract, first: date, last: date, *, at: datetime, who: str = ""
) -> QuerySet[Occurrence]:
    """What stands on the days from `first` to `last`: open work where it is planned, else on its due day.

    `who` narrows to a person's id or to `NOBODY`.  Each row carries `.standing` and `.shown_at`.
    """
    zone = ZoneInfo(contract.time_zone)
    # What is done or struck stands where it fell due: its plan is history.
    shown = Case(When(state__in=OPEN, then=Coalesce("planned_at", "due_at")), default=F("due_at"))
    rows = (
        occurrences_for(actor, contract)
        .exclude(state="cancelled")
        .annotate(shown_at=shown, standing=standing_case(at))
        .filter(
            shown_at__gt=datetime.combine(first, time.min, zone),
            shown_at__lte=datetime.combine(last + timedelta(days=1), time.min, zone),
        )
        .order_by("item__position", "id")
    )
    if who == NOBODY:
        return rows.filter(assignee=None)
    return rows.filter(assignee_id=int(who)) if who else rows


def calendar_days(
    actor: Actor, contract: Contract, first: date, last: date, *, at: datetime, who: str = ""
) -> list[CalendarDay]:
    """Every day from `first` to `last` with what stands on it."""
    zone = ZoneInfo(contract.time_zone)
    calendar = calendar_of(contract)
    days = {}
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        days[day] = CalendarDay(
            day,
            mark=KIND_WORDS.get(calendar.kind_of(day), ""),
            holiday=calendar.holiday_name(day),
            rests=not calendar.is_working_day(day),
            provisional=not calendar.covers(day.year),
        )
    for row in shown_rows(actor, contract, first, last, at=at, who=who):
        _mark(row, zone, at)
        day = days.get(due_day(row.shown_at, zone))
        if day is not None:
            day.rows.append(row)
            day.counts[row.standing] = day.counts.get(row.standing, 0) + 1
    for day in days.values():
        # A month shows a few rows of a day: those about which something can be decided come first.
        day.rows.sort(key=lambda row: not row.movable)
    return list(days.values())


def _mark(row: Occurrence, zone: ZoneInfo, at: datetime) -> None:
    """What the page needs to know of a row: its window in days, whether it may be moved, its planned hour."""
    row.first_day = row.begins_at.astimezone(zone).date()
    row.last_day = row.due_at.astimezone(zone).date()
    row.planned_here = row.planned_at is not None and row.state in OPEN
    # A window of one day leaves nothing to move; one that is over may not be moved.
    row.movable = (
        row.state in ("planned", "open")
        and row.due_at > at
        and max(row.first_day, at.astimezone(zone).date()) < row.last_day
    )


def team_week(days: list[CalendarDay], team: list[User]) -> list[PersonWeek]:
    """The same days as one line per person; what nobody was given stands in the first line."""
    lines: dict[int | None, PersonWeek] = {None: PersonWeek(None, [(day, []) for day in days])}
    for user in team:
        lines[user.pk] = PersonWeek(user, [(day, []) for day in days])
    for n, day in enumerate(days):
        for row in day.rows:
            if row.assignee_id not in lines:
                lines[row.assignee_id] = PersonWeek(row.assignee, [(one, []) for one in days])
            lines[row.assignee_id].cells[n][1].append(row)
    nobody = lines.pop(None)
    return [*([nobody] if nobody.total else []), *lines.values()]
