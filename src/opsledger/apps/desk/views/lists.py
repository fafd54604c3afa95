"""The list of tickets."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import policies, selectors
from opsledger.apps.desk.agreements import agreement_of
from opsledger.apps.desk.columns import LIST, PARENT, choices, columns_of
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.selectors import narrowing
from opsledger.apps.desk.services.bulk import ACTS
from opsledger.apps.desk.words import FAULTS
from opsledger.core import tickets as rules
from opsledger.kernel import access, clock, tables
from opsledger.kernel.access import Actor, guard
from opsledger.kernel.pages import page

_BULK_ROLES = frozenset({access.MANAGER, access.ENGINEER, access.UNIT, access.BUYER})


def _bulk_acts(roles: frozenset[str]) -> dict[str, str]:
    """What one may do to many at once."""
    allowed = {"note"}
    if access.MANAGER in roles:
        allowed |= {"dispatch", "severity", "item"}
    if access.UNIT in roles:
        allowed.add("confirm")
    if roles & policies.TAGGING_ROLES:
        allowed |= {"tag", "parent"}
    return {key: word for key, word in ACTS.items() if key in allowed}


def _due(value: str) -> Q:
    return narrowing.by_limit(value, clock.now())


def _assignee(value: str) -> Q:
    return Q(assignee=None) if value == "none" else Q(assignee_id=value)


def _filters(
    actor: Actor,
    contract: Contract,
    people: Sequence[tuple[User, int]],
    levels: Sequence[str],
    reportable: Sequence[ServiceItem],
) -> list[tables.Filter]:
    """What the list can be narrowed by: what is asked daily in sight, the rest under 更多条件."""
    roles = actor.roles(contract.pk)
    items = [(str(item.pk), item.numbered) for item in reportable]
    units = list({str(item.unit_id): str(item.unit) for item in reportable if item.unit}.items())
    lines = [(str(n), word) for n, word in enumerate(agreement_of(contract).lines, start=1)]
    faults = [(word, word) for word in FAULTS]
    filters = [
        tables.Filter("state", "状态", list(narrowing.STATES.items()), narrowing.in_state),
        tables.Filter("due", "时限", list(narrowing.DUE.items()), _due),
        tables.Filter("kind", "类型", list(rules.KINDS.items())[:3], lambda value: Q(kind=value)),
        tables.Filter("severity", "等级", [(word, word) for word in levels], lambda value: Q(severity=value)),
        tables.Filter("item", "服务项", items, lambda value: Q(item_id=value)),
    ]
    if len(units) > 1:
        filters.append(tables.Filter("unit", "服务单位", units, lambda value: Q(unit_id=value)))
    if access.ENGINEER in roles:
        mine = Q(assignee_id=actor.user_id)
        filters.append(tables.Filter("mine", "处理人", [("1", "我的")], lambda _: mine))
    if people:
        named = [("none", "（还没有派）"), *((str(user.pk), str(user)) for user, _ in people)]
        filters.append(tables.Filter("assignee", "处理人", named, _assignee, more=True))
    if roles & narrowing.CALLERS_BACK:
        filters.append(
            tables.Filter(
                "callback", "回访", list(narrowing.CALLBACKS.items()), narrowing.called_back, more=True
            )
        )
    return [
        *filters,
        tables.Filter("line", "支持线", lines, lambda value: Q(line=value), more=True),
        tables.Filter("source", "来源", Ticket.Source.choices, lambda value: Q(source=value), more=True),
        tables.Filter("fault", "故障类别", faults, lambda value: Q(fault=value), more=True),
        tables.Filter(
            "tag",
            "标签",
            (),
            lambda value: selectors.tagged(contract.pk, value),
            more=True,
            suggest=reverse("desk:suggest_tags", args=[contract.slug]),
        ),
        tables.Filter(
            "parent",
            "主工单编号",
            (),
            lambda value: selectors.under(actor, contract.pk, value),
            more=True,
            suggest=reverse("desk:suggest_parents", args=[contract.slug]),
        ),
    ]


@guard()
def tickets(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contract_for(request.actor, slug)
    roles = request.actor.roles(contract.pk)
    hours = policies.sees_work(request.actor, contract.pk)
    may_bulk = bool(roles & _BULK_ROLES)
    people = selectors.engineers_with_load(contract) if roles - {access.UNIT} else []
    levels = selectors.severity_words(contract)
    items = list(selectors.reportable_items(request.actor, contract))
    chosen = selectors.chosen_columns(request.actor, LIST)
    rows = selectors.tickets_for(request.actor, contract)
    table = tables.Table(
        request,
        selectors.with_parent(rows, request.actor, contract.pk) if PARENT in chosen else rows,
        columns_of(chosen, pick=may_bulk, hours=hours),
        "-reported",
        filters=_filters(request.actor, contract, people, levels, items),
        days=narrowing.REPORTED,
        search=lambda words: selectors.found_by(request.actor, contract, words),
        name="tickets",
        live=30,
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
        "bulk_acts": _bulk_acts(roles) if may_bulk else {},
        "people": people if may_bulk else (),
        "severities": [(word, word) for word in levels],
        "items": [(item.no, item.numbered) for item in items],
        "saved": selectors.saved_filters(request.actor, contract),
        "query": request.GET.urlencode(),
        "columns": choices(table.columns, hours=hours),
        "me": request.actor.user_id,
        "may_phone": bool(roles & {access.MANAGER, access.ENGINEER}),
        "may_report": bool(roles - {access.AUDITOR}),
    }
    return page(request, "desk/tickets.html", told)
