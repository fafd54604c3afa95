"""The desk's settings of a contract, beside what its clauses fix."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import agreements, selectors
from opsledger.apps.desk.forms.settings import SettingsForm
from opsledger.apps.desk.services.settings import change_settings, may_change, renew_chat_secret
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard(access.MANAGER, access.BUYER, access.SUPERVISOR, access.AUDITOR)
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Shown to all inside; the buyer changes what was agreed, the manager the provider's own side."""
    contract = contract_for(request.actor, slug)
    may = may_change(request.actor, contract)
    form = SettingsForm(contract, may, request.POST or None)

    def do() -> object:
        return change_settings(actor=request.actor, contract=contract, given=form.given())

    if request.method == "POST":
        if not may:
            request.actor.must(contract.pk, access.BUYER, access.MANAGER)
        if act(request, form, do) is not None:
            messages.success(request, "服务台设置已保存，即时生效。")
            return redirect("desk:settings", slug)
    manages = bool(request.actor.roles(contract.pk) & {access.MANAGER, access.BUYER})
    told = {
        "contract": contract,
        "form": form,
        "may": may,
        "fixed": selectors.fixed_by_terms(contract),
        "manages": manages,
        "is_manager": access.MANAGER in request.actor.roles(contract.pk),
        "chat_secret": agreements.agreement_of(contract).chat_secret if manages else "",
    }
    return page(request, "desk/settings.html", told)


@guard(access.MANAGER, access.BUYER)
@require_POST
def chat_secret(request: HttpRequest, slug: str) -> HttpResponse:
    """A new secret for the chat robot."""
    contract = contract_for(request.actor, slug)
    renew_chat_secret(actor=request.actor, contract=contract)
    messages.success(request, "群机器人密钥已更换，旧密钥立即失效。请在机器人处填写新密钥。")
    return redirect("desk:settings", slug)
