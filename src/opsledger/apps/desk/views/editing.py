"""A channel, or a code on a wall, said anew instead of closed and laid again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors
from opsledger.apps.desk.models import Channel, ReportCode
from opsledger.apps.desk.services.channel_changes import change_channel
from opsledger.apps.desk.services.ways_in import change_code
from opsledger.apps.desk.views.channels import ChannelForm
from opsledger.apps.desk.views.ways import CodeForm
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


class ChannelEditForm(ChannelForm):
    """What can be changed of a channel.  Where a robot's or a program's address leads is not shown again."""

    def __init__(self, channel: Channel, *args: Any, **kwargs: Any) -> None:
        first = {
            name: getattr(channel, name)
            for name in ("name", "topics", "quiet_from", "quiet_to", "digest_minutes")
        }
        self.mail = channel.kind == Channel.Kind.MAIL
        if self.mail:
            first["address"] = channel.address
        super().__init__(*args, initial=first, **kwargs)
        for name in ("kind", "personal"):
            del self.fields[name]
        for name in ("quiet_from", "quiet_to"):
            self.fields[name].widget.format = "%H:%M"  # type: ignore[attr-defined]
        if not self.mail:
            self.fields["address"].label = "新地址"
            self.fields["address"].help_text = "不换地址请留空；原地址可能带有密钥，不再显示。"

    def clean_address(self) -> str | None:
        given = str(self.cleaned_data["address"]).strip()
        return given if given or self.mail else None


@guard(access.MANAGER, access.BUYER, access.ENGINEER, access.SUPERVISOR, access.UNIT)
def channel(request: HttpRequest, slug: str, channel_id: int) -> HttpResponse:
    """Change a channel: one's own, or one of the contract."""
    contract = contract_for(request.actor, slug)
    row = selectors.channels_of(request.actor, contract).filter(pk=channel_id).first()
    if row is None:
        raise Http404
    form = ChannelEditForm(row, request.POST or None)

    def do() -> object:
        return change_channel(
            actor=request.actor, contract=contract, channel_id=channel_id, **form.cleaned_data
        )

    if request.method == "POST" and act(request, form, do) is not None:
        messages.success(request, f"“{form.cleaned_data['name']}”已保存，下一条消息起生效。")
        return redirect("desk:channels", slug)
    return page(request, "desk/channel_edit.html", {"contract": contract, "form": form, "row": row})


class CodeEditForm(CodeForm):
    """What can be changed of a code; to which item it belongs stays."""

    def __init__(self, code: ReportCode, *args: Any, **kwargs: Any) -> None:
        first = {name: getattr(code, name) for name in ("place", "device", "open_to_all")}
        super().__init__(*args, initial=first, **kwargs)
        del self.fields["item"]


@guard(access.MANAGER, access.BUYER)
def code(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Change what a code says of its place and device, and who may report by it; the print stays good."""
    contract = contract_for(request.actor, slug)
    row = selectors.code_in_use(contract, code)
    form: forms.Form = CodeEditForm(row, request.POST or None)

    def do() -> object:
        return change_code(actor=request.actor, code=row, **form.cleaned_data)

    if request.method == "POST" and act(request, form, do) is not None:
        messages.success(request, "报修码已修改，贴出的码不用更换。")
        return redirect("desk:codes", slug)
    return page(request, "desk/code_edit.html", {"contract": contract, "form": form, "row": row})
