"""Checklists on offer: read one, edit it as the contract's own next version, take one in from a workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import forms, selectors, services, words
from opsledger.apps.duties.checklists import KINDS, Checklist, shipped, to_data
from opsledger.apps.duties.checklists.model import PHOTO_RULES
from opsledger.apps.duties.services.templates import COLUMNS
from opsledger.kernel import access, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

EDITORS = (access.MANAGER, access.BUYER, access.SUPERVISOR)
_EMPTY_ROWS = 3


@guard()
def templates(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    rows = [
        {
            "list": one,
            "words": "、".join(words.activity_word(a) for a in one.activities),
            "own": one.key not in shipped() or one.version > shipped()[one.key].version,
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
    upload = form.cleaned_data["file"]
    data = services.read_workbook(upload.read(), upload.name)
    data["activities"] = form.cleaned_data["activities"]
    data["name"] = form.cleaned_data["name"] or data["name"]
    key = f"own-{len(selectors.checklists_of(contract.pk)) + 1}"
    while selectors.versions_of(contract.pk, key):
        key += "x"
    return services.save_template(actor=request.actor, contract=contract, key=key, data=data)


@guard(*EDITORS)
def sample(request: HttpRequest, slug: str) -> HttpResponse:
    """An empty workbook with the headings and two rows that show how."""
    rows = [
        ["temperature", "机房温度", "数值", "℃", 18, 27, 15, 32, "", "是", "异常时拍", "取冷通道中部读数"],
        [
            "ups",
            "UPS状态",
            "选择",
            "",
            "",
            "",
            "",
            "",
            "市电逆变，!旁路，!!电池放电",
            "是",
            "异常时拍",
            "!为关注，!!为异常",
        ],
    ]
    return tables.workbook("检查表样表.xlsx", list(COLUMNS), rows)


@guard()
def template(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    checklist = selectors.checklist_for(contract.pk, key)
    if checklist is None:
        raise Http404
    may_edit = bool(set(EDITORS) & request.actor.roles(contract.pk))
    form = forms.EditForm(request.POST or None, initial=_head(checklist))
    rows = _rows(request) if request.method == "POST" else [_row(one) for one in to_data(checklist)["checks"]]
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
        "rows": rows + [{"kind": "text", "photo": "on_fail", "required": True}] * _EMPTY_ROWS,
        "kinds": [(key_, word) for key_, word in KINDS.items() if key_ != "table"],
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
    }


def _row(check: dict[str, Any]) -> dict[str, Any]:
    """A check as one line of the editor."""
    marks = {"ok": "", "warn": "!", "fail": "!!"}
    said = {
        "id": check["id"],
        "label": check["label"],
        "kind": check["kind"],
        "unit": check.get("unit", ""),
        "required": check.get("required", True),
        "photo": check.get("photo", "on_fail"),
        "options": "，".join(marks[one["verdict"]] + one["value"] for one in check.get("options", [])),
    }
    for name in ("warn", "fail"):
        low, high = check.get(name) or (None, None)
        said[f"{name}_low"], said[f"{name}_high"] = low or "", high or ""
    return said


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    """The lines of the editor as posted, in the order of their places; lines without words are left out."""
    names = (
        "id",
        "label",
        "kind",
        "unit",
        "warn_low",
        "warn_high",
        "fail_low",
        "fail_high",
        "options",
        "photo",
    )
    rows = []
    for n in range(320):
        if f"r{n}_label" not in request.POST:
            break
        row: dict[str, Any] = {name: request.POST.get(f"r{n}_{name}", "").strip() for name in names}
        row["required"] = f"r{n}_required" in request.POST
        if row["label"] and f"r{n}_gone" not in request.POST:
            rows.append((request.POST.get(f"r{n}_place", ""), n, row))
    rows.sort(key=lambda one: (int(one[0]) if one[0].isdigit() and len(one[0]) < 6 else 9999, one[1]))
    return [row for _, _, row in rows]


def _save(
    request: HttpRequest, contract, checklist: Checklist, form: forms.EditForm, rows: list[dict[str, Any]]
):
    """What the lines say over what the checks had; tables and conditions stay as they were."""
    known = {one["id"]: one for one in to_data(checklist)["checks"]}
    taken = {row["id"] for row in rows}
    checks = []
    for place, row in enumerate(rows, start=1):
        check_id = row["id"]
        if not check_id:
            check_id = f"c{place}"
            while check_id in taken or check_id in known:
                check_id += "x"
            taken.add(check_id)
        said = {**known.get(check_id, {}), "id": check_id, "label": row["label"], "unit": row["unit"]}
        said |= {"required": row["required"], "photo": row["photo"]}
        if said.get("kind") != "table":
            said["kind"] = row["kind"]
            said["warn"] = _ends(row, "warn")
            said["fail"] = _ends(row, "fail")
            options = row["options"].replace(",", "，").replace("、", "，").split("，")
            said["options"] = (
                [one.strip() for one in options if one.strip()] if row["kind"] == "choice" else []
            )
        checks.append(said)
    data = {**to_data(checklist), **form.cleaned_data, "checks": checks}
    own = selectors.versions_of(contract.pk, checklist.key)
    return services.save_template(
        actor=request.actor,
        contract=contract,
        key=checklist.key,
        data=data,
        based_on=own[0].version
        if own and request.POST.get("based_on") == str(own[0].version)
        else _seen(request),
    )


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("based_on", "")
    return int(text) if text.isdigit() and len(text) < 8 else None


def _ends(row: dict[str, Any], name: str) -> list[str | None] | None:
    low, high = row[f"{name}_low"] or None, row[f"{name}_high"] or None
    return None if low is None and high is None else [low, high]
