"""contract.yaml: parties, term, units, windows, severities, sources."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from opsledger.apps.contracts.packs.cursor import Cursor
from opsledger.apps.contracts.packs.model import (
    OfficeHours,
    PartyName,
    Period,
    Severity,
    SeveritySet,
    Source,
    Unit,
    Window,
)
from opsledger.core.calendars import parse_window
from opsledger.core.errors import DomainError
from opsledger.core.terms import TicketKind, TimeUnit

FIELDS = (
    "pack",
    "name",
    "project",
    "tender_no",
    "time_zone",
    "parties",
    "term",
    "price_cny",
    "units",
    "windows",
    "default_window",
    "office_hours",
    "severities",
    "clause_prefix",
    "sources",
    "open",
)
REQUIRED = ("pack", "name", "time_zone", "parties", "term", "units", "windows", "default_window", "sources")
ANCHORS = ("signing", "confirmed_start")
_LENGTH = re.compile(r"(\d+)\s+(day|month|year)\Z", re.ASCII)


def read_period(place: Cursor) -> Period:
    """`start` and `end`, or `anchor` and `length` ("1 year")."""
    if not place.fields({"start", "end", "anchor", "length"}):
        return Period()
    start, end = place.at("start").day(), place.at("end").day()
    anchor = place.at("anchor").one_of(ANCHORS, "")
    length = place.at("length").text()
    match = _LENGTH.match(length)
    if length and not match:
        place.at("length").report("bad_length", value=length)
    elif not (start and end) and not (anchor and match):
        place.report("no_period")
    if start and end and end < start:
        place.at("end").report("ends_before_start", start=start, end=end)
    if match:
        return Period(start, end, anchor, int(match[1]), TimeUnit(match[2]))  # type: ignore[call-arg]
    return Period(start, end, anchor)


def read_party(place: Cursor) -> PartyName | None:
    """A party with its name, or None when the text names nobody."""
    if place.value is None:
        return None
    if not place.fields({"name", "made_up"}, ("name",)):
        return None
    return PartyName(place.at("name").text(), place.at("made_up").flag())


def read_units(place: Cursor) -> tuple[Unit, ...]:
    """The service units; a name listed twice is reported."""
    units: list[Unit] = []
    seen: dict[str, int] = {}
    for part in place.parts():
        if not part.fields({"name", "short", "offices"}, ("name",)):
            continue
        name = part.at("name").text()
        if name in seen:
            part.report("duplicate", value=name, line=seen[name])
        seen[name] = part.line
        units.append(Unit(name, part.at("short").text(), part.at("offices").texts()))
    return tuple(units)


def read_windows(place: Cursor) -> dict[str, Window]:
    """The service windows by id."""
    windows = {}
    for name, part in place.entries():
        if part.fields({"name", "hours", "stated", "note"}, ("name", "hours")):
            stated = part.at("stated").flag() if part.has("stated") else True
            windows[name] = Window(
                name, part.at("name").text(), read_hours(part.at("hours")), stated, part.at("note").text()
            )
    return windows


def read_hours(place: Cursor) -> str:
    """Hours as text; reported when the calendar's parser cannot read them."""
    text = place.text()
    try:
        if text:
            parse_window(text)
    except DomainError:
        place.report("bad_hours", value=text)
    return text


def read_office_hours(place: Cursor, units: tuple[Unit, ...]) -> OfficeHours:
    """The default office hours and those of single units."""
    if place.value is None:
        return OfficeHours("")
    if not place.fields({"default", "note", "by_unit"}, ("default",)):
        return OfficeHours("")
    names = {unit.name for unit in units}
    by_unit = {}
    for name, part in place.at("by_unit").entries():
        if name not in names:
            part.report("unknown_unit", value=name)
        by_unit[name] = read_hours(part)
    return OfficeHours(read_hours(place.at("default")), place.at("note").text(), by_unit)


def read_severities(place: Cursor) -> dict[str, SeveritySet]:
    """The severity sets by id; the order of the levels, gravest first, gives the ranks unless written."""
    sets = {}
    for name, part in place.entries():
        if not part.fields({"ticket", "levels", "note"}, ("levels",)):
            continue
        ticket = part.at("ticket").one_of([str(kind) for kind in TicketKind], "incident")
        levels = []
        for order, level in enumerate(part.at("levels").parts(), start=1):
            if level.fields({"name", "rank", "definition"}, ("name",)):
                rank = level.at("rank").whole(order)
                levels.append(Severity(level.at("name").text(), rank, level.at("definition").text()))
        sets[name] = SeveritySet(name, ticket, tuple(levels), part.at("note").text())
    return sets


def read_sources(place: Cursor) -> tuple[Source, ...]:
    """The documents and their clauses."""
    sources = []
    for part in place.parts():
        if part.fields({"id", "name", "clauses"}, ("id", "name")):
            clauses = {number: title.text() for number, title in part.at("clauses").entries()}
            sources.append(Source(part.at("id").text(), part.at("name").text(), clauses))
    return tuple(sources)


def read_zone(place: Cursor) -> str:
    """An IANA zone name."""
    zone = place.text()
    if zone and zone not in available_timezones():
        place.report("bad_zone", value=zone)
    return zone
