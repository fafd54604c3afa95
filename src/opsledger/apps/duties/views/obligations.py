"""Obligations by item, each with its clause, next due moment and history."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.contracts.words import KIND_WORDS
from opsledger.apps.duties.selectors import obligations as rows
from opsledger.apps.ledger.selectors import history_of
from opsledger.kernel import access, clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page

READERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)
STATUS = [("active", "履行中"), ("gap", "待约定"), ("missed", "有漏做"), ("late", "有逾期")]


def _columns() -> list[tables.Column]:
    cells = "duties/cells/obligation_"
    return [
        tables.Column(
            "item",
            "服务项",
            lambda o: o.item.numbered if o.item else "合同整体",
            ("item__position",),
            "duties/cells/item.html",
        ),
        tables.Column("title", "义务", lambda o: o.title, ("title",), f"{cells}title.html"),
        tables.Column("clause", "条款出处", lambda o: o.term.clause),
        tables.Column("next", "下次到期", lambda o: o.next_due, ("next_due",), f"{cells}next.html", "narrow"),
        tables.Column(
            "last", "最近完成", lambda o: o.last_done, ("last_done",), f"{cells}last.html", "narrow"
        ),
        tables.Column("done", "按期", lambda o: o.done, ("done",), "", "num"),
        tables.Column("late", "逾期", lambda o: o.late, ("late",), "", "num"),
        tables.Column("missed", "漏做", lambda o: o.missed, ("missed",), f"{cells}missed.html", "num"),
        tables.Column("status", "状态", lambda o: o.get_status_display(), ("status",), f"{cells}status.html"),
    ]


@guard(*READERS)
def obligations(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    items = [(str(item.pk), item.numbered) for item in contracts.items_for(request.actor, contract)]
    table = tables.Table(
        request,
        rows.obligations_with_history(request.actor, contract, clock.now()),
        _columns(),
        "item",
        filters=[
            tables.Filter("kind", "类别", list(KIND_WORDS.items()), lambda value: Q(kind=value)),
            tables.Filter("item", "服务项", items, lambda value: Q(item_id=value)),
            tables.Filter("status", "状态", STATUS, rows.of_status),
        ],
        search=["title", "item__name", "term__clause", "term__summary"],
        name="obligations",
        empty_title="这份合同还没有义务",
        empty_text="载入合同或核对条款之后，每一条约束都会成为一项义务。",
    )
    if table.wants_export:
        return table.export(f"{contract}-义务.xlsx")
    return page(request, "duties/obligations.html", {"contract": contract, "table": table})


@guard(*READERS)
def obligation(request: HttpRequest, slug: str, obligation_id: int) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    found = rows.obligation_for(request.actor, contract, obligation_id, clock.now())
    told = {
        "contract": contract,
        "obligation": found,
        "occurrences": rows.occurrences_of(found)[:100],
        "history": history_of("obligation", str(found.pk)),
        "may_agree": bool({access.BUYER, access.MANAGER} & request.actor.roles(contract.pk)),
    }
    return page(request, "duties/obligation.html", told)
