"""Limits: contradicting, out of order, without hours, or left to one side."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from opsledger.reader.blocks import Span
from opsledger.reader.lint.findings import Finding, of_facts, of_span
from opsledger.reader.proposals import Proposal
from opsledger.reader.reading import Item, Reading

_MINUTES = {
    "minute": 1,
    "hour": 60,
    "day": 1440,
    "workday": 1440,
    "week": 10080,
    "month": 43200,
    "same_day": 1440,
}
_METRICS = {
    "respond": "响应", "arrive": "到场", "diagnose": "诊断", "mitigate": "应急恢复", "resolve": "解决", "report": "报告",
    "spare": "备件", "answer": "答复", "notice": "提前通知",
}  # fmt: skip
# Size: the larger job may take longer.  Urgency: the graver case must not wait longer.
_SIZE = (("大", re.compile(r"^大(?:型)?|复杂")), ("小", re.compile(r"^小(?:型)?|简单|轻微")))
_URGENCY = (
    (4, re.compile(r"特大|瘫痪|一级|I级|Ⅰ级")),
    (3, re.compile(r"重大|紧急|核心|二级|Ⅱ级")),
    (2, re.compile(r"严重|较大|三级|Ⅲ级")),
    (1, re.compile(r"一般|普通|轻微|四级|Ⅳ级")),
)
_STRICT = {"respond", "arrive", "mitigate", "resolve", "spare"}
_LISTED = re.compile(r"内?、\s*[^\d、]{2,}\d")
"""城区30分钟内、乡镇1小时内: each limit names where it holds."""
_ONE_SIDED = re.compile(r"(?:甲方|采购人|用户方?|业主|我方|招标人)(?:规定|要求|指定)的?(?:时间|时限|期限)内?")
_VAGUE = re.compile(
    r"(?:及时|尽快|迅速|最短时间内?|最快速度)[^,，。；;\n]{0,6}(?:响应|修复|恢复|解决|到达|到场|处理故障|赶)"
)


def check(reading: Reading) -> Iterator[Finding]:
    for item in reading.items:
        told = [p for p in item.proposals if p.kind == "sla"]
        yield from _contradicting(reading, item, told)
        yield from _out_of_order(reading, item, told)
        yield from _ranks(reading, item, told)
        yield from _without_window(reading, item, told)
        yield from _loose(reading, item)


def _words(reading: Reading, fact: Proposal) -> str:
    return reading.text[fact.span.start : fact.span.end]


def _length(fact: Proposal) -> float:
    return float(fact.fields["value"]) * _MINUTES[fact.fields["unit"]]


def _said(fact: Proposal) -> str:
    units = {
        "minute": "分钟",
        "hour": "小时",
        "day": "天",
        "workday": "个工作日",
        "week": "周",
        "month": "个月",
    }
    if fact.fields["unit"] == "same_day":
        return "当天"
    return "立即" if fact.fields["value"] == 0 else f"{fact.fields['value']}{units[fact.fields['unit']]}"


def _contradicting(reading: Reading, item: Item, told: list[Proposal]) -> Iterator[Finding]:
    """The same metric for the same case in the same hours, and two lengths."""
    groups: dict[tuple[object, ...], list[Proposal]] = defaultdict(list)
    for fact in told:
        f = fact.fields
        if f["metric"] in _STRICT and f["value"]:
            groups[f["metric"], f["severity"], f["clock"], f["channel"]].append(fact)
    for (metric, severity, _, _), facts in groups.items():
        lengths = {_length(f) for f in facts}
        listed = len({f.span for f in facts}) == 1 and _LISTED.search(_words(reading, facts[0]))
        if len(lengths) > 1 and not listed:
            which = f"“{severity}”的" if severity else ""
            yield Finding(
                "limit_conflict",
                "high",
                of_facts(reading, item, facts),
                f"服务项{item.no}{which}{_METRICS[str(metric)]}时限有"
                f"{'、'.join(dict.fromkeys(_said(f) for f in sorted(facts, key=_length)))}几种，没有写明各自适用的情形。",
                "约定以哪一个为准，或写明各自适用的故障与时段。",
            )


def _out_of_order(reading: Reading, item: Item, told: list[Proposal]) -> Iterator[Finding]:
    """A later step that is due before an earlier one: resolved before anybody must answer."""
    order = ("respond", "arrive", "resolve")
    groups: dict[tuple[object, object], dict[str, Proposal]] = defaultdict(dict)
    for fact in told:
        if fact.fields["value"]:
            groups[fact.fields["severity"], fact.fields["clock"]].setdefault(fact.fields["metric"], fact)
    for facts in groups.values():
        steps = [facts[m] for m in order if m in facts]
        for earlier, later in pairwise(steps):
            if _length(later) < _length(earlier):
                first, second = (_METRICS[f.fields["metric"]] for f in (earlier, later))
                yield Finding(
                    "limit_order",
                    "high",
                    of_facts(reading, item, [earlier, later]),
                    f"服务项{item.no}要求{_said(later)}内{second}，却允许{_said(earlier)}才{first}，先后颠倒。",
                    f"约定{first}与{second}各自的时限，{second}不早于{first}。",
                )


def _rank(severity: str, ranks: tuple[tuple[object, re.Pattern[str]], ...]) -> object:
    return next((rank for rank, pattern in ranks if pattern.search(severity)), None)


def _ranks(reading: Reading, item: Item, told: list[Proposal]) -> Iterator[Finding]:
    """A large fault due sooner than a small one; a graver one due later than a milder one."""
    cases = [
        f for f in told if f.fields["severity"] and f.fields["metric"] in ("respond", "resolve", "arrive")
    ]
    for i, one in enumerate(cases):
        for other in cases[i + 1 :]:
            if any(one.fields[k] != other.fields[k] for k in ("metric", "clock", "channel")):
                continue
            pair = _inverted(one, other)
            if pair:
                sooner, later = pair
                yield Finding(
                    "severity_order",
                    "high",
                    of_facts(reading, item, pair),
                    f"服务项{item.no}的“{sooner.fields['severity']}”要求{_said(sooner)}{_METRICS[sooner.fields['metric']]}，"
                    f"“{later.fields['severity']}”却是{_said(later)}，大小轻重与时限相反。",
                    "核对是否写反，并约定各等级的判定标准。",
                )


def _inverted(one: Proposal, other: Proposal) -> tuple[Proposal, Proposal] | None:
    sooner, later = sorted((one, other), key=_length)
    if _length(sooner) == _length(later):
        return None
    names = (sooner.fields["severity"], later.fields["severity"])
    if (_rank(names[0], _SIZE), _rank(names[1], _SIZE)) == ("大", "小"):
        return sooner, later
    ranks = (_rank(names[0], _URGENCY), _rank(names[1], _URGENCY))
    if isinstance(ranks[0], int) and isinstance(ranks[1], int) and ranks[0] < ranks[1]:
        return sooner, later
    return None


def _without_window(reading: Reading, item: Item, told: list[Proposal]) -> Iterator[Finding]:
    """Hours that run when?  Only where neither the term, nor the item, nor a common item says."""
    common = any(other.windows for other in reading.items if other.common)
    loose = [
        f
        for f in told
        if f.fields["unit"] in ("minute", "hour") and f.fields["value"] and f.fields["clock"] == "any"
    ]
    if loose and not item.windows and not common:
        yield Finding(
            "limit_without_window",
            "medium",
            of_facts(reading, item, loose),
            f"服务项{item.no}的时限没有写服务时段，夜间和节假日报修时从何时起算不清楚。",
            "约定服务时段（如7×24或5×8），或写明按自然小时计算。",
        )


def _loose(reading: Reading, item: Item) -> Iterator[Finding]:
    text = reading.text
    for found in _ONE_SIDED.finditer(text, item.span.start, item.span.end):
        span = _clause(text, found.start(), found.end())
        yield Finding(
            "one_sided_limit",
            "medium",
            (of_span(reading, item.no, span),),
            f"服务项{item.no}的时限由一方事后规定，事先无法核对。",
            "约定一个默认时限，以及临时规定时限的通知方式。",
        )
    for found in _VAGUE.finditer(text, item.span.start, item.span.end):
        span = _clause(text, found.start(), found.end())
        if not any(
            span.start <= p.span.start < span.end or p.span.start <= span.start < p.span.end
            for p in item.proposals
            if p.kind == "sla"
        ):
            yield Finding(
                "limit_open",
                "low",
                (of_span(reading, item.no, span),),
                f"服务项{item.no}只写“{found[0]}”，没有时限。",
                "约定具体时限，或写明不计时。",
            )


def _clause(text: str, start: int, end: int) -> Span:
    """The passage up to the marks around it."""
    while start > 0 and text[start - 1] not in "，,。；;\n\t":
        start -= 1
    while end < len(text) and text[end] not in "，,。；;\n\t":
        end += 1
    return Span(start, end)
