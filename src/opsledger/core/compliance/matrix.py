"""Obligations × months, and the SLA rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, tzinfo
from decimal import ROUND_DOWN, Decimal

from opsledger.core.compliance.outcomes import (
    WORST_FIRST,
    Month,
    OccurrenceOutcome,
    Standing,
    TimerOutcome,
    month_of,
    occurrence_standing,
    timer_standing,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One obligation in one month, or any sum of such cells: how many of each standing."""

    missed: int = 0
    late: int = 0
    gap: int = 0
    due: int = 0
    upcoming: int = 0
    fulfilled: int = 0
    waived: int = 0

    @property
    def state(self) -> Standing:
        """The worst standing the cell holds, by `WORST_FIRST`; ``empty`` when it holds nothing."""
        held = (one for one in WORST_FIRST if one is not Standing.EMPTY and getattr(self, one.value))
        return next(held, Standing.EMPTY)

    @property
    def decided(self) -> int:
        """How many are decided for good or ill: fulfilled, late or missed."""
        return self.fulfilled + self.late + self.missed

    @property
    def percent(self) -> Decimal | None:
        """Fulfilled in time out of those decided, as `percent_of`; None when nothing is decided."""
        return percent_of(self.fulfilled, self.decided)

    def __add__(self, other: Cell) -> Cell:
        sums = {one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Cell)}
        return Cell(**sums)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All cells, with the sums of each obligation (row), each month (column) and of everything."""

    cells: Mapping[tuple[str, Month], Cell]
    rows: Mapping[str, Cell]
    columns: Mapping[Month, Cell]
    total: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaRate:
    """Timers met in time out of those decided.

    Decided are: met, met late, and breached whether the work has since been done or not.  Running and paused
    timers are `open`, cancelled ones `left_out`; neither enters the rate.  `percent` is None without any
    decided timer: no data is neither 0 nor 100.
    """

    met: int
    breached: int
    open: int
    left_out: int

    @property
    def percent(self) -> Decimal | None:
        """met ÷ (met + breached) × 100, cut to two places: 99.999 never prints as 100."""
        return percent_of(self.met, self.met + self.breached)


def percent_of(part: int, whole: int) -> Decimal | None:
    """A share in percent cut to two places; None of nothing."""
    if whole == 0:
        return None
    return (Decimal(100) * part / whole).quantize(Decimal("0.01"), ROUND_DOWN)


def matrix(
    *,
    occurrences: Iterable[OccurrenceOutcome] = (),
    timers: Iterable[TimerOutcome] = (),
    gaps: Iterable[tuple[str, Month]] = (),
    at: datetime,
    zone: tzinfo,
) -> Matrix:
    """The obligations × months matrix.

    `gaps` are months in which an obligation binds but nothing could be planned (its frequency is not stated).
    """
    counts: dict[tuple[str, Month], dict[str, int]] = {}

    def count(obligation_id: str, month: Month, standing: Standing) -> None:
        cell = counts.setdefault((obligation_id, month), {})
        cell[standing.value] = cell.get(standing.value, 0) + 1

    for one in occurrences:
        count(one.obligation_id, month_of(one.due_at, zone), occurrence_standing(one))
    for timer in timers:
        count(timer.obligation_id, month_of(timer.due_at, zone), timer_standing(timer, at))
    for obligation_id, month in gaps:
        count(obligation_id, month, Standing.GAP)
    rows: dict[str, Cell] = {}
    columns: dict[Month, Cell] = {}
    cells = {key: Cell(**found) for key, found in sorted(counts.items())}
    for (obligation_id, month), cell in cells.items():
        rows[obligation_id] = rows.get(obligation_id, Cell()) + cell
        columns[month] = columns.get(month, Cell()) + cell
    total = sum(cells.values(), Cell())
    return Matrix(cells=cells, rows=rows, columns=dict(sorted(columns.items())), total=total)


def sla_rate(timers: Iterable[TimerOutcome], at: datetime) -> SlaRate:
    """How many timers were met in time, of those decided at `at`."""
    found = [timer_standing(timer, at) for timer in timers]
    return SlaRate(
        met=found.count(Standing.FULFILLED),
        breached=found.count(Standing.LATE) + found.count(Standing.MISSED),
        open=found.count(Standing.DUE),
        left_out=found.count(Standing.WAIVED),
    )
