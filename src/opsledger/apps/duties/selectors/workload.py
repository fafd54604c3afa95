"""The forecast of work from the plan, and the calendar for other programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from opsledger.apps.contracts.models import Contract, Obligation
from opsledger.apps.duties.models import Occurrence, Round
from opsledger.apps.duties.selectors.rows import OPEN, occurrences_for
from opsledger.apps.duties.selectors.templates import checklists_of
from opsledger.apps.duties.services.planning import calendar_of
from opsledger.apps.duties.workload import BASES, Usual, Week, usual_minutes, weeks
from opsledger.kernel.access import Actor

_LONGEST = timedelta(hours=12)
_PLANNED_SPAN = timedelta(hours=1)


def _listed(contract: Contract) -> dict[str, int]:
    """The minutes that the checklists name for each activity."""
    listed: dict[str, int] = {}
    for one in checklists_of(contract.pk).values():
        for activity in one.activities:
            listed.setdefault(activity, one.minutes)
    return listed


def _set(contract: Contract) -> dict[str, Usual]:
    """The times that the contract's own settings name."""
    found = (contract.settings.get("workload") or {}).items()
    return {key: Usual(one["minutes"], basis=one["basis"]) for key, one in found if one["basis"] in BASES}


def minutes_by_activity(contract: Contract) -> dict[str, Usual]:
    """For each activity its usual minutes and where they come from: the contract's own word goes first."""
    measured: dict[str, list[int]] = {}
    rounds = Round.objects.filter(contract=contract, state=Round.State.FINISHED).values_list(
        "occurrence__obligation__activity", "started_at", "finished_at"
    )
    for activity, begun, ended in rounds:
        # A round left open over night says nothing about how long the work takes.
        if timedelta(0) < ended - begun <= _LONGEST:
            measured.setdefault(activity, []).append(int((ended - begun).total_seconds() // 60))
    listed = _listed(contract)
    recurring = Obligation.objects.filter(contract=contract, kind__in=["duty", "deliverable", "licence"])
    activities = set(recurring.values_list("activity", flat=True))
    learned = {
        activity: Usual(
            usual_minutes(activity, listed.get(activity), measured.get(activity, ())),
            len(measured.get(activity, ())),
        )
        for activity in sorted(activities)
    }
    return {**learned, **{key: one for key, one in _set(contract).items() if key in learned}}


Task = tuple[date, date, str]


def tasks_of(contract: Contract, *, since: date | None, owner_id: int | None = None) -> list[Task]:
    """Window and activity of what is to be done from `since` on; without it, of the whole term, done or not."""
    rows = Occurrence.objects.filter(contract=contract).exclude(state__in=["cancelled", "waived"])
    if since is not None:
        rows = rows.filter(closes_on__gte=since).exclude(state__in=["verified", "submitted"])
    if owner_id is not None:
        rows = rows.filter(assignee_id=owner_id)
    told = rows.values_list("opens_on", "closes_on", "obligation__activity")
    return [(max(opens, since) if since else opens, closes, activity) for opens, closes, activity in told]


def forecast(
    contract: Contract, *, since: date | None, owner_id: int | None = None, added: Iterable[Task] = ()
) -> list[Week]:
    """The weeks from `since` (or of the whole term) with `added` tasks: tasks due, hours, people needed."""
    minutes = {key: one.minutes for key, one in minutes_by_activity(contract).items()}
    own = _set(contract)
    more = list(added)
    # What the contract does not know yet takes its usual time.
    for _, _, activity in more:
        usual = usual_minutes(activity, _listed(contract).get(activity), ())
        minutes.setdefault(activity, own[activity].minutes if activity in own else usual)
    tasks = [*tasks_of(contract, since=since, owner_id=owner_id), *more]
    return weeks(tasks, minutes, calendar_of(contract).is_working_day)


def ical_of(actor: Actor, contract: Contract, *, at: datetime, mine: bool) -> bytes:
    """Open work of the next 90 days as iCalendar, with the same id each time.

    What is planned stands at its hour, the rest on its due day.
    """
    zone = ZoneInfo(contract.time_zone)
    rows = occurrences_for(actor, contract).filter(
        state__in=OPEN, due_at__gte=at, due_at__lt=at + timedelta(days=90)
    )
    if mine:
        rows = rows.filter(assignee_id=actor.user_id)
    calendar = Calendar()
    calendar.add("prodid", "-//OpsLedger//运维台账//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{contract} 履约任务")
    for row in rows.order_by("due_at")[:3000]:
        event = Event()
        event.add("uid", f"occurrence-{row.pk}@opsledger")
        event.add("dtstamp", at)
        day = row.due_at.astimezone(zone).date()
        if row.planned_at:
            event.add("dtstart", row.planned_at.astimezone(UTC))
            event.add("dtend", (row.planned_at + _PLANNED_SPAN).astimezone(UTC))
        else:
            event.add("dtstart", day)
            event.add("dtend", day + timedelta(days=1))
        event.add("sequence", row.version)
        event.add("summary", f"{row.item.no if row.item else '合同'} {row.title}")
        event.add("description", f"期限 {row.due_at.astimezone(zone):%Y-%m-%d %H:%M}\n{row.rule}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
