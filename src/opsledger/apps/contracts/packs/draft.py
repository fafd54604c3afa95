"""A first draft of a pack from what the reader proposes: items and terms in the short hand of packs.

A draft is working paper.  It holds facts and places in the text, none of its sentences; a person reads it beside
the text, gives the terms their keys for good and says what is open.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from opsledger.apps.contracts.packs.gravity import gravity
from opsledger.core.terms import KpiUnit, TimeUnit

SECTIONS = ("sla", "duties", "kpis", "quotas", "deliverables", "licences", "staffing", "retention")
KPI_UNITS = {"次": "count"}
UNKNOWN_HOURS = "5x8"
"""Stands in for hours that the reader could not tell ("custom"); marked as not stated."""

Row = tuple[dict[str, Any], str]
"""One term in the short hand, and a remark on where it was read."""


@dataclass(slots=True)
class DraftItem:
    """One service item of a draft; `open_points` tells what could not be taken over."""

    no: str
    name: str
    unit: str = ""
    period: Mapping[str, str] | None = None
    windows: tuple[str, ...] = ()
    common: bool = False
    levels: tuple[str, ...] = ()
    terms: dict[str, list[Row]] = field(default_factory=dict)
    open_points: list[str] = field(default_factory=list)


def draft_items(labels: Iterable[Mapping[str, Any]]) -> list[DraftItem]:
    """Items from the interchange form; numbers that come again in another section get its order before them.

    General items (number ``general``) are marked as common.  Facts that a pack cannot hold become open points of
    their item, so that nothing is lost.
    """
    items: list[DraftItem] = []
    taken: set[str] = set()
    sections: list[str] = []
    for label in labels:
        section = str(label.get("section") or "")
        if section not in sections:
            sections.append(section)
        common = label["no"] == "general"
        no = "" if common else str(label["no"])
        if no in taken and not common:
            no = f"{sections.index(section) + 1}-{no}"
        taken.add(no)
        items.append(_item(label, no, common=common))
    return items


def _item(label: Mapping[str, Any], no: str, *, common: bool) -> DraftItem:
    named = dict.fromkeys(str(s["severity"]) for s in label.get("sla", ()) if s.get("severity"))
    levels = sorted(named, key=gravity)
    item = DraftItem(
        no=no,
        name=str(label["name"]),
        unit=label.get("unit") or "",
        period=label.get("period"),
        windows=tuple(label.get("windows", ())),
        common=common,
        levels=tuple(levels),
    )
    used: dict[str, int] = {}
    for section in SECTIONS:
        for fact in label.get(section, ()):
            term = _WRITERS[section](fact)
            if term is None:
                item.open_points.append(f"读出而未能写成条款：{section} {_bare(fact)}")
                continue
            key = _key(section, fact)
            used[key] = used.get(key, 0) + 1
            whole = {"key": key if used[key] == 1 else f"{key}.{used[key]}", **term}
            item.terms.setdefault(section, []).append((whole, _place(fact)))
    return item


def _bare(fact: Mapping[str, Any]) -> str:
    return json.dumps({k: v for k, v in fact.items() if k not in ("quote", "span")}, ensure_ascii=False)


def _place(fact: Mapping[str, Any]) -> str:
    span = fact.get("span")
    return f"{span[0]}-{span[1]}" if span else ""


def _key(section: str, fact: Mapping[str, Any]) -> str:
    if section in ("sla", "kpis"):
        return str(fact["metric"])
    return str(fact["activity"]) if section == "duties" else section.removesuffix("s")


def _number(value: object) -> str:
    return f"{Decimal(str(value)).normalize():f}"


def _sla(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    if fact["unit"] not in list(TimeUnit):
        return None
    term = {"metric": fact["metric"]}
    term |= {k: fact[k] for k in ("severity", "channel") if fact.get(k)}
    if fact.get("clock", "any") != "any":
        term["clock"] = fact["clock"]
    return {**term, "limit": f"{_number(fact['value'])} {fact['unit']}"}


def _duty(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    freq = "unspecified"
    if fact["period"] != "unspecified":
        if not fact.get("count"):
            return None
        every = fact.get("every") or 1
        freq = f"{fact['count']}/{every if every > 1 else ''}{fact['period']}"
    mode = {"mode": fact["mode"]} if fact.get("mode") else {}
    return {"activity": fact["activity"], "freq": freq, **mode}


def _kpi(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    unit = KPI_UNITS.get(fact["unit"], fact["unit"])
    if unit not in list(KpiUnit):
        return None
    value = Decimal(str(fact["value"]))
    term = {"metric": fact["metric"], "target": f"{fact['op']} {_number(value)} {unit}"}
    return term | ({"window": fact["window"]} if fact.get("window") else {})


def _quota(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    return {
        "what": fact["what"],
        "op": fact["op"],
        "value": Decimal(str(fact["value"])),
        "unit": fact["unit"],
    }


def _deliverable(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    if fact.get("cadence") == "event":
        return {
            "name": fact["name"],
            "cadence": "event",
            "anchors": [{"event": "demand", "side": "after"}],
        }
    return {"name": fact["name"], **({"cadence": fact["cadence"]} if fact.get("cadence") else {})}


def _licence(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    dates = {k: _Plain(fact[k]) for k in ("start", "end") if fact.get(k)}
    return {"product": fact["product"], **dates, **({"count": fact["count"]} if fact.get("count") else {})}


def _staffing(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    return {"min": fact["min"], "role": fact["role"]} if fact.get("min") else None


def _retention(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    if fact.get("value") is None:
        return {"what": fact["what"]}
    if fact["unit"] not in list(TimeUnit):
        return None
    return {"what": fact["what"], "limit": f"{_number(fact['value'])} {fact['unit']}"}


_WRITERS = {
    "sla": _sla,
    "duties": _duty,
    "kpis": _kpi,
    "quotas": _quota,
    "deliverables": _deliverable,
    "licences": _licence,
    "staffing": _staffing,
    "retention": _retention,
}


class _Plain(str):
    """A scalar that stands without quotation marks (a date)."""


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(v) for v in value) + "]"
    if isinstance(value, _Plain | Decimal | int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)


def write_items(items: Sequence[DraftItem]) -> str:
    """One ``items/*.yaml``; behind each term stands where in the normalised text it was read."""
    lines = ["items:"]
    for item in items:
        lines += [f'  - no: "{item.no}"', f"    name: {_flow(item.name)}"]
        if item.unit:
            lines.append(f"    unit: {_flow(item.unit)}")
        if item.period and item.period.get("start") and item.period.get("end"):
            lines.append(f"    period: {{start: {item.period['start']}, end: {item.period['end']}}}")
        if item.windows:
            lines.append(f"    windows: {_flow(item.windows)}")
        if item.levels:
            lines.append(f'    severity_sets: ["{set_id(item)}"]')
        if item.open_points:
            lines.append("    open:")
            lines += [f"      - {_flow({'what': what, 'default': '待约定'})}" for what in item.open_points]
        lines += _write_terms(item.terms, "    ")
    return "\n".join(lines) + "\n"


def _write_terms(terms: Mapping[str, Sequence[Row]], indent: str) -> list[str]:
    lines = []
    for section, rows in terms.items():
        lines.append(f"{indent}{section}:")
        lines += [f"{indent}  - {_flow(term)}" + (f"  # 原文 {at}" if at else "") for term, at in rows]
    return lines


def write_common(items: Sequence[DraftItem]) -> str:
    """``common.yaml`` from the general items; "" when they have no terms.  Keys are told apart by a number."""
    together: dict[str, list[Row]] = {}
    for order, item in enumerate(items, start=1):
        for section, rows in item.terms.items():
            together.setdefault(section, []).extend(
                ({**term, "key": f"{term['key']}-{order}", "clause": item.name}, at) for term, at in rows
            )
    return "\n".join([*_write_terms(together, ""), ""]) if together else ""


def set_id(item: DraftItem) -> str:
    """The id of the severity set that holds the item's own words."""
    return f"item-{item.no or 'common'}"


def write_contract(pack_id: str, items: Sequence[DraftItem]) -> str:
    """A contract.yaml around the items, with what a person has to fill in marked so."""
    spans = [item.period for item in items if item.period and item.period.get("start")]
    start = min((span["start"] for span in spans), default="2000-01-01")
    end = max((span.get("end") or span["start"] for span in spans), default="2000-12-31")
    lines = [
        "# 草稿：由阅读器生成，逐条核对后删去本行。",
        f"pack: {_flow(pack_id)}",
        f"name: {_flow(pack_id)}",
        "time_zone: Asia/Shanghai",
        "price_cny: null",
        "parties: {buyer: {name: （待填）, made_up: true}, provider: null, supervisor: null}",
        f"term: {{start: {start}, end: {end}}}",
        'clause_prefix: "{no}"',
        "default_window: 7x24",
        "sources: [{id: tender, name: 采购文件}]",
        "windows:",
    ]
    for name in dict.fromkeys(["7x24", *(w for item in items for w in item.windows)]):
        read = re.fullmatch(r"[567]x\d{1,2}", name)
        stated = "" if name == "7x24" else ", stated: false"
        lines.append(f'  "{name}": {{name: "{name}", hours: "{name if read else UNKNOWN_HOURS}"{stated}}}')
    lines.append("severities:" if any(item.levels for item in items) else "severities: {}")
    for item in items:
        if item.levels:
            names = ", ".join(f"{{name: {_flow(level)}}}" for level in item.levels)
            lines.append(f'  "{set_id(item)}": {{levels: [{names}]}}')
    units = dict.fromkeys(item.unit for item in items if item.unit)
    lines.append("units: " + _flow([{"name": unit} for unit in units]))
    return "\n".join(lines) + "\n"
