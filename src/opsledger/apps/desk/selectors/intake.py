"""Who reports what: callers and systems for the telephone, codes on walls, a word to those who report."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.http import Http404

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.desk.models import ReportCode
from opsledger.apps.desk.selectors.lists import reportable_items
from opsledger.kernel import access
from opsledger.kernel.access import Actor


def callers_of(contract: Contract, words: str = "") -> QuerySet[User]:
    """The people of the units and of the buyer, who may call; those with `words` in name, body or telephone."""
    rows = User.objects.filter(
        memberships__contract=contract, memberships__role__in=[access.UNIT, access.BUYER]
    )
    if words:
        rows = rows.filter(
            Q(full_name__icontains=words)
            | Q(username__icontains=words)
            | Q(phone__icontains=words)
            | Q(organisation__name__icontains=words)
        )
    return rows.select_related("organisation").distinct()


def callers_named(contract: Contract, name: str) -> list[User]:
    """Those who may call and are shown under exactly this name."""
    named = Q(full_name=name) | Q(full_name="", username=name)
    return list(callers_of(contract).filter(named).order_by("pk")) if name else []


def told_apart(named: list[User], phone: str) -> User | None:
    """The only one of a name; of several the one whose telephone was told, else nobody."""
    if len(named) > 1:
        named = [user for user in named if phone and user.phone == phone]
    return named[0] if len(named) == 1 else None


def caller_named(contract: Contract, name: str, phone: str = "") -> User | None:
    """The one who may call and is called so, as far as name and telephone tell."""
    return told_apart(callers_named(contract, name), phone)


def system_meant(items: Mapping[str, ServiceItem], words: str) -> list[ServiceItem]:
    """The items that the words typed may mean: the one of that name, else all that hold them."""
    if words in items:
        return [items[words]]
    return [item for name, item in items.items() if words and words in name]


def systems_of(actor: Actor, contract: Contract, words: str = "") -> dict[str, ServiceItem]:
    """The items on which `actor` may report, by number and name; those that hold `words`."""
    items = {item.numbered: item for item in reportable_items(actor, contract)}
    return {name: item for name, item in items.items() if words in name}


def codes_of(contract: Contract) -> QuerySet[ReportCode]:
    """The codes in use on a contract, by item."""
    return ReportCode.objects.filter(contract=contract, active=True).select_related("item")


def code_in_use(contract: Contract, code: str) -> ReportCode:
    """A code that may be reported through; Http404 if there is none, or none any more."""
    found = codes_of(contract).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def code_for(contract: Contract, code: str) -> ReportCode:
    """One code of a contract; Http404 if there is none."""
    found = ReportCode.objects.filter(contract=contract, code=code).select_related("item").first()
    if found is None:
        raise Http404
    return found
