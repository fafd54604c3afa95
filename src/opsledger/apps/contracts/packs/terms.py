"""The terms of a pack: lists by kind, in a short hand that a person can write and review."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from opsledger.apps.contracts.packs.cursor import Cursor
from opsledger.apps.contracts.packs.evidence import default_evidence, default_owner
from opsledger.apps.contracts.packs.model import SeveritySet, Window
from opsledger.core.sentences.terms import SENTENCES
from opsledger.core.terms import (
    DeliverableTerm,
    DutyTerm,
    KpiTerm,
    KpiUnit,
    OpenPoint,
    Period,
    SlaTerm,
    StaffingTerm,
    Term,
    TermKind,
    TimeUnit,
    describe,
    from_dict,
    problems,
)

SECTIONS: dict[str, TermKind] = {
    "sla": TermKind.SLA,
    "duties": TermKind.DUTY,
    "kpis": TermKind.KPI,
    "quotas": TermKind.QUOTA,
    "deliverables": TermKind.DELIVERABLE,
    "licences": TermKind.LICENCE,
    "staffing": TermKind.STAFFING,
    "retention": TermKind.RETENTION,
    "approvals": TermKind.APPROVAL,
}
_LIMIT = re.compile(rf"(\d+(?:\.\d+)?)\s+({'|'.join(TimeUnit)})\Z", re.ASCII)
_FREQ = re.compile(rf"(\d+)/(\d*)({'|'.join(Period)})\Z", re.ASCII)
_TARGET = re.compile(rf"(>=|<=|>|<|=)\s*(\d+(?:\.\d+)?)\s+({'|'.join(KpiUnit)})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the terms of one item may refer to, and what stands in for what they leave out."""

    item: str
    clause: str
    windows: Mapping[str, Window]
    severities: Mapping[str, SeveritySet]
    sets: tuple[str, ...] = ()
    window: str = ""
    window_is_default: bool = False
    taken: dict[str, tuple[str, int]] = field(default_factory=dict)


def read_terms(place: Cursor, setting: Setting) -> tuple[Term, ...]:
    """The terms of the kind lists found at `place`, in the order of `SECTIONS`."""
    found = []
    for section, kind in SECTIONS.items():
        for part in place.at(section).parts():
            term = _read_term(part, kind, setting)
            if term is not None:
                found.append(term)
    return tuple(found)


def read_open_points(place: Cursor) -> tuple[OpenPoint, ...]:
    """A list of open points, each with `what`, `default` and perhaps `readings`."""
    return tuple(
        OpenPoint(part.at("what").text(), part.at("default").text(), part.at("readings").texts())
        for part in place.parts()
        if part.fields({"what", "default", "readings"}, ("what", "default"))
    )


def _read_term(part: Cursor, kind: TermKind, setting: Setting) -> Term | None:
    if not isinstance(part.value, dict):
        part.report("not_mapping")
        return None
    data = dict(part.value)
    before = len(part.sheet.problems)
    _expand(part, kind, data)
    _complete(part, kind, data, setting)
    if len(part.sheet.problems) > before:
        return None
    wrong = problems(kind, data)
    for problem in wrong:
        facts = {"field": problem.field, "kind": kind.label, **problem.facts}
        path = tuple(problem.field.split("."))
        name = SHORT_HANDS.get(path[0], path[0]) if path[0] not in part.value else path[0]
        place = (*part.path, name, *path[1:])
        part.sheet.report_text(place, SENTENCES[problem.code].format(**facts))
    if wrong:
        return None
    term = finished(from_dict(kind, data), setting)
    _refer(part, term, setting)
    return term


SHORT_HANDS = {"value": "limit", "unit": "limit", "count": "freq", "period": "freq", "op": "target"}


