"""Tags: changed on the ticket's page without touching what else is typed there, suggested while typing."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors
from opsledger.apps.desk.forms import NoteForm
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.tags import add_tags, drop_tag
from opsledger.apps.desk.views.ticket import find, told_of
from opsledger.kernel import access
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

MAX_TYPED = 300


class TagForm(forms.Form):
    """Words to add, several between commas; or one to take off."""

    tag = forms.CharField(
        max_length=MAX_TYPED,
        required=False,
        error_messages={"max_length": "一次填写的内容太长，请分几次添加。"},
    )
    drop = forms.CharField(max_length=MAX_TYPED, required=False)


@guard(access.MANAGER, access.ENGINEER, access.BUYER)
@require_POST
def tags(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Add or take off; by itself the page swaps the tags alone, without that it is shown anew."""
    contract, found = find(request, slug, number)
    form = TagForm(request.POST)

    def do() -> Ticket:
        if form.cleaned_data["drop"]:
            return drop_tag(actor=request.actor, ticket=found, tag=form.cleaned_data["drop"])
        return add_tags(actor=request.actor, ticket=found, tags=[form.cleaned_data["tag"]])

    done = act(request, form, do) is not None
    told = {"tag_form": None if done else form}
    if request.htmx:
        shown = {"contract": contract, "ticket": found, "may_tag": True, "added": done, **told}
        return render(request, "desk/parts/tags.html", shown)
    if done:
        return redirect("desk:ticket", slug, number)
    return page(request, "desk/ticket.html", {**told_of(request, contract, found, NoteForm()), **told})


@guard()
def suggest(request: HttpRequest, slug: str) -> HttpResponse:
    """The tags in use that go with what is typed so far; of several words the last."""
    contract = contract_for(request.actor, slug)
    before, comma, part = _last(request.GET.get("tag", "")[:MAX_TYPED])
    known = selectors.tags_in_use(request.actor, contract, part)
    told = {"words": [(f"{before}{comma}{word}", number) for word, number in known]}
    return render(request, "desk/parts/tag_words.html", told)


def _last(typed: str) -> tuple[str, str, str]:
    at = max(typed.rfind(sign) for sign in ",，、;；")
    return (typed[:at], typed[at], typed[at + 1 :]) if at >= 0 else ("", "", typed)
