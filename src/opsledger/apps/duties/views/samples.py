"""The supervisor's samples: drawn by lot, all of one kind, or what raises questions first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import forms, selectors, services
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock, errors
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page


@guard(access.SUPERVISOR, access.BUYER)
def samples(request: HttpRequest, slug: str) -> HttpResponse:
    """The lot is fixed for the day: drawing again gives the same sample, so that nobody can draw until it suits."""
    contract = contracts.contract_for(request.actor, slug)
    form = forms.SampleForm(request.GET if "how" in request.GET else None)
    rows = []
    if form.is_valid():
        rows = selectors.sample(
            request.actor, contract, form.cleaned_data["how"], form.cleaned_data["count"],
            form.cleaned_data["activity"], day=clock.today(),
        )  # fmt: skip
    if request.method == "POST":
        _verify(request, contract)
        return redirect(request.get_full_path())
    told = {
        "contract": contract,
        "form": form if form.is_bound else forms.SampleForm(),
        "rows": rows,
        "asked": form.is_bound and form.is_valid(),
        "waiting": selectors.to_verify(request.actor, contract).count(),
        "flagged": selectors.flagged(request.actor, contract).count(),
    }
    return page(request, "duties/samples.html", told)


def _verify(request: HttpRequest, contract) -> None:
    """Verify those that were ticked; each that cannot be is named with its reason."""
    done, failed = 0, []
    for text in request.POST.getlist("occurrence")[:200]:
        if not text.isdigit() or len(text) > 18:
            continue
        row = selectors.occurrence_for(request.actor, contract, int(text))
        try:
            services.verify_occurrence(actor=request.actor, occurrence=row)
            done += 1
        except DomainError as error:
            failed.append(f"{row.title}：{errors.sentence(error)}")
    if done:
        messages.success(request, f"已复核通过{done}项。")
    for text in failed[:5]:
        messages.warning(request, text)
