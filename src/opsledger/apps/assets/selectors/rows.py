"""Reading assets: lists, one, what hangs on it directly; imports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from opsledger.apps.assets.models import Asset, ImportBatch, Relation
from opsledger.apps.assets.policies import visible_assets
from opsledger.apps.contracts.models import Contract
from opsledger.kernel.access import Actor


def assets_for(actor: Actor, contract: Contract) -> QuerySet[Asset]:
    """The assets of a contract that `actor` may see."""
    rows = Asset.objects.filter(contract=contract).filter(visible_assets(actor, contract.pk))
    return rows.select_related("item", "item__unit")


def asset_for(actor: Actor, contract: Contract, code: str) -> Asset:
    """One asset by its code; Http404 if hidden or missing."""
    if "\x00" in code:  # PostgreSQL refuses to look for it
        raise Http404
    found = assets_for(actor, contract).select_related("contract", "accepted_by").filter(code=code).first()
    if found is None:
        raise Http404
    return found


SEARCHED = ("code", "name", "model", "serial", "place", "vendor")


def assets_found_by(words: str) -> Q:
    """The assets in which these words stand."""
    found = Q()
    for name in SEARCHED:
        found |= Q(**{f"{name}__icontains": words})
    return found


def out_of_warranty(when: str, today: date) -> Q:
    """The assets whose warranty has ended ("over") or ends within ninety days ("soon")."""
    if when == "over":
        return Q(warranty_until__lt=today)
    return Q(warranty_until__gte=today, warranty_until__lte=today + timedelta(days=90))


def listed_assets(actor: Actor, contract: Contract, codes: Iterable[str]) -> list[Asset]:
    """The assets with these codes that stand on a list of the contract."""
    sound = [code for code in codes if "\x00" not in code]
    return list(assets_for(actor, contract).filter(code__in=sound, equipment__isnull=False))


def relations_of(asset: Asset) -> list[Relation]:
    """What an asset hangs on and what hangs on it directly."""
    rows = Relation.objects.filter(Q(source=asset) | Q(target=asset)).select_related("source", "target")
    return list(rows.order_by("kind", "id"))


def counts_of(actor: Actor, contract: Contract) -> dict[str, int]:
    """How many assets there are, wait to be taken over, were not found, are out of warranty."""
    rows = Asset.objects.filter(contract=contract).filter(visible_assets(actor, contract.pk))
    return rows.aggregate(
        all=Count("pk", filter=~Q(state="retired")),
        listed=Count("pk", filter=Q(state="listed")),
        missing=Count("pk", filter=Q(state="missing")),
        differ=Count("pk", filter=Q(found_quantity__isnull=False) & ~Q(found_quantity=F("quantity"))),
    )


def batch_for(actor: Actor, contract: Contract, batch_id: int) -> ImportBatch:
    """One import; Http404 if missing."""
    found = ImportBatch.objects.filter(contract=contract, pk=batch_id).select_related("contract").first()
    if found is None:
        raise Http404
    return found


def batches_of(contract: Contract) -> list[ImportBatch]:
    """The last imports."""
    return list(ImportBatch.objects.filter(contract=contract).select_related("created_by").defer("plan")[:10])
