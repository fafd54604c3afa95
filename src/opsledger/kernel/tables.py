"""Lists as people expect them: sorted, filtered, searched, paged, counted, exported as seen."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from opsledger.kernel import clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 50
_EXPORT_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a key, a heading, what the export writes, how it sorts, and the cell's own template.

    A column without a template shows `value(row)`.  `sort` names the fields to order by.
    """

    key: str
    label: str
    value: Callable[[Any], object]
    sort: tuple[str, ...] = ()
    template: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the list: query parameter, heading, options (value, word), and what each selects.

    One that is rarely needed is kept under 更多条件 (`more`).  One with `suggest` is a field for any word, helped by the
    options that this address gives while one types.
    """

    key: str
    label: str
    options: Sequence[tuple[str, str]]
    select: Callable[[str], Q]
    more: bool = False
    suggest: str = ""

    def value(self, asked: Mapping[str, str]) -> str:
        """What is chosen, "" where it is nothing that this filter knows."""
        given = asked.get(self.key, "")
        if self.suggest:
            return given.replace("\x00", "").strip()[:100]
        return given if given in {key for key, _ in self.options} else ""


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days above the list: parameters `<key>_from` and `<key>_to`, both days included.

    `moment` names the field of moments; the days are those of the installation's zone.
    """

    key: str
    label: str
    moment: str

    def bounds(self, asked: Mapping[str, str]) -> tuple[date | None, date | None]:
        return day_of(asked.get(f"{self.key}_from", "")), day_of(asked.get(f"{self.key}_to", ""))

    def select(self, since: date | None, until: date | None) -> Q:
        found = Q()
        if since:
            found &= Q(**{f"{self.moment}__gte": clock.midnight(since)})
        if until:
            found &= Q(**{f"{self.moment}__lt": clock.midnight(until + timedelta(days=1))})
        return found


def day_of(text: str) -> date | None:
    """The day that a parameter names; None for what is no day, or none that anybody means."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2400 else None


@dataclass(slots=True)
class Table:
    """A list page's rows and everything about them, from the request's parameters.

    Parameters: `q` searches the `search` fields (or asks `search` for the rows that fit), `sort=-due`, `page=2`,
    one per filter, two for days, `export=xlsx`.
    Unknown values are ignored, never an error.
    """

    request: HttpRequest
    rows: QuerySet[Any]
    columns: Sequence[Column]
    sort: str
    filters: Sequence[Filter] = ()
    days: Days | None = None
    search: Sequence[str] | Callable[[str], Q] = ()
    per_page: int = PER_PAGE
    name: str = "table"
    empty_title: str = "这里还没有记录"
    empty_text: str = ""
    # Every so many seconds the page asks for its rows anew while it is in view; 0: only when asked.
    live: int = 0
    chosen: dict[str, str] = field(default_factory=dict)
    q: str = ""
    ordered: str = ""
    _page: Page[Any] | None = None

    def __post_init__(self) -> None:
        asked = self.request.GET
        self.q = asked.get("q", "").replace("\x00", "").strip()[:100]
        for choice in self.filters:
            value = choice.value(asked)
            if value:
                self.chosen[choice.key] = value
                self.rows = self.rows.filter(choice.select(value))
        if self.days:
            since, until = self.days.bounds(asked)
            told = {"from": since, "to": until}
            self.chosen |= {f"{self.days.key}_{end}": str(day) for end, day in told.items() if day}
            self.rows = self.rows.filter(self.days.select(since, until))
        if self.q and self.search:
            self.rows = self.rows.filter(self._found())
        self.ordered = asked.get("sort", self.sort)
        if self._sort_fields() is None:
            self.ordered = self.sort
        self.rows = self.rows.order_by(*(self._sort_fields() or ("pk",)), "pk")

    def _found(self) -> Q:
        """The rows that fit the words searched for."""
        if callable(self.search):
            return self.search(self.q)
        found = Q()
        for name in self.search:
            found |= Q(**{f"{name}__icontains": self.q})
        return found

    def _sort_fields(self) -> tuple[str, ...] | None:
        down = self.ordered.startswith("-")
        for column in self.columns:
            if column.key == self.ordered.lstrip("-") and column.sort:
                return tuple(_flip(name) if down else name for name in column.sort)
        return None

    @property
    def page(self) -> Page[Any]:
        if self._page is None:
            self._page = Paginator(self.rows, self.per_page).get_page(self.request.GET.get("page"))
        return self._page

    @property
    def count(self) -> int:
        return int(self.page.paginator.count)

    @property
    def searchable(self) -> bool:
        """Whether there is a search box (a template would call `search` where it is a function)."""
        return bool(self.search)

    @property
    def filtered(self) -> bool:
        return bool(self.q or self.chosen)

    def headings(self) -> list[dict[str, object]]:
        """Column heads with the sort that a click asks for."""
        made = []
        for column in self.columns:
            active = self.ordered.lstrip("-") == column.key
            down = self.ordered.startswith("-")
            made.append(
                {
                    "column": column,
                    "active": active,
                    "down": down,
                    "next": f"-{column.key}" if active and not down else column.key,
                }
            )
        return made

    def choices(self) -> list[dict[str, object]]:
        """The filters that stand above the list, with what is chosen."""
        return self._told(more=False)

    def more_choices(self) -> list[dict[str, object]]:
        """The filters under 更多条件."""
        return self._told(more=True)

    def _told(self, *, more: bool) -> list[dict[str, object]]:
        return [
            {"filter": choice, "value": self.chosen.get(choice.key, "")}
            for choice in self.filters
            if choice.more is more
        ]

    @property
    def more_chosen(self) -> bool:
        """Whether something under 更多条件 is chosen, so that it must be seen."""
        rare = {choice.key for choice in self.filters if choice.more}
        if self.days:
            rare |= {f"{self.days.key}_from", f"{self.days.key}_to"}
        return bool(rare & self.chosen.keys())

    @property
    def day_bounds(self) -> dict[str, str]:
        """The days chosen, for the two fields."""
        key = self.days.key if self.days else ""
        return {end: self.chosen.get(f"{key}_{end}", "") for end in ("from", "to")}

    @property
    def wants_export(self) -> bool:
        return self.request.GET.get("export") == "xlsx"

    def export(self, filename: str) -> HttpResponse:
        """The rows as they are filtered and sorted, all pages, as a workbook."""
        rows = (
            [column.value(row) for column in self.columns] for row in self.rows[:_EXPORT_MAX].iterator(2000)
        )
        return workbook(filename, [column.label for column in self.columns], rows)


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None)
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, (int, float, str, date, bool)):
        return value if value is not None else ""
    return str(value)


def workbook(filename: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A one-sheet workbook as a download; cells are written as values, never as formulas."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "bg_color": "#E8EEF5", "border": 1})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    a_day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("明细")
    sheet.freeze_panes(1, 0)
    widths = [max(10, len(heading) * 2 + 2) for heading in headings]
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, head)
    for number, row in enumerate(rows, start=1):
        for column, raw in enumerate(row):
            value = _plain(raw)
            if isinstance(value, datetime):
                sheet.write_datetime(number, column, value, moment)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), a_day)  # noqa: DTZ001
            else:
                sheet.write(number, column, value)
            widths[column] = min(60, max(widths[column], len(str(value)) * 2))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    book.close()
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = attachment(filename)
    return response


def attachment(filename: str) -> str:
    """A Content-Disposition that carries a Chinese file name."""
    from urllib.parse import quote

    return f"attachment; filename*=UTF-8''{quote(filename)}"
