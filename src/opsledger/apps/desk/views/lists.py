"""The list of tickets."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.apps.desk.services.bulk import ACTS
from opsledger.apps.desk.views.columns import LIST, choices, columns_of
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
        return Q(over__in=NOT_OVER) & ~Q(state="resolved")
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
        return Q(due_at__lt=at, over__in=NOT_OVER) & ~Q(state="resolved")
    if value == "breached":
        return Q(breached=True)
    return Q(due_at__gte=at, over__in=NOT_OVER)


@guard()
def tickets(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contract_for(request.actor, slug)
    reportable = list(selectors.reportable_items(request.actor, contract))
    items = [(str(item.pk), item.numbered) for item in reportable]
    units = list({str(item.unit_id): str(item.unit) for item in reportable if item.unit}.items())
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
        columns_of(selectors.chosen_columns(request.actor, LIST), pick=may_bulk),
        "-reported",
        filters=filters,
        search=lambda words: selectors.found_by(request.actor, contract, words),
        name="tickets",
        empty_title="还没有工单",
        empty_text="报修后，工单和它的时限会显示在这里。",
    )
    if table.wants_export:
        table.columns = [column for column in table.columns if column.key != "pick"]
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
        "columns": choices(table.columns),
        "me": request.actor.user_id,
        "may_phone": bool(request.actor.roles(contract.pk) & {access.MANAGER, access.ENGINEER}),
        "may_report": bool(request.actor.roles(contract.pk) - {access.AUDITOR}),
    }
    return page(request, "desk/tickets.html", told)
