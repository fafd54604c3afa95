"""The table of worked cases: every case by name, the sum in a comment beside it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.core.drawing import read_yaml

from opsledger.core.calendars import DayKind, WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock, from_micros, to_micros
from opsledger.core.clock_case import answer_case
from opsledger.core.limits import DayEnd, Limit, LimitRules, due_micros
from opsledger.core.spans import joined

CASES = Path(__file__).parent / "cases"
CLOCK_TABLES = ("office", "pauses", "workdays", "zones", "china", "elsewhere")
CHINA = WorkingCalendar.china()


@cache
def table(name: str) -> Any:
    return read_yaml(CASES / f"{name}.yaml")


def clock_cases() -> list[Any]:
    found = []
    for name in CLOCK_TABLES:
        whole = table(name)
        for case in whole["cases"]:
            ask = dict(case["ask"])
            ask["calendar"] = whole["weeks"].get(ask["calendar"], ask["calendar"])
            found.append(pytest.param(ask, case, id=f"{name}: {case['name']}"))
    return found


def limit_cases() -> list[Any]:
    return [pytest.param(case["ask"], case["due"], id=case["name"]) for case in table("limits")["cases"]]


@pytest.mark.parametrize(("ask", "case"), clock_cases())
def test_clock_case(ask: dict[str, Any], case: dict[str, Any]) -> None:
    told = answer_case(json.loads(json.dumps({"id": case["name"], **ask})))
    assert "error" not in told, told
    assert told["due"] == case["due"]
    assert told["elapsed"] == case.get("elapsed", {})
    assert told["explain"]


@pytest.mark.parametrize(("ask", "due"), limit_cases())
def test_limit_case(ask: dict[str, Any], due: str) -> None:
    clock = ServiceClock(CHINA, parse_window(ask.get("window", "5x8")))
    settings = dict(ask.get("rules", {}))
    for name in ("day_ends", "workday_ends"):
        if name in settings:
            settings[name] = DayEnd(settings[name])
    pauses = joined(
        (to_micros(datetime.fromisoformat(a)), to_micros(datetime.fromisoformat(b)))
        for a, b in ask.get("pauses", [])
    )
    start = to_micros(datetime.fromisoformat(ask["start"]))
    found = due_micros(Limit(ask["value"], ask["unit"]), start, clock, LimitRules(**settings), pauses)
    assert from_micros(found) == datetime.fromisoformat(due)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_official_day(year: int) -> None:
    notice = table("official")[year]
    off: dict[date, str] = {}
    for holiday in notice["days_off"]:
        days = (holiday["last"] - holiday["first"]).days + 1
        off |= {holiday["first"] + timedelta(days=n): holiday["name"] for n in range(days)}
    makeup = set(notice["makeup"])
    worked = 0
    day = date(year, 1, 1)
    while day.year == year:
        if day in makeup:
            expected = DayKind.MAKEUP
        elif day in off:
            expected = DayKind.HOLIDAY
            assert CHINA.holiday_name(day) == off[day], day
        else:
            expected = DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKING
        assert CHINA.kind_of(day) is expected, day
        works = expected in (DayKind.MAKEUP, DayKind.WORKING)
        assert CHINA.is_working_day(day) is works, day
        worked += works
        day += timedelta(days=1)
    assert worked == notice["working_days"]


def test_the_table_is_large_and_its_names_are_unique() -> None:
    names = [f"{name}: {case['name']}" for name in CLOCK_TABLES for case in table(name)["cases"]]
    names += [f"limits: {case['name']}" for case in table("limits")["cases"]]
    assert len(names) == len(set(names))
    assert len(names) >= 120
