"""A place in a sheet: typed access that notes a problem and goes on instead of stopping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from opsledger.apps.contracts.packs.located import Path_, Sheet


@dataclass(frozen=True, slots=True)
class Cursor:
    """The value at `path` of `sheet`; reading reports what does not fit and gives a neutral value."""

    sheet: Sheet
    path: Path_ = ()

    @property
    def value(self) -> Any:
        """The plain value here; None where nothing stands."""
        here = self.sheet.data
        for part in self.path:
            try:
                here = here[part]
            except (KeyError, IndexError, TypeError):
                return None
        return here

    @property
    def line(self) -> int:
        """The line in the file (from 1)."""
        return self.sheet.line_of(self.path)

    def report(self, code: str, **facts: object) -> None:
        """Note a problem at this place."""
        self.sheet.report(self.path, code, **facts)

    def at(self, name: str | int) -> Cursor:
        """The place `name` below this one."""
        return Cursor(self.sheet, (*self.path, name))

    def has(self, name: str) -> bool:
        """Whether a value (not null) stands under `name`."""
        return self.at(name).value is not None

    def fields(self, allowed: Iterable[str], required: Iterable[str] = ()) -> bool:
        """Whether this is a mapping; its unknown and missing fields are reported."""
        value = self.value
        if not isinstance(value, dict):
            self.report("not_mapping")
            return False
        names = sorted(allowed)
        for name in value:
            if name not in names:
                self.at(name).report("unknown_field", name=name, allowed="、".join(names))
        for name in required:
            if value.get(name) is None:
                self.report("missing_field", name=name)
        return True

    def parts(self) -> list[Cursor]:
        """The places of a list's elements; empty for null, reported when it is no list."""
        value = self.value
        if value is None:
            return []
        if not isinstance(value, list):
            self.report("not_list")
            return []
        return [self.at(i) for i in range(len(value))]

    def entries(self) -> list[tuple[str, Cursor]]:
        """The named places of a mapping; empty for null, reported when it is no mapping."""
        value = self.value
        if value is None:
            return []
        if not isinstance(value, dict):
            self.report("not_mapping")
            return []
        return [(name, self.at(name)) for name in value]

    def text(self) -> str:
        """The text here; "" for null."""
        value = self.value
        if value is None:
            return ""
        if not isinstance(value, str):
            self.report("not_text")
            return ""
        return value.strip()

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(part.text() for part in self.parts())

    def day(self) -> date | None:
        """The date here; None for null."""
        value = self.value
        if value is not None and not isinstance(value, date):
            self.report("not_date")
            return None
        return value

    def number(self) -> Decimal | None:
        """The number here; None for null."""
        value = self.value
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.report("not_number")
            return None
        return Decimal(value)

    def whole(self, default: int = 0) -> int:
        """The whole number here; `default` for null."""
        value = self.value
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.report("not_whole")
            return default
        return value

    def flag(self) -> bool:
        """The yes or no here; no for null."""
        value = self.value
        if value not in (None, True, False):
            self.report("not_one_of", value=value, allowed="true、false")
        return value is True

    def one_of(self, allowed: Iterable[str], default: str) -> str:
        """A word of `allowed`; `default` for null and for anything else (which is reported)."""
        value = self.value
        if value is None:
            return default
        words = list(allowed)
        if value not in words:
            self.report("not_one_of", value=value, allowed="、".join(words))
            return default
        return str(value)
