"""The review itself: text and terms side by side; findings; who did what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from opsledger.apps.contracts.models import DocumentReading, ReadingItem
from opsledger.apps.contracts.review import selectors
from opsledger.apps.contracts.review.selectors import Filters
from opsledger.apps.contracts.review.views.frame import head, whole
from opsledger.apps.contracts.review.views.intake import waiting_page
from opsledger.apps.contracts.services import reading_acts
from opsledger.kernel import tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page


@guard()
def review(request: HttpRequest, reading_id: int) -> HttpResponse:
    reading = selectors.reading_for(request.actor, reading_id)
    if reading.state not in (DocumentReading.State.REVIEW, DocumentReading.State.DONE):
        return waiting_page(request, reading)
    filters = Filters.of(request.GET)
    found = selectors.groups(reading, filters)
    only = whole(request.GET.get("only", ""))
    groups = [item for item in found if item.pk == only] if only else found
    opened = _opened(groups, whole(request.GET.get("item", "")))
    at = whole(request.GET.get("at", "")) or (opened.start if opened else 0)
    shown = selectors.section_at(reading, at)
    told = {
        **head(request, reading),
        "tab": "terms",
        "filters": filters,
        "states": selectors.STATES,
        "confidences": selectors.CONFIDENCES,
        "groups": groups,
        "found": found,
        "only": only,
        "opened": opened,
        "sections": selectors.sections_of(reading),
        "shown": shown,
        "lines": selectors.section_lines(shown) if shown else [],
        **(_page_of(opened, filters, 0) if opened else {}),
    }
    return page(request, "contracts/review/desk.html", told)


def _opened(groups: list[ReadingItem], asked: int) -> ReadingItem | None:
    """The item asked for, else the first with something open, else the first with anything."""
    for fits in (
        lambda item: item.pk == asked,
        lambda item: item.open and item.matched,
        lambda item: item.matched,
    ):
        for item in groups:
            if fits(item):
                return item
    return groups[0] if groups else None


def _page_of(item: ReadingItem, filters: Filters, offset: int) -> dict[str, Any]:
    rows = list(selectors.terms_of(item, filters)[offset : offset + selectors.PER_GROUP + 1])
    more = len(rows) > selectors.PER_GROUP
    return {"terms": rows[: selectors.PER_GROUP], "next_offset": offset + selectors.PER_GROUP if more else 0}


@guard()
def group(request: HttpRequest, reading_id: int, item_id: int) -> HttpResponse:
    """The terms of one item, as a part of the page; without htmx the whole page opened at it."""
    reading = selectors.reading_for(request.actor, reading_id)
    found = selectors.item_for(reading, item_id)
    filters = Filters.of(request.GET)
    if not request.headers.get("HX-Request"):
        query = f"?item={item_id}" + (f"&{filters.query()}" if filters.any else "")
        return redirect(reverse("contracts:reading", args=[reading_id]) + query)
    told = {
        "reading": reading,
        "item": found,
        "filters": filters,
        "editable": reading.state == DocumentReading.State.REVIEW,
        **_page_of(found, filters, whole(request.GET.get("offset", ""))),
    }
    return page(request, "contracts/review/group.html", told)


@guard()
def text(request: HttpRequest, reading_id: int, position: int) -> HttpResponse:
    """One section of the text, marked; without htmx the whole page opened at it."""
    reading = selectors.reading_for(request.actor, reading_id)
    section = selectors.section_for(reading, position)
    if not request.headers.get("HX-Request"):
        return redirect(reverse("contracts:reading", args=[reading_id]) + f"?at={section.start}")
    return page(
        request,
        "contracts/review/text.html",
        {"reading": reading, "section": section, "lines": selectors.section_lines(section)},
    )


@guard()
def acts(request: HttpRequest, reading_id: int) -> HttpResponse:
    reading = selectors.reading_for(request.actor, reading_id)
    columns = [
        tables.Column("at", "时间", lambda a: a.at, ("at",), "contracts/review/cells/act_at.html", "narrow"),
        tables.Column("actor", "操作人", lambda a: str(a.actor), ("actor__full_name",), "", "narrow"),
        tables.Column(
            "verb", "动作", lambda a: reading_acts.ACT_WORDS.get(a.verb, a.verb), ("verb",), "", "narrow"
        ),
        tables.Column("label", "内容", lambda a: a.label),
        tables.Column("count", "条数", lambda a: a.count, ("count",), "", "num"),
        tables.Column(
            "undone", "撤销", lambda a: "已撤销" if a.undone_at else "", ("undone_at",), "", "narrow"
        ),
    ]
    table = tables.Table(
        request,
        selectors.acts_of(reading),
        columns,
        "-at",
        search=["label", "actor__full_name"],
        name="acts",
        empty_title="还没有处理记录",
        empty_text="接受、修改、不采纳条款后，记录显示在这里。",
    )
    if table.wants_export:
        return table.export(f"{reading.name}-审阅记录.xlsx")
    return page(
        request, "contracts/review/acts.html", {**head(request, reading), "tab": "acts", "table": table}
    )
