"""Findings: the list, one of them with its acts, and a new one by hand."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q
from django.forms import BaseForm
from django.forms import Form as BareForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import forms, selectors, services
from opsledger.apps.duties.models import Finding
from opsledger.apps.duties.policies import table_roles
from opsledger.apps.duties.services.findings import usual_due
from opsledger.apps.ledger import selectors as ledger_rows
from opsledger.apps.ledger import verbs
from opsledger.core.findings import STATES, TABLE, is_overdue
from opsledger.kernel import access, clock, tables
from opsledger.kernel.access import Actor, guard
from opsledger.kernel.pages import act, page

DONE = {
    "make_ticket": "已转为工单。",
    "remediate": "已安排整改。",
    "extend": "整改期限已延长。",
    "fix": "已记为整改完成，待复核。",
    "verify": "复核通过，隐患已销项。",
    "return": "已退回整改。",
    "accept_risk": "已接受风险。",
    "dismiss": "已判为误报。",
}
COLUMNS = [
    tables.Column("found", "发现时间", lambda f: f.found_at, ("found_at",), "duties/cells/found.html"),
    tables.Column("item", "服务项", lambda f: f.item.numbered, ("item__position",)),
    tables.Column("summary", "情况", lambda f: f.summary, (), "duties/cells/finding.html"),
    tables.Column("level", "程度", lambda f: f.get_level_display(), ("level",), "", "narrow"),
    tables.Column(
        "state",
        "状态",
        lambda f: f.get_state_display(),
        ("state",),
        "duties/cells/finding_state.html",
        "narrow",
    ),
    tables.Column("due", "整改期限", lambda f: f.due_at, ("due_at",), "duties/cells/finding_due.html"),
    tables.Column("assignee", "整改人", lambda f: str(f.assignee or ""), ("assignee__full_name",)),
]


@guard()
def findings(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    if not request.GET:
        request.GET = request.GET.copy()
        request.GET["show"] = "live"
    items = [(item.no, item.numbered) for item in contracts.items_for(request.actor, contract)]
    shows = [("live", "未销项"), ("overdue", "整改超期"), ("check", "待复核")]
    table = tables.Table(
        request,
        selectors.findings_for(request.actor, contract),
        COLUMNS,
        "-found",
        filters=[
            tables.Filter("show", "范围", shows, lambda v: selectors.finding_show(v, clock.now())),
            tables.Filter("state", "状态", list(STATES.items()), lambda v: Q(state=v)),
            tables.Filter("level", "程度", Finding.Level.choices, lambda v: Q(level=v)),
            tables.Filter("item", "服务项", items, lambda v: Q(item__no=v)),
        ],
        search=["summary", "item__name", "measure", "ticket_number"],
        name="findings",
        empty_title="没有隐患",
        empty_text="检查中判为异常的项会自动登记在这里，直到整改完成并经他人复核。",
    )
    if table.wants_export:
        return table.export(f"{contract}-隐患.xlsx")
    told = {
        "contract": contract,
        "table": table,
        "counts": selectors.finding_counts(request.actor, contract, clock.now()),
    }
    return page(request, "duties/findings.html", told)


def _form(action: str, row: Finding, data: object = None, files: object = None) -> BaseForm:
    if action == "remediate":
        first = {"due_at": clock.local(usual_due(clock.now(), row.level)), "assignee": row.assignee_id}
        return forms.RemediateForm(row.contract_id, data, initial=first)
    if action == "extend":
        return forms.ExtendForm(data)
    if action == "fix":
        return forms.FixForm(data, files)
    if action in ("return", "accept_risk", "dismiss"):
        return forms.ReasonForm(data, auto_id=f"id_{action}_%s")
    if action == "make_ticket":
        levels = [level.word for level in contracts.severities_of(row.item)]
        return forms.TicketForm(levels, data)
    return BareForm(data)


def _run(action: str, request: HttpRequest, row: Finding, form: BaseForm) -> Finding:
    given = {"actor": request.actor, "finding": row}
    said = dict(form.cleaned_data)
    if action == "fix":
        files = said.pop("files")
        return services.fix_finding(**given, **said, uploads=files)
    if action in ("accept_risk", "dismiss"):
        return services.close_finding(**given, action=action, reason=said["reason"])
    acts: dict[str, Callable[..., Finding]] = {
        "make_ticket": services.make_ticket,
        "remediate": services.order_remediation,
        "extend": services.extend_finding,
        "verify": services.verify_finding,
        "return": services.return_finding,
    }
    return acts[action](**given, **said)


_ONE_TAP = ("make_ticket", "remediate")


def one_tap(actor: Actor, rows: list[Finding]) -> list[dict[str, object]]:
    """Findings with the acts that need no form: a ticket at the usual level, a remediation with the usual limit."""
    found = []
    for row in rows:
        roles = table_roles(actor, row.contract_id)
        acts = [one.action for one in TABLE.allowed(row.state, roles) if one.action in _ONE_TAP]
        levels = [level.word for level in contracts.severities_of(row.item)] if acts else []
        usual = (levels[0] if row.level == Finding.Level.HIGH else levels[-1]) if levels else ""
        due = usual_due(clock.now(), row.level)
        found.append(
            {
                "row": row,
                "acts": [(action, TABLE.actions[action]) for action in acts],
                "severity": usual,
                "due": due,
                "due_value": f"{clock.local(due):%Y-%m-%dT%H:%M}",
                "assignee": row.found_by_id,
            }
        )
    return found


@guard()
def finding(request: HttpRequest, slug: str, finding_id: int) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    row = selectors.finding_for(request.actor, contract, finding_id)
    refused: dict[str, BaseForm] = {}
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action not in DONE:
            raise Http404
        form = _form(action, row, request.POST, request.FILES)
        if act(request, form, lambda: _run(action, request, row, form)):
            messages.success(request, DONE[action])
            if request.POST.get("back") == "occurrence" and row.occurrence_id:
                return redirect("duties:occurrence", slug, row.occurrence_id)
            return redirect("duties:finding", slug, row.pk)
        row = selectors.finding_for(request.actor, contract, finding_id)
        refused[action] = form
    ways = selectors.ways_of_finding(request.actor, row)
    made = {action: refused.get(action) or _form(action, row) for action in ways}
    subject = str(row.pk)
    told = {
        "contract": contract,
        "row": row,
        "forms": [(action, TABLE.actions[action], form) for action, form in made.items()],
        "refused": [(form, action) for action, form in refused.items() if action not in made],
        "late": is_overdue(row.state, due_at=row.due_at, fixed_at=row.fixed_at, at=clock.now()),
        "files": ledger_rows.attachments_of("finding", [subject]).get(subject, []),
        "history": [
            {"entry": entry, "word": verbs.word(entry.verb), "text": verbs.changes_text(entry.changes)}
            for entry in ledger_rows.history_of("finding", subject)
        ],
    }
    return page(request, "duties/finding.html", told)


@guard(access.ENGINEER, access.MANAGER, access.SUPERVISOR, access.UNIT, access.BUYER)
def new_finding(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    form = forms.FindingForm(contracts.items_for(request.actor, contract), request.POST or None)

    def save() -> Finding:
        return services.record_finding(actor=request.actor, **form.cleaned_data)

    if request.method == "POST":
        made = act(request, form, save)
        if made:
            messages.success(request, "隐患已登记。")
            return redirect("duties:finding", slug, made.pk)
    return page(request, "duties/new_finding.html", {"contract": contract, "form": form})
