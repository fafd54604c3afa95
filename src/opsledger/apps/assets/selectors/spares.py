"""Reading spare parts."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.http import Http404

from opsledger.apps.assets.models import SparePart
from opsledger.apps.contracts.models import Contract


def parts_of(contract: Contract) -> QuerySet[SparePart]:
    """The spare parts of a contract with the value of the stock."""
    return SparePart.objects.filter(contract=contract).annotate(value=F("stock") * F("price_cny"))


def part_for(contract: Contract, part_id: int) -> SparePart:
    """One part; Http404 if missing."""
    found = SparePart.objects.filter(contract=contract, pk=part_id).first()
    if found is None:
        raise Http404
    return found
