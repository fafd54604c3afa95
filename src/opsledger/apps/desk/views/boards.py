"""Tickets at a glance: the board by state, the wall, what waits for my consent."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page

_COLUMNS = [
    ("待派单", ("reported", "returned", "approving")),
    ("待接单", ("dispatched",)),
    ("处理中", ("working",)),
    ("已挂起", ("suspended",)),
    ("待确认", ("resolved",)),
]
_SHOWN = 30


@guard()
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Columns by state, those due first on top."""
    contract = contract_for(request.actor, slug)
    rows = selectors.tickets_for(request.actor, contract).filter(
        over__in=NOT_OVER, kind__in=["incident", "request", "question"]
    )
    live = list(selectors.due_first(rows)[:500])
    columns = []
    for word, states in _COLUMNS:
        held = [ticket for ticket in live if ticket.state in states]
        columns.append((word, len(held), held[:_SHOWN], max(0, len(held) - _SHOWN)))
    return page(request, "desk/board.html", {"contract": contract, "columns": columns})


@guard(access.MANAGER, access.BUYER, access.SUPERVISOR, access.ENGINEER)
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    """1920 by 1080, dark, no scroll: counts, the next deadlines, who is on duty."""
    contract = contract_for(request.actor, slug)
    at = clock.now()
    rows = selectors.tickets_for(request.actor, contract).filter(over__in=NOT_OVER).exclude(state="resolved")
    told = {
        "contract": contract,
        "counts": selectors.open_counts(request.actor, contract, at),
        "due": selectors.due_first(rows.filter(due_at__isnull=False))[:12],
        "rate": selectors.sla_rate(contract, at - timedelta(days=30), at, at),
        "on_duty": selectors.on_duty(contract.pk, at),
        "at": at,
    }
    return render(request, "desk/wall.html", told)


@guard(access.BUYER, access.UNIT, access.SUPERVISOR)
def approvals(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for my consent on this contract."""
    contract = contract_for(request.actor, slug)
    votes = [
        vote
        for vote in services.waiting_for(request.actor)
        if vote.step.approval.ticket.contract_id == contract.pk
    ]
    return page(request, "desk/approvals.html", {"contract": contract, "votes": votes})
