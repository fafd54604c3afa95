"""Acts on proposed terms: one by one, by form, many at once, and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from opsledger.apps.contracts.models import DocumentReading, ProposedTerm
from opsledger.apps.contracts.review import selectors
from opsledger.apps.contracts.review.fields import KIND_LABELS
from opsledger.apps.contracts.review.forms import (
    AcceptManyForm,
    TermForm,
    VersionForm,
    initial_of,
    kind_choices,
)
from opsledger.apps.contracts.review.guessing import guess
from opsledger.apps.contracts.review.views.frame import head, whole
from opsledger.apps.contracts.services import reading_acts as services
from opsledger.apps.contracts.services import reading_undo
from opsledger.core.errors import DomainError
from opsledger.kernel import errors
from opsledger.kernel.access import guard
from opsledger.kernel.pages import act, page

MOST_SELECTED = 2000


def _card(
    request: HttpRequest,
    reading: DocumentReading,
    term: ProposedTerm,
    *,
    notice: str = "",
    status: int = 200,
    template: str = "contracts/review/acted.html",
) -> HttpResponse:
    """A term as it is now; for htmx its card and the counts, else the page opened at it."""
    if not request.headers.get("HX-Request"):
        if notice:
            messages.warning(request, notice)
        return _back(reading, term.item_id, f"#term-{term.pk}")
    told = {
        **head(request, reading),
        "term": term,
        "item": term.item,
        "counts": selectors.group_counts(term.item),
        "notice": notice,
    }
    return page(request, template, told, status=status)


def _back(reading: DocumentReading, item_id: int, anchor: str = "") -> HttpResponse:
    return redirect(reverse("contracts:reading", args=[reading.pk]) + f"?item={item_id}{anchor}")


def _go(request: HttpRequest, there: HttpResponse) -> HttpResponse:
    """A redirect that an htmx request follows with the whole page."""
    if not request.headers.get("HX-Request"):
        return there
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = there["Location"]
    return answer


@guard()
def decide(request: HttpRequest, reading_id: int, term_id: int) -> HttpResponse:
    """Accept, reject, reset; a GET is the card as it stands."""
    reading = selectors.reading_for(request.actor, reading_id)
    term = selectors.term_for(reading, term_id)
    if request.method != "POST":
        return _card(request, reading, term)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _card(request, reading, term, notice="页面内容不完整，请刷新后重试。", status=400)
    try:
        services.decide_term(
            actor=request.actor,
            reading=reading,
            term=term,
            version=form.cleaned_data["version"],
            verb=form.cleaned_data["act"],
        )
    except DomainError as error:
        fresh = selectors.term_for(reading, term_id)
        return _card(request, reading, fresh, notice=errors.sentence(error), status=errors.status(error))
    return _card(request, reading, selectors.term_for(reading, term_id))


def _kind(request: HttpRequest, default: str) -> str:
    asked = request.POST.get("kind") or request.GET.get("kind") or default
    return asked if asked in KIND_LABELS else default


@guard()
def edit(request: HttpRequest, reading_id: int, term_id: int) -> HttpResponse:
    """Change a term's facts, kind or item.  Stale: what was typed stays, beside how it is now."""
    reading = selectors.reading_for(request.actor, reading_id)
    term = selectors.term_for(reading, term_id)
    kind = _kind(request, term.kind)
    item_before = term.item_id
    saving = request.method == "POST" and "save" in request.POST
    start = {**initial_of(kind, term.data if kind == term.kind else {}), "item": term.item_id}
    start = {**start, **_typed(request, kind)}
    form = TermForm(reading, kind, request.POST if saving else None, initial=start)
    stale = ""
    if saving and form.is_valid():
        version = whole(request.POST.get("version"))
        try:
            services.edit_term(
                actor=request.actor,
                reading=reading,
                term=term,
                version=version,
                kind=kind,
                data=form.term_data,
                item=form.cleaned_data["item"],
            )
            fresh = selectors.term_for(reading, term_id)
            if fresh.item_id != item_before:
                return _go(request, _back(reading, fresh.item_id, f"#term-{fresh.pk}"))
            return _card(request, reading, fresh)
        except DomainError as error:
            stale = errors.sentence(error)
            term = selectors.term_for(reading, term_id)
    told = {
        **head(request, reading),
        "tab": "terms",
        "term": term,
        "form": form,
        "kind": kind,
        "kind_choices": kind_choices(),
        "history": selectors.history_of(term),
        "stale": stale,
    }
    return page(request, "contracts/review/edit.html", told, status=409 if stale else 200)


