"""The list of tickets."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from opsledger.apps.contracts.selectors import contract_for, units_of
from opsledger.apps.desk import selectors
from opsledger.apps.desk.services.bulk import ACTS
from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.core import tickets as rules
from opsledger.kernel import access, clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page

_STATES = [
    ("open", "未办结"),
    ("reported", "待派单"),
    ("hand", "处理中"),
    ("suspended", "已挂起"),
    ("resolved", "待确认"),
    ("closed", "已关闭"),
]
_DUE = [("late", "已超时"), ("running", "计时中"), ("breached", "有过超时")]


_BULK_ROLES = frozenset({access.MANAGER, access.ENGINEER, access.UNIT, access.BUYER})


def _bulk_acts(roles: frozenset[str]) -> dict[str, str]:
    """What one may do to many at once."""
    allowed = {"note"}
    if access.MANAGER in roles:
        allowed |= {"dispatch", "severity"}
    if access.UNIT in roles:
        allowed.add("confirm")
    return {key: word for key, word in ACTS.items() if key in allowed}


def _state(value: str) -> Q:
    if value == "open":
        return Q(over=False) & ~Q(state="resolved")
    if value == "hand":
        return Q(state__in=["dispatched", "working"])
    return Q(state=value)


_CALLBACKS = [("due", "待回访"), ("done", "已回访")]


def _callback(value: str) -> Q:
    """Closed tickets that were drawn for a call-back and wait for it, or any that had one."""
    if value == "done":
        return Q(called_back_at__isnull=False)
    return Q(sampled=True, called_back_at=None, over=True)


def _due(value: str) -> Q:
    at = clock.now()
    if value == "late":
        return Q(due_at__lt=at, over=False) & ~Q(state="resolved")
    if value == "breached":
        return Q(breached=True)
    return Q(due_at__gte=at, over=False)


@guard()
def tickets(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contract_for(request.actor, slug)
    items = [(str(item.pk), item.numbered) for item in selectors.reportable_items(request.actor, contract)]
    units = [(str(unit.pk), str(unit)) for unit in units_of(request.actor, contract)]
    severities = [(word, word) for word in selectors.severity_words(contract)]
    filters = [
        tables.Filter("state", "状态", _STATES, _state),
        tables.Filter("due", "时限", _DUE, _due),
        tables.Filter("kind", "类型", list(rules.KINDS.items())[:3], lambda value: Q(kind=value)),
        tables.Filter("severity", "等级", severities, lambda value: Q(severity=value)),
        tables.Filter("item", "服务项", items, lambda value: Q(item_id=value)),
    ]
    if len(units) > 1:
        filters.append(tables.Filter("unit", "服务单位", units, lambda value: Q(unit_id=value)))
    if access.ENGINEER in request.actor.roles(contract.pk):
        mine = Q(assignee_id=request.actor.user_id)
        filters.append(tables.Filter("mine", "处理人", [("1", "我的")], lambda _: mine))
    if request.actor.roles(contract.pk) & {access.MANAGER, access.BUYER, access.SUPERVISOR}:
        filters.append(tables.Filter("callback", "回访", _CALLBACKS, _callback))
    may_bulk = bool(request.actor.roles(contract.pk) & _BULK_ROLES)
    table = tables.Table(
        request,
        selectors.tickets_for(request.actor, contract),
        _columns(may_bulk),
        "-reported",
        filters=filters,
        search=lambda words: selectors.found_by(request.actor, contract, words),
        name="tickets",
        empty_title="还没有工单",
        empty_text="报修后，工单和它的时限会显示在这里。",
    )
    if table.wants_export:
        table.columns = _columns(False)
        return table.export(f"{contract}-工单.xlsx")
    told = {
        "contract": contract,
        "table": table,
        "counts": selectors.open_counts(request.actor, contract, clock.now()),
        "bulk_acts": _bulk_acts(request.actor.roles(contract.pk)) if may_bulk else {},
        "people": selectors.engineers_with_load(contract) if may_bulk else (),
        "severities": severities,
        "saved": selectors.saved_filters(request.actor, contract),
        "query": request.GET.urlencode(),
        "may_phone": bool(request.actor.roles(contract.pk) & {access.MANAGER, access.ENGINEER}),
        "may_report": bool(request.actor.roles(contract.pk) - {access.AUDITOR}),
    }
    return page(request, "desk/tickets.html", told)


def _columns(pick: bool) -> list[tables.Column]:
    by_name = ("assignee__full_name",)
    when = ("reported_at",)
    picked = [tables.Column("pick", "", lambda t: "", (), "desk/cells/pick.html", "narrow")] if pick else []
    return [
        *picked,
        tables.Column("number", "编号", lambda t: t.number, ("number",), "desk/cells/number.html", "narrow"),
        tables.Column("title", "标题", lambda t: t.title, ("title",), "desk/cells/title.html"),
        tables.Column("state", "状态", lambda t: t.state_word, ("state",), "desk/cells/state.html", "narrow"),
        tables.Column("severity", "等级", lambda t: t.severity, ("severity_rank",), "", "narrow"),
        tables.Column("item", "服务项", _item_text, ("item__position",), "desk/cells/item.html"),
        tables.Column("assignee", "处理人", lambda t: str(t.assignee or ""), by_name, "", "narrow"),
        tables.Column("due", "最近时限", _due_text, ("due_at",), "desk/cells/due.html", "narrow"),
        tables.Column(
            "reported", "报修时间", lambda t: t.reported_at, when, "desk/cells/reported.html", "narrow"
        ),
    ]


def _item_text(ticket: Any) -> str:
    return f"{ticket.item.numbered}（{ticket.unit}）" if ticket.unit else ticket.item.numbered


def _due_text(ticket: Any) -> str:
    if ticket.due_at is None:
        return ""
    return f"{METRIC_WORDS.get(ticket.due_metric, '')} {clock.local(ticket.due_at):%Y-%m-%d %H:%M}"
