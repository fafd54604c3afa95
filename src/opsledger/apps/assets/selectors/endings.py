"""What runs out and when, and the share of domestic IT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Sum

from opsledger.apps.assets.ends import WORDS, ends_of
from opsledger.apps.assets.models import Asset
from opsledger.apps.assets.policies import visible_assets
from opsledger.apps.assets.selectors.rows import assets_for
from opsledger.apps.assets.types import classes
from opsledger.apps.contracts.models import Contract
from opsledger.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that runs out: what of which asset, when, in how many days (negative: it has)."""

    asset: Asset
    word: str
    on: date
    left: int
    key: str = ""

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
        found += [
            Ending(asset, word, on, (on - today).days, key)
            for key, word, on in ends_of(asset)
            if since <= on <= until
        ]
    return sorted(found, key=lambda one: (one.on, one.asset.code))


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of ending on the line of time: how many in each month, with the earliest day of each."""

    word: str
    cells: list[tuple[int, str]]


def time_line(rows: list[Ending], *, today: date) -> tuple[list[date], list[Line]]:
    """The months from half a year back to a year ahead, and for each kind how many end in each of them."""
    start = today.year * 12 + today.month - 1 - 6
    months = [date(n // 12, n % 12 + 1, 1) for n in range(start, start + 19)]
    lines = []
    for key, word in WORDS.items():
        counts: dict[date, list[Ending]] = {}
        for row in rows:
            if row.key == key:
                counts.setdefault(row.on.replace(day=1), []).append(row)
        if counts:
            cells = [(len(counts.get(month, ())), _tone(counts.get(month, []))) for month in months]
            lines.append(Line(word, cells))
    return months, lines


def _tone(rows: list[Ending]) -> str:
    order = ("late", "soon", "waiting", "ok")
    return min((row.tone for row in rows), key=order.index, default="")


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
