"""Tickets at a glance: the board by state, the wall, what waits for my consent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors, services
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page


@guard()
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Columns by state, those due first on top."""
    contract = contract_for(request.actor, slug)
    columns = selectors.board_of(request.actor, contract)
    return page(request, "desk/board.html", {"contract": contract, "columns": columns})


@guard(access.MANAGER, access.BUYER, access.SUPERVISOR, access.ENGINEER)
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    """1920 by 1080, dark, no scroll: counts, the next deadlines, who is on duty."""
    contract = contract_for(request.actor, slug)
    at = clock.now()
    told = {"contract": contract, "wall": selectors.wall_of(request.actor, contract, at), "at": at}
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
