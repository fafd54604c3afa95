"""Terms become obligations: who owes what, on which item, under which clock, proved how."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from opsledger.apps.contracts.models import Contract, Obligation, ServiceItem, Term
from opsledger.apps.contracts.selectors import live_terms
from opsledger.apps.ledger import services as ledger
from opsledger.core import terms as vocabulary
from opsledger.kernel.access import Actor

EACH_ITEM = "*"


@transaction.atomic
def bind_contract(*, actor: Actor, contract: Contract) -> dict[str, int]:
    """Bring the obligations of a contract in line with its live terms; returns how many were made and ended.

    A term of one item binds that item; a term of all items ("*") binds each of them; any other common term
    binds the contract as a whole.  Repeating it changes nothing.
    """
    known = {
        (row.term_id, row.item_id): row
        for row in Obligation.objects.filter(contract=contract).select_related("term")
    }
    items = list(ServiceItem.objects.filter(contract=contract))
    words = {key: window["name"] for key, window in contract.windows.items()}
    made: list[Obligation] = []
    changed = 0
    for term in live_terms(contract).select_related("item"):
        for item in _bound_to(term, items):
            said = _said(contract, term, item, words)
            row = known.pop((term.pk, item.pk if item else None), None)
            if row is None:
                made.append(Obligation(contract=contract, term=term, item=item, **said))
            elif _refresh(row, said):
                changed += 1
    Obligation.objects.bulk_create(made, batch_size=500)
    ended = _end(known.values())
    counts = {"确立": len(made), "更新": changed, "终止": ended}
    if any(counts.values()):
        ledger.record(
            chain=ledger.contract_chain(contract.pk),
            actor=actor,
            verb="obligation.bound",
            subject=ledger.Subject("contract", str(contract.pk), contract.name),
            changes=counts,
        )
    return counts


def _bound_to(term: Term, items: list[ServiceItem]) -> Iterable[ServiceItem | None]:
    if term.item_id:
        return [term.item]
    if term.data.get("item") == EACH_ITEM:
        return items
    return [None]


def _said(contract: Contract, row: Term, item: ServiceItem | None, words: dict[str, str]) -> dict[str, Any]:
    term = vocabulary.from_dict(row.kind, row.data)
    gap = _gap(term)
    named = getattr(term, "activity", None) or getattr(term, "metric", None) or getattr(term, "act", None)
    return {
        "kind": row.kind,
        "activity": str(named or ""),
        "title": vocabulary.describe(term, words)[:300],
        "owner_role": str(term.owner),
        "window": getattr(term, "window", None) or "",
        "evidence": row.data.get("evidence", {}),
        "status": Obligation.Status.GAP if gap else Obligation.Status.ACTIVE,
        "gap_reason": gap,
        "starts_on": item.starts_on if item else contract.starts_on,
        "ends_on": item.ends_on if item else contract.ends_on,
    }


def _gap(term: vocabulary.Term) -> str:
    """What must be agreed before this obligation can be planned; "" if nothing."""
    if isinstance(term, vocabulary.DutyTerm) and term.period is vocabulary.Period.UNSPECIFIED:
        return "合同只写“定期”，未写频次，须由双方约定"
    if isinstance(term, vocabulary.DeliverableTerm) and term.cadence is None and not term.anchors:
        return "合同未写提交周期，须由双方约定"
    return ""


def _refresh(row: Obligation, said: dict[str, Any]) -> bool:
    """Follow the term, but keep what the parties have agreed on."""
    if row.agreed:
        said = {**said, "title": row.title, "status": row.status, "gap_reason": row.gap_reason}
    fields = [name for name, value in said.items() if getattr(row, name) != value]
    for name in fields:
        setattr(row, name, said[name])
    if fields:
        row.save(update_fields=fields)
    return bool(fields)


def _end(rows: Iterable[Obligation]) -> int:
    ended = [row.pk for row in rows if row.status != Obligation.Status.ENDED]
    return Obligation.objects.filter(pk__in=ended).update(status=Obligation.Status.ENDED)


def set_rule_text(*, rules: dict[int, str]) -> None:
    """Keep beside each obligation (by id) the rule by which its due windows were made."""
    known = dict(Obligation.objects.filter(pk__in=rules).values_list("pk", "rule_text"))
    # Hundreds of obligations share a rule: one statement for each rule, not for each obligation.
    by_text: dict[str, list[int]] = {}
    for pk, text in known.items():
        if text != rules[pk][:400]:
            by_text.setdefault(rules[pk][:400], []).append(pk)
    for text, ids in by_text.items():
        for first in range(0, len(ids), 500):
            Obligation.objects.filter(pk__in=ids[first : first + 500]).update(rule_text=text)
