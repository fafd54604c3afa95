"""The list of occurrences, and the matrix."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import selectors, words
from opsledger.apps.duties.policies import visible_occurrences
from opsledger.apps.duties.selectors.compliance import months_between
from opsledger.apps.duties.templatetags.duties import cell_words
from opsledger.kernel import access, clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page

COLUMNS = [
    tables.Column("due", "到期", lambda o: o.due_at, ("due_at",), "duties/cells/due.html", "narrow"),
    tables.Column(
        "item",
        "服务项",
        lambda o: o.item.numbered if o.item else "合同整体",
        ("item__position",),
        "duties/cells/item.html",
    ),
    tables.Column("title", "任务", lambda o: o.title, ("title",), "duties/cells/title.html"),
    tables.Column(
        "activity", "类别", lambda o: words.activity_word(o.obligation.activity), ("obligation__activity",)
    ),
    tables.Column("assignee", "执行人", lambda o: str(o.assignee or ""), ("assignee__full_name",)),
    tables.Column(
        "standing",
        "结果",
        lambda o: words.STANDING_WORDS[words.standing(o, clock.now())],
        (),
        "duties/cells/standing.html",
        "narrow",
    ),
    tables.Column(
        "state", "状态", lambda o: o.get_state_display(), ("state",), "duties/cells/state.html", "narrow"
    ),
    tables.Column("done", "完成时间", lambda o: o.submitted_at, ("submitted_at",), "duties/cells/done.html"),
]


def _day_range(text: str) -> Q:
    day = tables.day_of(text)
    if day is None:
        return Q()
    start = clock.midnight(day)
    return Q(due_at__gte=start, due_at__lt=start + timedelta(days=1))


def _filters(request: HttpRequest, contract, at: datetime) -> list[tables.Filter]:
    items = [(item.no, item.numbered) for item in contracts.items_for(request.actor, contract)]
    months = months_between(contract.starts_on, contract.ends_on)
    month_choices = [(f"{m.year}-{m.month:02d}", f"{m.year}年{m.month}月") for m in months]
    standings = [
        (key, words.STANDING_WORDS[key])
        for key in ("missed", "late", "due", "fulfilled", "upcoming", "waived")
    ]
    made = [
        tables.Filter(
            "show", "范围", selectors.ATTENTION, lambda v: selectors.attention(v, request.actor, at)
        ),
        tables.Filter("standing", "结果", standings, lambda v: selectors.of_standing(v, at)),
        tables.Filter("state", "状态", words.STATE_CHOICES, lambda v: Q(state=v)),
        tables.Filter("activity", "类别", words.ACTIVITIES, lambda v: Q(obligation__activity=v)),
        tables.Filter(
            "item",
            "服务项",
            [*items, ("0", "合同整体")],
            lambda v: Q(item=None) if v == "0" else Q(item__no=v),
        ),
        tables.Filter("month", "月份", month_choices, lambda v: Q(due_month=f"{v}-01")),
    ]
    day = request.GET.get("day", "")
    if tables.day_of(day):
        made.append(tables.Filter("day", "日期", [(day, day)], _day_range))
    if request.GET.get("kind"):
        made.append(tables.Filter("kind", "义务类别", words.KINDS, lambda v: Q(obligation__kind=v)))
    return made


@guard()
def occurrences(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    at = clock.now()
    rows = selectors.occurrences_for(request.actor, contract).exclude(state="cancelled")
    if not request.GET:
        # Without a question the list is about now; every other choice shows what it says.
        request.GET = request.GET.copy()
        request.GET["show"] = "live"
    table = tables.Table(
        request,
        rows,
        COLUMNS,
        "-due" if request.GET.get("standing") in ("fulfilled", "late") else "due",
        filters=_filters(request, contract, at),
        search=["title", "item__name", "item__no", "note", "assignee__full_name"],
        name="occurrences",
        live=60,
        empty_title="没有履约任务",
        empty_text="合同的例行义务排定后，每一期任务会列在这里。频次待约定的义务请先在“待约定”中约定。",
    )
    if table.wants_export:
        return table.export(f"{contract}-履约任务.xlsx")
    told = {
        "contract": contract,
        "table": table,
        "counts": selectors.counts_by_state(request.actor, contract, at),
        "checks": bool({access.SUPERVISOR, access.BUYER} & request.actor.roles(contract.pk)),
    }
    return page(request, "duties/occurrences.html", told)


@guard()
def matrix(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    asked = {name: request.GET.get(name, "") for name in ("kind", "activity", "unit", "owner")}
    asked = {name: value for name, value in asked.items() if _plausible(name, value)}
    items = list(contracts.items_for(request.actor, contract))
    grid = selectors.compliance_grid(
        contract,
        items,
        asked,
        at=clock.now(),
        visible=visible_occurrences(request.actor, contract.pk),
    )
    units = {str(item.unit_id): str(item.unit) for item in items if item.unit_id}
    owners = {str(item.owner_id): str(item.owner) for item in items if item.owner_id}
    told = {
        "contract": contract,
        "grid": grid,
        "asked": asked,
        "now_month": clock.today().replace(day=1),
        "choices": [
            ("kind", "义务类别", words.KINDS),
            ("activity", "活动", words.ACTIVITIES),
            ("unit", "服务单位", list(units.items())),
            ("owner", "责任人", list(owners.items())),
        ],
    }
    if request.GET.get("export") == "xlsx":
        return _export(contract, grid)
    return page(request, "duties/matrix.html", told)


def _plausible(name: str, value: str) -> bool:
    if name in ("unit", "owner"):
        return value.isdigit() and len(value) < 18
    known = words.KINDS if name == "kind" else words.ACTIVITIES
    return value in dict(known)


def _export(contract, grid: selectors.Grid) -> HttpResponse:
    headings = ["服务项", *(f"{m.year}年{m.month}月" for m in grid.months), "合计", "按期率%"]
    lines = [
        [
            row.item.numbered if row.item else "合同整体",
            *(cell_words(cell) for cell in row.cells),
            cell_words(row.total),
            row.total.percent,
        ]
        for row in grid.rows
    ]
    lines.append(["合计", *(cell_words(c) for c in grid.columns), cell_words(grid.total), grid.total.percent])
    return tables.workbook(f"{contract}-履约矩阵.xlsx", headings, lines)
