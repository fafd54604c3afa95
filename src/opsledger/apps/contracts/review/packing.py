"""Accepted terms become a pack: the same thing that a hand-written one is, so that loading is the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from opsledger.apps.contracts.packs.evidence import default_evidence, default_owner
from opsledger.apps.contracts.packs.gravity import gravity
from opsledger.apps.contracts.packs.model import (
    Item,
    OfficeHours,
    Pack,
    PartyName,
    Period,
    Severity,
    SeveritySet,
    Source,
    Unit,
    Window,
)
from opsledger.apps.contracts.packs.terms import Setting, finished
from opsledger.core.calendars import parse_window
from opsledger.core.errors import DomainError
from opsledger.core.terms import OpenPoint, SlaTerm, Term, TermKind, TimeUnit, from_dict

_SHAPE = re.compile(r"[567]x\d{1,2}\Z")
WORD = 60  # what a severity level's word may be long
_DAYS = ("starts_on", "ends_on", "tracked_from")
_MINUTES = {
    TimeUnit.MINUTE: 1,
    TimeUnit.HOUR: 60,
    TimeUnit.SAME_DAY: 480,
    TimeUnit.DAY: 1440,
    TimeUnit.WORKDAY: 1440,
    TimeUnit.WEEK: 10080,
    TimeUnit.MONTH: 43200,
    TimeUnit.YEAR: 525600,
}


@dataclass(frozen=True, slots=True)
class Ending:
    """What the text has not, as people filled it in; `default_window` is a shape (7x24) or spelled hours."""

    slug: str
    name: str
    short_name: str
    number: str
    buyer: str
    provider: str
    supervisor: str
    starts_on: date
    ends_on: date
    price_cny: Decimal | None
    default_window: str
    tracked_from: date | None = None

    def as_json(self) -> dict[str, str | None]:
        """Every field as text, to be kept until the worker takes it up."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: None if value is None else str(value) for name, value in found.items()}

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Ending:
        """The ending that `as_json` wrote."""
        days = {name: told[name] and date.fromisoformat(told[name]) for name in _DAYS}
        price = told["price_cny"]
        return cls(**{**told, **days, "price_cny": None if price is None else Decimal(price)})


@dataclass(frozen=True, slots=True)
class ReadItem:
    """A service item of the reading."""

    no: str
    name: str
    unit: str = ""
    section: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    windows: tuple[str, ...] = ()
    common: bool = False


@dataclass(frozen=True, slots=True)
class ReadTerm:
    """An accepted term of the item numbered `item`; `data` is sound."""

    key: str
    item: str
    kind: str
    data: Mapping[str, Any]
    quote: str = ""
    span: tuple[int, int] | None = None


@dataclass(slots=True)
class _Frame:
    ending: Ending
    windows: dict[str, Window] = field(default_factory=dict)
    severities: dict[str, SeveritySet] = field(default_factory=dict)
    sets_by_words: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)
    default: str = ""
    levels: dict[str, tuple[int, str]] = field(default_factory=dict)
    """A severity's own word -> its place from the gravest down and what it means, as people put them."""


def pack_of(
    ending: Ending,
    items: Sequence[ReadItem],
    terms: Iterable[ReadTerm],
    *,
    source: str,
    open_points: Sequence[OpenPoint] = (),
    levels: Sequence[Mapping[str, str]] = (),
) -> Pack:
    """The pack that the accepted terms make.

    Items marked common become no item: their terms hold for each item or for the contract as a whole, as
    their data says.  Severity words are ranked from the gravest down: as `levels` lists them,
    the rest by their words.  Windows that the text names but does not spell out are marked so.
    """
    frame = _Frame(
        ending, levels={str(one["word"]): (place, str(one["definition"])) for place, one in enumerate(levels)}
    )
    frame.default = _window(frame, ending.default_window, stated=True)
    by_item: dict[str, list[ReadTerm]] = {item.no: [] for item in items}
    for term in terms:
        by_item[term.item].append(term)
    common_of = [term for item in items if item.common for term in by_item[item.no]]
    made = tuple(_item(frame, item, by_item[item.no], common_of) for item in items if not item.common)
    common = tuple(
        _term(frame, item, term, str(term.data.get("item") or ""), ())
        for item in items
        if item.common
        for term in by_item[item.no]
    )
    units = dict.fromkeys(item.unit for item in items if item.unit and not item.common)
    return Pack(
        id=ending.slug,
        name=ending.short_name or ending.name,
        project=ending.name,
        tender_no=ending.number,
        time_zone="Asia/Shanghai",
        buyer=PartyName(ending.buyer),
        provider=PartyName(ending.provider) if ending.provider else None,
        supervisor=PartyName(ending.supervisor) if ending.supervisor else None,
        period=Period(ending.starts_on, ending.ends_on),
        price_cny=ending.price_cny,
        default_window=frame.default,
        units=tuple(Unit(name) for name in units),
        windows=frame.windows,
        office_hours=OfficeHours(""),
        severities=frame.severities,
        items=made,
        common_terms=common,
        sources=(Source("document", source),),
        open_points=tuple(open_points),
    )


