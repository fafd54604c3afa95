"""The desk's own entry while the telephone is at the ear: a new ticket, or one more who has the same trouble."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for, severities_of
from opsledger.apps.desk import policies, selectors, services
from opsledger.apps.desk.forms.acts import long_text
from opsledger.apps.desk.models import ReportTemplate, Ticket
from opsledger.apps.desk.report_templates import Filled, fill
from opsledger.apps.desk.views.use_template import Use, asked
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

_LOOKED_UP = ("caller", "phone", "item", "title")
_OF_A_CALL = ("caller", "phone", "title", "description", "minutes_ago", "remind")


class PhoneForm(forms.Form):
    """Who calls, what about: the rest is found while typing."""

    caller = forms.CharField(
        label="来电人",
        max_length=60,
        widget=forms.TextInput(attrs={"list": "callers", "autocomplete": "off", "autofocus": True}),
    )
    phone = forms.CharField(label="电话", max_length=40, required=False)
    item = forms.CharField(
        label="系统", max_length=200, widget=forms.TextInput(attrs={"list": "systems", "autocomplete": "off"})
    )
    severity = forms.CharField(
        label="等级",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "levels", "autocomplete": "off"}),
    )
    title = forms.CharField(label="一句话说明", max_length=120)
    minutes_ago = forms.IntegerField(label="几分钟前来电", required=False, min_value=0, max_value=1440)
    # Both come with a template; the words are shown only then, so that the form stays short.
    kind = forms.ChoiceField(choices=ReportTemplate.Kind.choices, required=False, widget=forms.HiddenInput)
    description = long_text("详细情况", 4, required=False)
    # Of a call about a ticket that is there: the caller asks for haste.
    remind = forms.BooleanField(required=False)

    def about(self, number: str) -> None:
        """The call is about the ticket of this number: which system and what is said there."""
        if number:
            self.fields["item"].required = self.fields["title"].required = False

    @property
    def has_words(self) -> bool:
        return bool(self["description"].value())

    @property
    def kind_word(self) -> str:
        kinds = dict(ReportTemplate.Kind.choices)
        kind = self["kind"].value()
        return str(kinds[kind]) if kind in kinds and kind != "incident" else ""

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or "incident"


@guard(access.MANAGER, access.ENGINEER)
def phone(request: HttpRequest, slug: str) -> HttpResponse:
    """Note a call: names, systems and levels are completed by the browser from what the contract knows.

    With `join` the call goes to the ticket of that number instead of making one.
    """
    contract = contract_for(request.actor, slug)
    use = asked(request, contract)
    form, filled = _phone_form(request, contract, use)
    number = request.POST.get("join", "")
    form.about(number)

    def do() -> tuple[Ticket, str]:
        if number:
            return _join(request, contract, number, dict(form.cleaned_data))
        return _note(request, contract, dict(form.cleaned_data))

    if request.method == "POST" and not use.filling and "look" not in request.POST:
        done = act(request, form, do)
        if done is not None:
            messages.success(request, done[1])
            return redirect("desk:ticket", slug, done[0].number)
    told = {
        "contract": contract,
        "form": form,
        "callers": selectors.callers_of(contract),
        "items": selectors.systems_of(request.actor, contract),
        "levels": selectors.severity_words(contract),
        "use": use,
        "used": use.template if use.filling else use.before,
        "filled": filled,
        "keeps_templates": policies.may_keep_templates(request.actor, contract.pk),
        "around": _around(request, contract, request.POST) if request.method == "POST" else None,
    }
    return page(request, "desk/phone.html", told)


@guard(access.MANAGER, access.ENGINEER)
def panel(request: HttpRequest, slug: str) -> HttpResponse:
    """Who calls and what is open already, for what is typed so far."""
    contract = contract_for(request.actor, slug)
    told = {"contract": contract, "around": _around(request, contract, request.GET)}
    return render(request, "desk/parts/phone_panel.html", told)


def _around(request: HttpRequest, contract: Contract, sent: QueryDict) -> selectors.AtThePhone:
    words = {name: sent.get(name, "").replace("\x00", "")[:200] for name in _LOOKED_UP}
    return selectors.at_the_phone(request.actor, contract, **words)


def _note(request: HttpRequest, contract: Contract, told: dict[str, Any]) -> tuple[Ticket, str]:
    del told["remind"]
    made = services.note_call(actor=request.actor, contract=contract, **told)
    next_step = f"已自动派给{made.assignee}" if made.assignee else "可直接派单"
    return made, f"已登记 {made.number}，{next_step}。"


def _join(request: HttpRequest, contract: Contract, number: str, told: dict[str, Any]) -> tuple[Ticket, str]:
    found = selectors.ticket_numbered(request.actor, contract, number)
    said = {name: told[name] for name in _OF_A_CALL}
    event = services.join_call(actor=request.actor, ticket=found, **said)
    words = f"已记到 {found.number}{'并催办' if told['remind'] else ''}，没有另开工单。"
    if event.private:
        words += "来电人不是这张工单的单位人员，说明仅服务商内部可见。"
    return found, words


def _phone_form(request: HttpRequest, contract: Contract, use: Use) -> tuple[PhoneForm, Filled | None]:
    """The form as it was sent, or as a template fills it in."""
    if not use.filling:
        return PhoneForm(request.POST or None), None
    systems = selectors.systems_of(request.actor, contract)
    kind = use.kind or "incident"

    def words(value: str) -> list[str]:
        if value in systems:
            return [level.word for level in severities_of(systems[value], kind)]
        return selectors.severity_words(contract, kind)

    open_now = {item.pk for item in selectors.open_today(systems.values())}
    filled = fill(
        use.template,
        use.typed,
        items={name: item for name, item in systems.items() if item.pk in open_now},
        name_of=lambda item: item.numbered,
        levels=words,
        before=use.before,
        overwrite=use.overwrite,
    )
    rest = {name: request.POST.get(name, "") for name in ("caller", "phone", "minutes_ago")}
    return PhoneForm(initial={**rest, **filled.values, "kind": kind}), filled
