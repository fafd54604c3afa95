"""The page of one ticket: its story, its facts, its clocks, and what may be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from opsledger.apps.assets import selectors as assets
from opsledger.apps.assets.policies import SPARES_READERS
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.policies import may_see_item
from opsledger.apps.contracts.selectors import contract_for, severities_of
from opsledger.apps.desk import bars, folding, policies, replies, searching, selectors, services
from opsledger.apps.desk.consent_views import consents_of
from opsledger.apps.desk.forms import NoteForm
from opsledger.apps.desk.live_words import Talk
from opsledger.apps.desk.models import ReportTemplate, Ticket, TicketEvent
from opsledger.apps.desk.offered import offered
from opsledger.apps.desk.sheets import sheet_told
from opsledger.apps.desk.views import knowledge
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock, tables, uploads
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

# What an engineer on the telephone needs under the thumb, in this order.
_MAIN = (
    "submit",
    "start",
    "finish",
    "review",
    "assign",
    "identify",
    "close",
    "accept",
    "arrive",
    "resolve",
    "answer_at_once",
    "confirm",
    "dispatch",
    "resume",
    "complete",
    "rate",
    "approve",
)


# What is done on few tickets: in the way on most.
_RARE = frozenset(
    {
        "amend",
        "cancel",
        "change_item",
        "change_severity",
        "convert",
        "correct_time",
        "escalate",
        "merge",
        "provide_spare",
        "send_back",
        "submit_report",
    }
)
_IN_SIGHT = 4


def find(request: HttpRequest, slug: str, number: str) -> tuple[Contract, Ticket]:
    """The contract and the ticket of an address, as the actor may see them; Http404 otherwise."""
    contract = contract_for(request.actor, slug)
    return contract, selectors.ticket_for(request.actor, contract, number)


@guard()
def ticket(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    contract, found = find(request, slug, number)
    return page(request, "desk/ticket.html", told_of(request, contract, found, NoteForm()))


@guard()
def timers(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The clocks alone, for the refresh every 20 seconds."""
    contract, found = find(request, slug, number)
    told = {"contract": contract, "ticket": found, **_clocks(found, selectors.events_of(found))}
    return render(request, "desk/parts/timers.html", told)


def told_of(request: HttpRequest, contract: Contract, found: Ticket, note_form: NoteForm) -> dict[str, Any]:
    """Everything that the page of a ticket shows."""
    actor = request.actor
    events = selectors.events_of(found)
    story = selectors.readable(actor, found, events)
    files = selectors.story_files(actor, found, events)
    approvals = selectors.approvals_of(found, actor)
    links = selectors.links_of(found, actor)
    is_provider = policies.is_provider(actor, found.contract_id)
    levels = {level.word: level for level in severities_of(found.item, found.kind)}
    return {
        "contract": contract,
        "ticket": found,
        "story": [(event, files.by_event.get(event.pk, ())) for event in story],
        "files": files.all,
        "talk": _talk(found, story),
        "links": [row for row in links if not row.child],
        "family": selectors.family(row.ticket for row in links if row.child),
        "approvals": approvals,
        "consents": consents_of(found, [view.approval for view in approvals]),
        "may_declare": is_provider and found.kind not in ("question", "problem"),
        "spares": assets.parts_for_ticket(contract, found.number),
        "reads_spares": bool(set(SPARES_READERS) & actor.roles(contract.pk)),
        "hits": selectors.rule_hits_of(found),
        "watching": found.watched,
        "speaks_for_unit": "unit" in policies.roles_on(actor, found),
        "sampled": found.over and found.sampled and found.called_back_at is None,
        "severity": levels.get(found.severity),
        "note_form": note_form if policies.may_take_part(actor, found) else None,
        "is_provider": is_provider,
        "sees_item": may_see_item(actor, found.item),
        "former_unit": found.pk in policies.kept_by(actor.user_id, contract.pk),
        "keeps_tasks": policies.may_keep_tasks(actor, found)
        and not found.over
        and contract.status != Contract.Status.CLOSED,
        "may_tag": policies.may_tag(actor, found) and contract.status != Contract.Status.CLOSED,
        "may_keep_template": found.kind in ReportTemplate.Kind.values
        and policies.may_keep_templates(actor, contract.pk)
        and contract.status != Contract.Status.CLOSED,
        "reads_work": is_provider or (found.worked_minutes and policies.sees_work(actor, contract.pk)),
        **_clocks(found, events),
        **_buttons(request, found, events),
    }


