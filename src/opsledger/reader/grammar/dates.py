"""Dates and periods: 2024年10月1日-2025年6月30日, 2025.4.02-2026.4.01."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from opsledger.reader.blocks import Span

_DATE = r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?"
_PERIOD = re.compile(rf"{_DATE}\s*(?:起)?\s*(?:至|到|-+|—)\s*{_DATE}\s*(?:止)?")


@dataclass(frozen=True, slots=True)
class Period:
    """Two dates, both included, and where they stand."""

    start: date
    end: date
    span: Span

    def as_json(self) -> dict[str, str]:
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


def periods(key: str, start: int, end: int) -> list[Period]:
    """All periods between two offsets; a pair that is no date (30 February) is left out."""
    found: list[Period] = []
    for match in _PERIOD.finditer(key, start, end):
        year, month, day, year2, month2, day2 = (int(g) for g in match.groups())
        try:
            first, last = date(year, month, day), date(year2, month2, day2)
        except ValueError:
            continue
        found.append(Period(first, last, Span(match.start(), match.end())))
    return found
