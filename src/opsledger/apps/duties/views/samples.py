"""The supervisor's samples: drawn by lot, all of one kind, or what raises questions first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import forms_checklists as forms
from opsledger.apps.duties import selectors, services
from opsledger.core.errors import DomainError
from opsledger.kernel import access, errors
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard(access.SUPERVISOR, access.BUYER)
def samples(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw a sample, and the samples that were drawn before."""
    contract = contracts.contract_for(request.actor, slug)
    form = forms.SampleForm(request.POST or None)
    if request.method == "POST":
        made = act(
            request,
            form,
            lambda: services.draw_sample(actor=request.actor, contract=contract, **form.cleaned_data),
        )
        if made:
            if not made.rows:
                messages.info(request, "现在没有待复核的任务可抽。")
            return redirect("duties:sample", slug, made.pk)
    told = {
        "contract": contract,
        "form": form,
        "draws": selectors.draws_made(contract),
        "waiting": selectors.to_verify(request.actor, contract).count(),
        "flagged": selectors.flagged(request.actor, contract).count(),
    }
    return page(request, "duties/samples.html", told)


@guard(access.SUPERVISOR, access.BUYER)
def sample(request: HttpRequest, slug: str, draw_id: int) -> HttpResponse:
    """One sample with what became of each row; verify those ticked, or return one with a reason."""
    contract = contracts.contract_for(request.actor, slug)
    draw = selectors.draw_for(contract, draw_id)
    if request.method == "POST":
        if request.POST.get("return"):
            _return(request, contract)
        else:
            _verify(request, contract)
        return redirect("duties:sample", slug, draw_id)
    told = {"contract": contract, "draw": draw, "rows": selectors.sample_rows(request.actor, contract, draw)}
    return page(request, "duties/sample.html", told)


def _row(request: HttpRequest, contract, text: str):
    return selectors.occurrence_for(request.actor, contract, int(text)) if _number(text) else None


def _number(text: str) -> bool:
    return text.isdecimal() and len(text) <= 18


def _verify(request: HttpRequest, contract) -> None:
    """Verify those that were ticked; each that cannot be is named with its reason."""
    ids = [int(text) for text in request.POST.getlist("occurrence")[:200] if _number(text)]
    done, failed = services.verify_sampled(actor=request.actor, contract=contract, ids=ids)
    if done:
        messages.success(request, f"已复核通过{len(done)}项。")
    for row, error in failed[:5]:
        messages.warning(request, f"{row.title}：{errors.sentence(error)}")


def _return(request: HttpRequest, contract) -> None:
    """Return one of them with the reason written beside it."""
    text = request.POST.get("return", "")
    row = _row(request, contract, text)
    if row is None:
        return
    reason = request.POST.get(f"reason_{text}", "")
    try:
        services.return_occurrence(actor=request.actor, occurrence=row, reason=reason)
        messages.success(request, f"已退回“{row.title}”，提交人会收到消息。")
    except DomainError as error:
        messages.warning(request, f"{row.title}：{errors.sentence(error)}")
