"""One act on a ticket: its form, and the doing of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.forms import PUT_RIGHT, form_for, has_form
from opsledger.apps.desk.forms.acts import WITH_CHILDREN
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.offered import why_not as why_not_now
from opsledger.apps.desk.views.family import resolve_them
from opsledger.apps.desk.views.ticket import find
from opsledger.core import tickets
from opsledger.kernel.access import Actor, guard
from opsledger.kernel.pages import act as run
from opsledger.kernel.pages import page

Do = Callable[..., Ticket]
# The acts with which the provider says that the work is done.
ENDS = frozenset({"resolve", "answer_at_once", "finish", "close"})


def _resolve(*, actor: Actor, ticket: Ticket, files: Any = (), **told: Any) -> Ticket:
    done = services.resolve(actor=actor, ticket=ticket, **told)
    if files:
        services.attach(actor=actor, ticket=ticket, files=files)
    return done


def _submit_report(*, actor: Actor, ticket: Ticket, files: Any, **told: Any) -> Ticket:
    event = services.attach(actor=actor, ticket=ticket, files=files)
    return services.submit_report(actor=actor, ticket=ticket, attachment=str(event.pk), **told)


def _remind(*, actor: Actor, ticket: Ticket, version: int | None = None, note: str = "") -> Ticket:
    return services.remind(actor=actor, ticket=ticket, note=note)


def other_ticket(actor: Actor, ticket: Ticket, number: str) -> Ticket:
    """Another ticket of the same contract by its number, as the actor may see it."""
    return selectors.ticket_numbered(actor, ticket.contract, number)


def _merge(*, actor: Actor, ticket: Ticket, into: str, **told: Any) -> Ticket:
    return services.merge(actor=actor, ticket=ticket, into=other_ticket(actor, ticket, into), **told)


def _convert(*, actor: Actor, ticket: Ticket, to: str, severity: str, version: int | None) -> Ticket:
    return services.convert(actor=actor, ticket=ticket, kind=to, severity=severity, version=version)


def _approve(*, actor: Actor, ticket: Ticket, version: int | None) -> Ticket:
    return services.table_act(actor=actor, ticket=ticket, action="approve", given={}, version=version)


def _reject(*, actor: Actor, ticket: Ticket, version: int | None, reason: str) -> Ticket:
    given = {"reason": reason}
    return services.table_act(actor=actor, ticket=ticket, action="reject", given=given, version=version)


def _do(actor: Actor, ticket: Ticket, action: str, told: dict[str, Any]) -> Ticket:
    """The act by its own service; those of changes and problems straight from their table."""
    if ticket.kind not in ("change", "problem") or action in PUT_RIGHT:
        return _DO[action](actor=actor, ticket=ticket, **told)
    given = dict(told)
    version = given.pop("version", None)
    if action == "link_incident":
        incident = other_ticket(actor, ticket, str(given["incident"]))
        services.link(actor=actor, ticket=incident, other=ticket, kind="caused_by")
        given["incident"] = incident.number
    return services.table_act(actor=actor, ticket=ticket, action=action, given=given, version=version)


_DO: dict[str, Do] = {
    "merge": _merge,
    "convert": _convert,
    "escalate": services.escalate,
    "correct_time": services.correct_time,
    "approve": _approve,
    "reject": _reject,
    "dispatch": services.dispatch,
    "accept": services.accept,
    "decline": services.decline,
    "send_back": services.send_back,
    "complete": services.complete,
    "reassign": services.reassign,
    "remind": _remind,
    "arrive": services.arrive,
    "diagnose": services.diagnose,
    "mitigate": services.mitigate,
    "provide_spare": services.provide_spare,
    "suspend": services.suspend,
    "resume": services.resume,
    "resolve": _resolve,
    "answer_at_once": _resolve,
    "submit_report": _submit_report,
    "confirm": services.confirm,
    "rate": services.rate,
    "reopen": services.reopen,
    "cancel": services.withdraw,
    "change_severity": services.change_severity,
    "change_item": services.change_item,
    "amend": services.amend,
}


def _children_too(
    request: HttpRequest, contract: Contract, found: Ticket, told: dict[str, Any]
) -> HttpResponse:
    """The parent is resolved; now its open children, with the same words."""
    messages.success(request, f"已办结：{found.number} {found.title}")
    again = selectors.ticket_for(request.actor, contract, found.number)
    return resolve_them(request, contract, again, told)


@guard()
def act(request: HttpRequest, slug: str, number: str, action: str) -> HttpResponse:
    """The form of an act (GET) and the act itself (POST)."""
    contract, found = find(request, slug, number)
    table = tickets.table(found.kind)
    if action not in table.actions or not has_form(found, action):
        raise Http404
    label = table.actions[action]
    form = form_for(found, action, request.POST or None, request.FILES or None)
    why_not = ""
    if request.method == "POST":

        def do() -> Ticket:
            given = {name: value for name, value in form.cleaned_data.items() if name != WITH_CHILDREN}
            return _do(request.actor, found, action, given)

        if run(request, form, do) is not None:
            if form.cleaned_data.get(WITH_CHILDREN):
                return _children_too(request, contract, found, form.cleaned_data)
            messages.success(request, f"已{label}：{found.number} {found.title}")
            return redirect("desk:ticket", slug, number)
        found.refresh_from_db()
        form = form.again(found)
    else:
        form.preset(request.GET)
        why_not = why_not_now(request.actor, found, action)
    told = {
        "contract": contract,
        "ticket": found,
        "form": form,
        "action": action,
        "label": label,
        "why_not": why_not,
        # A reminder, no bar: what is left undone does not keep a ticket open.
        "open_tasks": selectors.open_tasks(found) if action in ENDS and not why_not else 0,
    }
    status = 409 if request.method == "POST" and form.non_field_errors() else 200
    return page(request, "desk/act.html", told, status=status)
