"""The findings of the lint: shown with their clauses, settled one by one or by kind."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from opsledger.apps.contracts.review import selectors
from opsledger.apps.contracts.review.forms import SettleForm, SettleManyForm
from opsledger.apps.contracts.review.views.frame import head, posted
from opsledger.apps.contracts.services import reading_items
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page
from opsledger.reader import lint

SEVERITIES = (("high", "须先约定"), ("medium", "建议约定"), ("low", "请留意"))
STATES = (("open", "未处理"), ("settled", "已处理"))
PER_PAGE = 30


def _asked(source: Any) -> dict[str, str]:
    """What the list is narrowed by; unknown values count as none."""
    known = {"code": lint.KINDS, "severity": dict(SEVERITIES), "state": dict(STATES)}
    return {name: source.get(name, "") for name, words in known.items() if source.get(name, "") in words}


@guard()
def findings(request: HttpRequest, reading_id: int) -> HttpResponse:
    reading = selectors.reading_for(request.actor, reading_id)
    asked = _asked(request.POST if request.method == "POST" else request.GET)
    rows = selectors.findings_like(reading, **asked)
    form = SettleManyForm(posted(request)[0])

    def do() -> int:
        return reading_items.settle_many(
            actor=request.actor,
            reading=reading,
            chosen=rows,
            expected=form.cleaned_data["expected"],
            note=form.cleaned_data["note"],
        )

    if request.method == "POST":
        done = act(request, form, do)
        if done:
            messages.success(request, f"已处理 {done} 处疑点。")
            return redirect(reverse("contracts:reading_findings", args=[reading_id]) + f"?{urlencode(asked)}")
    codes = [(code, lint.KINDS.get(code, code), number) for code, number in selectors.finding_codes(reading)]
    told = {
        **head(request, reading),
        "tab": "findings",
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "codes": codes,
        "severities": SEVERITIES,
        "states": STATES,
        "asked": asked,
        "open_here": rows.filter(settled_at=None).count(),
        "form": form,
    }
    return page(request, "contracts/review/findings.html", told)


@guard()
def settle(request: HttpRequest, reading_id: int, finding_id: int) -> HttpResponse:
    """Settle one finding or open it again; a refusal keeps the note that was typed."""
    reading = selectors.reading_for(request.actor, reading_id)
    finding = selectors.finding_for(reading, finding_id)
    form = SettleForm(posted(request)[0], initial={"version": finding.version, "note": finding.note})

    def do() -> object:
        return reading_items.settle_finding(
            actor=request.actor, reading=reading, finding=finding, **form.cleaned_data
        )

    if request.method == "POST" and act(request, form, do):
        if request.headers.get("HX-Request"):
            told = {**head(request, reading), "finding": selectors.finding_for(reading, finding_id)}
            return page(request, "contracts/review/settled.html", told)
        return redirect(reverse("contracts:reading_findings", args=[reading_id]) + f"#finding-{finding.pk}")
    told = {**head(request, reading), "tab": "findings", "finding": finding, "form": form}
    return page(request, "contracts/review/settle.html", told)
