"""The same derived truth for the matrix, the month's progress and the assessment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from opsledger.apps.contracts.models import Contract, Obligation, ServiceItem
from opsledger.apps.duties.models import Occurrence
from opsledger.core.compliance import Cell, Duty, Month, OccurrenceOutcome, Source
from opsledger.core.occurrences import outcome

WHOLE = 0
"""The row of obligations that bind the contract as a whole, not one item."""


def standing_case(at: datetime) -> Case:
    """core.occurrences.outcome as an SQL expression (cancelled rows are left out by the callers)."""
    done = Q(state__in=["submitted", "verified"])
    return Case(
        When(state="waived", then=Value("waived")),
        When(done & Q(submitted_at__lte=F("due_at")), then=Value("fulfilled")),
        When(done, then=Value("late")),
        When(begins_at__gt=at, then=Value("upcoming")),
        When(due_at__gte=at, then=Value("due")),
        default=Value("missed"),
        output_field=CharField(),
    )


def _narrow(rows: QuerySet[Any], filters: Mapping[str, str], path: str = "") -> QuerySet[Any]:
    """Filters of the matrix: kind or activity of the obligation, unit and owner of the item, item number."""
    if filters.get("kind"):
        rows = rows.filter(**{f"{path}kind": filters["kind"]})
    if filters.get("activity"):
        rows = rows.filter(**{f"{path}activity": filters["activity"]})
    if filters.get("unit"):
        rows = rows.filter(item__unit_id=filters["unit"])
    if filters.get("owner"):
        rows = rows.filter(item__owner_id=filters["owner"])
    if filters.get("item"):
        rows = rows.filter(item__no=filters["item"])
    return rows


def compliance_cells(
    contract: Contract,
    filters: Mapping[str, str] | None = None,
    *,
    at: datetime,
    visible: Q | None = None,
) -> dict[tuple[int, Month], Cell]:
    """Items × months: how many occurrences of each standing fall due (key 0: the contract as a whole).

    One aggregate query, and one for the gaps.  `filters` may hold kind, activity, unit, owner, item.
    """
    rows = Occurrence.objects.filter(contract=contract).exclude(state="cancelled")
    gaps = Obligation.objects.filter(contract=contract, status=Obligation.Status.GAP)
    if visible is not None:
        rows, gaps = rows.filter(visible), gaps.filter(visible)
    rows = _narrow(rows, filters or {}, "obligation__")
    gaps = _narrow(gaps, filters or {})
    counted = (
        rows.order_by().values_list("item_id", "due_month", standing_case(at)).annotate(number=Count("pk"))
    )
    found: dict[tuple[int, Month], dict[str, int]] = {}
    for item_id, month, standing, number in counted:
        cell = found.setdefault((item_id or WHOLE, Month(month.year, month.month)), {})
        cell[standing] = cell.get(standing, 0) + number
    for item_id, first, last in gaps.values_list("item_id", "starts_on", "ends_on"):
        for month in months_between(first, last):
            cell = found.setdefault((item_id or WHOLE, month), {})
            cell["gap"] = cell.get("gap", 0) + 1
    return {key: Cell(**counts) for key, counts in found.items()}


def months_between(first: date, last: date) -> list[Month]:
    """Every month from the one of `first` to the one of `last`."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    start = first.year * 12 + first.month - 1
    return [Month((start + n) // 12, (start + n) % 12 + 1) for n in range(max(0, count))]


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line of the matrix: an item (or None for the contract as a whole), its cells by month, its sum."""

    item: ServiceItem | None
    cells: tuple[Cell, ...]
    total: Cell
    months: tuple[Month, ...] = ()

    @property
    def pairs(self) -> Iterable[tuple[Month, Cell]]:
        """Each month with its cell."""
        return zip(self.months, self.cells, strict=True)


@dataclass(frozen=True, slots=True)
class Grid:
    """The matrix as it is shown: months, rows, column sums and the sum of everything."""

    months: tuple[Month, ...]
    rows: tuple[GridRow, ...]
    columns: tuple[Cell, ...]
    total: Cell

    @property
    def pairs(self) -> Iterable[tuple[Month, Cell]]:
        """Each month with its sum."""
        return zip(self.months, self.columns, strict=True)


def compliance_grid(
    contract: Contract,
    items: Iterable[ServiceItem],
    filters: Mapping[str, str] | None = None,
    *,
    at: datetime,
    visible: Q | None = None,
) -> Grid:
    """The cells laid out in the order of `items`; rows without anything due are left out."""
    cells = compliance_cells(contract, filters, at=at, visible=visible)
    months = tuple(months_between(contract.starts_on, contract.ends_on))
    beyond = sorted({month for _, month in cells} - set(months))
    months = tuple(sorted({*months, *beyond}))
    rows = []
    for item in [*items, None]:
        key = item.pk if item else WHOLE
        line = tuple(cells.get((key, month), Cell()) for month in months)
        total = _sum(line)
        if total != Cell():
            rows.append(GridRow(item, line, total, months))
    columns = tuple(_sum(row.cells[n] for row in rows) for n in range(len(months)))
    return Grid(months, tuple(rows), columns, _sum(columns))


def _sum(cells: Iterable[Cell]) -> Cell:
    total = Cell()
    for cell in cells:
        total = total + cell
    return total


def month_progress(
    contract: Contract, month: date, *, at: datetime, visible: Q | None = None
) -> dict[str, int]:
    """How the occurrences due in one month stand: fulfilled, late, missed, due, upcoming, waived and all."""
    rows = Occurrence.objects.filter(contract=contract, due_month=month.replace(day=1))
    rows = rows.exclude(state="cancelled")
    if visible is not None:
        rows = rows.filter(visible)
    counts = dict.fromkeys(("fulfilled", "late", "missed", "due", "upcoming", "waived"), 0)
    for standing, number in rows.order_by().values_list(standing_case(at)).annotate(number=Count("pk")):
        counts[standing] = number
    return {**counts, "all": sum(counts.values())}


def occurrence_outcomes(
    contract: Contract, since: date, until: date, *, at: datetime
) -> tuple[list[OccurrenceOutcome], dict[str, Source]]:
    """What became of every occurrence that falls due from `since` to `until` (days, both included).

    The outcomes and their sources by obligation id, as core.compliance and core.scoring take them.
    References name the occurrence ("occurrence:12"); its evidence hangs on that.
    """
    zone = ZoneInfo(contract.time_zone)
    first = datetime(since.year, since.month, since.day, tzinfo=zone)
    rows = (
        Occurrence.objects.filter(contract=contract, due_at__gt=first)
        .exclude(state="cancelled")
        .filter(due_month__gte=since.replace(day=1), due_month__lte=until)
        .order_by("due_at", "id")
        .values_list(
            "pk", "obligation_id", "state", "begins_at", "due_at", "submitted_at", "title", "window_id"
        )
    )
    found, seen = [], set()
    for pk, obligation_id, state, begins, due, submitted, title, window_id in rows:
        if not since <= due_day(due, zone) <= until:
            continue
        seen.add(obligation_id)
        became = outcome(state, begins_at=begins, due_at=due, submitted_at=submitted, at=at)
        found.append(
            OccurrenceOutcome(
                id=str(pk),
                obligation_id=str(obligation_id),
                outcome=became,
                due_at=due,
                done_at=submitted if became in ("fulfilled", "late") else None,
                title=f"{title}（{window_id}）",
                refs=(f"occurrence:{pk}",),
            )
        )
    return found, _sources(contract, seen)


def due_day(due_at: datetime, zone: ZoneInfo) -> date:
    """The day of a due moment, as people there count it."""
    return due_at.astimezone(zone).date()


def _sources(contract: Contract, ids: set[int]) -> dict[str, Source]:
    rows = Obligation.objects.filter(contract=contract, pk__in=ids).select_related("item", "term")
    return {str(row.pk): _source(row) for row in rows}


def _source(row: Obligation) -> Source:
    duty = Duty.TASK
    if row.kind == "deliverable":
        duty = Duty.DELIVERABLE
    elif row.activity == "drill":
        duty = Duty.DRILL
    return Source(
        title=row.title,
        item_no=row.item.no if row.item else "",
        item_category=row.item.category if row.item else "",
        clause=row.term.clause,
        duty=duty,
        attributes={"activity": row.activity, "kind": row.kind},
    )
