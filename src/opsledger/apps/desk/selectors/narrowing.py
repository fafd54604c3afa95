"""What one may narrow the list of tickets by: the choices above it, and what each selects."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.kernel import access, tables

STATES = {
    "open": "未办结",
    "reported": "待派单",
    "hand": "处理中",
    "suspended": "已挂起",
    "resolved": "待确认",
    "closed": "已关闭",
}
DUE = {"late": "已超时", "running": "计时中", "breached": "有过超时"}
CALLBACKS = {"due": "待回访", "done": "已回访"}
REPORTED = tables.Days("reported", "报修时间", "reported_at")
# Who looks after call-backs, and so may list what waits for one.
CALLERS_BACK = frozenset({access.MANAGER, access.BUYER, access.SUPERVISOR})


def in_state(value: str) -> Q:
    """Tickets in a state, or in one of the two groups of states."""
    if value == "open":
        return Q(over__in=NOT_OVER) & ~Q(state="resolved")
    if value == "hand":
        return Q(state__in=["dispatched", "working"])
    return Q(state=value)


def with_person(username: str) -> Q:
    """Tickets in one person's hands; "none" for those in nobody's."""
    return Q(assignee=None) if username == "none" else Q(assignee__username=username)


def called_back(value: str) -> Q:
    """Closed tickets that were drawn for a call-back and wait for it, or any that had one."""
    if value == "done":
        return Q(called_back_at__isnull=False)
    return Q(sampled=True, called_back_at=None, over=True)


def by_limit(value: str, at: datetime) -> Q:
    """Past a limit now, ever past one, or running."""
    if value == "late":
        return Q(due_at__lt=at, over__in=NOT_OVER) & ~Q(state="resolved")
    if value == "breached":
        return Q(breached=True)
    return Q(due_at__gte=at, over__in=NOT_OVER)


def plan_named(words: str) -> Q:
    """Changes and problems with these words in number, title or item."""
    return _in(words, "number", "title", "item__name")


def mail_named(words: str) -> Q:
    """Letters with these words in sender or subject."""
    return _in(words, "sender", "subject")


def mail_became(value: str) -> Q:
    """Letters that were taken, or those that were left."""
    taken = Q(outcome__in=["reported", "note"])
    return taken if value == "taken" else ~taken


def _in(words: str, *names: str) -> Q:
    found = Q()
    for name in names:
        found |= Q(**{f"{name}__icontains": words})
    return found
