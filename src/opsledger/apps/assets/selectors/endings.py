"""What runs out and when, and the share of domestic IT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Sum

from opsledger.apps.assets.models import Asset
from opsledger.apps.assets.policies import visible_assets
from opsledger.apps.assets.selectors.rows import assets_for
from opsledger.apps.assets.types import classes, support_end
from opsledger.apps.contracts.models import Contract
from opsledger.kernel.access import Actor


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
