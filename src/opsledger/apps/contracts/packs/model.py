"""What a contract pack says, typed and frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from opsledger.core.terms import OpenPoint, Term, TimeUnit


@dataclass(frozen=True, slots=True)
class Period:
    """A service period: fixed dates (both included), or a length from an event.

    With `anchor` (``signing``, ``confirmed_start``) `start` and `end` are None until the event has happened.
    """

    start: date | None = None
    end: date | None = None
    anchor: str = ""
    length: int | None = None
    length_unit: TimeUnit | None = None


@dataclass(frozen=True, slots=True)
class PartyName:
    """A party of the contract; `made_up` marks a name that the text does not have (demo data)."""

    name: str
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A service unit, with the offices under it that use the systems."""

    name: str
    short: str = ""
    offices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A service window: `hours` as spelled for the calendar's parser ("7x24", "周一至周五 8:30-12:00,…").

    `stated` is False where the text names the window ("7×8") but not its hours; `note` says what was assumed.
    """

    id: str
    name: str
    hours: str
    stated: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Office hours of the service units: a default and the units that differ."""

    default: str
    note: str = ""
    by_unit: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Severity:
    """A severity level in the contract's own word; `rank` 1 is the gravest of its set."""

    name: str
    rank: int
    definition: str = ""


@dataclass(frozen=True, slots=True)
class SeveritySet:
    """Ordered levels for one kind of ticket."""

    id: str
    ticket: str
    levels: tuple[Severity, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """A row of an equipment list, or a counted fact of the system overview.

    `warranty` is the printed text (a date, "过保", a number of years).
    """

    name: str
    count: int | None = None
    unit: str = ""
    model: str = ""
    year: int | None = None
    warranty: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AssetGroup:
    """One equipment list: its rows and the total printed under it, which may differ from the sum.

    A total that is printed over several lists (设备总数) is a group without devices that `covers` their ids.
    """

    id: str
    title: str
    item: str
    clause: str
    devices: tuple[Device, ...]
    printed_total: int | None = None
    unit: str = ""
    note: str = ""
    covers: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The sum of the rows that have a count."""
        return sum(device.count or 0 for device in self.devices)


@dataclass(frozen=True, slots=True)
class Item:
    """A service item with its terms; `facts` is the system overview (developer, brand, modules …)."""

    no: str
    name: str
    unit: str
    clause: str
    period: Period
    users: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    severity_sets: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    devices: tuple[Device, ...] = ()
    open_points: tuple[OpenPoint, ...] = ()
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A document that the pack was read from, with its clauses by number."""

    id: str
    name: str
    clauses: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole contract as reviewed data; `scheme` and `payment` are data of the engines of the same names.

    `price_cny` is None where the text has no price.  `terms` of an item carry its number; `common_terms` hold
    for all items.
    """

    id: str
    name: str
    project: str
    tender_no: str
    time_zone: str
    buyer: PartyName
    provider: PartyName | None
    supervisor: PartyName | None
    period: Period
    price_cny: Decimal | None
    default_window: str
    units: tuple[Unit, ...]
    windows: dict[str, Window]
    office_hours: OfficeHours
    severities: dict[str, SeveritySet]
    items: tuple[Item, ...]
    common_terms: tuple[Term, ...] = ()
    assets: tuple[AssetGroup, ...] = ()
    sources: tuple[Source, ...] = ()
    open_points: tuple[OpenPoint, ...] = ()
    scheme: dict[str, Any] | None = None
    payment: dict[str, Any] | None = None

    def all_terms(self) -> tuple[Term, ...]:
        """Every term: the common ones first, then item by item in order."""
        return (*self.common_terms, *(term for item in self.items for term in item.terms))

    def equipment(self) -> tuple[AssetGroup, ...]:
        """Every list of equipment: those of assets.yaml, then the devices that an item's own text names."""
        named = (
            AssetGroup(f"item-{item.no}", f"{item.name}设备", item.no, item.clause, item.devices)
            for item in self.items
            if item.devices
        )
        return (*self.assets, *named)

    def item(self, no: str) -> Item:
        """The item numbered `no`; raises KeyError when there is none."""
        for item in self.items:
            if item.no == no:
                return item
        raise KeyError(no)
