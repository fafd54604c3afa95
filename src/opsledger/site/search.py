"""One search over a contract: tickets, articles, systems, devices, obligations and people, each as far as one may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what, and how many of each kind at most."""

    actor: Actor
    contract: Contract
    words: str
    most: int

    def to(self, name: str, *args: object) -> str:
        return reverse(name, args=[self.contract.slug, *args])

    def group(
        self, label: str, icon: str, rows: QuerySet[Any], listed: str, hit: Callable[[Any], Hit]
    ) -> Group:
        """The first of `rows`; where there are more, the way to the list (its address by name)."""
        found = list(rows[: self.most + 1])
        more = f"{self.to(listed)}?{urlencode({'q': self.words})}" if len(found) > self.most else ""
        return Group(label, icon, tuple(hit(row) for row in found[: self.most]), more)


def _tickets(asked: Asked) -> Group:
    rows = desk.tickets_for(asked.actor, asked.contract)
    rows = rows.filter(desk.found_by(asked.actor, asked.contract, asked.words))

    def hit(row: Any) -> Hit:
        detail = f"{row.state_word} · {row.item.numbered}"
        return Hit(f"{row.number} {row.title}", asked.to("desk:ticket", row.number), detail)

    return asked.group("工单", "ticket", rows.order_by("over", "-reported_at"), "desk:tickets", hit)


def _articles(asked: Asked) -> Group:
    rows = visible_articles(asked.actor, asked.contract)
    rows = rows.filter(named(("title", "symptom", "solution"), asked.words)).order_by("-helped", "-pk")

    def hit(row: Any) -> Hit:
        return Hit(row.title, asked.to("desk:article", row.pk), row.item.numbered if row.item else "通用")

    return asked.group("知识", "book", rows, "desk:articles", hit)


def _items(asked: Asked) -> Group:
    rows = contracts.items_for(asked.actor, asked.contract)
    rows = rows.filter(named(contracts.ITEMS_SEARCHED, asked.words)).order_by("position")

    def hit(row: Any) -> Hit:
        return Hit(row.numbered, asked.to("contracts:item", row.no), str(row.unit or ""))

    return asked.group("服务项", "apps", rows, "contracts:items", hit)


def _devices(asked: Asked) -> Group:
    rows = assets.assets_for(asked.actor, asked.contract)
    rows = rows.filter(named(assets.SEARCHED, asked.words)).order_by("code")

    def hit(row: Any) -> Hit:
        detail = " · ".join(filter(None, [row.model, row.place]))
        return Hit(f"{row.code} {row.name}", asked.to("assets:asset", row.code), detail)

    return asked.group("资产", "server", rows, "assets:assets", hit)


def _obligations(asked: Asked) -> Group:
    rows = contracts.obligations_for(asked.actor, asked.contract).select_related("item", "term")
    rows = rows.filter(named(("title", "term__clause", "term__summary"), asked.words))

    def hit(row: Any) -> Hit:
        item = row.item.numbered if row.item else "合同整体"
        return Hit(row.title, asked.to("duties:obligation", row.pk), f"{item} · {row.term.clause}")

    return asked.group("义务", "checklist", rows.order_by("item__position", "pk"), "duties:obligations", hit)


def _people(asked: Asked) -> Group:
    rows = accounts.memberships_of(asked.contract.pk).filter(named(accounts.PEOPLE_SEARCHED, asked.words))
    listed = asked.to("accounts:people")

    def hit(row: Any) -> Hit:
        told = [row.get_role_display(), str(row.organisation or ""), row.user.phone]
        address = f"{listed}?{urlencode({'q': row.user.full_name})}"
        return Hit(str(row.user), address, " · ".join(filter(None, told)))

    return asked.group("人员", "users", rows, "accounts:people", hit)


# Each kind with the roles that may look for it; none: everybody on the contract.
_KINDS: tuple[tuple[Callable[[Asked], Group], frozenset[str]], ...] = (
    (_tickets, frozenset()),
    (_articles, frozenset()),
    (_items, frozenset()),
    (_devices, frozenset()),
    (_obligations, _OBLIGATION_READERS),
    (_people, frozenset(PEOPLE_READERS)),
)


def groups(actor: Actor, contract: Contract, words: str, most: int = EACH) -> list[Group]:
    """What these words find, kinds without a hit left out."""
    asked, roles = Asked(actor, contract, words, most), actor.roles(contract.pk)
    found = (find(asked) for find, readers in _KINDS if not readers or roles & readers)
    return [group for group in found if group.hits]


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
