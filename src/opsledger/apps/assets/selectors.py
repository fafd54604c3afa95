"""Reading assets: lists, one with what hangs on it, what runs out, take-over against the contract's list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import Http404

from opsledger.apps.assets.models import Asset, ImportBatch, Relation, SparePart
from opsledger.apps.assets.policies import visible_assets
from opsledger.apps.assets.types import classes, support_end
from opsledger.apps.contracts.models import Contract
from opsledger.kernel.access import Actor


def assets_for(actor: Actor, contract: Contract) -> QuerySet[Asset]:
    """The assets of a contract that `actor` may see."""
    rows = Asset.objects.filter(contract=contract).filter(visible_assets(actor, contract.pk))
    return rows.select_related("item", "item__unit")


def asset_for(actor: Actor, contract: Contract, code: str) -> Asset:
    """One asset by its code; Http404 if hidden or missing."""
    found = assets_for(actor, contract).select_related("contract", "accepted_by").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def relations_of(asset: Asset) -> list[Relation]:
    """What an asset hangs on and what hangs on it directly."""
    rows = Relation.objects.filter(Q(source=asset) | Q(target=asset)).select_related("source", "target")
    return list(rows.order_by("kind", "id"))


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that would fail as well: the asset, over how many steps, and by which one it hangs."""

    asset: Asset
    steps: int
    by: Asset
    word: str


def impact_of(asset: Asset) -> list[Hit]:
    """Everything that fails if `asset` fails, nearest first; connections and backups do not carry a failure."""
    rows = Relation.objects.filter(
        source__contract_id=asset.contract_id, kind__in=["runs_on", "part_of", "depends_on"]
    ).select_related("source", "source__item", "target")
    above: dict[int, list[Relation]] = {}
    for row in rows:
        above.setdefault(row.target_id, []).append(row)
    seen, hits, layer = {asset.pk}, [], [asset]
    steps = 0
    while layer:
        steps += 1
        following = []
        for below in layer:
            for row in above.get(below.pk, ()):
                if row.source_id not in seen:
                    seen.add(row.source_id)
                    hits.append(Hit(row.source, steps, below, row.get_kind_display()))
                    following.append(row.source)
        layer = following
    return hits


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that runs out: what of which asset, when, in how many days (negative: it has)."""

    asset: Asset
    word: str
    on: date
    left: int

    @property
    def tone(self) -> str:
        if self.left < 0:
            return "late"
        return "soon" if self.left <= 30 else "waiting" if self.left <= 90 else "ok"


def endings(actor: Actor, contract: Contract, *, today: date, months: int = 12) -> list[Ending]:
    """Warranties, licences, certificates, domains, batteries (4 years) and vendor support, in the order of days.

    From what ended within the last half-year to what ends within `months`.
    """
    since, until = today - timedelta(days=183), today + timedelta(days=31 * months)
    found = []
    for asset in assets_for(actor, contract).exclude(state="retired"):
        dates = [("保修", asset.warranty_until), ("到期", asset.expires_on), ("电池四年", _battery(asset))]
        support = support_end(asset.name, asset.model, *map(str, asset.fields.values()))
        if support:
            dates.append((f"厂商支持（{support[1]}）", support[0]))
        found += [
            Ending(asset, word, on, (on - today).days) for word, on in dates if on and since <= on <= until
        ]
    return sorted(found, key=lambda one: (one.on, one.asset.code))


def _battery(asset: Asset) -> date | None:
    """When the batteries of a UPS reach four years, the age at which they are to be replaced."""
    text = asset.fields.get("battery_on")
    try:
        begun = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return begun.replace(year=begun.year + 4, day=min(begun.day, 28)) if begun else None


def counts_of(actor: Actor, contract: Contract) -> dict[str, int]:
    """How many assets there are, wait to be taken over, were not found, are out of warranty."""
    rows = Asset.objects.filter(contract=contract).filter(visible_assets(actor, contract.pk))
    return rows.aggregate(
        all=Count("pk", filter=~Q(state="retired")),
        listed=Count("pk", filter=Q(state="listed")),
        missing=Count("pk", filter=Q(state="missing")),
        differ=Count("pk", filter=Q(found_quantity__isnull=False) & ~Q(found_quantity=F("quantity"))),
    )


def domestic_share(actor: Actor, contract: Contract) -> list[dict[str, Any]]:
    """Per class how many pieces are domestic IT, are not, or are not marked."""
    rows = (
        Asset.objects.filter(contract=contract)
        .filter(visible_assets(actor, contract.pk))
        .exclude(state="retired")
        .order_by()
        .values("klass")
        .annotate(
            total=Sum("quantity"),
            yes=Sum("quantity", filter=Q(domestic=True)),
            no=Sum("quantity", filter=Q(domestic=False)),
        )
    )
    order = list(classes())
    found = [{**row, "word": classes().get(row["klass"], row["klass"])} for row in rows]
    for row in found:
        row["domestic"], row["foreign"] = row.pop("yes") or 0, row.pop("no") or 0
        row["unknown"] = row["total"] - row["domestic"] - row["foreign"]
        marked = row["domestic"] + row["foreign"]
        row["percent"] = row["domestic"] * 100 // marked if marked else None
    return sorted(found, key=lambda row: order.index(row["klass"]) if row["klass"] in order else 99)


def takeover_of(contract: Contract) -> Mapping[str, int]:
    """The contract's own list against what was found: rows, pieces promised, pieces found, rows still open."""
    return (
        Asset.objects.filter(contract=contract)
        .exclude(source="")
        .aggregate(
            rows=Count("pk"),
            promised=Sum("quantity", default=0),
            found=Sum("found_quantity", default=0),
            open=Count("pk", filter=Q(state="listed")),
        )
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


def parts_of(contract: Contract) -> QuerySet[SparePart]:
    """The spare parts of a contract with the value of the stock."""
    return SparePart.objects.filter(contract=contract).annotate(value=F("stock") * F("price_cny"))


def part_for(contract: Contract, part_id: int) -> SparePart:
    """One part; Http404 if missing."""
    found = SparePart.objects.filter(contract=contract, pk=part_id).first()
    if found is None:
        raise Http404
    return found
