"""An administrator gives and takes roles on a contract."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.accounts import selectors as accounts
from opsledger.apps.accounts import services
from opsledger.apps.contracts import selectors
from opsledger.apps.contracts.forms import RoleForm
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard(admin=True)
def contracts(request: HttpRequest) -> HttpResponse:
    """Every contract, to choose one."""
    return page(request, "contracts/all.html", {"contracts": selectors.all_contracts()})


@guard(admin=True)
def roles(request: HttpRequest, slug: str) -> HttpResponse:
    contract = selectors.any_contract(slug)
    form = RoleForm(request.POST or None)

    def give() -> object:
        return services.grant_role(actor=request.actor, contract_id=contract.pk, **form.cleaned_data)

    if request.method == "POST" and act(request, form, give):
        messages.success(request, f"已授予{form.cleaned_data['user']}角色。")
        return redirect("contracts:roles", slug)
    told = {"contract": contract, "form": form, "memberships": accounts.memberships_of(contract.pk)}
    return page(request, "contracts/roles.html", told)


@guard(admin=True)
def withdraw(request: HttpRequest, slug: str, membership_id: int) -> HttpResponse:
    contract = selectors.any_contract(slug)
    found = accounts.memberships_of(contract.pk).filter(pk=membership_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        services.withdraw_role(actor=request.actor, membership=found)
        messages.success(request, "角色已收回，从下一次操作起生效。")
    return redirect("contracts:roles", slug)
