"""One search over a contract: tickets, articles, systems, devices, obligations and people, each as far as one may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from opsledger.apps.accounts import selectors as accounts
from opsledger.apps.accounts.policies import PEOPLE_READERS
from opsledger.apps.assets import selectors as assets
from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import selectors as desk
from opsledger.apps.desk.selectors.articles import visible_articles
from opsledger.kernel import access
from opsledger.kernel.access import Actor, guard
from opsledger.kernel.pages import page

EACH = 8
BRIEF = 4
_OBLIGATION_READERS = frozenset(
    {access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR}
)
_NUMBER = re.compile(r"(?:20\d\d-)?\d{2,6}")


@dataclass(frozen=True, slots=True)
class Hit:
    """One row: what it is, where it leads, and what tells it from others of the same name."""

    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; `more` leads to the list with the same words where there is more than shown."""

    label: str
    icon: str
    hits: tuple[Hit, ...]
    more: str = ""


def named(fields: Sequence[str], words: str) -> Q:
    """Rows in which every word stands in one field or another."""
    found = Q()
    for word in words.split()[:8]:
        one = Q()
        for name in fields:
            one |= Q(**{f"{name}__icontains": word})
        found &= one
    return found


def _group(
    label: str, icon: str, rows: QuerySet, words: str, most: int, hit: Callable[..., Hit], address: str = ""
) -> Group:
    found = list(rows[: most + 1])
    more = f"{address}?{urlencode({'q': words})}" if address and len(found) > most else ""
    return Group(label, icon, tuple(hit(row) for row in found[:most]), more)


def groups(actor: Actor, contract: Contract, words: str, most: int = EACH) -> list[Group]:
    """What these words find, kinds without a hit left out."""
    return [group for group in _groups(actor, contract, words, most) if group.hits]


def _groups(actor: Actor, contract: Contract, words: str, most: int) -> Iterable[Group]:
    slug, roles = contract.slug, actor.roles(contract.pk)

    def to(name: str, *args: object) -> str:
        return reverse(name, args=[slug, *args])

    tickets = desk.tickets_for(actor, contract).filter(desk.found_by(actor, contract, words))
    yield _group(
        "工单",
        "ticket",
        tickets.order_by("over", "-reported_at"),
        words,
        most,
        lambda t: Hit(
            f"{t.number} {t.title}", to("desk:ticket", t.number), f"{t.state_word} · {t.item.numbered}"
        ),
        to("desk:tickets"),
    )
    articles = visible_articles(actor, contract).filter(named(("title", "symptom", "solution"), words))
    yield _group(
        "知识",
        "book",
        articles.order_by("-helped", "-pk"),
        words,
        most,
        lambda a: Hit(a.title, to("desk:article", a.pk), a.item.numbered if a.item else "通用"),
        to("desk:articles"),
    )
    items = contracts.items_for(actor, contract).filter(named(contracts.ITEMS_SEARCHED, words))
    yield _group(
        "服务项",
        "apps",
        items.order_by("position"),
        words,
        most,
        lambda i: Hit(i.numbered, to("contracts:item", i.no), str(i.unit or "")),
        to("contracts:items"),
    )
    devices = assets.assets_for(actor, contract).filter(named(assets.SEARCHED, words))
    yield _group(
        "资产",
        "server",
        devices.order_by("code"),
        words,
        most,
        lambda a: Hit(
            f"{a.code} {a.name}", to("assets:asset", a.code), " · ".join(filter(None, [a.model, a.place]))
        ),
        to("assets:assets"),
    )
    if roles & _OBLIGATION_READERS:
        bound = contracts.obligations_for(actor, contract).select_related("item", "term")
        bound = bound.filter(named(("title", "term__clause", "term__summary"), words))
        yield _group(
            "义务",
            "checklist",
            bound.order_by("item__position", "pk"),
            words,
            most,
            lambda o: Hit(
                o.title,
                to("duties:obligation", o.pk),
                f"{o.item.numbered if o.item else '合同整体'} · {o.term.clause}",
            ),
            to("duties:obligations"),
        )
    if roles & set(PEOPLE_READERS):
        people = accounts.memberships_of(contract.pk).filter(named(accounts.PEOPLE_SEARCHED, words))
        yield _group(
            "人员",
            "users",
            people,
            words,
            most,
            lambda m: Hit(
                str(m.user),
                f"{to('accounts:people')}?{urlencode({'q': m.user.full_name})}",
                " · ".join(filter(None, [m.get_role_display(), str(m.organisation or ""), m.user.phone])),
            ),
            to("accounts:people"),
        )


def ticket_address(actor: Actor, contract: Contract, words: str) -> str:
    """Where a ticket's number leads, "" if these words are none or hide one: this contract first, then one's others.

    The year may be left away: 00123 is the latest year's.
    """
    if not _NUMBER.fullmatch(words):
        return ""
    others = contracts.contracts_for(actor).exclude(pk=contract.pk).order_by("-pk")
    for one in (contract, *others):
        rows = desk.tickets_for(actor, one)
        found = rows.filter(number=words) if "-" in words else rows.filter(number__endswith=f"-{words:0>5}")
        number = found.order_by("-number").values_list("number", flat=True).first()
        if number:
            return reverse("desk:ticket", args=[one.slug, number])
    return ""


@guard()
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of what was found; for the box at the top of every page a short list while one types."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    contract = contracts.contract_for(actor, slug)
    words = " ".join(request.GET.get("words", "").split())[:100]
    brief = request.headers.get("HX-Target") == "search-hits"
    address = ticket_address(actor, contract, words)
    # Two or three figures may as well be a word (404): the ticket is offered, not opened.
    if address and not brief and len(words) > 3:
        return redirect(address)
    told = {
        "contract": contract,
        "words": words,
        "jump": address,
        "groups": groups(actor, contract, words, BRIEF if brief else EACH) if words else [],
    }
    if brief:
        return render(request, "parts/search_hits.html", told)
    return page(request, "search.html", told)
