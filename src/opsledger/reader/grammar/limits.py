"""Time limits in running text: 30分钟内, ≤4小时, 半小时, 当天, 立即."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from opsledger.core.quantities import number
from opsledger.reader.blocks import Span

_NUM = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十]{1,3}|半)"
_UNIT = r"个?半?(?:自然|法定)?(?:工作日|工作小时|小时|分钟|刻钟|天|日|周|星期|月)"
_LIMIT = re.compile(
    rf"(?P<pre>≤|<|不得?超过?|不能超过|不应超过|不大于|不多于|不晚于|不迟于|少于|小于|低于|不高于|最长|最迟|至多|最多)?\s*"
    rf"(?<![\d*.年月第下])(?P<n>{_NUM})(?:\s*[-至到]\s*(?P<n2>{_NUM}))?\s*(?P<unit>{_UNIT})"
    rf"(?P<post>\s*(?:时间|之|以)?内)?"
)
_SAME_DAY = re.compile(r"(?:当天|当日)(?:内)?")
_NEXT_DAY = re.compile(r"(?P<next>下一?个?工作日|(?<!\d)次日(?!常)|第二天)")
_AT_ONCE = re.compile(r"立即|立刻|马上|第一时间|实时|即时|即刻")
_UNITS = {
    "小时": "hour",
    "分钟": "minute",
    "刻钟": "minute",
    "天": "day",
    "日": "day",
    "周": "week",
    "星期": "week",
    "月": "month",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time in the text; `bounded` where the words say within or at most."""

    value: Decimal
    unit: str
    span: Span
    bounded: bool
    at_once: bool = False


def limits(key: str, start: int, end: int) -> Iterator[Limit]:
    """All lengths of time between two offsets in order of place."""
    found = [*_lengths(key, start, end)]
    found += [
        Limit(Decimal(1), "same_day", Span(m.start(), m.end()), True)
        for m in _SAME_DAY.finditer(key, start, end)
    ]
    for later in _NEXT_DAY.finditer(key, start, end):
        unit = "workday" if "工作" in later[0] else "day"
        found.append(Limit(Decimal(1), unit, Span(later.start(), later.end()), True))
    found += [
        Limit(Decimal(0), "minute", Span(m.start(), m.end()), True, at_once=True)
        for m in _AT_ONCE.finditer(key, start, end)
    ]
    yield from sorted(found, key=lambda limit: limit.span.start)


def _lengths(key: str, start: int, end: int) -> Iterator[Limit]:
    for match in _LIMIT.finditer(key, start, end):
        words = match["unit"]
        if words == "月":
            continue
        if words == "日" and re.search(
            r"[年月/]\s*\d*$", key[max(start, match.start() - 4) : match.start("n")]
        ):
            continue
        value = number(match["n2"] or match["n"])
        if words.endswith("刻钟"):
            value *= 15
        bare = words.removeprefix("个")
        if bare.startswith("半"):
            value, bare = value + Decimal("0.5"), bare[1:]
        bare = bare.removeprefix("自然").removeprefix("法定")
        unit = "workday" if bare == "工作日" else "hour" if bare == "工作小时" else _UNITS[bare]
        yield Limit(value, unit, Span(match.start(), match.end()), bool(match["pre"] or match["post"]))
