"""Take-over: the contract's own lists against what is really there."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form as BareForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from opsledger.apps.assets import forms, selectors, services
from opsledger.apps.assets.policies import KEEPERS
from opsledger.apps.contracts import selectors as contracts
from opsledger.kernel import access, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

FORMS: dict[str, type[BareForm]] = {
    "bulk": forms.PlaceForm,
    "accept": forms.CheckForm,
    "not_found": forms.MissingForm,
    "confirm": forms.ConfirmForm,
}
HEADINGS = [
    "条款", "清单", "序号", "名称", "清单型号", "单位", "清单数量", "资产编号", "核对数量", "实物型号", "位置", "结果",
    "核对人", "核对时间",
]  # fmt: skip


@guard()
def takeover(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    shown = selectors.takeovers(request.actor, contract)
    if request.GET.get("export") == "xlsx":
        return tables.workbook(f"{contract}-接管核对.xlsx", HEADINGS, _rows(shown))
    action = request.POST.get("action", "")
    made = {name: kind(request.POST if name == action else None) for name, kind in FORMS.items()}
    if request.method == "POST":
        if action not in made:
            raise Http404
        if act(request, made[action], lambda: _do(request, contract, action, made[action])):
            messages.success(request, "已保存。")
            key = request.POST.get("list", "")
            known = {one.listed.key for one in shown}
            return redirect(
                reverse("assets:takeover", args=[slug]) + (f"#list-{key}" if key in known else "")
            )
        shown = selectors.takeovers(request.actor, contract)
    roles = request.actor.roles(contract.pk)
    told = {
        "contract": contract,
        "lists": shown,
        "discrepancies": selectors.discrepancies(contract),
        "keeps": bool(set(KEEPERS) & roles),
        "buyer": access.BUYER in roles,
        "checked": request.POST.get("code") or request.GET.get("check", ""),
        "forms": made,
        "failed_list": request.POST.get("list", ""),
        "chosen": set(request.POST.getlist("codes")),
        "open": sum(one.open for one in shown),
        "differing": sum(one.differing for one in shown),
        "promised": sum(one.promised for one in shown),
        "found": sum(one.found for one in shown),
    }
    return page(request, "assets/takeover.html", told)


def _do(request: HttpRequest, contract, action: str, form: BareForm) -> object:
    actor, said = request.actor, form.cleaned_data
    if action == "confirm":
        listed = selectors.list_for(contract, request.POST.get("list", ""))
        return services.confirm_takeover(actor=actor, listed=listed, **said)
    if action == "bulk":
        rows = selectors.listed_assets(actor, contract, request.POST.getlist("codes")[:2000])
        return services.accept_rows(actor=actor, assets=rows, place=said["place"])
    found = selectors.asset_for(actor, contract, request.POST.get("code", ""))
    return services.act_on_asset(actor=actor, asset=found, action=action, **said)


def _rows(shown):
    for one in shown:
        for row in one.rows:
            asset = row.asset
            yield [
                one.listed.clause, one.listed.title, row.place, row.said["name"], row.said["model"],
                row.said["unit"], row.said["count"], asset.code if asset else "",
                asset.found_quantity if asset else "", asset.found_model if asset else "",
                asset.place if asset else "", row.outcome[1],
                str(asset.accepted_by or "") if asset else "", asset.accepted_at if asset else "",
            ]  # fmt: skip
