"""Being told of a ticket again, later: set on the ticket's page, taken back there and on one's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.forms.tasks import ReminderForm
from opsledger.apps.desk.views.ticket import find
from opsledger.kernel import clock, shown
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


@guard()
def remind_me(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """One's reminders of this ticket, and a form for one more."""
    contract, found = find(request, slug, number)
    form = ReminderForm(services.moments_for(found, clock.now()), request.POST or None)

    def do() -> object:
        said = form.cleaned_data
        return services.set_reminder(
            actor=request.actor, ticket=found, due_at=said["due_at"], words=said["words"]
        )

    if request.method == "POST" and act(request, form, do) is not None:
        moment = shown.moment(form.cleaned_data["due_at"], zone=clock.zone(), today=clock.today())
        messages.success(request, f"已设提醒：{moment}。")
        return redirect("desk:ticket", slug, number)
    mine = selectors.my_reminders(request.actor).filter(ticket=found)
    told = {"contract": contract, "ticket": found, "form": form, "reminders": mine}
    return page(request, "desk/remind.html", told)


@guard()
@require_POST
def cancel(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Take one's own reminder back."""
    services.cancel_reminder(actor=request.actor, reminder=selectors.reminder_of(request.actor, reminder_id))
    messages.success(request, "已取消提醒。")
    return redirect("desk:todo")
