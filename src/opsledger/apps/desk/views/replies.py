"""Canned replies of a contract: seen, written, dropped."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors
from opsledger.apps.desk.replies import PLACES
from opsledger.apps.desk.services.habits import drop_reply, keep_reply
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


class ReplyForm(forms.Form):
    """A name to find it by, and the words."""

    name = forms.CharField(label="名称", max_length=60, error_messages={"required": "请填写名称。"})
    text = forms.CharField(
        label="内容",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请填写内容。", "max_length": "内容超过 5000 字，请精简。"},
    )


@guard(access.MANAGER, access.ENGINEER)
def replies(request: HttpRequest, slug: str) -> HttpResponse:
    """The list with a form; `?edit=name` fills it with one of them."""
    contract = contract_for(request.actor, slug)
    if request.method == "POST" and request.POST.get("drop"):
        drop_reply(actor=request.actor, contract=contract, name=request.POST["drop"])
        return redirect("desk:replies", slug)
    rows = selectors.replies_of(contract)
    chosen = next((row for row in rows if row.name == request.GET.get("edit")), None)
    first = {"name": chosen.name, "text": chosen.text} if chosen else None
    form = ReplyForm(request.POST or None, initial=first)

    def do() -> object:
        return keep_reply(actor=request.actor, contract=contract, **form.cleaned_data)

    if request.method == "POST" and act(request, form, do) is not None:
        messages.success(request, "常用语已保存。")
        return redirect("desk:replies", slug)
    told = {"contract": contract, "rows": rows, "form": form, "places": PLACES}
    return page(request, "desk/replies.html", told)
