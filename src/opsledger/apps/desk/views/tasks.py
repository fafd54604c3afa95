"""Tasks of a ticket: a card of its page that comes by itself, and a page of its own; what one has to do oneself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import policies, selectors, services
from opsledger.apps.desk.forms.tasks import TaskForm
from opsledger.apps.desk.models import Ticket, TicketTask
from opsledger.apps.desk.views.ticket import find
from opsledger.kernel.access import Actor, guard
from opsledger.kernel.pages import act, page

_LONG = 200


def told_of_tasks(
    request: HttpRequest, contract: Contract, found: Ticket, form: TaskForm | None = None
) -> dict[str, Any]:
    """The tasks that one may see, open ones with what may be done to them."""
    actor = request.actor
    rows = selectors.tasks_of(actor, found)
    closed = contract.status == Contract.Status.CLOSED
    keeps = policies.may_keep_tasks(actor, found) and not closed
    return {
        "contract": contract,
        "ticket": found,
        "tasks": [row for row in rows if row.is_open],
        "done": [row for row in rows if row.done_at and not row.withdrawn_at],
        "withdrawn": [row for row in rows if row.withdrawn_at],
        "keeps": keeps,
        "ticks": not closed and (keeps or policies.speaks_for_unit(actor, found)),
        "form": (form or TaskForm(found)) if keeps and not found.over else None,
    }


@guard()
def tasks(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The tasks, and a box in which every line becomes one more."""
    contract, found = find(request, slug, number)
    form = TaskForm(found, request.POST or None)

    def do() -> object:
        return services.add_tasks(actor=request.actor, ticket=found, **form.cleaned_data)

    if request.method == "POST":
        made = act(request, form, do)
        if made is not None:
            if not request.htmx:
                messages.success(request, "已添加待办。")
                return redirect("desk:tasks", slug, number)
            form = TaskForm(found)
    return page(request, "desk/tasks.html", told_of_tasks(request, contract, found, form))


def _up(*, actor: Actor, task: TicketTask) -> None:
    services.move_task(actor=actor, task=task, up=True)


def _down(*, actor: Actor, task: TicketTask) -> None:
    services.move_task(actor=actor, task=task, up=False)


_DO: dict[str, Callable[..., object]] = {
    "done": services.finish_task,
    "reopen": services.reopen_task,
    "withdraw": services.withdraw_task,
    "up": _up,
    "down": _down,
}


@guard()
@require_POST
def task(request: HttpRequest, slug: str, number: str, task_id: int) -> HttpResponse:
    """Tick one, take it back, move it: the name of the button says which."""
    contract, found = find(request, slug, number)
    row = selectors.task_of(request.actor, found, task_id)
    do = _DO.get(request.POST.get("do", ""))
    if do is None:
        raise Http404
    do(actor=request.actor, task=row)
    if not request.htmx:
        return redirect("desk:tasks", slug, number)
    return page(request, "desk/tasks.html", told_of_tasks(request, contract, found))


@guard()
def task_edit(request: HttpRequest, slug: str, number: str, task_id: int) -> HttpResponse:
    """Say a task anew: its words, for whom, until when."""
    contract, found = find(request, slug, number)
    row = selectors.task_of(request.actor, found, task_id)
    form = TaskForm(found, request.POST or None, task=row)

    def do() -> object:
        return services.change_task(actor=request.actor, task=row, **form.cleaned_data)

    if request.method == "POST" and act(request, form, do) is not None:
        if not request.htmx:
            messages.success(request, "已修改待办。")
        return redirect("desk:tasks", slug, number)
    told = {"contract": contract, "ticket": found, "task": row, "form": form}
    if not (policies.may_keep_tasks(request.actor, found) and row.is_open and not found.over):
        return redirect("desk:tasks", slug, number)
    return page(request, "desk/task_edit.html", told)


@guard()
def todo(request: HttpRequest) -> HttpResponse:
    """What is given to oneself on all contracts, what one wants to be reminded of, what one looked at lately."""
    brief = "brief" in request.GET
    told = {
        "tasks": selectors.my_tasks(request.actor)[:_LONG],
        "reminders": selectors.my_reminders(request.actor)[:_LONG],
        "brief": brief,
        "visits": () if brief else selectors.lately_seen(request.actor),
    }
    return page(request, "desk/todo.html", told)
