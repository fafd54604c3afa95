"""The report form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import agreements, policies, selectors, services
from opsledger.apps.desk.forms import ReportForm
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.report_templates import Filled, fill
from opsledger.apps.desk.views.use_template import Use, asked
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

KINDS = {"incident": "报故障", "request": "提需求", "question": "咨询"}


@guard(access.UNIT, access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR)
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Report a fault, ask for something, or ask a question; by a template what is not typed yet is filled in."""
    contract = contract_for(request.actor, slug)
    use = asked(request, contract)
    kind = use.kind or request.GET.get("kind", "incident")
    kind = kind if kind in KINDS else "incident"
    items = list(selectors.reportable_items(request.actor, contract))
    form, filled = _form(request, contract, kind, items, use)
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

    number = request.POST.get("join", "")
    if number and not use.filling:
        done = _join(request, contract, form, number)
        if done is not None:
            return done
    elif request.method == "POST" and not use.filling:
        ticket = act(request, form, save)
        if ticket is not None:
            messages.success(request, f"已登记，工单编号 {ticket.number}。处理进展会在消息中通知您。")
            return redirect("desk:ticket", slug, ticket.number)
    told = {"form": form, "kind": kind, "items": items, "filled": filled}
    return page(request, "desk/report.html", {**told, **_around(request, contract, use)})


def _join(request: HttpRequest, contract: Contract, form: ReportForm, number: str) -> HttpResponse | None:
    """“我也遇到了”: what is typed goes to the ticket that is there; None where that is refused."""
    form.about(number)

    def join() -> Ticket:
        found = selectors.ticket_numbered(request.actor, contract, number)
        said = {name: form.cleaned_data[name] for name in ("title", "description", "phone", "files")}
        if said["phone"] == request.user.phone:
            said["phone"] = ""
        services.me_too(actor=request.actor, ticket=found, **said)
        return found

    found = act(request, form, join)
    if found is None:
        return None
    messages.success(
        request, f"已记到 {found.number}，没有另开工单；您已关注这张工单，处理进展会在消息中通知您。"
    )
    return redirect("desk:ticket", contract.slug, found.number)


@guard(access.UNIT, access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR)
def alike(request: HttpRequest, slug: str) -> HttpResponse:
    """Open reports that may be about the same thing, while a report is typed."""
    contract = contract_for(request.actor, slug)
    items = {str(item.pk): item for item in selectors.reportable_items(request.actor, contract)}
    item = items.get(request.GET.get("item", "").partition("|")[0])
    words = request.GET.get("title", "")[:120]
    rows = selectors.alike_reports(request.actor, contract, item, words)
    return render(request, "desk/parts/alike.html", {"contract": contract, "rows": rows})


def _around(request: HttpRequest, contract: Contract, use: Use) -> dict[str, Any]:
    """What the page shows beside the form."""
    return {
        "away": agreements.away_of(contract, clock.today()),
        "contract": contract,
        "kinds": KINDS,
        "carried": _carried(request),
        "use": use,
        "used": use.template if use.filling else use.before,
        "files_again": use.filling and bool(request.FILES),
        "keeps_templates": policies.may_keep_templates(request.actor, contract.pk),
    }


def _form(
    request: HttpRequest, contract: Contract, kind: str, items: Sequence[ServiceItem], use: Use
) -> tuple[ReportForm, Filled | None]:
    """The form as it was sent, or as a template fills it in."""
    levels = selectors.levels_by_item(items, contract, kind)
    parts = (items, selectors.scopes_of(contract), levels)
    if not use.filling:
        first = {"phone": request.user.phone, "item": request.GET.get("item", "")}
        return ReportForm(*parts, request.POST or None, request.FILES or None, initial=first), None

    def words(value: str) -> list[str] | None:
        item = known.get(value.partition("|")[0])
        return [level.word for level in levels.get(item.pk, ())] if item else None

    known = {str(item.pk): item for item in items}
    typed = dict(use.typed)
    if len(items) == 1:
        typed["item"] = typed["item"] or str(items[0].pk)
    filled = fill(
        use.template,
        typed,
        items={str(item.pk): item for item in selectors.open_today(items)},
        name_of=lambda item: str(item.pk),
        levels=words,
        before=use.before,
        overwrite=use.overwrite,
    )
    phone = request.POST.get("phone", request.user.phone)
    return ReportForm(*parts, initial={**filled.values, "phone": phone}), filled


def _carried(request: HttpRequest) -> str:
    """What an address says beside the kind (the code that was scanned, an item), to be kept from form to form."""
    told = {name: request.GET[name] for name in ("item", "code") if request.GET.get(name)}
    return f"&{urlencode(told)}" if told else ""
