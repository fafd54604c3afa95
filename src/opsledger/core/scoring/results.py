"""The typed results of an assessment, from one fact up to the money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from opsledger.core.scoring.choices import EffectKind
from opsledger.core.scoring.facts import Fact, Period
from opsledger.core.scoring.scheme import Band, Category, Indicator, Veto


class FactState(StrEnum):
    """Why a fact counts or does not."""

    COUNTED = "counted"
    FREE = "free"
    EXCLUDED = "excluded"
    UPHELD = "upheld"
    NO_DEMAND = "no_demand"
    UNMATCHED = "unmatched"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """One fact in one evaluation.

    `points` is what this fact alone takes off (a bonus row: adds) before any cap; zero where it does
    not count, is not the decisive one of its row, or only takes part in an average.
    """

    fact: Fact
    state: FactState
    indicator_id: str
    points: Decimal
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """One row of the table: `raw` before and `deduction` after its cap; `awarded` where it has full marks.

    For a bonus row both figures are additions.  `pending` says that a mark is still awaited.
    """

    indicator: Indicator
    category_id: str
    lines: tuple[FactLine, ...]
    raw: Decimal
    deduction: Decimal
    awarded: Decimal | None
    capped: bool
    pending: bool
    text: str

    @property
    def refs(self) -> tuple[str, ...]:
        """Evidence of the facts that counted, each once, in order."""
        counted = (line for line in self.lines if line.state is FactState.COUNTED)
        return tuple(dict.fromkeys(ref for line in counted for ref in line.fact.refs))


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryResult:
    """One category: what it lost on its own scale and what that takes off the whole."""

    category: Category
    rows: tuple[RowResult, ...]
    deduction: Decimal
    contribution: Decimal
    capped: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VetoResult:
    """One veto: the facts that bear on it and whether they are enough."""

    veto: Veto
    facts: tuple[Fact, ...]
    hit: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyResult:
    """What the band means in money.

    `deduction` + `payable` + `withheld` = `base_cny` (the period's money).  `wanted` is the deduction by
    the formula before it is limited to the money there is.  `settled` is False where the contract leaves
    the sum to negotiation or ends; nothing is payable then until the parties have agreed.
    """

    kind: EffectKind
    base_cny: Decimal
    wanted: Decimal
    deduction: Decimal
    payable: Decimal
    withheld: Decimal
    settled: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One line of the calculation: what it is about, its clause, its evidence, the figure, the sentence.

    `subject` is the id of the fact, row, category, veto, open point or band; `indicator_id` the row
    that a fact's or a row's figure belongs to, else empty.
    """

    stage: str
    subject: str
    indicator_id: str = ""
    clause: str
    refs: tuple[str, ...]
    amount: Decimal | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One period under one choice of readings."""

    scheme_id: str
    period: Period
    readings: Mapping[str, str]
    base: Decimal
    deduction: Decimal
    bonus: Decimal
    score: Decimal
    band: Band
    vetoes: tuple[VetoResult, ...]
    categories: tuple[CategoryResult, ...]
    bonus_rows: tuple[RowResult, ...]
    lines: tuple[FactLine, ...]
    money: MoneyResult | None
    trace: tuple[TraceStep, ...]

    @property
    def rows(self) -> tuple[RowResult, ...]:
        """Every row in the scheme's order, bonus rows last."""
        return tuple(row for category in self.categories for row in category.rows) + self.bonus_rows

    @property
    def pending(self) -> tuple[str, ...]:
        """Ids of the rows that still await a mark."""
        return tuple(row.indicator.id for row in self.rows if row.pending)

    @property
    def disputed(self) -> tuple[str, ...]:
        """Ids of the facts that count while an objection is open."""
        return tuple(
            line.fact.id
            for line in self.lines
            if line.state is FactState.COUNTED and line.fact.objection.value == "raised"
        )

    @property
    def vetoed(self) -> bool:
        """Whether any veto hit."""
        return any(veto.hit for veto in self.vetoes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """The result if one open point were read another way, the rest as chosen."""

    point_id: str
    question: str
    reading_id: str
    text: str
    evaluation: Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The result under the chosen readings, and under each other reading of each open point."""

    chosen: Evaluation
    alternatives: tuple[Alternative, ...]
