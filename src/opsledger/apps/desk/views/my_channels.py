"""On one's own page: by which ways one hears of one's matters, on each contract."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors
from opsledger.apps.desk.services.channels import set_my_mail
from opsledger.apps.desk.services.letters import can_send
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act

DIGESTS = [(0, "逐条"), (15, "每15分钟"), (60, "每小时"), (1440, "每天")]


class MyMailForm(forms.Form):
    """Mail on or off, not at night, not one by one."""

    on = forms.BooleanField(label="邮件通知", required=False)
    quiet_from = forms.TimeField(
        label="免打扰起", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label="免打扰止", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    digest_minutes = forms.TypedChoiceField(label="合并发送", coerce=int, choices=DIGESTS)


def panel(request: HttpRequest) -> dict[str, Any] | None:
    """One row a contract: the mail form filled in, and the names of the other channels."""
    rows = []
    for contract, mail, others in selectors.my_channels(request.actor):
        first = {"on": bool(mail and mail.active), "digest_minutes": mail.digest_minutes if mail else 0}
        if mail:
            first |= {"quiet_from": mail.quiet_from, "quiet_to": mail.quiet_to}
        rows.append(
            {
                "contract": contract,
                "others": others,
                "form": MyMailForm(initial=first, auto_id=f"{contract.slug}-%s"),
            }
        )
    return {"rows": rows, "can_send": can_send(), "email": request.user.email} if rows else None


@guard()
@require_POST
def my_mail(request: HttpRequest, slug: str) -> HttpResponse:
    """Set one's mail on this contract."""
    contract = contract_for(request.actor, slug)
    form = MyMailForm(request.POST)

    def do() -> object:
        set_my_mail(actor=request.actor, contract=contract, **form.cleaned_data)
        return True

    if act(request, form, do):
        messages.success(request, f"“{contract}”的邮件通知已保存。")
    else:
        messages.warning(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("accounts:me")
