"""The contract's own pages: summary, items, terms, what is left open."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts import selectors, services
from opsledger.apps.contracts.forms import AgreeForm, OwnerForm, PeriodForm
from opsledger.apps.contracts.policies import AGREERS, INSIDERS
from opsledger.apps.contracts.words import KIND_WORDS
from opsledger.kernel import access, clock, panels, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard()
def summary(request: HttpRequest, slug: str) -> HttpResponse:
    contract = selectors.contract_for(request.actor, slug)
    told = {
        "contract": contract,
        "tab": "summary",
        "phase": contract.phase_on(clock.today()),
        "counts": selectors.counts_of(request.actor, contract),
        "kinds": selectors.term_counts(request.actor, contract),
        "units": selectors.units_of(request.actor, contract),
    }
    return page(request, "contracts/summary.html", told)


@guard()
def items(request: HttpRequest, slug: str) -> HttpResponse:
    contract = selectors.contract_for(request.actor, slug)
    rows = selectors.items_with_counts(request.actor, contract)
    units = [(str(unit.pk), str(unit)) for unit in selectors.units_of(request.actor, contract)]
    columns = [
        tables.Column("no", "序号", lambda i: i.no, ("position",), "", "narrow"),
        tables.Column("name", "服务项", lambda i: i.name, ("name",), "contracts/cells/item.html"),
        tables.Column("unit", "服务单位", lambda i: str(i.unit or ""), ("unit__name",)),
        tables.Column("category", "类别", lambda i: i.category),
        tables.Column("windows", "服务时段", lambda i: "、".join(w.replace("x", "×") for w in i.windows)),
        tables.Column("terms", "条款", lambda i: i.term_count, ("term_count",), "", "num"),
        tables.Column(
            "gaps", "待约定", lambda i: i.gap_count, ("gap_count",), "contracts/cells/gaps.html", "num"
        ),
        tables.Column("owner", "责任工程师", lambda i: str(i.owner or ""), ("owner__full_name",)),
    ]
    table = tables.Table(
        request,
        rows,
        columns,
        "no",
        filters=[tables.Filter("unit", "服务单位", units, lambda value: Q(unit_id=value))],
        search=selectors.ITEMS_SEARCHED,
        name="items",
    )
    if table.wants_export:
        return table.export(f"{contract}-服务项.xlsx")
    told = {
        "contract": contract,
        "tab": "items",
        "table": table,
        "counts": selectors.counts_of(request.actor, contract),
    }
    return page(request, "contracts/list.html", told)


@guard()
def item(request: HttpRequest, slug: str, no: str) -> HttpResponse:
    contract = selectors.contract_for(request.actor, slug)
    found = selectors.item_for(request.actor, contract, no)
    manages = access.MANAGER in request.actor.roles(contract.pk)
    may_date = bool({access.BUYER, access.MANAGER} & request.actor.roles(contract.pk))
    owner_form = OwnerForm(
        contract.pk, request.POST if "owner" in request.POST else None, initial={"owner": found.owner_id}
    )
    period_form = PeriodForm(
        request.POST if "starts_on" in request.POST else None,
        initial={"starts_on": found.starts_on, "ends_on": found.ends_on},
    )
    if request.method == "POST":
        form = owner_form if "owner" in request.POST else period_form

        def save() -> object:
            if form is owner_form:
                return services.assign_item(actor=request.actor, item=found, owner=form.cleaned_data["owner"])
            return services.confirm_item_period(actor=request.actor, item=found, **form.cleaned_data)

        if act(request, form, save):
            messages.success(request, "已保存。")
            return redirect("contracts:item", slug, no)
    told = {
        "panels": panels.told("item", request, found),
        "contract": contract,
        "item": found,
        "tab": "items",
        "counts": selectors.counts_of(request.actor, contract),
        "groups": selectors.terms_by_kind(found),
        "levels": selectors.severity_sets_of(found),
        "obligations": selectors.obligations_for(request.actor, contract).filter(item=found),
        "owner_form": owner_form if manages else None,
        "period_form": period_form if may_date and found.period_provisional else None,
    }
    return page(request, "contracts/item.html", told)


@guard()
def terms(request: HttpRequest, slug: str) -> HttpResponse:
    contract = selectors.contract_for(request.actor, slug)
    columns = [
        tables.Column(
            "item",
            "服务项",
            lambda t: t.item.numbered if t.item else "全部",
            ("item__position",),
            "contracts/cells/term_item.html",
        ),
        tables.Column(
            "kind",
            "类别",
            lambda t: KIND_WORDS.get(t.kind, t.kind),
            ("kind",),
            "contracts/cells/kind.html",
            "narrow",
        ),
        tables.Column("summary", "内容", lambda t: t.summary, (), "contracts/cells/term.html"),
        tables.Column("clause", "条款出处", lambda t: t.clause),
        tables.Column("state", "状态", lambda t: t.get_state_display(), ("state",), "", "narrow"),
    ]
    table = tables.Table(
        request,
        selectors.terms_for(request.actor, contract),
        columns,
        "item",
        filters=[tables.Filter("kind", "类别", list(KIND_WORDS.items()), lambda value: Q(kind=value))],
        search=selectors.TERMS_SEARCHED,
        name="terms",
    )
    if table.wants_export:
        return table.export(f"{contract}-条款.xlsx")
    told = {
        "contract": contract,
        "tab": "terms",
        "table": table,
        "counts": selectors.counts_of(request.actor, contract),
    }
    return page(request, "contracts/list.html", told)


@guard(*INSIDERS)
def gaps(request: HttpRequest, slug: str) -> HttpResponse:
    """What the contract leaves open: obligations that cannot be planned, and points with a default taken."""
    contract = selectors.contract_for(request.actor, slug)
    told = {
        "contract": contract,
        "tab": "gaps",
        "counts": selectors.counts_of(request.actor, contract),
        "gaps": selectors.gaps_of(request.actor, contract),
        "agreed": selectors.agreed_of(request.actor, contract),
        "points": selectors.open_points_of(request.actor, contract),
        "may_agree": bool({access.BUYER, access.MANAGER} & request.actor.roles(contract.pk)),
    }
    return page(request, "contracts/gaps.html", told)


@guard(*AGREERS)
def agree(request: HttpRequest, slug: str, obligation_id: int) -> HttpResponse:
    """Settle the frequency of one obligation."""
    contract = selectors.contract_for(request.actor, slug)
    obligation = selectors.obligation_for(request.actor, contract, obligation_id)
    form = AgreeForm(
        request.POST or None, initial=obligation.agreed or {"count": 1, "every": 1, "period": "month"}
    )

    def save() -> object:
        return services.agree_frequency(actor=request.actor, obligation=obligation, **form.cleaned_data)

    if request.method == "POST" and act(request, form, save):
        messages.success(request, f"已约定“{obligation.title}”，履约任务已按新频次排定。")
        return redirect("contracts:gaps", slug)
    return page(
        request, "contracts/agree.html", {"contract": contract, "obligation": obligation, "form": form}
    )
