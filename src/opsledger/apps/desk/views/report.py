"""The report form."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import agreements, selectors, services
from opsledger.apps.desk.forms import ReportForm
from opsledger.apps.desk.models import Ticket
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

KINDS = {"incident": "报故障", "request": "提需求", "question": "咨询"}


@guard(access.UNIT, access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR)
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Report a fault, ask for something, or ask a question."""
    contract = contract_for(request.actor, slug)
    kind = request.GET.get("kind", "incident")
    kind = kind if kind in KINDS else "incident"
    items = list(selectors.reportable_items(request.actor, contract))
    form = ReportForm(
        items,
        selectors.scopes_of(contract),
        selectors.levels_by_item(items, contract, kind),
        request.POST or None,
        request.FILES or None,
        initial={"phone": request.user.phone, "item": request.GET.get("item", "")},
    )

    code = selectors.report_code(contract, request.GET.get("code", ""))

    def save() -> Ticket:
        told = form.cleaned_data
        return services.report_ticket(
            actor=request.actor,
            item=told["item"],
            kind=kind,
            scope=told["scope"],
            severity=told.get("severity", ""),
            title=told["title"],
            description=told["description"],
            contact_phone=told["phone"],
            reporter=request.user,
            place=code.place if code else "",
            device=code.device if code else "",
            source=Ticket.Source.QR if code else Ticket.Source.PORTAL,
            files=told["files"],
        )

    if request.method == "POST":
        ticket = act(request, form, save)
        if ticket is not None:
            messages.success(request, f"已登记，工单编号 {ticket.number}。处理进展会在消息中通知您。")
            return redirect("desk:ticket", slug, ticket.number)
    told = {
        "away": agreements.away_of(contract, clock.today()),
        "contract": contract,
        "form": form,
        "kind": kind,
        "kinds": KINDS,
        "items": items,
    }
    return page(request, "desk/report.html", told)
