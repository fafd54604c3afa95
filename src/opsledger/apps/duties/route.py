"""The way through a round: which devices or systems it visits, and in which order.  Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

_PARTS = re.compile(r"(\d+|[一二三四五六七八九十]+)")
_DIGITS = {word: n for n, word in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class Stop:
    """One device or system: `key` stands before the ids of its checks ("a12"), `place` is room and rack."""

    key: str
    code: str
    name: str
    place: str = ""

    def as_data(self) -> dict[str, str]:
        return asdict(self)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which 二楼 comes before 十楼 and A2 before A10; what has no words comes last."""
    if not text.strip():
        return ((9, 0, ""),)
    parts = []
    for n, part in enumerate(_PARTS.split(text.strip().lower())):
        if n % 2:
            parts.append((0, _number(part), ""))
        elif part:
            parts.append((1, 0, part))
    return tuple(parts)


def _number(text: str) -> int:
    """12 and 十二 are twelve; 二三 is read digit by digit."""
    if text.isdecimal():
        return int(text[:12])
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)
    return int("".join(str(_DIGITS[sign]) for sign in text[:12]))


def by_place(stops: Iterable[Stop]) -> list[Stop]:
    """Room by room, rack by rack, then by tag; those without a place at the end."""
    return sorted(stops, key=lambda one: (natural(one.place), natural(one.code)))


def as_last_time(stops: Iterable[Stop], before: Sequence[Mapping[str, Any]]) -> list[Stop]:
    """The order by place, but what the person visited last time in the order of that time.

    A new device is put behind the one that precedes it by place, so that it is met where it stands.
    """
    fresh = by_place(stops)
    by_key = {one.key: one for one in fresh}
    found = [by_key[one["key"]] for one in before if one.get("key") in by_key]
    known = {one.key for one in found}
    for place, one in enumerate(fresh):
        if one.key in known:
            continue
        behind = next((n for n, other in enumerate(found) if place and other == fresh[place - 1]), -1)
        found.insert(behind + 1 if place else 0, one)
        known.add(one.key)
    return found


def reordered(stops: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> list[dict[str, Any]]:
    """The stops in the order of `keys`; what it does not name keeps its order behind."""
    rank = {key: n for n, key in enumerate(keys)}
    return [dict(one) for one in sorted(stops, key=lambda one: rank.get(str(one["key"]), len(rank)))]


def over(checks: Sequence[Mapping[str, Any]], stops: Sequence[Stop]) -> list[dict[str, Any]]:
    """The checks asked of every stop, those marked `once` before; ids and conditions carry the stop."""
    once = [dict(one) for one in checks if one.get("once")]
    each = [one for one in checks if not one.get("once")]
    own = {str(one["id"]) for one in each}
    return once + [_of(one, stop, own) for stop in stops for one in each]


def _of(check: Mapping[str, Any], stop: Stop, own: set[str]) -> dict[str, Any]:
    made = {**check, "id": f"{stop.key}_{check['id']}", "stop": stop.key}
    when = check.get("when")
    if when and when["check"] in own:
        made["when"] = {**when, "check": f"{stop.key}_{when['check']}"}
    return made


def with_place(stop: Stop, *parts: str) -> Stop:
    """The stop at a place put together from room and rack, each said once."""
    said: list[str] = []
    for part in parts:
        if part and not any(part in one for one in said):
            said.append(part)
    return replace(stop, place=" ".join(said))
