"""Bounded amounts of service: what is left, what drew on them, and what was agreed beyond."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties import forms, selectors, services
from opsledger.apps.duties.work_forms import KINDS, CorrectForm, ExtraForm, RuleForm
from opsledger.kernel import access, clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

INSIDERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)
DONE = {
    "draw": "已记入。", "rule": "扣减规则已保存。", "correct": "已更正，原数量留在台账中。",
    "agree": "已约定超额。", "refuse": "已答复不同意。",
}  # fmt: skip


@guard(*INSIDERS)
def quotas(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    rows = selectors.quota_rows(request.actor, contract, clock.today())
    roles = request.actor.roles(contract.pk)
    may = bool({access.MANAGER, access.ENGINEER, access.BUYER} & roles)
    bounded = [row for row, balance in rows if balance is not None]
    if request.GET.get("export") == "xlsx":
        return _workbook(contract)
    action = request.POST.get("action") or "draw"
    form: Form = forms.DrawForm(bounded, initial={"on": clock.today()})
    failed = None
    if request.method == "POST":
        if not may or action not in DONE:
            raise Http404
        failed = _form(action, bounded, request.POST)
        done = act(request, failed, lambda: _do(request, contract, action, failed, bounded))
        if done is not None:
            messages.success(request, DONE[action])
            return redirect(reverse("duties:quotas", args=[slug]))
        if action == "draw":
            form = failed
        rows = selectors.quota_rows(request.actor, contract, clock.today())
    told = {
        "contract": contract,
        "rows": rows,
        "form": form if may and bounded else None,
        "draws": selectors.draws_of(contract),
        "kinds": KINDS,
        "pending": [one for one in selectors.draws_of(contract) if one.standing == "pending"],
        "buyer": access.BUYER in roles,
        "decides": bool({access.BUYER, access.MANAGER} & roles),
        "failed": failed if action != "draw" else None,
        "failed_action": action,
        "opened": request.POST.get("quota" if action == "rule" else "draw", "")
        or request.GET.get("rule", "")
        or request.GET.get("draw", ""),
    }
    return page(request, "duties/quotas.html", told)


def _form(action: str, bounded: list[Any], data: Any) -> Form:
    if action == "draw":
        return forms.DrawForm(bounded, data)
    kinds: dict[str, type[Form]] = {"rule": RuleForm, "correct": CorrectForm}
    return kinds.get(action, ExtraForm)(data)


def _do(request: HttpRequest, contract: Any, action: str, form: Form, bounded: list[Any]) -> object:
    said, actor = dict(form.cleaned_data), request.actor
    if action in ("draw", "rule"):
        number = said.pop("quota", "") or request.POST.get("quota", "")
        found = next((row for row in bounded if str(row.pk) == number), None)
        if found is None:
            raise Http404
        if action == "rule":
            return services.set_rule(actor=actor, obligation=found, **said)
        return services.draw_quota(actor=actor, obligation=found, **said)
    draw = selectors.quota_draw_for(actor, contract, request.POST.get("draw", ""))
    if action == "correct":
        return services.correct_draw(actor=actor, draw=draw, **said)
    return services.decide_extra(actor=actor, draw=draw, agree=action == "agree", **said)


def _workbook(contract: Contract) -> HttpResponse:
    """Every entry on every quota."""
    rows = [
        (
            one.on,
            one.obligation.title,
            one.obligation.item.numbered if one.obligation.item else "合同整体",
            one.obligation.term.clause,
            one.amount,
            one.obligation.term.data["unit"],
            one.get_standing_display(),
            one.ticket_ref,
            one.note,
            one.agreement,
            one.correction,
            str(one.by or "系统"),
        )
        for one in selectors.all_uses(contract).iterator(2000)
    ]
    headings = (
        "日期",
        "服务",
        "服务项",
        "条款",
        "数量",
        "单位",
        "状态",
        "工单",
        "内容",
        "约定依据",
        "更正",
        "登记人",
    )
    return tables.workbook(f"{contract}-限量服务使用记录.xlsx", headings, rows)