def _window(frame: _Frame, words: str, *, stated: bool) -> str:
    """The id of the window that `words` name, entered in the frame; "" where they cannot be read."""
    words = words.strip().replace("×", "x")
    known = words if _SHAPE.match(words) else words[:40]
    if known in frame.windows:
        return known
    try:
        parse_window(words)
    except DomainError:
        return ""
    stated = stated or not _SHAPE.match(words) or words == "7x24"
    note = "" if stated else "文件未写明具体钟点，按通行的时间计"
    frame.windows[known] = Window(
        known,
        words.replace("x", "×") if _SHAPE.match(words) else words,
        words,
        stated,
        note,
    )
    return known


def _item(frame: _Frame, item: ReadItem, terms: list[ReadTerm], common: list[ReadTerm]) -> Item:
    windows = tuple(name for words in item.windows if (name := _window(frame, words, stated=False)))
    sets = _severity_sets(frame, [*common, *terms])
    return Item(
        no=item.no,
        name=item.name,
        unit=item.unit,
        clause=_clause(item),
        period=Period(item.starts_on, item.ends_on),
        windows=windows,
        severity_sets=sets,
        open_points=_unread_windows(item, frame),
        terms=tuple(_term(frame, item, term, item.no, windows) for term in terms),
    )


def _unread_windows(item: ReadItem, frame: _Frame) -> tuple[OpenPoint, ...]:
    unread = [words for words in item.windows if words.replace("×", "x")[:40] not in frame.windows]
    if not unread:
        return ()
    return (OpenPoint("服务时段以文字写明，须按原文填写钟点", f"按{frame.windows[frame.default].name}计时"),)


def _clause(item: ReadItem) -> str:
    number = "" if item.common else item.no
    return " ".join(part for part in (item.section, number, item.name) if part)[:200]


def _term(frame: _Frame, item: ReadItem, told: ReadTerm, scope: str, windows: tuple[str, ...]) -> Term:
    kind = TermKind(told.kind)
    activity = told.data.get("activity")
    data = {
        **told.data,
        "key": told.key,
        "item": scope,
        "clause": _clause(item),
        "owner": default_owner(kind, activity),
        "evidence": default_evidence(kind, activity),
        "quote": told.quote,
        "span": list(told.span) if told.span else None,
    }
    for name in ("window", "service_window"):
        if kind is not TermKind.KPI or name == "service_window":
            words = data.get(name)
            if words:
                data[name] = _window(frame, str(words), stated=False) or None
    if data.get("severity"):
        data["severity"] = str(data["severity"])[:WORD]
    setting = Setting(
        item=scope,
        clause="",
        windows=frame.windows,
        severities=frame.severities,
        window=windows[0] if windows else frame.default,
        window_is_default=not windows,
    )
    return finished(from_dict(told.kind, data), setting)


def _severity_sets(frame: _Frame, terms: list[ReadTerm]) -> tuple[str, ...]:
    """The ids of the sets that hold the words of these limits, one set for each kind of ticket."""
    limits: dict[str, dict[str, float]] = {}
    for told in terms:
        word = str(told.data.get("severity") or "")[:WORD] if told.kind == "sla" else ""
        if word:
            term = from_dict("sla", {**told.data, "key": "x"})
            assert isinstance(term, SlaTerm)
            minutes = float(term.value) * _MINUTES[term.unit]
            words = limits.setdefault(str(term.ticket), {})
            words[word] = min(minutes, words.get(word, minutes))
    return tuple(_set(frame, ticket, words) for ticket, words in sorted(limits.items()))


def _set(frame: _Frame, ticket: str, words: Mapping[str, float]) -> str:
    placed = frame.levels
    ordered = tuple(
        sorted(
            words,
            key=lambda word: (placed[word][0] if word in placed else len(placed), gravity(word), words[word]),
        )
    )
    known = frame.sets_by_words.get((ticket, ordered))
    if known:
        return known
    name = f"{ticket}-{len(frame.severities) + 1}"
    levels = tuple(
        Severity(word, rank, definition=placed[word][1] if word in placed else "")
        for rank, word in enumerate(ordered, start=1)
    )
    frame.severities[name] = SeveritySet(name, ticket, levels)
    frame.sets_by_words[(ticket, ordered)] = name
    return name


def without_repeats(terms: Iterable[ReadTerm]) -> list[ReadTerm]:
    """Terms of the same item that say exactly the same are bound once; the first place is kept."""
    seen: set[tuple[str, str, str]] = set()
    kept = []
    for term in terms:
        said = (term.item, term.kind, repr(sorted(term.data.items(), key=lambda pair: pair[0])))
        if said not in seen:
            seen.add(said)
            kept.append(replace(term))
    return kept
