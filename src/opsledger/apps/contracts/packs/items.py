"""items.yaml and items/*.yaml: the service items, and assets.yaml: the equipment lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from opsledger.apps.contracts.packs.contract import read_period
from opsledger.apps.contracts.packs.cursor import Cursor
from opsledger.apps.contracts.packs.model import AssetGroup, Device, Item, Period, SeveritySet, Unit, Window
from opsledger.apps.contracts.packs.terms import SECTIONS, Setting, read_open_points, read_terms
from opsledger.core.terms import Term

FIELDS = (
    "no",
    "name",
    "unit",
    "users",
    "categories",
    "period",
    "windows",
    "severity_sets",
    "facts",
    "devices",
    "clause",
    "open",
    *SECTIONS,
)
ASSET_FIELDS = (
    "id",
    "title",
    "item",
    "clause",
    "devices",
    "printed_total",
    "total_as_printed",
    "unit",
    "note",
    "covers",
)
DEVICE_FIELDS = ("name", "count", "unit", "model", "year", "warranty", "note")


@dataclass(slots=True)
class Frame:
    """What contract.yaml says that items refer to."""

    units: tuple[Unit, ...]
    windows: Mapping[str, Window]
    severities: Mapping[str, SeveritySet]
    period: Period
    default_window: str
    clause_prefix: str
    taken: dict[str, tuple[str, int]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


def read_items(place: Cursor, frame: Frame) -> list[Item]:
    """The items listed under `items`."""
    if not place.fields({"items"}, ("items",)):
        return []
    return [item for part in place.at("items").parts() if (item := _read_item(part, frame))]


def _read_item(part: Cursor, frame: Frame) -> Item | None:
    if not part.fields(FIELDS, ("no", "name")):
        return None
    no = part.at("no").text()
    if no in frame.numbers:
        part.at("no").report("duplicate", value=no, line=frame.numbers[no])
    frame.numbers[no] = part.line
    unit = part.at("unit").text()
    if unit and unit not in {known.name for known in frame.units}:
        part.at("unit").report("unknown_unit", value=unit)
    clause = part.at("clause").text() or frame.clause_prefix.replace("{no}", no)
    windows = _known(part.at("windows"), frame.windows, "unknown_window")
    sets = _known(part.at("severity_sets"), frame.severities, "unknown_severity_set")
    setting = Setting(
        item=no,
        clause=clause,
        windows=frame.windows,
        severities=frame.severities,
        sets=sets,
        window=windows[0] if windows else frame.default_window,
        window_is_default=not windows,
        taken=frame.taken,
    )
    return Item(
        no=no,
        name=part.at("name").text(),
        unit=unit,
        clause=clause,
        period=read_period(part.at("period")) if part.has("period") else frame.period,
        users=part.at("users").texts(),
        categories=part.at("categories").texts(),
        windows=windows,
        severity_sets=sets,
        facts={name: value.text() for name, value in part.at("facts").entries()},
        devices=read_devices(part.at("devices")),
        open_points=read_open_points(part.at("open")),
        terms=read_terms(part, setting),
    )


def _known(place: Cursor, known: Mapping[str, object], code: str) -> tuple[str, ...]:
    names = []
    for part in place.parts():
        name = part.text()
        if name not in known:
            part.report(code, value=name)
        else:
            names.append(name)
    return tuple(names)


def read_common(place: Cursor, frame: Frame) -> tuple[Term, ...]:
    """The terms of common.yaml, which hold for every item."""
    place.fields(SECTIONS)
    sets = tuple(frame.severities)
    setting = Setting(
        item="",
        clause="",
        windows=frame.windows,
        severities=frame.severities,
        sets=sets,
        window=frame.default_window,
        window_is_default=True,
        taken=frame.taken,
    )
    return read_terms(place, setting)


def read_devices(place: Cursor) -> tuple[Device, ...]:
    """Rows of equipment."""
    return tuple(_read_device(part) for part in place.parts() if part.fields(DEVICE_FIELDS, ("name",)))


def _read_device(part: Cursor) -> Device:
    return Device(
        name=part.at("name").text(),
        count=part.at("count").whole() if part.has("count") else None,
        unit=part.at("unit").text(),
        model=part.at("model").text(),
        year=part.at("year").whole() if part.has("year") else None,
        warranty=part.at("warranty").text(),
        note=part.at("note").text(),
    )


def read_assets(place: Cursor, numbers: Mapping[str, int]) -> tuple[AssetGroup, ...]:
    """The equipment lists; a printed total that differs from the sum must be marked as printed so."""
    if not place.fields({"assets"}, ("assets",)):
        return ()
    groups: dict[str, AssetGroup] = {}
    for part in place.at("assets").parts():
        over = part.has("covers")
        if not part.fields(ASSET_FIELDS, ("id", "title", "covers" if over else "devices")):
            continue
        group = _read_group(part)
        if group.item and group.item not in numbers:
            part.at("item").report("not_one_of", value=group.item, allowed="、".join(numbers))
        for name in group.covers:
            if name not in groups:
                part.at("covers").report("not_one_of", value=name, allowed="、".join(groups))
        total = sum(groups[name].total for name in group.covers if name in groups) if over else group.total
        differs = group.printed_total is not None and group.printed_total != total
        if differs and not part.at("total_as_printed").flag():
            part.at("printed_total").report("total_differs", printed=group.printed_total, total=total)
        if group.id in groups:
            part.at("id").report("duplicate", value=group.id, line=part.line)
        groups[group.id] = group
    return tuple(groups.values())


def _read_group(part: Cursor) -> AssetGroup:
    printed = part.at("printed_total")
    return AssetGroup(
        id=part.at("id").text(),
        title=part.at("title").text(),
        item=part.at("item").text(),
        clause=part.at("clause").text(),
        devices=read_devices(part.at("devices")),
        printed_total=printed.whole() if printed.value is not None else None,
        unit=part.at("unit").text(),
        note=part.at("note").text(),
        covers=part.at("covers").texts(),
    )
