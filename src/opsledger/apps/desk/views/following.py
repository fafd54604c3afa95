"""Who is told of a ticket beside those concerned: a card of its page that comes when opened, and a page of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import policies, selectors
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.watching import bring_in, let_go
from opsledger.apps.desk.views.ticket import find
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page


class BringInForm(forms.Form):
    people = forms.MultipleChoiceField(
        label="知会",
        error_messages={
            "required": "请先选择要知会的人。",
            "invalid_choice": "所选的人已不能查看这张工单，请重新选择。",
        },
    )


def _told(request: HttpRequest, contract: Contract, found: Ticket, form: BringInForm) -> dict[str, Any]:
    actor = request.actor
    following = selectors.followers_of(actor, found)
    there = {user.pk for user in following}
    known = selectors.may_be_called(found, by=actor) if policies.may_take_part(actor, found) else []
    return {
        "contract": contract,
        "ticket": found,
        "following": following,
        "offered": [one for one in known if one.user.pk not in there],
        "form": form,
        "may_bring": bool(known) and contract.status != Contract.Status.CLOSED,
        "manages": access.MANAGER in actor.roles(contract.pk),
        "me": actor.user_id,
    }


@guard()
def followers(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Who follows, a form to bring in others, and for each a way to let go."""
    contract, found = find(request, slug, number)
    known = {str(one.user.pk): one.user for one in selectors.may_be_called(found, by=request.actor)}
    form = BringInForm(request.POST if "people" in request.POST or "bring" in request.POST else None)
    form.fields["people"].choices = [(key, str(user)) for key, user in known.items()]
    done: object = None
    if request.method == "POST" and "drop" in request.POST:
        leaving = {str(user.pk): user for user in selectors.followers_of(request.actor, found)}
        if request.POST["drop"] in leaving:
            let_go(actor=request.actor, ticket=found, user=leaving[request.POST["drop"]])
        done = True
    elif request.method == "POST":
        done = act(
            request,
            form,
            lambda: (
                bring_in(
                    actor=request.actor,
                    ticket=found,
                    users=[known[pk] for pk in form.cleaned_data["people"]],
                )
                or True
            ),
        )
    if done is not None:
        if not request.htmx:
            messages.success(request, "已更新知会的人。")
            return redirect("desk:followers", slug, number)
        form = BringInForm()
    return page(request, "desk/followers.html", _told(request, contract, found, form))