def _typed(request: HttpRequest, kind: str) -> dict[str, Any]:
    """What was typed before another kind was chosen, as far as the new kind has such a field."""
    source = request.POST if request.method == "POST" else request.GET
    return {name: source[name] for name in source if name in ("item", "applies", "what", "name", "value")}


@guard()
def add(request: HttpRequest, reading_id: int) -> HttpResponse:
    """A term from a stretch of the text that was selected, or pasted."""
    reading = selectors.reading_for(request.actor, reading_id)
    source = request.POST if request.method == "POST" else request.GET
    start, end = _span(source)
    quote = selectors.text_between(reading, start, end) if end else ""
    guessed, data = guess(quote)
    kind = _kind(request, guessed)
    item = selectors.item_at(reading, start) if end else None
    initial = {
        **initial_of(kind, data if kind == guessed else {}),
        "item": source.get("item") or (item and item.pk),
    }
    saving = request.method == "POST" and "save" in request.POST
    form = TermForm(reading, kind, request.POST if saving else None, initial=initial)

    def do() -> ProposedTerm:
        return services.add_term(
            actor=request.actor,
            reading=reading,
            item=form.cleaned_data["item"],
            kind=kind,
            data=form.term_data,
            start=start,
            end=end,
            quote=quote,
        )

    if saving:
        made = act(request, form, do)
        if made:
            return _go(request, _back(reading, made.item_id, f"#term-{made.pk}"))
    told = {
        **head(request, reading),
        "tab": "terms",
        "form": form,
        "kind": kind,
        "kind_choices": kind_choices(),
        "quote": quote,
        "start": start,
        "end": end,
    }
    return page(request, "contracts/review/add.html", told)


def _span(source: Any) -> tuple[int, int]:
    """Offsets of the selection; (0, 0) for none or nonsense."""
    start, end = whole(source.get("from")), whole(source.get("to"))
    return (start, end) if start < end <= start + MOST_SELECTED else (0, 0)


@guard()
def accept_many(request: HttpRequest, reading_id: int) -> HttpResponse:
    """First how many of which kinds it would be, then, asked once more, the act."""
    reading = selectors.reading_for(request.actor, reading_id)
    source = request.POST if request.method == "POST" else request.GET
    form = AcceptManyForm(source if "minimum" in source else None)
    told: dict[str, Any] = {**head(request, reading), "tab": "terms", "form": form}
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        chosen = selectors.acceptable(reading, said["minimum"], said["kind"], said["item"])
        only = selectors.item_for(reading, said["item"]) if said["item"] else None
        if request.method == "POST":
            label = f"{only or ''}把握不低于{said['minimum']}%的{KIND_LABELS.get(said['kind'], '全部条款')}"

            def do() -> object:
                return services.accept_many(
                    actor=request.actor,
                    reading=reading,
                    chosen=chosen,
                    minimum=said["minimum"],
                    expected=said["expected"] if said["expected"] is not None else -1,
                    label=label,
                )

            done = act(request, form, do)
            if done:
                messages.success(request, f"已接受 {done.count} 条。如有不妥，可点“撤销”一次全部退回。")
                return redirect("contracts:reading", reading_id)
        told |= {"only": only, "kinds_found": selectors.kinds_in(chosen), "count": chosen.count()}
    return page(request, "contracts/review/accept_many.html", told)


@guard()
@require_POST
def undo(request: HttpRequest, reading_id: int) -> HttpResponse:
    reading = selectors.reading_for(request.actor, reading_id)
    try:
        done, put_back, left = reading_undo.undo_last(actor=request.actor, reading=reading)
    except DomainError as error:
        if request.headers.get("HX-Request"):
            raise
        messages.warning(request, errors.sentence(error))
        return redirect("contracts:reading", reading_id)
    word = services.ACT_WORDS.get(done.verb, done.verb)
    said = f"已撤销“{word}：{done.label}”" + (f"，退回 {len(put_back)} 条。" if put_back else "。")
    if left:
        said += f"另有 {left} 条在此之后已由他人处理，保持不变。"
    if len(put_back) == 1 and not left and request.headers.get("HX-Request"):
        try:
            term = selectors.term_for(reading, put_back[0])
            return _card(request, reading, term, notice=said, template="contracts/review/undone.html")
        except Http404:
            pass  # the act was an addition: the term is gone, the page is shown afresh
    messages.success(request, said)
    answer = redirect("contracts:reading", reading_id)
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
    return answer
