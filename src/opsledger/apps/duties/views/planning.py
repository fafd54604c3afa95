"""iCalendar, quotas."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import forms, selectors, services
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

INSIDERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)


@guard()
def ical(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    content = selectors.ical_of(request.actor, contract, at=clock.now(), mine=request.GET.get("mine") == "1")
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="opsledger.ics"'
    return response


@guard(*INSIDERS)
def quotas(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    rows = selectors.quota_rows(request.actor, contract, clock.today())
    roles = request.actor.roles(contract.pk)
    may = bool({access.MANAGER, access.ENGINEER, access.BUYER} & roles)
    bounded = [row for row, balance in rows if balance is not None]
    form = forms.DrawForm(bounded, request.POST or None, initial={"on": clock.today()})

    def save() -> object:
        said = dict(form.cleaned_data)
        found = next((row for row, _ in rows if str(row.pk) == said.pop("quota")), None)
        return services.draw_quota(actor=request.actor, obligation=found, **said)

    if request.method == "POST":
        if not may:
            raise Http404
        if act(request, form, save):
            messages.success(request, "已记入。")
            return redirect("duties:quotas", slug)
    told = {
        "contract": contract,
        "rows": rows,
        "form": form if may and bounded else None,
        "draws": selectors.draws_of(contract),
    }
    return page(request, "duties/quotas.html", told)
