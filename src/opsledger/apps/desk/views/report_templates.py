"""Templates of reports: the list with a form beside it, in the manner of the canned replies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.models import ReportTemplate
from opsledger.apps.desk.report_templates import MAX_NAME, MAX_TEXT
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


class TemplateForm(forms.Form):
    """A name to find it by, and what it fills in."""

    name = forms.CharField(
        label="名称",
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"placeholder": "例如：开通账号", "autocomplete": "off"}),
        error_messages={"required": "请填写模板名称。", "max_length": f"名称超过 {MAX_NAME} 个字，请精简。"},
    )
    kind = forms.ChoiceField(label="类型", choices=ReportTemplate.Kind.choices, initial="request")
    item = forms.ChoiceField(
        label="服务项", required=False, error_messages={"invalid_choice": "请从列表中选择服务项。"}
    )
    severity = forms.CharField(
        label="等级",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "levels", "autocomplete": "off"}),
    )
    title = forms.CharField(
        label="一句话说明",
        max_length=120,
        required=False,
        error_messages={"max_length": "一句话说明超过 120 个字，请精简。"},
    )
    description = forms.CharField(
        label="详细情况",
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "姓名：____\n部门：____\n账号：____"}),
        error_messages={"max_length": f"内容超过 {MAX_TEXT} 字，请精简。"},
    )

    def __init__(self, items: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        self.fields["item"].choices = [
            ("", "不限，报修时再选"),
            *((key, item.numbered) for key, item in items.items()),
        ]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        told["item"] = self.items.get(told.get("item") or "")
        return told


@guard(access.MANAGER, access.BUYER)
def report_templates(request: HttpRequest, slug: str) -> HttpResponse:
    """`?edit=ID` fills the form with one of them, `?ticket=NUMBER` with what a ticket says."""
    contract = contract_for(request.actor, slug)
    if request.method == "POST" and "do" in request.POST:
        return _do(request, contract)
    items = {str(item.pk): item for item in selectors.reportable_items(request.actor, contract)}
    chosen = _template(contract, request.GET["edit"]) if "edit" in request.GET else None
    first = _said(chosen) if chosen else _from_ticket(request, contract)
    form = TemplateForm(items, request.POST or None, initial=first)

    def save() -> ReportTemplate:
        if chosen:
            return services.change_report_template(actor=request.actor, template=chosen, **form.cleaned_data)
        return services.add_report_template(actor=request.actor, contract=contract, **form.cleaned_data)

    if request.method == "POST":
        kept = act(request, form, save)
        if kept is not None:
            messages.success(request, f"报修模板“{kept.name}”已保存，报修时即可选用。")
            return redirect("desk:report_templates", slug)
    rows = list(selectors.templates_of(contract))
    told = {
        "contract": contract,
        "form": form,
        "chosen": chosen,
        "rows": [row for row in rows if row.active],
        "off": [row for row in rows if not row.active],
        "just_off": next((row for row in rows if str(row.pk) == request.GET.get("off")), None),
        "levels": selectors.severity_words(contract),
    }
    return page(request, "desk/report_templates.html", told)


def _do(request: HttpRequest, contract: Contract) -> HttpResponse:
    """The buttons of a row; switching off leads back to the list with its undo."""
    action, _, wanted = request.POST["do"].partition(":")
    found = _template(contract, wanted)
    back = reverse("desk:report_templates", args=[contract.slug])
    if action == "off":
        services.switch_off_report_template(actor=request.actor, template=found)
        return redirect(f"{back}?off={found.pk}")
    if action == "on":
        services.restore_report_template(actor=request.actor, template=found)
        messages.success(request, f"报修模板“{found.name}”已恢复。")
    elif action in ("up", "down"):
        services.move_report_template(actor=request.actor, template=found, up=action == "up")
    else:
        raise Http404
    return redirect(back)


def _template(contract: Contract, wanted: str) -> ReportTemplate:
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 16):
        raise Http404
    return selectors.template_of(contract, int(wanted))


def _said(row: ReportTemplate) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("name", "kind", "severity", "title", "description")}
    return {**told, "item": str(row.item_id or "")}


def _from_ticket(request: HttpRequest, contract: Contract) -> dict[str, Any] | None:
    number = request.GET.get("ticket", "")[:20]
    if not number:
        return None
    ticket = selectors.ticket_for(request.actor, contract, number)
    return {
        "name": ticket.title[:MAX_NAME],
        "kind": ticket.kind if ticket.kind in ReportTemplate.Kind.values else "request",
        "item": str(ticket.item_id),
        "title": ticket.title,
        "description": ticket.description,
    }
