"""What stands beside a ticket: links, splitting, times to accept, approvals, watching, calling back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.forms import (
    AskApprovalForm,
    CallBackForm,
    EmergencyForm,
    LinkForm,
    SplitForm,
    TouchesForm,
)
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.rules import rules_of
from opsledger.apps.desk.services.watching import watch as set_watching
from opsledger.apps.desk.views.acts import other_ticket
from opsledger.apps.desk.views.ticket import find
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

_INSIDE = (access.MANAGER, access.ENGINEER, access.BUYER, access.SUPERVISOR)


def _asked(
    request: HttpRequest,
    found: Ticket,
    form: Form,
    label: str,
    do: Callable[[], object],
    template: str = "desk/act.html",
) -> HttpResponse:
    """A small form beside the ticket: shown, done, or shown again with what was typed."""
    if request.method == "POST" and act(request, form, do) is not None:
        messages.success(request, f"已{label}。")
        return redirect("desk:ticket", found.contract.slug, found.number)
    told = {"contract": found.contract, "ticket": found, "form": form, "action": "", "label": label}
    return page(request, template, told)


@guard(*_INSIDE)
def link(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Tie this ticket to another."""
    _, found = find(request, slug, number)
    form = LinkForm(request.POST or None)

    def do() -> object:
        told = form.cleaned_data
        other = other_ticket(request.actor, found, told["other"])
        return services.link(actor=request.actor, ticket=found, other=other, kind=told["kind"])

    return _asked(request, found, form, "关联", do)


@guard(*_INSIDE)
@require_POST
def unlink(request: HttpRequest, slug: str, number: str, link_id: int) -> HttpResponse:
    _, found = find(request, slug, number)
    services.unlink(actor=request.actor, ticket=found, link_id=link_id)
    return redirect("desk:ticket", slug, number)


@guard(access.MANAGER, access.ENGINEER)
def split(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Make a second matter a ticket of its own."""
    _, found = find(request, slug, number)
    form = SplitForm(request.POST or None)

    def do() -> object:
        return services.split(actor=request.actor, ticket=found, **form.cleaned_data)

    return _asked(request, found, form, "拆分", do)


@guard(access.UNIT)
@require_POST
def time(request: HttpRequest, slug: str, number: str, event_id: int) -> HttpResponse:
    """The unit accepts or refuses a time that was entered afterwards."""
    _, found = find(request, slug, number)
    if request.POST.get("answer") == "yes":
        services.confirm_time(actor=request.actor, ticket=found, event_id=event_id)
    else:
        reason = request.POST.get("reason", "")
        services.refuse_time(actor=request.actor, ticket=found, event_id=event_id, reason=reason)
    return redirect("desk:ticket", slug, number)


@guard(access.MANAGER, access.ENGINEER)
def ask_approval(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Put something for consent."""
    _, found = find(request, slug, number)
    initial = AskApprovalForm.first_words(found, request.GET.get("act", ""))
    form = AskApprovalForm(found, request.POST or None, initial=initial)

    def do() -> object:
        told = form.cleaned_data
        return services.ask_approval(
            actor=request.actor,
            ticket=found,
            act=told["act"],
            subject_text=told["subject"],
            steps=form.steps(),
            deadline_at=told["deadline_at"],
        )

    return _asked(request, found, form, "提请批准", do, "desk/ask_approval.html")


@guard(access.MANAGER, access.ENGINEER)
def touches(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Say what the work touches."""
    _, found = find(request, slug, number)
    form = TouchesForm(found, request.POST or None)

    def do() -> object:
        return services.declare(actor=request.actor, ticket=found, **form.cleaned_data)

    return _asked(request, found, form, "说明涉及事项", do)


@guard(access.MANAGER, access.ENGINEER)
def emergency(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Go before the consent, on somebody's word."""
    _, found = find(request, slug, number)
    form = EmergencyForm(found, request.POST or None, initial={"act": request.GET.get("act", "")})

    def do() -> object:
        return services.emergency(actor=request.actor, ticket=found, **form.cleaned_data)

    return _asked(request, found, form, "按紧急处置登记", do)


@guard(access.BUYER, access.UNIT, access.SUPERVISOR)
@require_POST
def answer(request: HttpRequest, slug: str, number: str, approval_id: int) -> HttpResponse:
    """Consent or refuse."""
    _, found = find(request, slug, number)
    asked = {view.approval.pk: view.approval for view in selectors.approvals_of(found, request.actor)}
    if approval_id not in asked:
        raise Http404
    services.answer(
        actor=request.actor,
        approval=asked[approval_id],
        yes=request.POST.get("answer") == "yes",
        note=request.POST.get("note", ""),
    )
    return redirect("desk:ticket", slug, number)


@guard()
@require_POST
def watch(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Be told of this ticket, or no longer."""
    _, found = find(request, slug, number)
    set_watching(actor=request.actor, ticket=found, on=request.POST.get("on") == "1")
    return redirect("desk:ticket", slug, number)


def item_panel(request: HttpRequest, item: ServiceItem) -> dict[str, object]:
    """On an item's page: the rules on how often it may fail, and when they were met."""
    hits = selectors.rule_hits_of_item(request.actor, item)
    return {"rules": rules_of(item), "hits": hits, "slug": item.contract.slug}


@guard(access.MANAGER, access.BUYER, access.SUPERVISOR)
def call_back(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Note what the unit said when it was called back."""
    _, found = find(request, slug, number)
    form = CallBackForm(request.POST or None)

    def do() -> object:
        return services.call_back(actor=request.actor, ticket=found, **form.cleaned_data)

    return _asked(request, found, form, "登记回访", do)
