"""Changes and problems: their list, the window calendar, and what should be looked into."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts.policies import sees_whole
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.forms import PlanForm
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.selectors import narrowing
from opsledger.core import tickets as rules
from opsledger.kernel import access, clock, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

KINDS = {"change": "变更", "problem": "问题"}
_HALF_YEAR = timedelta(days=183)


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise Http404
    return kind


@guard(access.MANAGER, access.ENGINEER, access.BUYER, access.SUPERVISOR, access.AUDITOR, access.UNIT)
def plans(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """All changes, or all problems, of a contract."""
    contract = contract_for(request.actor, slug)
    words = rules.table(_kind(kind)).states
    states = [(state, word) for state, word in words.items() if state != rules.NEW]
    columns = [
        tables.Column("number", "编号", lambda t: t.number, ("number",), "desk/cells/number.html", "narrow"),
        tables.Column("title", "标题", lambda t: t.title, ("title",), "desk/cells/title.html"),
        tables.Column("state", "状态", lambda t: t.state_word, ("state",), "desk/cells/state.html", "narrow"),
        tables.Column(
            "item", "服务项", lambda t: t.item.numbered, ("item__position",), "desk/cells/item.html"
        ),
    ]
    if kind == "change":
        columns.append(
            tables.Column(
                "window", "计划窗口", lambda t: t.planned_from, ("planned_from",), "desk/cells/window.html"
            )
        )
    else:
        columns.append(tables.Column("cause", "根本原因", lambda t: t.details.get("root_cause", "")))
    columns.append(
        tables.Column("assignee", "处理人", lambda t: str(t.assignee or ""), ("assignee__full_name",))
    )
    table = tables.Table(
        request,
        selectors.tickets_for(request.actor, contract).filter(kind=kind),
        columns,
        "-number",
        filters=[tables.Filter("state", "状态", states, lambda value: Q(state=value))],
        search=narrowing.plan_named,
        name="plans",
        live=60,
        empty_title=f"还没有{KINDS[kind]}",
        empty_text="由服务商起草；停机、改数据、换部件等事项须先经批准。"
        if kind == "change"
        else "由反复出现的事件登记而来。",
    )
    if table.wants_export:
        return table.export(f"{contract}-{KINDS[kind]}.xlsx")
    at = clock.now()
    told = {
        "contract": contract,
        "table": table,
        "kind": kind,
        "word": KINDS[kind],
        "may_plan": bool(request.actor.roles(contract.pk) & {access.MANAGER, access.ENGINEER}),
        # Counted over all units, and so not for one of them.
        "suggestions": services.suggestions(contract.pk, at - _HALF_YEAR)
        if kind == "problem" and sees_whole(request.actor, contract.pk)
        else (),
    }
    return page(request, "desk/plans.html", told)


@guard(access.MANAGER, access.ENGINEER)
def new_plan(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Draft a change, or log a problem."""
    contract = contract_for(request.actor, slug)
    items = selectors.reportable_items(request.actor, contract)
    given = {"item": request.GET.get("item", ""), "title": request.GET.get("title", "")}
    form = PlanForm(items, request.POST or None, initial=given, touches=_kind(kind) == "change")

    def do() -> Ticket:
        told = form.cleaned_data
        return services.draft_plan(
            actor=request.actor,
            item=form.items[told["item"]],
            kind=_kind(kind),
            title=told["title"],
            description=told["description"],
            reporter=request.user,
            touches=told.get("touches", ()),
        )

    if request.method == "POST":
        made = act(request, form, do)
        if made is not None:
            messages.success(request, f"已登记{KINDS[kind]} {made.number}，请继续填写方案。")
            return redirect("desk:ticket", slug, made.number)
    told = {"contract": contract, "form": form, "word": KINDS[_kind(kind)], "kind": kind}
    return page(request, "desk/plan_new.html", told)


@guard()
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The month's change windows, conflicts marked."""
    contract = contract_for(request.actor, slug)
    first = _month(request.GET.get("month", ""))
    following = (first + timedelta(days=32)).replace(day=1)
    zone = clock.zone()
    since, until = (
        clock.local(clock.now()).replace(
            year=day.year, month=day.month, day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=zone
        )
        for day in (first, following)
    )
    rows = list(
        selectors.tickets_for(request.actor, contract)
        .filter(kind="change", planned_from__lt=until, planned_to__gt=since)
        .exclude(state__in=["cancelled", "rejected"])
        .order_by("planned_from")
    )
    windows = [(one, [other for other in rows if _clash(one, other)]) for one in rows]
    told = {
        "contract": contract,
        "first": first,
        "previous": (first - timedelta(days=1)).strftime("%Y-%m"),
        "following": following.strftime("%Y-%m"),
        "windows": windows,
    }
    return page(request, "desk/windows.html", told)


def _clash(one: Ticket, other: Ticket) -> bool:
    if one.pk == other.pk or one.over or other.over:
        return False
    return one.planned_from < other.planned_to and other.planned_from < one.planned_to


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return clock.today().replace(day=1)
