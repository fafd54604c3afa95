"""The end of a review: what the text has not, what is still open, and the button that makes the contract."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.review import checks, selectors
from opsledger.apps.contracts.review.ending_form import EndingForm
from opsledger.apps.contracts.review.forms import LevelsForm
from opsledger.apps.contracts.review.levels import levels_of, mark_of
from opsledger.apps.contracts.review.views.frame import head, posted
from opsledger.apps.contracts.services import reading_making as services
from opsledger.apps.contracts.services.reading_levels import save_levels
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard()
def finish(request: HttpRequest, reading_id: int) -> HttpResponse:
    reading = selectors.reading_for(request.actor, reading_id)
    if reading.state != DocumentReading.State.REVIEW:
        return redirect("contracts:reading", reading.pk)
    form = EndingForm(posted(request)[0], initial=_initial(request, reading))
    if request.method == "POST":
        services.save_details(actor=request.actor, reading=reading, details=form.details())
        if "draft" in request.POST:
            messages.success(request, "已保存，可以以后再来生成合同。")
            return redirect("contracts:reading_finish", reading.pk)

        def do() -> DocumentReading:
            return services.request_making(
                actor=request.actor,
                reading=reading,
                ending=form.ending(),
                role=form.cleaned_data["role"],
                leave_open=form.cleaned_data["leave_open"],
            )

        if act(request, form, do):
            return redirect("contracts:reading", reading.pk)
    told = {
        **head(request, reading),
        "tab": "finish",
        "form": form,
        "checks": checks.before_making(reading),
        "organisations": checks.organisation_names(),
    }
    return page(request, "contracts/review/finish.html", told)


@guard()
def levels(request: HttpRequest, reading_id: int) -> HttpResponse:
    """The severities from the gravest down and what each means, as the contract will have them."""
    reading = selectors.reading_for(request.actor, reading_id)
    known = levels_of(reading)
    form = LevelsForm(known, posted(request)[0])

    def do() -> bool:
        save_levels(
            actor=request.actor,
            reading=reading,
            levels=form.ordered(),
            mark=request.POST.get("mark", ""),
        )
        return True

    if request.method == "POST" and act(request, form, do):
        messages.success(request, "故障等级已保存。")
        return redirect("contracts:reading_finish", reading.pk)
    told = {**head(request, reading), "tab": "finish", "form": form, "mark": mark_of(known)}
    return page(request, "contracts/review/levels.html", told)


def _initial(request: HttpRequest, reading: DocumentReading) -> dict[str, Any]:
    """What was typed before, over what can be told from the items and from who asks."""
    found = {
        **checks.suggested(reading),
        "role": access.BUYER
        if request.actor.contracts(access.BUYER) and not request.actor.contracts(access.MANAGER)
        else access.MANAGER,
    }
    body = checks.organisation_of(request.actor.user_id)
    if body and body[0] == "buyer":
        found["buyer"] = body[1]
    elif body and body[0] == "provider":
        found["provider"] = body[1]
    return {**found, **{name: value for name, value in reading.details.items() if value}}
