"""The forecast of work for the rest or the whole of the term, its peaks, and what an addition would mean."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties import selectors, services, words
from opsledger.apps.duties.work_forms import MinutesForm, WhatIfForm
from opsledger.apps.duties.workload import Compared, Week, compare, short_weeks
from opsledger.kernel import access, clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

INSIDERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)


@guard(*INSIDERS)
def workload(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    today = clock.today()
    mine = request.GET.get("mine") == "1"
    whole = request.GET.get("span") == "term"
    since = None if whole else max(today, contract.starts_on)
    owner = request.actor.user_id if mine else None
    times = _times(request, contract)
    if times is None:
        return redirect(f"{reverse('duties:workload', args=[slug])}#times")
    rows = selectors.forecast(contract, since=since, owner_id=owner)
    form, added = _addition(request, contract, since or contract.starts_on)
    compared: list[Compared] = []
    if added is not None:
        compared = compare(rows, selectors.forecast(contract, since=since, owner_id=owner, added=added.tasks))
    people = 1 if mine else len(selectors.engineers_of(contract))
    shown = [one.after for one in compared] or rows
    if request.GET.get("export") == "xlsx":
        return _workbook(contract, shown, people)
    told = {
        "contract": contract,
        "mine": mine,
        "whole": whole,
        "people": people,
        "rows": [(week, one) for week, one in zip(shown, compared or [None] * len(shown), strict=True)],
        "peak": max(rows, key=lambda week: week.minutes, default=None),
        "peak_after": max(shown, key=lambda week: week.minutes, default=None),
        "short": short_weeks(rows, people),
        "short_after": short_weeks(shown, people),
        "hours": sum(week.minutes for week in rows) // 60,
        "hours_after": sum(week.minutes for week in shown) // 60,
        "form": form,
        "added": added,
        "more_hours": (sum(w.minutes for w in shown) - sum(w.minutes for w in rows)) // 60,
        "chart": _chart(rows, compared, people, today),
        "minutes": [
            (words.activity_word(key) or "交付物与其他", one)
            for key, one in selectors.minutes_by_activity(contract).items()
        ],
        "times": times if access.MANAGER in request.actor.roles(contract.pk) else None,
    }
    return page(request, "duties/workload.html", told)


def _workbook(contract: Contract, weeks: list[Week], people: int) -> HttpResponse:
    """The forecast week by week, as it is shown."""
    rows = [
        (week.monday, week.days, week.tasks, week.hours, week.people, people, max(week.people - people, 0))
        for week in weeks
    ]
    headings = ("周一", "工作日", "到期任务", "工时", "需要人数", "现有人数", "缺口")
    return tables.workbook(f"{contract}-工作量预测.xlsx", headings, rows)


def _times(request: HttpRequest, contract: Contract) -> MinutesForm | None:
    """The form of an activity's own time; None when it has just been saved."""
    names = [
        (key, words.activity_word(key) or "交付物与其他") for key in selectors.minutes_by_activity(contract)
    ]
    form = MinutesForm(names, request.POST if request.method == "POST" else None)
    if request.method == "POST" and act(request, form, lambda: _set_minutes(request, contract, form)):
        messages.success(request, "每次用时已保存，预测已按此重算。")
        return None
    return form


def _set_minutes(request: HttpRequest, contract: Contract, form: MinutesForm) -> object:
    said = form.cleaned_data
    return services.set_minutes(
        actor=request.actor,
        contract=contract,
        activity=said["activity"],
        minutes=said["minutes"],
        basis=said["basis"],
        note=said["reason"],
    )


def _addition(
    request: HttpRequest, contract: Any, since: Any
) -> tuple[WhatIfForm, selectors.Addition | None]:
    """The form of the question, and its answer where it was asked."""
    asked = request.GET if "add" in request.GET else None
    pack = request.GET.get("pack", "")
    items = contracts.items_for(request.actor, contract)
    choices = {
        "item": [(one.no, one.numbered) for one in items],
        "pack": selectors.pack_choices(),
        "no": [(one.no, f"{one.no} {one.name}") for one in selectors.items_of_pack(pack)],
        "activity": words.ACTIVITIES,
    }
    form = WhatIfForm(choices, asked, initial={"times": 1, "count": 1, "period": "month"})
    if asked is None or not form.is_valid():
        return form, None
    return form, selectors.addition_asked(contract, items, form.cleaned_data, since=since)


def _chart(rows: list[Week], compared: list[Compared], people: int, today: Any) -> dict[str, Any]:
    shown = [one.after for one in compared] or rows
    before = {week.monday: week.hours for week in rows}
    return {
        "labels": [f"{week.monday:%m-%d}" for week in shown],
        "before": [before.get(week.monday, 0) for week in shown],
        "more": [max(0, week.hours - before.get(week.monday, 0)) for week in shown] if compared else [],
        # Hours that the people there are have in that week: fewer in a week with holidays.
        "capacity": [round(people * 7.2 * week.days, 1) for week in shown],
        "need": [week.people for week in shown],
        "days": [week.days for week in shown],
        "people": people,
        "now": next((n for n, week in enumerate(shown) if 0 <= (today - week.monday).days < 7), None),
    }
