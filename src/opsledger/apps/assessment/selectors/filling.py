"""What of a sheet may be entered by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from opsledger.apps.assessment.basis import Basis
from opsledger.apps.assessment.inputs import FOUND_BY_ITSELF, limit_of
from opsledger.core.scoring import FACT_KINDS, Indicator
from opsledger.core.scoring.scheme import Manual, PerUnit, Steps


@dataclass(frozen=True, slots=True)
class Fillable:
    """A row of the sheet with what may be entered on it: points (`kind` is "") or a fact of one kind."""

    group: str
    indicator: Indicator
    kind: str
    word: str
    limit: Decimal | None

    @property
    def needs_measure(self) -> bool:
        """Whether the fact costs by a number that must be given."""
        return bool(self.kind) and isinstance(self.indicator.rule, PerUnit)


def fillable(basis: Basis) -> list[Fillable]:
    """Everything that may be entered by hand, in the order of the sheet; what is found by itself is left out."""
    found: list[Fillable] = []
    for category in basis.scheme.categories:
        for row in category.indicators:
            found += _ways(basis, category.title, row)
    for row in basis.scheme.bonus:
        found += _ways(basis, "加分", row)
    return found


def _ways(basis: Basis, group: str, row: Indicator) -> Iterator[Fillable]:
    if isinstance(row.rule, Manual | Steps):
        yield Fillable(group, row, "", f"{row.title}（评分）", limit_of(row))
        return
    words = {**FACT_KINDS, **basis.scheme.kinds}
    for kind in row.match.kinds if row.match else ():
        if kind not in FOUND_BY_ITSELF:
            yield Fillable(group, row, kind, f"{row.title}：{words.get(kind, kind)}", None)
