"""The register of deliverables, and the list of reports that draft themselves."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from opsledger.apps.assessment.windows import titled
from opsledger.apps.contracts.selectors import contract_for, items_for
from opsledger.apps.documents import selectors
from opsledger.apps.documents.papers.operations import NAMES
from opsledger.apps.documents.policies import PACKERS, READERS, SCORE_READERS
from opsledger.apps.documents.selectors import STANDINGS
from opsledger.apps.duties.words import STANDING_WORDS
from opsledger.kernel import clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page

COLUMNS = [
    tables.Column("due", "应交", lambda o: o.due_at, ("due_at",), "duties/cells/due.html", "narrow"),
    tables.Column(
        "item",
        "服务项",
        lambda o: o.item.numbered if o.item else "合同整体",
        ("item__position",),
        "duties/cells/item.html",
    ),
    tables.Column("title", "交付物", lambda o: titled(o.label), ("title",), "documents/cells/title.html"),
    tables.Column(
        "standing",
        "结果",
        lambda o: dict(STANDINGS).get(o.standing, STANDING_WORDS[o.standing]),
        (),
        "documents/cells/standing.html",
        "narrow",
    ),
    tables.Column(
        "done", "提交时间", lambda o: o.submitted_at, ("submitted_at",), "documents/cells/done.html"
    ),
    tables.Column("state", "验收", lambda o: o.get_state_display(), ("state",), "documents/cells/state.html"),
    tables.Column("files", "文件", lambda o: len(getattr(o, "files", ())), (), "documents/cells/files.html"),
]


@guard(*READERS)
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Every deliverable of the term: handed in, accepted, late, missing, and what is due next."""
    contract = contract_for(request.actor, slug)
    at = clock.now()
    rows = selectors.deliverables(request.actor, contract, at=at)
    items = [(item.no, item.numbered) for item in items_for(request.actor, contract)]
    filters = [
        tables.Filter("standing", "结果", STANDINGS, lambda value: Q(standing=value)),
        tables.Filter(
            "soon",
            "范围",
            [("1", "30天内应交")],
            lambda value: Q(standing="due", due_at__lt=at + selectors.SOON),
        ),
        tables.Filter(
            "state", "验收", [("submitted", "待验收"), ("verified", "已验收")], lambda v: Q(state=v)
        ),
        tables.Filter("item", "服务项", items, lambda value: Q(item__no=value)),
    ]
    counts = selectors.counts_of(rows, at=at)
    if not request.GET.get("standing") and not request.GET.get("q"):
        rows = rows.exclude(standing="upcoming")
    table = tables.Table(
        request,
        rows,
        COLUMNS,
        "-due",
        filters=filters,
        search=selectors.SEARCHED,
        name="deliverables",
        empty_title="没有交付物",
        empty_text="合同条款中的报告、方案、记录等排定后列在这里。",
    )
    if table.wants_export:
        return table.export(f"{contract}-交付物.xlsx")
    shown = list(table.page.object_list)
    files = selectors.files_of(shown)
    for row in shown:
        row.files = files.get(str(row.pk), [])
        row.shown = titled(row.label)
    table.page.object_list = shown
    told = {"contract": contract, "tab": "register", "table": table, "counts": counts}
    return page(request, "documents/register.html", told)


@guard(*SCORE_READERS)
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    """Reports by period, each drafted from the record when it is downloaded."""
    contract = contract_for(request.actor, slug)
    roles = request.actor.roles(contract.pk)
    told = {
        "contract": contract,
        "tab": "reports",
        "groups": [
            (word, [(line, NAMES[line.span.kind]) for line in lines])
            for word, lines in selectors.reports_of(contract, at=clock.now())
            if lines
        ],
        "may_pack": bool(roles & set(PACKERS)),
    }
    return page(request, "documents/reports.html", told)