def _talk(found: Ticket, story: list[TicketEvent]) -> Talk:
    """Where the words of this page stand; whom they call is known from the story itself, without a query."""
    names = {event.actor_name for event in story}
    names.update(name for event in story for name in event.data.get("called", ()))
    names.update(str(user) for user in (found.assignee, found.reporter) if user)
    base = reverse("desk:tickets", args=[found.contract.slug])
    return Talk(base, found.number, frozenset(names))


def _clocks(found: Ticket, events: list[TicketEvent]) -> dict[str, Any]:
    at = clock.now()
    # Whatever others do moves this mark; the page that sees it moved asks for itself anew.
    stamp = f"{found.version}-{events[-1].pk if events else 0}-{found.updated_at.timestamp():.6f}"
    return {"stamp": stamp, "timers": bars.timer_views(folding.fold_ticket(found, events, at), at)}


def _buttons(request: HttpRequest, found: Ticket, events: list[TicketEvent]) -> dict[str, Any]:
    """What may be done now, what the eye should find first, and why the rest may not."""
    ways = offered(request.actor, found, events)
    main = [way for name in _MAIN for way in ways.allowed if way.action == name][:3]
    others = [way for way in ways.allowed if way not in main]
    # A handful stays in sight; of more than that, what is rare is folded away.
    rare = [way for way in others if way.action in _RARE]
    if len(others) <= _IN_SIGHT or len(rare) == 1:
        rare = []
    return {
        "main": main,
        "more": [way for way in others if way not in rare],
        "rare": rare,
        "refused": [(label, why) for _, label, why in ways.refused],
    }


@guard()
def note(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Add words and files."""
    contract, found = find(request, slug, number)
    form = NoteForm(request.POST or None, request.FILES or None)
    if request.method == "POST":

        def save() -> object:
            told = dict(form.cleaned_data)
            article, to_children = told.pop("article", None), told.pop("to_children")
            if to_children:
                request.actor.must(contract.pk, *policies.PROVIDER_ROLES)
            if to_children and told["private"]:
                raise DomainError("ticket.children_private")
            if to_children and not told["note"].strip():
                raise DomainError("ticket.note_empty")
            if article:
                use = knowledge.article_for(request.actor, contract, article)
                services.use_article(actor=request.actor, article=use, ticket=found)
            return services.add_note(actor=request.actor, ticket=found, **told)

        if act(request, form, save) is not None:
            if form.cleaned_data["to_children"]:
                told = services.tell_children(
                    actor=request.actor, ticket=found, note=form.cleaned_data["note"]
                )
                messages.success(request, f"已告知 {told} 张子工单的报修人。")
            return redirect("desk:ticket", slug, number)
    return page(request, "desk/ticket.html", told_of(request, contract, found, form))


@guard()
def people(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Whom a note may call: a list to choose from while typing, for those who may write one."""
    _, found = find(request, slug, number)
    if not policies.may_take_part(request.actor, found):
        raise DomainError("access.denied")
    private = "private" in request.GET and policies.is_provider(request.actor, found.contract_id)
    told = {"people": selectors.may_be_called(found, private=private, by=request.actor)}
    return render(request, "desk/parts/people.html", told)


@guard(access.MANAGER, access.ENGINEER)
def answer_help(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Canned replies filled in for this ticket, and articles that may fit: to be put into an answer."""
    contract, found = find(request, slug, number)
    if request.method == "POST":
        use = knowledge.article_for(request.actor, contract, _whole(request.POST.get("article", "")))
        services.use_article(actor=request.actor, article=use, ticket=found)
        return redirect("desk:ticket", slug, number)
    seen = knowledge.visible_articles(request.actor, contract)
    told = {
        "contract": contract,
        "ticket": found,
        "replies": replies.filled(selectors.replies_of(contract), found, request.actor),
        "articles": searching.helps_for(seen, found.title),
    }
    return page(request, "desk/answer_help.html", told)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@guard()
def sheet(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The ticket as a sheet for signature."""
    _, found = find(request, slug, number)
    return page(request, "desk/sheet.html", sheet_told(request.actor, found))


@guard()
def file(request: HttpRequest, slug: str, number: str, file_id: int) -> StreamingHttpResponse:
    """One attached file: pictures are shown, the rest is saved."""
    _, found = find(request, slug, number)
    attached = selectors.file_for(request.actor, found, file_id)
    if attached is None:
        raise Http404
    answer = StreamingHttpResponse(ledger.content(attached), content_type=attached.file.media_type)
    answer["Content-Length"] = attached.file.size
    if attached.file.media_type not in uploads.IMAGES:
        answer["Content-Disposition"] = tables.attachment(attached.name)
    return answer
