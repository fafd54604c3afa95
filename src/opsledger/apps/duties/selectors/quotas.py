"""Bounded amounts of service: how they stand, and what drew on them."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import Contract, Obligation
from opsledger.apps.contracts.policies import visible_items
from opsledger.apps.duties.models import QuotaDraw
from opsledger.apps.duties.quotas import Balance
from opsledger.apps.duties.services.quota_tickets import rule_of
from opsledger.apps.duties.services.quotas import balances_of
from opsledger.kernel.access import Actor


def quota_rows(actor: Actor, contract: Contract, day: date) -> list[tuple[Obligation, Balance | None]]:
    """Every quota of the contract with how it stands in the period of `day`."""
    rows = Obligation.objects.filter(contract=contract, kind="quota", status=Obligation.Status.ACTIVE)
    rows = rows.filter(visible_items(actor, contract.pk, "item__")).select_related(
        "item", "term", "quota_rule"
    )
    quotas = list(rows)
    balances = balances_of(quotas, day)
    found = [(row, balances[row.pk]) for row in quotas]
    for row, _ in found:
        row.draws_by = rule_of(row)
    return sorted(found, key=lambda one: one[1] is None)


def draws_of(contract: Contract) -> list[QuotaDraw]:
    """The latest entries on quotas."""
    return list(all_uses(contract)[:100])


def all_uses(contract: Contract) -> QuerySet[QuotaDraw]:
    """Every entry on a quota, the latest first."""
    rows = QuotaDraw.objects.filter(contract=contract).select_related("obligation", "obligation__item", "by")
    return rows.select_related("ticket", "obligation__term")


def quota_draw_for(actor: Actor, contract: Contract, number: str) -> QuotaDraw:
    """One entry on a quota; Http404 if hidden or missing."""
    rows = QuotaDraw.objects.filter(contract=contract).filter(
        visible_items(actor, contract.pk, "obligation__item__")
    )
    known = number.isdigit() and len(number) < 18
    found = rows.select_related("obligation__term", "obligation__item", "obligation__contract")
    row = found.filter(pk=int(number)).first() if known else None
    if row is None:
        raise Http404
    return row
