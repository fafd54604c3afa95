"""Service items: corrected, added, merged into one another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from opsledger.apps.contracts.models import DocumentReading, ReadingItem
from opsledger.apps.contracts.review import selectors
from opsledger.apps.contracts.review.forms import ItemForm, MergeForm
from opsledger.apps.contracts.review.views.frame import head, posted, whole
from opsledger.apps.contracts.services import reading_items
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


def _back(reading: DocumentReading, item_id: int) -> HttpResponse:
    return redirect(reverse("contracts:reading", args=[reading.pk]) + f"?item={item_id}")


@guard()
def item(request: HttpRequest, reading_id: int, item_id: int) -> HttpResponse:
    """What was read of a service item, to be corrected."""
    reading = selectors.reading_for(request.actor, reading_id)
    found = selectors.item_for(reading, item_id)
    form = ItemForm(posted(request)[0], initial=_facts(found))

    def do() -> object:
        version = whole(request.POST.get("version"))
        said = dict(form.cleaned_data)
        return reading_items.change_item(
            actor=request.actor, reading=reading, item=found, version=version, said=said
        )

    if request.method == "POST" and act(request, form, do):
        messages.success(request, "已保存。")
        return _back(reading, item_id)
    return _page(request, reading, found, form, MergeForm(found, initial={"version": found.version}))


@guard()
def add(request: HttpRequest, reading_id: int) -> HttpResponse:
    """A service item that was not found in the document."""
    reading = selectors.reading_for(request.actor, reading_id)
    form = ItemForm(posted(request)[0])

    def do() -> ReadingItem:
        return reading_items.add_item(actor=request.actor, reading=reading, said=dict(form.cleaned_data))

    if request.method == "POST":
        made = act(request, form, do)
        if made:
            messages.success(request, f"已新增服务项“{made}”。")
            return _back(reading, made.pk)
    return page(
        request, "contracts/review/item.html", {**head(request, reading), "tab": "terms", "form": form}
    )


@guard()
def merge(request: HttpRequest, reading_id: int, item_id: int) -> HttpResponse:
    """Move an item's terms to another one, or take an empty item out."""
    reading = selectors.reading_for(request.actor, reading_id)
    found = selectors.item_for(reading, item_id)
    if request.method != "POST":
        return redirect("contracts:reading_item", reading_id, item_id)
    form = MergeForm(found, request.POST)

    def do() -> bool:
        reading_items.merge_item(
            actor=request.actor,
            reading=reading,
            item=found,
            version=form.cleaned_data["version"],
            into=form.cleaned_data["into"],
        )
        return True

    if act(request, form, do):
        into = form.cleaned_data["into"]
        messages.success(request, f"已并入“{into}”，可以撤销。" if into else "已删去，可以撤销。")
        return _back(reading, into.pk) if into else redirect("contracts:reading", reading_id)
    return _page(request, reading, found, ItemForm(initial=_facts(found)), form)


def _page(
    request: HttpRequest, reading: DocumentReading, found: ReadingItem, form: ItemForm, merging: MergeForm
) -> HttpResponse:
    told = {
        **head(request, reading),
        "tab": "terms",
        "item": found,
        "form": form,
        "merge": merging,
        "counts": selectors.group_counts(found),
    }
    return page(request, "contracts/review/item.html", told)


def _facts(found: ReadingItem) -> dict[str, Any]:
    names = ("no", "name", "unit", "starts_on", "ends_on", "common")
    return {**{name: getattr(found, name) for name in names}, "windows": "、".join(found.windows)}
