"""A major incident: its children, one more of them, all of them resolved together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import policies, selectors, services
from opsledger.apps.desk.forms.family import ChildForm, ChildrenForm
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.views.ticket import find
from opsledger.core import tickets as rules
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard()
def children(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Every child that one may see; the provider resolves those still open with the same words."""
    contract, found = find(request, slug, number)
    inside = policies.is_provider(request.actor, contract.pk)
    form = ChildrenForm(found, request.POST or None)
    if request.method == "POST":
        request.actor.must(contract.pk, *policies.PROVIDER_ROLES)
        if form.is_valid():
            return resolve_them(request, contract, found, form.cleaned_data)
    return _page(request, contract, found, form=form if inside else None)


def resolve_them(
    request: HttpRequest, contract: Contract, found: Ticket, told: Mapping[str, Any]
) -> HttpResponse:
    """Resolve the open children, so many at a time: back to the ticket if all went well, else what became of each.

    It stands outside any transaction, so that each child has its own.
    """
    words = {name: told.get(name) for name in ("happened_at", "after")}
    part = services.resolve_children(
        actor=request.actor,
        ticket=found,
        cause=told.get("cause", ""),
        solution=told["solution"],
        happened_at=words["happened_at"],
        after=words["after"] or "",
    )
    done = sum(outcome.done for outcome in part.outcomes)
    if not part.left and not words["after"] and done == len(part.outcomes):
        messages.success(request, f"已办结 {done} 张子工单。" if done else "没有未办结的子工单。")
        return redirect("desk:ticket", contract.slug, found.number)
    again = {
        "cause": told.get("cause", ""),
        "solution": told["solution"],
        "happened_at": words["happened_at"],
    }
    form = ChildrenForm(found, initial={**again, "after": part.last if part.left else ""})
    return _page(request, contract, found, form=form, part=part)


def _page(
    request: HttpRequest,
    contract: Contract,
    found: Ticket,
    *,
    form: ChildrenForm | None,
    part: services.Part | None = None,
) -> HttpResponse:
    told = {
        "contract": contract,
        "ticket": found,
        "family": selectors.family(selectors.children_of(request.actor, found)),
        "form": form,
        "part": part,
    }
    return page(request, "desk/children.html", told)


@guard(access.MANAGER, access.ENGINEER)
def new_child(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """One more ticket under this one; its clocks run from now."""
    contract, found = find(request, slug, number)
    items = list(selectors.reportable_items(request.actor, contract))
    kind = found.kind if found.kind in rules.REPORTED else "incident"
    levels = selectors.levels_by_item(items, contract, kind)
    first = {"item": request.GET["item"]} if request.GET.get("item") in map(str, levels) else {}
    form = ChildForm(found, items, levels, request.POST or None, initial=first)

    def do() -> Ticket:
        return services.new_child(actor=request.actor, ticket=found, **form.cleaned_data)

    if request.method == "POST":
        made = act(request, form, do)
        if made is not None:
            messages.success(request, f"已新建子工单 {made.number}，时限从现在起算。")
            return redirect("desk:ticket", slug, number)
    return page(request, "desk/child.html", {"contract": contract, "ticket": found, "form": form})


@guard()
def suggest_parents(request: HttpRequest, slug: str) -> HttpResponse:
    """The parents that go with what is typed so far, for the list's filter."""
    contract = contract_for(request.actor, slug)
    part = request.GET.get("parent", "").replace("\x00", "").strip()[:100]
    rows = selectors.parents_named(request.actor, contract.pk, part)
    return render(request, "desk/parts/parent_words.html", {"rows": rows})