def _expand(part: Cursor, kind: TermKind, data: dict[str, Any]) -> None:
    """The short hands `limit`, `freq`, `target`, `at`, `open` written out as the fields of the term."""
    limit = data.pop("limit", None)
    if limit is not None and kind in (TermKind.SLA, TermKind.RETENTION, TermKind.APPROVAL):
        match = _LIMIT.match(str(limit))
        if match:
            data["value"], data["unit"] = match.groups()
        else:
            part.at("limit").report("bad_limit", value=limit)
    elif limit is not None:
        data["limit"] = limit
    if kind is TermKind.DUTY and "freq" in data:
        _expand_freq(part, data)
    if kind is TermKind.KPI and "target" in data:
        target = data.pop("target")
        match = _TARGET.match(str(target))
        if match:
            data["op"], data["value"], data["unit"] = match.groups()
        else:
            part.at("target").report("bad_target", value=target)
    if "open" in data:
        del data["open"]
        data["open_points"] = read_open_points(part.at("open"))


def _expand_freq(part: Cursor, data: dict[str, Any]) -> None:
    freq = str(data.pop("freq"))
    match = _FREQ.match(freq)
    if freq in ("unspecified", "continuous", "event"):
        data["period"] = freq
    elif match:
        count, every, period = match.groups()
        data |= {"count": int(count), "period": period, "every": int(every or 1)}
    else:
        part.at("freq").report("bad_freq", value=freq)


def _complete(part: Cursor, kind: TermKind, data: dict[str, Any], setting: Setting) -> None:
    """Key, item, clause, owner and evidence in full; a key used twice is reported."""
    data["item"] = setting.item
    short = data.get("key")
    if isinstance(short, str) and short:
        key = f"{setting.item or 'all'}.{short}"
        here = (part.sheet.file, part.at("key").line)
        if key in setting.taken:
            part.at("key").report("duplicate", value=short, line=setting.taken[key][1])
        setting.taken[key] = here
        data["key"] = key
    place = data.pop("at", "")
    if "clause" not in data:
        data["clause"] = f"{setting.clause} {place}".strip()
    activity = data.get("activity")
    data.setdefault("owner", default_owner(kind, activity))
    evidence = data.get("evidence")
    if evidence is None or isinstance(evidence, dict):
        data["evidence"] = {**default_evidence(kind, activity), **(evidence or {})}


def finished(term: Term, setting: Setting) -> Term:
    """The window of a limit filled in from the item, the gap noted; an own summary where none was written."""
    clocked = isinstance(term, SlaTerm) and term.unit in (TimeUnit.MINUTE, TimeUnit.HOUR)
    if isinstance(term, SlaTerm) and clocked and term.window is None:
        term = replace(term, window=setting.window or None)
        if setting.window_is_default and setting.window in setting.windows and term.value > 0:
            name = setting.windows[setting.window].name
            point = OpenPoint("条款未写计时所用的服务时段", f"按{name}计时")
            term = replace(term, open_points=(*term.open_points, point))
    if isinstance(term, DutyTerm) and term.period is Period.UNSPECIFIED and not term.open_points:
        point = OpenPoint("条款未写频次", "双方约定前列为缺口，不排履约任务")
        term = replace(term, open_points=(point,))
    if isinstance(term, DeliverableTerm) and term.cadence is None and not term.open_points:
        point = OpenPoint("条款未写提交周期", "随该服务项的周期报告一并提交")
        term = replace(term, open_points=(point,))
    if not term.summary:
        term = replace(term, summary=describe(term))
    return term


def _refer(part: Cursor, term: Term, setting: Setting) -> None:
    """Windows and severities that a term names must exist."""
    window = ""
    if isinstance(term, SlaTerm | DutyTerm | StaffingTerm):
        window = term.window or ""
    elif isinstance(term, KpiTerm):
        window = term.service_window or ""
    if window and window not in setting.windows:
        part.at("window").report("unknown_window", value=window)
    if isinstance(term, SlaTerm) and term.severity:
        words = [
            level.name
            for name in setting.sets
            if name in setting.severities and setting.severities[name].ticket == term.ticket
            for level in setting.severities[name].levels
        ]
        if term.severity not in words:
            part.at("severity").report(
                "unknown_severity", value=term.severity, allowed="、".join(words) or "（该服务项没有等级表）"
            )
