"""The analysis of a major fault: within the contract's limit, or within the installation's default where there is none.

A limit of the contract is a timer like any other.  The default is none: it is shown as what it is, reminds, and leaves a
note where it was not kept, but it breaches nothing.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from opsledger.apps.desk import agreements, folding
from opsledger.apps.desk.models import RuleHit, Ticket, TicketEvent
from opsledger.apps.desk.notices import ticket_of
from opsledger.apps.desk.services.rules import keep_hit
from opsledger.kernel.events import Event

_ENDS = frozenset({"ticket.report_submitted", "ticket.reopened", "ticket.cancelled", "ticket.merged"})

_MOVED = "ticket.item_changed"


def on_ticket(event: Event) -> None:
    """Resolved: the analysis is expected by a day; handed in, reopened or withdrawn: no longer.

    Moved after that: what the other item's terms say of it holds, from the same resolution.
    """
    if event.subject_type != "ticket" or event.verb not in {"ticket.resolved", _MOVED, *_ENDS}:
        return
    ticket = ticket_of(event)
    if ticket.kind != "incident" or (event.verb == _MOVED and ticket.state != "resolved"):
        return
    resolved_at = event.happened_at if event.verb == "ticket.resolved" else ticket.resolved_at
    due = _due(ticket, resolved_at) if resolved_at and event.verb not in _ENDS else None
    if due != ticket.report_due_at:
        Ticket.objects.filter(pk=ticket.pk).update(report_due_at=due)
        ticket.report_due_at = due


def _due(ticket: Ticket, resolved_at: datetime) -> datetime | None:
    agreed = agreements.agreement_of(ticket.contract)
    if not agreed.report_workdays or ticket.severity_rank > agreed.report_rank:
        return None
    limits = folding.rules_of(ticket).terms_for(ticket.kind, ticket.scope)
    if any(term.metric == "report" and term.severity in ("", None, ticket.severity) for term in limits):
        return None
    if TicketEvent.objects.filter(ticket=ticket, kind="report_delivered").exists():
        return None
    office = agreements.clocks_of(ticket.contract)[agreements.OFFICE]
    last = office.calendar.add_working_days(office.local_date(resolved_at), agreed.report_workdays)
    return office.close_of(last)


def sweep_reports(at: datetime) -> int:
    """Analyses that were expected and have not come: noted on the ticket, once; its people are told by the entry."""
    done = 0
    rows = (
        Ticket.objects.filter(report_due_at__lte=at)
        .select_related("contract", "item")
        .order_by("report_due_at")
    )
    for ticket in rows[:500]:
        with transaction.atomic():
            claim = Ticket.objects.filter(pk=ticket.pk, report_due_at=ticket.report_due_at)
            if claim.update(report_due_at=None) != 1 or ticket.report_due_at is None:
                continue
            words = f"{ticket.severity}办结后未提交分析报告"
            keep_hit(ticket, RuleHit.Rule.REPORT, ticket.item.numbered, 1, ticket.report_due_at, words=words)
            done += 1
    return done
