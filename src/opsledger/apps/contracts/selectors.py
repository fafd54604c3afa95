"""Reading contracts, items, terms and obligations."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from opsledger.apps.accounts.models import Organisation
from opsledger.apps.contracts.models import Contract, Obligation, ServiceItem, SeverityLevel, Term
from opsledger.apps.contracts.policies import may_see_item, visible_contracts, visible_items
from opsledger.apps.contracts.words import KIND_WORDS
from opsledger.core.terms import ApprovalTerm, from_dict
from opsledger.kernel import recall
from opsledger.kernel.access import Actor

ITEMS_SEARCHED = ("no", "name", "unit__name")
TERMS_SEARCHED = ("summary", "clause", "item__name", "key")


def contracts_for(actor: Actor) -> QuerySet[Contract]:
    """The contracts that `actor` may see."""
    return Contract.objects.filter(visible_contracts(actor)).select_related("buyer", "provider", "supervisor")


def contract_for(actor: Actor, slug: str) -> Contract:
    """One contract; Http404 if it is not there or not for this actor."""
    found = contracts_for(actor).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def items_for(actor: Actor, contract: Contract) -> QuerySet[ServiceItem]:
    """The items of a contract that `actor` may see, in the contract's order."""
    rows = ServiceItem.objects.filter(contract=contract).filter(visible_items(actor, contract.pk))
    return rows.select_related("unit", "owner", "contract").order_by("position", "no")


def item_for(actor: Actor, contract: Contract, no: str) -> ServiceItem:
    """One item by its number; Http404 if hidden or missing."""
    found = items_for(actor, contract).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def severities_of(item: ServiceItem, ticket: str = "incident") -> list[SeverityLevel]:
    """The levels that a ticket of this kind on this item can have, the worst first."""
    sets = tuple(item.severity_sets)

    def read() -> tuple[SeverityLevel, ...]:
        rows = SeverityLevel.objects.filter(contract_id=item.contract_id, set_id__in=sets, ticket=ticket)
        return tuple(rows.order_by("set_id", "rank"))

    return list(recall.known(("levels", item.contract_id, sets, ticket), read))


def contract_at_hand(actor: Actor, slug: str) -> Contract:
    """One contract as remembered, for reading only; Http404 if it is not there or not for this actor."""

    def read() -> Contract | None:
        rows = Contract.objects.select_related("buyer", "provider", "supervisor")
        return rows.filter(slug=slug).first()

    found = recall.known(("contract", slug), read)
    if found is None or not (actor.is_system or found.pk in actor.contracts()):
        raise Http404
    return copy(found)


def item_at_hand(actor: Actor, contract: Contract, no: str) -> ServiceItem:
    """One item as remembered, for reading only; Http404 if hidden or missing."""

    def read() -> dict[str, ServiceItem]:
        rows = ServiceItem.objects.filter(contract=contract).select_related("unit", "owner")
        return {row.no: row for row in rows}

    items = recall.known(("items", contract.pk), read)
    found = items.get(no)
    if found is None or not may_see_item(actor, found):
        raise Http404
    made = copy(found)
    made.contract = contract
    return made


def live_terms(contract: Contract, *kinds: str) -> QuerySet[Term]:
    """The confirmed terms of a contract, of these kinds if named."""
    rows = Term.objects.filter(contract=contract, state__in=[Term.State.ACCEPTED, Term.State.EDITED])
    return rows.filter(kind__in=kinds) if kinds else rows


def obligations_for(actor: Actor, contract: Contract) -> QuerySet[Obligation]:
    """The obligations of a contract that `actor` may see (those of the whole contract included)."""
    rows = Obligation.objects.filter(contract=contract).select_related(
        "item", "item__unit", "item__owner", "term", "owner", "contract"
    )
    return rows.filter(visible_items(actor, contract.pk, "item__"))


def obligation_for(actor: Actor, contract: Contract, obligation_id: int) -> Obligation:
    """One obligation; Http404 if hidden or missing."""
    found = obligations_for(actor, contract).filter(pk=obligation_id).first()
    if found is None:
        raise Http404
    return found


def gaps_of(actor: Actor, contract: Contract) -> QuerySet[Obligation]:
    """The obligations for which the text names no frequency and nothing was agreed yet."""
    return obligations_for(actor, contract).filter(status=Obligation.Status.GAP)


def agreed_of(actor: Actor, contract: Contract) -> QuerySet[Obligation]:
    """The obligations whose frequency the parties have agreed."""
    return obligations_for(actor, contract).exclude(agreed={})


