"""Many tickets at once: choose, look, do.  And lists kept under a name."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.selectors import contract_for, items_for
from opsledger.apps.desk import selectors
from opsledger.apps.desk.columns import LIST, known_columns
from opsledger.apps.desk.services.bulk import ACTS, MAX_TICKETS, Order, run_bulk
from opsledger.apps.desk.services.habits import choose_columns, drop_filter, keep_filter
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page


@guard(access.MANAGER, access.ENGINEER, access.UNIT, access.BUYER)
@require_POST
def bulk(request: HttpRequest, slug: str) -> HttpResponse:
    """First without `go`: what would happen to each. Then with it: it happens."""
    contract = contract_for(request.actor, slug)
    numbers = request.POST.getlist("number")[:MAX_TICKETS]
    if not numbers:
        messages.warning(request, "请先勾选工单。")
        return redirect("desk:tickets", slug)
    people = {str(user.pk): user for user, _ in selectors.engineers_with_load(contract)}
    order = Order(
        act=request.POST.get("act", ""),
        assignee=people.get(request.POST.get("assignee", "")),
        severity=request.POST.get("severity", ""),
        item=items_for(request.actor, contract).filter(no=request.POST.get("item", "")[:20]).first(),
        words=request.POST.get("words", "").strip(),
    )
    if order.act == "parent":
        order = replace(order, parent=selectors.ticket_or_none(request.actor, contract, order.words))
    preview = "go" not in request.POST
    rows = selectors.tickets_for(request.actor, contract).filter(number__in=numbers).order_by("number")
    outcomes = run_bulk(actor=request.actor, tickets=rows, order=order, preview=preview)
    done = sum(outcome.done for outcome in outcomes)
    if not preview and done == len(outcomes):
        messages.success(request, f"已对 {done} 张工单执行“{ACTS.get(order.act, '')}”。")
        return redirect("desk:tickets", slug)
    told = {
        "contract": contract,
        "outcomes": outcomes,
        "order": order,
        "parent": order.parent,
        "word": ACTS.get(order.act, ""),
        "preview": preview,
        "done": done,
    }
    return page(request, "desk/bulk.html", told)


@guard()
@require_POST
def filters(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the present list under a name, or forget one."""
    contract = contract_for(request.actor, slug)
    if request.POST.get("drop"):
        drop_filter(actor=request.actor, contract=contract, name=request.POST["drop"])
        return redirect("desk:tickets", slug)
    kept = keep_filter(
        actor=request.actor,
        contract=contract,
        name=request.POST.get("name", ""),
        query=request.POST.get("query", ""),
        shared=bool(request.POST.get("shared")),
    )
    return redirect(f"/c/{slug}/tickets/?{kept.query}")


@guard()
@require_POST
def columns(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep which columns the list of tickets shows."""
    contract_for(request.actor, slug)
    keys = [] if "usual" in request.POST else known_columns(request.POST.getlist("column"))
    choose_columns(actor=request.actor, list_name=LIST, keys=keys)
    query = request.POST.get("query", "")
    return redirect(f"/c/{slug}/tickets/?{query}" if query else f"/c/{slug}/tickets/")
