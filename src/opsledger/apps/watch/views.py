"""Availability of all items by month, of one item by day; outages and exclusions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.contrib import messages
from django.forms import Form as BareForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.contracts.models import Contract
from opsledger.apps.watch import forms, selectors, services
from opsledger.apps.watch.policies import ASKERS
from opsledger.apps.watch.strips import day_strips
from opsledger.core import availability as rules
from opsledger.kernel import access, clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

PROVIDER = frozenset(ASKERS)
REPORTS = PROVIDER | {access.UNIT, access.BUYER, access.SUPERVISOR}
VERDICT_CSS = {"pass": "ok", "fail": "missed", "insufficient": "gap", "no_data": "none", "": "none"}


def _months(contract: Contract) -> list[date]:
    """The months of the contract that have begun."""
    today = min(clock.today(), contract.ends_on)
    first, found = contract.starts_on.replace(day=1), []
    while first <= today:
        found.append(first)
        first = (first + timedelta(days=32)).replace(day=1)
    return found[-24:]


def _month(request: HttpRequest, contract: Contract) -> date:
    asked = request.GET.get("month", "")
    months = _months(contract) or [contract.starts_on.replace(day=1)]
    return next((month for month in months if f"{month:%Y-%m}" == asked), months[-1])


@guard()
def availability(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    at = clock.now()
    months = _months(contract)
    items = list(contracts.items_for(request.actor, contract))
    if months:
        since, _ = selectors.month_bounds(contract, months[0])
        known = selectors.records(contract, since, at)
        columns = [
            selectors.availability_rows(contract, month, at=at, items=items, known=known) for month in months
        ]
    else:
        columns = []
    rows = [
        {
            "item": item,
            "promise": columns[0][n].promise if columns else None,
            "cells": [
                {"row": column[n], "css": VERDICT_CSS[column[n].verdict], "month": f"{month:%Y-%m}"}
                for month, column in zip(months, columns, strict=True)
            ],
        }
        for n, item in enumerate(items)
    ]
    if request.GET.get("export") == "xlsx":
        return _export(contract, months, rows)
    told = {
        "contract": contract,
        "months": months,
        "rows": rows,
        "outages": selectors.outages_for(request.actor, contract)[:8],
        "open_outages": selectors.outages_for(request.actor, contract).filter(ends_at=None).count(),
        "waiting": selectors.exclusions_for(request.actor, contract)
        .filter(state__in=["requested", "second"])
        .count(),
    }
    return page(request, "watch/availability.html", told)


def _words(row: selectors.ItemAvailability) -> str:
    """A cell of the sheet as the page shows it."""
    if row.is_only_outages:
        return f"中断 {row.reliability.outages} 次"
    return f"{row.measured or '—'} {row.word}"


def _export(contract: Contract, months: list[date], rows: list[dict]) -> HttpResponse:
    headings = ["服务项", "指标", *(f"{m.year}年{m.month}月" for m in months)]
    lines = [
        [
            row["item"].numbered,
            row["promise"].summary if row["promise"] else "未设指标",
            *(_words(cell["row"]) for cell in row["cells"]),
        ]
        for row in rows
    ]
    return tables.workbook(f"{contract}-可用性.xlsx", headings, lines)


@guard()
def item(request: HttpRequest, slug: str, no: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    found = contracts.item_for(request.actor, contract, no)
    roles = request.actor.roles(contract.pk)
    form = forms.OutageForm(request.POST or None)
    if request.method == "POST":

        def save() -> object:
            return services.record_outage(actor=request.actor, item=found, **form.cleaned_data)

        if act(request, form, save):
            messages.success(request, "中断已登记。")
            return redirect(f"{request.path}?month={form.cleaned_data['starts_at']:%Y-%m}")
    month = _month(request, contract)
    since, until = selectors.month_bounds(contract, month)
    result = selectors.availability(contract, found, since, until, at=clock.now())
    last = (until - timedelta(days=1)).date()
    told = {
        "contract": contract,
        "item": found,
        "month": month,
        "months": _months(contract),
        "result": result,
        "strips": day_strips(result.timeline, month, min(last, clock.today()), since.tzinfo),
        "shares": _shares(result),
        "form": form if REPORTS & roles else None,
        "may_end": bool(REPORTS & roles),
        "may_ask": bool(PROVIDER & roles),
    }
    return page(request, "watch/item.html", told)


def _shares(result: selectors.ItemAvailability) -> list[tuple[str, timedelta]]:
    """How the period divides, in words."""
    figures = result.figures
    named = [
        (rules.STATE_WORDS[rules.State.UP], figures.up),
        (rules.STATE_WORDS[rules.State.DEGRADED], figures.degraded),
        (rules.STATE_WORDS[rules.State.DOWN], figures.down),
        (rules.STATE_WORDS[rules.State.UNKNOWN], figures.unknown),
        (rules.STATE_WORDS[rules.State.EXCLUDED], figures.excluded),
        (rules.STATE_WORDS[rules.State.OUT], figures.out),
    ]
    return [(word, timedelta(seconds=seconds)) for word, seconds in named if seconds]


@guard(*REPORTS)
def end_outage(request: HttpRequest, slug: str, outage_id: int) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    outage = selectors.outage_for(request.actor, contract, outage_id)
    form = forms.EndForm(request.POST or None, initial={"ends_at": clock.now(), "cause": outage.cause})

    def save() -> object:
        return services.end_outage(actor=request.actor, outage=outage, **form.cleaned_data)

    if request.method == "POST" and act(request, form, save):
        messages.success(request, "已记为恢复。")
        return redirect("watch:item", slug, outage.item.no)
    return page(request, "watch/end.html", {"contract": contract, "outage": outage, "form": form})


@guard(*PROVIDER)
def ask_exclusion(request: HttpRequest, slug: str, no: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    found = contracts.item_for(request.actor, contract, no)
    form = forms.ExclusionForm(request.POST or None)

    def save() -> object:
        return services.request_exclusion(actor=request.actor, item=found, **form.cleaned_data)

    if request.method == "POST" and act(request, form, save):
        messages.success(request, "申请已提交，批准后才会剔除。")
        return redirect("watch:exclusions", slug)
    return page(request, "watch/ask.html", {"contract": contract, "item": found, "form": form})


@guard()
def exclusions(request: HttpRequest, slug: str) -> HttpResponse:
    """What has been asked for, and the decision on each."""
    contract = contracts.contract_for(request.actor, slug)
    form = forms.RejectForm(request.POST or None)
    failed = 0
    if request.method == "POST":
        done, failed = _decide(request, contract, form)
        if done:
            messages.success(request, done)
            return redirect("watch:exclusions", slug)
    roles = request.actor.roles(contract.pk)
    told = {
        "contract": contract,
        "rows": selectors.exclusions_for(request.actor, contract),
        "form": form,
        "failed": failed,
        "is_buyer": access.BUYER in roles,
        "may_second": bool({access.BUYER, access.SUPERVISOR} & roles),
        "me": request.actor.user_id,
    }
    return page(request, "watch/exclusions.html", told)


def _decide(request: HttpRequest, contract: Contract, form: forms.RejectForm) -> tuple[str, int]:
    """Approve or reject the one named; what was done in words, else which one failed."""
    number = request.POST.get("exclusion", "")
    if not number.isdigit() or len(number) > 18:
        raise Http404
    row = selectors.exclusion_for(request.actor, contract, int(number))
    bare = BareForm(request.POST)
    rejects = request.POST.get("decision") == "reject"

    def reject() -> object:
        return services.reject_exclusion(
            actor=request.actor, exclusion=row, reason=form.cleaned_data["reason"]
        )

    def approve() -> object:
        return services.approve_exclusion(actor=request.actor, exclusion=row)

    do: Callable[[], object] = reject if rejects else approve
    used = form if rejects else bare
    if act(request, used, do):
        return ("已驳回，这段时间照常计入。" if rejects else "已批准。"), 0
    if not rejects:
        form.full_clean()
        form.errors.clear()
        for sentence in bare.non_field_errors():
            form.add_error(None, sentence)
    return "", row.pk
