"""How often: 每季度至少一次, 1年4次, 4次/月, 服务期内3次, 按月、季度, 定期."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from opsledger.core.quantities import number
from opsledger.reader.blocks import Span

_NUM = r"(?:\d+|[一二两三四五六七八九十]{1,3})"
_PERIOD = r"(?:工作日|半年|半个?月|旬|学期|年度|季度|日|天|周|星期|月|季|年)"
_COUNT = rf"(?:至少|不少于|不低于|不得少于|最少|大于等于|≥)?\s*(?P<c>{_NUM})\s*"
_TIMES = rf"{_COUNT}(?:次(?!数|性|开发)|遍|期|轮|场)"
_OTHER_PERIOD = r"每(?:日|天|周|月|季|年|半|星期|工作日|学期)"
_TERM = r"(?:本?(?:服务|运维|维保|维护|合同|项目|运行维护)(?:服务)?(?:周期|期限|期间|期))\s*(?:内|间|中)?"
_PER = re.compile(
    rf"每\s*(?:隔)?\s*(?P<e>{_NUM})?\s*(?:个)?(?P<p>{_PERIOD})(?!次|期|"
    rf"的(?!巡|检|备|维))(?P<more>(?:\s*[、,]\s*(?:每)?(?:月|季度|季|年度?|周|半年))*)"
    rf"(?!\s*\d+\s*(?:小时|天)|[^,;。:()\d]{{0,6}}(?:不超过|不少于|不低于|至多|至少)?\s*\d+\s*个?(?:人天|人日|人月|工日))(?:\((?:工作日)\))?(?P<between>[^,;。:()\d]{{0,2}}?(?:(?:(?!{_OTHER_PERIOD})[^,;。:()]){{0,30}}?{_COUNT}(?:次|遍|期|轮|场|篇))?)"
)
_SLASH = re.compile(rf"(?P<c>{_NUM})\s*次\s*[/每]{{1,2}}\s*(?P<p>{_PERIOD})")
_YEARLY = re.compile(
    rf"(?:(?:一|1)\s*个?|全)(?P<p>年|季度|月|周)(?:度)?\s*(?:内|中|"
    rf"共)?\s*[^,;。:()\d次每]{{0,10}}?(?P<c>{_NUM})\s*(?:次|期|个(?!月|工作日))"
)
_PER_TIME = re.compile(r"(?<![\d每二两三四])(?:1|一)?\s*(?P<p>半年|年|季度|月|周|天|日)\s*/\s*次")
_HALF = re.compile(
    rf"(?<![每上下近个一二两三四\d])半年(?:度|内)?\s*(?:至少|不少于)?(?:各|进行|开展|组织)?\s*(?P<c>{_NUM})\s*次(?!数|性)"
)
_DAILY = re.compile(rf"一(?P<p>[天日季])\s*(?P<c>{_NUM})\s*次")
_EVERY_OTHER = re.compile(r"(?:双|(?<!每)隔)(?P<p>周|月|日|天|季度|年)(?!末|休|报|光|夜)")
_ONCE = re.compile(r"[^,;。:()\d每]{0,20}?[一1]\s*次")
_EACH = re.compile(r"(?P<months>(?:\d{1,2}月?份?\s*[、和及,]\s*)+\d{1,2}月)[^,;。\d]{0,6}各")
_SEASONS = re.compile(
    r"(?P<seasons>(?:(?:[春夏秋冬雨汛旱]季|[上下]半年|年[初中末底]|[寒暑]假)(?:前|后|期间)?[、和及])+)[^,;。、]{2,6}各"
)
_HALVES = re.compile(r"上(?:、|午[^,;。]{0,6})下午[^,;。]{0,6}各|早(?P<noon>[、]?中)?[、]?晚[^,;。]{0,4}各")
_AT_MOST = re.compile(r"不超过|不得超过|不多于|不大于|至多|最多|上限")
_RATED = re.compile(rf"(?P<p>季度|月度|年度|年均)[^,;。()\d]{{0,6}}(?:不少于|至少)\s*(?P<c>{_NUM})\s*次")
_IN_TERM = re.compile(rf"{_TERM}(?P<between>[^,;。:()]{{0,24}}?){_TIMES}")
_BY = re.compile(r"按(?P<list>(?:[、,和及]?(?:月|季度|年度|年|周|日|半年|季)(?![份底])度?)+)")
_ADJECTIVE = re.compile(
    r"(?P<p>月度|季度|年度|每日|日常)(?=(?:巡检|检查|保养|维护)(?![^,;。]{0,4}(?:报告|记录|表)))"
)
_CYCLE = re.compile(r"周期\s*:\s*(?P<list>(?:[、,和及]?(?:日|周|月|季度?|年度?|半年))+)(?=$|[,;。])")
_BARE = re.compile(
    rf"(?<![每第全零\d一二三四五六七八九十])(?:不少于|至少|不低于|"
    rf"共)?\s*(?P<c>{_NUM})\s*次(?!数|性|分|以内|会议|需求|开发|元|方)"
)
_VAGUE = re.compile(r"定期|周期性|阶段性|例行|(?<!商)定时(?!间)|按约定周期|经常性")
_NAMES = {
    "工作日": "workday", "日": "day", "天": "day", "周": "week", "星期": "week", "月": "month",
    "季度": "quarter",
    "季": "quarter", "半年": "halfyear", "学期": "halfyear",
    "半月": "month", "半个月": "month", "旬": "month", "年": "year", "年度": "year", "年均": "year", "月度": "month", "每日": "day",
}  # fmt: skip

_COUNTED: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (_SLASH, "", "frequency.slash"),
    (_IN_TERM, "term", "frequency.term"),
    (_YEARLY, "", "frequency.year"),
    (_HALF, "halfyear", "frequency.year"),
    (_DAILY, "", "frequency.year"),
    (_PER_TIME, "", "frequency.slash"),
    (_RATED, "", "frequency.rated"),
)
"""Pattern, its period where the words name none, and the rule; in the order in which they are tried."""

_TIMES_A_MONTH = {"半月": 2, "半个月": 2, "旬": 3}


@dataclass(frozen=True, slots=True)
class Frequency:
    """`count` times per `every` periods; count None and period ``unspecified`` where only 定期 is said."""

    count: Decimal | None
    period: str
    every: int
    span: Span
    rule: str


def frequencies(key: str, start: int, end: int) -> list[Frequency]:
    """All frequencies between two offsets in order of place; none overlaps another."""
    taken: list[Span] = []
    found: list[Frequency] = []
    for frequency in _all(key, start, end):
        if _AT_MOST.search(key, frequency.span.start, frequency.span.end):
            # At most so many is an amount to draw on, not work that is due.
            taken.append(frequency.span)
            continue
        if all(frequency.span.end <= t.start or frequency.span.start >= t.end for t in taken):
            found.append(frequency)
            taken.append(frequency.span)
        elif found and frequency.span == found[-1].span and frequency.rule == found[-1].rule:
            found.append(frequency)
    return sorted(found, key=lambda f: f.span.start)


def _all(key: str, start: int, end: int) -> Iterator[Frequency]:
    yield from _per(key, start, end)
    for pattern, period, rule in _COUNTED:
        for match in pattern.finditer(key, start, end):
            words = match.groupdict()
            count = number(words["c"]) if "c" in words else Decimal(1)
            yield _one(match, count, period or _NAMES[words["p"]], rule)
    yield from _every_other(key, start, end)
    for pattern, rule in ((_BY, "frequency.by"), (_CYCLE, "frequency.cycle")):
        for match in pattern.finditer(key, start, end):
            for word in re.findall(r"半年|季度|年度|月|季|年|周|日", match["list"]):
                yield _one(match, Decimal(1), _NAMES[word], rule)
    for match in _ADJECTIVE.finditer(key, start, end):
        if match["p"] in _NAMES:
            yield _one(match, Decimal(1), _NAMES[match["p"]], "frequency.adjective")
    for match in _BARE.finditer(key, start, end):
        yield _one(match, number(match["c"]), "term", "frequency.bare")
    for match in _VAGUE.finditer(key, start, end):
        yield Frequency(None, "unspecified", 1, Span(match.start(), match.end()), "frequency.vague")


def _every_other(key: str, start: int, end: int) -> Iterator[Frequency]:
    for match in _EVERY_OTHER.finditer(key, start, end):
        once = _ONCE.match(key, match.end(), end)
        span = Span(match.start(), once.end() if once else match.end())
        yield Frequency(Decimal(1), _NAMES[match["p"]], 2, span, "frequency.per")


def _per(key: str, start: int, end: int) -> Iterator[Frequency]:
    for match in _PER.finditer(key, start, end):
        count = number(match["c"]) if match["c"] else Decimal(1)
        every = int(number(match["e"])) if match["e"] else 1
        period = _NAMES[match["p"]]
        if period == "day" and key.startswith("(工作日)", match.end("p")):
            period = "workday"
        stop = match.end() if match["c"] else match.end("more")
        span = Span(match.start(), stop)
        count *= _TIMES_A_MONTH.get(match["p"], 1) * _times_each(match[0])
        yield Frequency(count, period, every, span, "frequency.per")
        for word in re.findall(r"半年|季度|年度|月|季|年|周", match["more"] or ""):
            yield Frequency(count, _NAMES[word], 1, span, "frequency.per")


def _times_each(words: str) -> int:
    """每年4月、10月各一次, 每日上午、下午各一次: as many times as occasions are named."""
    if each := _EACH.search(words):
        return len(re.findall(r"\d{1,2}", each["months"]))
    if seasons := _SEASONS.search(words):
        return len(re.findall(r"[、和及]", seasons["seasons"])) + 1
    halves = _HALVES.search(words)
    return (3 if halves["noon"] else 2) if halves else 1


def _one(match: re.Match[str], count: Decimal, period: str, rule: str) -> Frequency:
    return Frequency(count, period, 1, Span(match.start(), match.end()), rule)