def terms_for(actor: Actor, contract: Contract) -> QuerySet[Term]:
    """The live terms that `actor` may see; those of the whole contract are open to all on it."""
    mine = visible_items(actor, contract.pk, "item__")
    rows = live_terms(contract).filter(mine | Q(item=None) if mine else Q())
    return rows.select_related("item", "contract")


def terms_by_kind(item: ServiceItem) -> list[tuple[str, list[Term]]]:
    """The live terms of one item, grouped by kind in the order of the vocabulary."""
    rows = list(live_terms(item.contract).filter(item=item).order_by("key"))
    for row in rows:
        row.contract = item.contract  # the page tells each term in the contract's words
    groups = [(word, [row for row in rows if row.kind == kind]) for kind, word in KIND_WORDS.items()]
    return [(word, found) for word, found in groups if found]


def severity_sets_of(item: ServiceItem) -> dict[str, list[SeverityLevel]]:
    """The levels by kind of ticket: {"incident": [...]}."""
    found: dict[str, list[SeverityLevel]] = {}
    rows = SeverityLevel.objects.filter(contract_id=item.contract_id, set_id__in=item.severity_sets)
    for row in rows.order_by("set_id", "rank"):
        found.setdefault(row.ticket, []).append(row)
    return found


def units_of(actor: Actor, contract: Contract) -> list[Organisation]:
    """The service units whose items `actor` sees, in the contract's order, each once."""
    seen: dict[int, Organisation] = {}
    for item in items_for(actor, contract):
        if item.unit:
            seen.setdefault(item.unit_id, item.unit)
    return list(seen.values())


def items_with_counts(actor: Actor, contract: Contract) -> QuerySet[ServiceItem]:
    """Items with `term_count` and `gap_count`."""
    live = Q(terms__state__in=[Term.State.ACCEPTED, Term.State.EDITED])
    return items_for(actor, contract).annotate(
        term_count=Count("terms", filter=live, distinct=True),
        gap_count=Count("obligations", filter=Q(obligations__status=Obligation.Status.GAP), distinct=True),
    )


def counted_item_for(actor: Actor, contract: Contract, no: str) -> ServiceItem:
    """One item with the counts of the list; Http404 if hidden or missing."""
    found = items_with_counts(actor, contract).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def counts_of(actor: Actor, contract: Contract) -> Mapping[str, int]:
    """The counts that stand on the tabs."""
    obligations = obligations_for(actor, contract)
    return {
        "items": items_for(actor, contract).count(),
        "terms": terms_for(actor, contract).count(),
        "obligations": obligations.exclude(status=Obligation.Status.ENDED).count(),
        "gaps": obligations.filter(status=Obligation.Status.GAP).count(),
    }


def term_counts(actor: Actor, contract: Contract) -> list[tuple[str, str, int]]:
    """(kind, word, number) of the live terms."""
    found = dict(terms_for(actor, contract).order_by().values_list("kind").annotate(number=Count("pk")))
    return [(kind, word, found[kind]) for kind, word in KIND_WORDS.items() if found.get(kind)]


def open_points_of(actor: Actor, contract: Contract) -> list[dict[str, Any]]:
    """Every point that the text leaves open, with where it stands and the default taken."""
    points: list[dict[str, Any]] = [
        {"where": "合同", "clause": "", **point} for point in contract.open_points or []
    ]
    for item in items_for(actor, contract):
        points += [
            {"where": item.numbered, "item": item, "clause": item.clause, **point}
            for point in item.open_points
        ]
    for term in terms_for(actor, contract):
        where = term.item.numbered if term.item else "合同"
        points += [
            {"where": where, "item": term.item, "clause": term.clause, "term": term.summary, **point}
            for point in term.data.get("open_points") or []
        ]
    return points


def any_contract(slug: str) -> Contract:
    """A contract for an administrator, who gives roles on it without holding one; Http404 if missing."""
    found = Contract.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def all_contracts() -> QuerySet[Contract]:
    """Every contract, for an administrator's choice of where to give roles."""
    return Contract.objects.select_related("buyer", "provider")


def consent_terms(contract: Contract, item: ServiceItem | None) -> list[ApprovalTerm]:
    """The live terms that ask for consent on an item (those of the whole contract included), or on the whole alone."""

    def read() -> list[ApprovalTerm]:
        rows = live_terms(contract, "approval").filter(Q(item=item) | Q(item=None)).order_by("key")
        terms = (from_dict(row.kind, row.data) for row in rows.only("kind", "data"))
        return [term for term in terms if isinstance(term, ApprovalTerm)]

    return recall.known(("consent", contract.pk, item.pk if item else 0), read)
