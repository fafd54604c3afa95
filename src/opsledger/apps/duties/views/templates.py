"""Checklists on offer: read one, edit it as the contract's own next version, take one in from a workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import forms_checklists as forms
from opsledger.apps.duties import selectors, services, words
from opsledger.apps.duties.checklists import KINDS, Checklist, Problem, to_data
from opsledger.apps.duties.checklists.model import PHOTO_RULES
from opsledger.apps.duties.services.importing import SAMPLE_ROWS
from opsledger.apps.duties.services.templates import invalid
from opsledger.apps.duties.services.workbook import COLUMNS
from opsledger.apps.duties.views import editing
from opsledger.kernel import access, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

EDITORS = (access.MANAGER, access.BUYER, access.SUPERVISOR)


@guard()
def templates(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    rows = [
        {
            "list": one,
            "words": "、".join(words.activity_word(a) for a in one.activities),
            "own": selectors.is_own(one),
        }
        for one in selectors.checklists_of(contract.pk).values()
    ]
    may_edit = bool(set(EDITORS) & request.actor.roles(contract.pk))
    agrees = access.BUYER in request.actor.roles(contract.pk)
    asked = request.POST if request.POST.get("action") == "places" else None
    places = forms.PlacesForm(asked, initial={"allowed": "yes" if services.takes_places(contract) else "no"})
    form = forms.WorkbookForm(request.POST if asked is None and request.POST else None, request.FILES or None)
    if asked is not None:
        if not agrees:
            raise Http404
        if act(request, places, lambda: _agree_places(request, contract, places)):
            messages.success(request, "定位约定已保存，并记入台账。")
            return redirect("duties:templates", slug)
    elif request.method == "POST":
        if not may_edit:
            raise Http404
        made = act(request, form, lambda: _import(request, contract, form))
        if made:
            messages.success(request, f"已载入“{made.name}”，共{len(made.data['checks'])}项。")
            return redirect("duties:template", slug, made.key)
    told = {
        "contract": contract,
        "rows": rows,
        "form": form,
        "may_edit": may_edit,
        "places": places if agrees else None,
        "takes_places": services.takes_places(contract),
    }
    return page(request, "duties/templates.html", told)


def _agree_places(request: HttpRequest, contract, form: forms.PlacesForm):
    return services.agree_places(
        actor=request.actor,
        contract=contract,
        allowed=form.cleaned_data["allowed"],
        note=form.cleaned_data["note"],
    )


def _import(request: HttpRequest, contract, form: forms.WorkbookForm):
    said = form.cleaned_data
    return services.take_workbook(
        actor=request.actor,
        contract=contract,
        upload=said["file"],
        activities=said["activities"],
        name=said["name"],
    )


@guard(*EDITORS)
def sample(request: HttpRequest, slug: str) -> HttpResponse:
    """A workbook with the headings and rows that show how."""
    return tables.workbook("检查表样表.xlsx", list(COLUMNS), SAMPLE_ROWS)


@guard()
def template(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    checklist = selectors.checklist_for(contract.pk, key)
    if checklist is None:
        raise Http404
    may_edit = bool(set(EDITORS) & request.actor.roles(contract.pk))
    form = forms.EditForm(request.POST or None, initial=_head(checklist))
    posted = request.method == "POST"
    checks = to_data(checklist)["checks"]
    rows = editing.read_lines(request.POST) if posted else [editing.line_of(one) for one in checks]
    if request.method == "POST" and request.POST.get("action") == "save":
        if not may_edit:
            raise Http404
        made = act(request, form, lambda: _save(request, contract, checklist, form, rows))
        if made:
            messages.success(request, f"已保存为第{made.version}版，新开始的检查按此版执行。")
            return redirect("duties:template", slug, key)
    told = {
        "contract": contract,
        "list": checklist,
        "form": form,
        "rows": editing.padded(rows),
        "kinds": list(KINDS.items()),
        "column_kinds": [(one, KINDS[one]) for one in ("text", "number", "choice", "yes_no", "date")],
        "devices": words.devices(),
        "photos": list(PHOTO_RULES.items()),
        "may_edit": may_edit,
        "versions": selectors.versions_of(contract.pk, key),
    }
    return page(request, "duties/template.html", told)


def _head(checklist: Checklist) -> dict[str, Any]:
    return {
        "name": checklist.name,
        "minutes": checklist.minutes,
        "intro": checklist.intro,
        "activities": list(checklist.activities),
        "each": list(checklist.each),
    }


def _save(
    request: HttpRequest, contract, checklist: Checklist, form: forms.EditForm, rows: list[dict[str, Any]]
):
    """What the lines say over what the checks had."""
    problems: list[Problem] = []
    known = {one["id"]: one for one in to_data(checklist)["checks"]}
    checks = editing.checks_of(rows, known, problems)
    if problems:
        raise invalid(problems)
    data = {**to_data(checklist), **form.cleaned_data, "checks": checks}
    return services.save_template(
        actor=request.actor, contract=contract, key=checklist.key, data=data, based_on=_seen(request)
    )


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("based_on", "")
    return int(text) if text.isdigit() and len(text) < 8 else None
