"""The forecast of work, iCalendar, quotas."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import forms, selectors, services, words
from opsledger.kernel import access, clock
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

INSIDERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)


@guard(*INSIDERS)
def workload(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    mine = request.GET.get("mine") == "1"
    rows = selectors.forecast(contract, since=clock.today(), owner_id=request.actor.user_id if mine else None)
    top = max((week.minutes for week in rows), default=0)
    told = {
        "contract": contract,
        "mine": mine,
        "rows": [{"week": week, "width": 100 * week.minutes // top if top else 0} for week in rows],
        "peak": max(rows, key=lambda week: week.minutes, default=None),
        "hours": sum(week.minutes for week in rows) // 60,
        "minutes": [
            (words.activity_word(key) or "交付物与其他", *value)
            for key, value in selectors.minutes_by_activity(contract).items()
        ],
    }
    return page(request, "duties/workload.html", told)


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
