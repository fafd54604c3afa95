"""The facts behind the figures of a desk: tickets as cases, and what became of the limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Ticket, TicketEvent, Timer, WorkEntry
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.apps.desk.policies import sees_work, visible_tickets
from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.core.compliance import SlaRate
from opsledger.core.deskfigures import Case, Summary, grouped
from opsledger.core.tickets import KINDS
from opsledger.kernel import access
from opsledger.kernel.access import Actor

REPORTS = ("incident", "request", "question")
VOID = ("cancelled", "merged", "rejected")
_FIELDS = ("item_id", "unit_id", "assignee_id", "severity", "source", "fault", "kind")


@dataclass(frozen=True, slots=True)
class Counted:
    """A ticket with what the figures are grouped by, each as the list's filters name it ("" for none)."""

    case: Case
    item: str
    unit: str
    assignee: str
    severity: str
    source: str
    fault: str
    kind: str


def told_between(actor: Actor, contract: Contract, since: datetime, until: datetime) -> list[Counted]:
    """The reports that `actor` may see and that came, were done or were open in [since, until); one query.

    Changes and problems are plans, not reports: they are not among them.  A ticket that was moved counts with all it
    was under the item and unit where it now stands: it was misfiled, and the former ones never had that trouble.
    """
    touched = (
        Q(over__in=NOT_OVER)
        | Q(resolved_at__gte=since)
        | Q(resolved_at=None, updated_at__gte=since)
        | Q(reported_at__gte=since)
    )
    reopened = TicketEvent.objects.filter(ticket=OuterRef("pk"), action="reopen")
    rows = (
        Ticket.objects.filter(visible_tickets(actor, contract.pk), touched, contract=contract)
        .filter(kind__in=REPORTS, reported_at__lt=until)
        .order_by()
        .annotate(again=Exists(reopened))
        .values_list(
            "reported_at",
            "resolved_at",
            "updated_at",
            "over",
            "state",
            "breached",
            "rating",
            "again",
            *_FIELDS,
        )
    )
    return [_told(row) for row in rows.iterator(5000)]


def _told(row: tuple[object, ...]) -> Counted:
    reported, resolved, updated, over, state, breached, rating, again, *keys = row
    ended = resolved or (updated if over else None)
    case = Case(
        reported_at=reported,  # type: ignore[arg-type]
        resolved_at=resolved,  # type: ignore[arg-type]
        ended_at=ended,  # type: ignore[arg-type]
        void=state in VOID,
        late=bool(breached),
        reopened=bool(again),
        rating=rating,  # type: ignore[arg-type]
    )
    return Counted(case, *("" if key is None else str(key) for key in keys))


def _people(told: Iterable[Counted]) -> dict[str, str]:
    """The names of those who have the tickets, by their key; one query."""
    keys = {int(one.assignee) for one in told if one.assignee}
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=keys)}


@dataclass(frozen=True, slots=True)
class Group:
    """The figures by one thing that tickets have in common; rows of (key, word, figures), the busiest first."""

    key: str
    heading: str
    rows: list[tuple[str, str, Summary]]


def groups_of(
    actor: Actor, contract: Contract, told: Sequence[Counted], since: datetime, until: datetime
) -> list[Group]:
    """By system, unit, person (not for service units), level, kind of fault, way in and kind of ticket."""
    items = {str(item.pk): item for item in contract.items.select_related("unit")}
    numbered = {key: item.numbered for key, item in items.items()}
    units = {str(item.unit_id): str(item.unit) for item in items.values() if item.unit_id}
    wanted: list[tuple[str, str, dict[str, str], str]] = [
        ("item", "服务项", numbered, "已撤下的服务项"),
        ("unit", "服务单位", units, "（公共）"),
        ("severity", "等级", {}, "（不分等级）"),
        ("fault", "故障类别", {}, "（没有填写）"),
        ("kind", "类型", dict(KINDS), ""),
        ("source", "来源", dict(Ticket.Source.choices), ""),
    ]
    if actor.roles(contract.pk) - {access.UNIT}:
        wanted.insert(2, ("assignee", "处理人", _people(told), "（还没有派）"))
    return [
        Group(
            key,
            heading,
            [
                (value, words.get(value) or (value if not words and value else absent), figures)
                for value, figures in grouped(((getattr(one, key), one.case) for one in told), since, until)
            ],
        )
        for key, heading, words, absent in wanted
    ]


@dataclass(frozen=True, slots=True)
class LimitRow:
    """What became of the limits of one metric, and the longest overrun."""

    metric: str
    word: str
    rate: SlaRate
    longest: timedelta


def limits_between(
    actor: Actor, contract: Contract, since: datetime, until: datetime, at: datetime
) -> list[LimitRow]:
    """The timers due in [since, until) by metric, in the order of a ticket's life; one query.

    Counted as `core.compliance.sla_rate` counts them: one that runs past its due moment is late, marked or not.
    """
    running, late = Q(state=Timer.State.RUNNING), Q(state__in=[Timer.State.BREACHED, Timer.State.MET_LATE])
    mine = Ticket.objects.filter(visible_tickets(actor, contract.pk), contract=contract)
    found = (
        Timer.objects.filter(ticket__in=mine, due_at__gte=since, due_at__lt=until)
        .order_by()
        .values("metric")
        .annotate(
            met=Count("pk", filter=Q(state=Timer.State.MET)),
            late=Count("pk", filter=late | running & Q(due_at__lt=at)),
            going=Count("pk", filter=Q(state=Timer.State.PAUSED) | running & Q(due_at__gte=at)),
            out=Count("pk", filter=Q(state=Timer.State.CANCELLED)),
            longest=Max("overrun_seconds"),
        )
    )
    by_metric = {row["metric"]: row for row in found}
    return [
        LimitRow(
            metric=metric,
            word=word,
            rate=SlaRate(met=row["met"], breached=row["late"], open=row["going"], left_out=row["out"]),
            longest=timedelta(seconds=row["longest"] or 0),
        )
        for metric, word in METRIC_WORDS.items()
        if (row := by_metric.get(metric))
    ]


def response_times(actor: Actor, contract: Contract, since: datetime, until: datetime) -> list[Decimal]:
    """The counted minutes to the first answer of the tickets whose answer was due in [since, until)."""
    mine = Ticket.objects.filter(visible_tickets(actor, contract.pk), contract=contract)
    rows = Timer.objects.filter(
        ticket__in=mine, metric="respond", cycle=1, due_at__gte=since, due_at__lt=until, met_at__isnull=False
    ).order_by()
    return [Decimal(seconds) / 60 for seconds in rows.values_list("elapsed_seconds", flat=True)]


@dataclass(frozen=True, slots=True)
class Hours:
    """The time that a person entered on tickets, withdrawn entries left out."""

    person: str
    minutes: int
    tickets: int


def hours_between(actor: Actor, contract: Contract, first: date, last: date) -> list[Hours]:
    """The time worked on the days [first, last] by person, the most first; one query, nothing for service units."""
    if not sees_work(actor, contract.pk):
        return []
    rows = (
        WorkEntry.objects.filter(ticket__contract=contract, on__gte=first, on__lte=last, withdrawn_at=None)
        .order_by()
        .values("user__full_name", "user__username")
        .annotate(minutes=Sum("minutes"), tickets=Count("ticket", distinct=True))
        .order_by("-minutes", "user__username")
    )
    return [
        Hours(row["user__full_name"] or row["user__username"], row["minutes"], row["tickets"]) for row in rows
    ]
