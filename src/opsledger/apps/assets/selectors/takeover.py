"""The contract's own lists of equipment against what was found, and the totals that do not add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from opsledger.apps.assets.models import Asset, EquipmentList
from opsledger.apps.assets.policies import visible_assets
from opsledger.apps.assets.services.equipment import differs_from
from opsledger.apps.contracts.models import Contract
from opsledger.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A printed total that is not the sum of the rows under it."""

    clause: str
    title: str
    printed: int
    counted: int
    note: str = ""

    @property
    def by(self) -> int:
        """How much more is printed than the rows have (negative: less)."""
        return self.printed - self.counted

    @property
    def sentence(self) -> str:
        """In one sentence, with the clause."""
        clause = f"条款{self.clause} " if self.clause else ""
        more = "多" if self.by > 0 else "少"
        return f"{clause}{self.title}：印为{self.printed}，各行合计{self.counted}，{more}印{abs(self.by)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: what is printed, the asset made of it, and how that differs ("" if not)."""

    place: int
    said: dict[str, Any]
    asset: Asset | None
    differs: str

    @property
    def outcome(self) -> tuple[str, str]:
        """Tone and word."""
        if self.asset is None:
            return "gap", "未登记"
        if self.differs:
            return "late", self.differs
        return ("waiting", "待核对") if self.asset.found_quantity is None else ("ok", "一致")


@dataclass(frozen=True, slots=True)
class Takeover:
    """A list with its rows and how far its take-over is."""

    listed: EquipmentList
    rows: list[Row]
    discrepancy: Discrepancy | None

    @property
    def promised(self) -> int:
        """Pieces that the rows name."""
        return self.listed.total

    @property
    def found(self) -> int:
        """Pieces that were found."""
        return sum(row.asset.found_quantity or 0 for row in self.rows if row.asset)

    @property
    def open(self) -> int:
        """Rows that nobody has looked at."""
        return sum(1 for row in self.rows if row.outcome[1] == "待核对")

    @property
    def differing(self) -> int:
        """Rows in which something differs."""
        return sum(1 for row in self.rows if row.differs)


def _discrepancy(listed: EquipmentList, by_key: dict[str, EquipmentList]) -> Discrepancy | None:
    if listed.printed_total is None:
        return None
    counted = sum(by_key[key].total for key in listed.covers if key in by_key) + listed.total
    if counted == listed.printed_total:
        return None
    return Discrepancy(listed.clause, listed.title, listed.printed_total, counted, listed.note)


def discrepancies(contract: Contract) -> list[Discrepancy]:
    """Every printed total of a contract's lists that does not add up, in the order of the contract."""
    lists = list(EquipmentList.objects.filter(contract=contract))
    by_key = {one.key: one for one in lists}
    return [found for one in lists if (found := _discrepancy(one, by_key))]


def takeovers(actor: Actor, contract: Contract) -> list[Takeover]:
    """Every list with its rows; a service unit sees those of its own items only."""
    lists = list(EquipmentList.objects.filter(contract=contract).select_related("item", "confirmed_by"))
    by_key = {one.key: one for one in lists}
    assets: dict[tuple[int, int], Asset] = {}
    rows = Asset.objects.filter(contract=contract, equipment__isnull=False)
    for asset in rows.filter(visible_assets(actor, contract.pk)).select_related("accepted_by"):
        assets[(asset.equipment_id, asset.list_row)] = asset
    found = []
    for listed in lists:
        if not listed.rows:
            continue
        lines = []
        for place, said in enumerate(listed.rows, start=1):
            asset = assets.get((listed.pk, place))
            lines.append(Row(place, said, asset, differs_from(listed, asset) if asset else ""))
        if any(line.asset for line in lines):
            found.append(Takeover(listed, lines, _discrepancy(listed, by_key)))
    return found


def list_for(contract: Contract, key: str) -> EquipmentList:
    """One list by its key; Http404 if missing."""
    rows = EquipmentList.objects.filter(contract=contract).select_related("contract")
    found = rows.filter(key=key).first() if "\x00" not in key else None
    if found is None:
        raise Http404
    return found


def takeover_of(contract: Contract) -> dict[str, int]:
    """All lists together: rows, pieces promised, pieces found, rows still open."""
    rows = list(Asset.objects.filter(contract=contract, equipment__isnull=False))
    lists = EquipmentList.objects.filter(contract=contract)
    return {
        "rows": len(rows),
        "promised": sum(one.total for one in lists),
        "found": sum(row.found_quantity or 0 for row in rows),
        "open": sum(1 for row in rows if row.state == "listed"),
    }
