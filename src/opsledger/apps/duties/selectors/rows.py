"""Occurrences as rows: for lists, for one page, for one person's day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.policies import visible_occurrences
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

OPEN = ("planned", "open", "under_way", "returned")

ATTENTION = [
    ("live", "未了结的"),
    ("overdue", "已超期"),
    ("today", "今天到期"),
    ("week", "7天内到期"),
    ("mine", "派给我的"),
    ("verify", "待复核"),
    ("backdated", "事后补录"),
]


def occurrences_for(actor: Actor, contract: Contract) -> QuerySet[Occurrence]:
    """The occurrences of a contract that `actor` may see."""
    rows = Occurrence.objects.filter(contract=contract).filter(visible_occurrences(actor, contract.pk))
    return rows.select_related("item", "item__unit", "assignee", "obligation")


def occurrence_for(actor: Actor, contract: Contract, occurrence_id: int) -> Occurrence:
    """One occurrence with what its page shows; Http404 if hidden or missing."""
    rows = occurrences_for(actor, contract).select_related(
        "contract", "obligation__term", "submitted_by", "verified_by", "returned_by", "signed_by"
    )
    found = rows.filter(pk=occurrence_id).first()
    if found is None:
        raise Http404
    return found


def _end_of_day(at: datetime, days: int = 0) -> datetime:
    """Midnight at the end of the day (and `days` more), as people here count it."""
    day = clock.local(at).date() + timedelta(days=days + 1)
    return clock.midnight(day)


def attention(key: str, actor: Actor, at: datetime) -> Q:
    """The rows that one of `ATTENTION` stands for."""
    if key == "live":
        return Q(state__in=OPEN, begins_at__lte=at) | Q(state="submitted")
    if key == "overdue":
        return Q(state__in=OPEN, due_at__lt=at)
    if key == "today":
        return Q(state__in=OPEN, begins_at__lte=at, due_at__gte=at, due_at__lte=_end_of_day(at))
    if key == "week":
        return Q(state__in=OPEN, begins_at__lte=at, due_at__gte=at, due_at__lte=_end_of_day(at, 6))
    if key == "mine":
        return Q(assignee_id=actor.user_id)
    if key == "backdated":
        return Q(submission_recorded_at__isnull=False) & ~Q(submitted_at=F("submission_recorded_at"))
    return Q(state="submitted", next_at=None)


def of_standing(value: str, at: datetime) -> Q:
    """The rows of one standing (fulfilled, late, missed, due, upcoming, waived), as the matrix counts them."""
    done = Q(state__in=["submitted", "verified"])
    open_ = Q(state__in=OPEN)
    return {
        "fulfilled": done & Q(submitted_at__lte=F("due_at")),
        "late": done & Q(submitted_at__gt=F("due_at")),
        "missed": open_ & Q(due_at__lt=at),
        "due": open_ & Q(begins_at__lte=at, due_at__gte=at),
        "upcoming": open_ & Q(begins_at__gt=at),
        "waived": Q(state="waived"),
    }[value]


@dataclass(frozen=True, slots=True)
class DueWork:
    """One person's work: what is past due (oldest first), due today, begun and due within a week."""

    overdue: list[Occurrence] = field(default_factory=list)
    today: list[Occurrence] = field(default_factory=list)
    soon: list[Occurrence] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.overdue) + len(self.today) + len(self.soon)


def due_for(actor: Actor, at: datetime, *, limit: int = 100) -> DueWork:
    """What `actor` has to do on all their contracts; work assigned to nobody is everybody's.

    At most `limit` rows of each sort.  Reads only what is open or should be, so it works without a worker.
    """
    contracts = actor.contracts(access.ENGINEER, access.MANAGER)
    if not contracts:
        return DueWork()
    rows = (
        Occurrence.objects.filter(contract_id__in=contracts, state__in=OPEN, begins_at__lte=at)
        .filter(Q(assignee_id=actor.user_id) | Q(assignee=None))
        .filter(due_at__lte=_end_of_day(at, 6))
        .select_related("item", "item__unit", "contract", "obligation")
        .order_by("due_at", "id")
    )
    end = _end_of_day(at)
    overdue = list(rows.filter(due_at__lt=at)[:limit])
    today = list(rows.filter(due_at__gte=at, due_at__lte=end)[:limit])
    soon = list(rows.filter(due_at__gt=end)[:limit])
    return DueWork(overdue, today, soon)


def counts_by_state(actor: Actor, contract: Contract, at: datetime) -> dict[str, int]:
    """How many occurrences stand where: overdue, today, to_verify, returned, done and all, in one query."""
    return (
        Occurrence.objects.filter(contract=contract)
        .filter(visible_occurrences(actor, contract.pk))
        .exclude(state="cancelled")
        .aggregate(
            overdue=Count("pk", filter=attention("overdue", actor, at)),
            today=Count("pk", filter=attention("today", actor, at)),
            to_verify=Count("pk", filter=attention("verify", actor, at)),
            returned=Count("pk", filter=Q(state="returned")),
            done=Count("pk", filter=Q(state__in=["submitted", "verified"])),
            all=Count("pk"),
        )
    )


def to_verify(actor: Actor, contract: Contract) -> QuerySet[Occurrence]:
    """Submissions that wait for a supervisor (or the buyer), the oldest first."""
    rows = occurrences_for(actor, contract).filter(state="submitted", next_at=None)
    return rows.order_by("submission_recorded_at", "id")


def next_to_verify(actor: Actor, contract: Contract, after: Occurrence) -> Occurrence | None:
    """The submission to look at once `after` has been dealt with: the one after it, else the oldest."""
    rows = to_verify(actor, contract).exclude(pk=after.pk)
    moment = after.submission_recorded_at
    later = rows.filter(
        Q(submission_recorded_at__gt=moment) | Q(submission_recorded_at=moment, pk__gt=after.pk)
    )
    return (later if moment else rows).first() or rows.first()
