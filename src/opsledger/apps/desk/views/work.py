"""Time worked on a ticket: the rows, entering, taking back; a card of the ticket's page, and a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import policies, selectors
from opsledger.apps.desk.forms.work import WorkForm
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.work import enter_work, withdraw_work
from opsledger.apps.desk.views.ticket import find
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

READERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)


def _told(request: HttpRequest, contract: Contract, found: Ticket, form: WorkForm) -> dict[str, Any]:
    open_still = contract.status != Contract.Status.CLOSED
    return {
        "contract": contract,
        "ticket": found,
        "entries": selectors.work_of(found),
        "form": form if open_still and policies.may_enter_work(request.actor, found) else None,
        "me": request.actor.user_id,
    }


@guard(*READERS)
def work(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The rows with their sum, and a form for those who may enter more."""
    contract, found = find(request, slug, number)
    form = WorkForm(request.POST or None)

    def do() -> object:
        return enter_work(actor=request.actor, ticket=found, **form.cleaned_data)

    if request.method == "POST" and act(request, form, do) is not None:
        if not request.htmx:
            messages.success(request, "已登记工时。")
            return redirect("desk:work", slug, number)
        form = WorkForm()
    return page(request, "desk/work.html", _told(request, contract, found, form))


@guard(access.MANAGER, access.ENGINEER)
@require_POST
def withdraw(request: HttpRequest, slug: str, number: str, entry_id: int) -> HttpResponse:
    """Take one's own entry back."""
    contract, found = find(request, slug, number)
    withdraw_work(actor=request.actor, entry=selectors.work_entry(found, entry_id))
    if not request.htmx:
        messages.success(request, "已撤回工时，记录仍在。")
        return redirect("desk:work", slug, number)
    return page(request, "desk/work.html", _told(request, contract, found, WorkForm()))
