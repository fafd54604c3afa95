"""Frequencies: left open, contradicting each other, or yearly in a part of a year."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import combinations

from opsledger.reader.lint.findings import Finding, of_facts
from opsledger.reader.proposals import Proposal
from opsledger.reader.reading import Item, Reading

_PER_YEAR = {"day": 365, "workday": 250, "week": 52, "month": 12, "quarter": 4, "halfyear": 2, "year": 1}
_WORDS = {
    "inspection": "巡检", "maintenance": "保养", "backup": "备份", "backup_check": "备份检查", "restore_test": "恢复演练",
    "vuln_scan": "漏洞扫描", "pentest": "渗透测试", "training": "培训", "drill": "应急演练", "visit": "上门服务",
    "statistics": "统计分析", "security_check": "安全检查", "log_review": "日志检查", "baseline": "基线核查",
}  # fmt: skip

_EVERY = re.compile(r"每|\d|[一二两三四]次|按|至少|不少于")
_GENERAL = re.compile(
    r"[^\u4e00-\u9fa5A-Za-z]|巡检|检查|保养|维护|备份|乙方|供应商|投标人|中标人|服务商|服务|要求|提供|定期|开展|进行|应|须|需|对|周期|频次|频率|次数|时间|日常|类"
)


def name_of(activity: str) -> str:
    """Screen word of an activity."""
    return _WORDS.get(activity, "该项工作")


def check(reading: Reading) -> Iterator[Finding]:
    for item in reading.items:
        duties = [p for p in item.proposals if p.kind == "duties"]
        yield from _open(reading, item, duties)
        yield from _contradicting(reading, item, duties)
        yield from _yearly(reading, item, duties)


def _open(reading: Reading, item: Item, duties: list[Proposal]) -> Iterator[Finding]:
    for duty in duties:
        if duty.fields["count"] is None:
            yield Finding(
                "frequency_open",
                "medium",
                of_facts(reading, item, [duty]),
                f"服务项{item.no}只写“定期”{name_of(duty.fields['activity'])}，没有次数，无法判断是否完成。",
                "约定每周、每月或每季度几次，以及每次的佐证。",
            )


def _months(item: Item) -> int | None:
    """Length of the item's period in months, rounded to whole ones; None without a period."""
    if item.period is None:
        return None
    first, last = (date.fromisoformat(item.period[k]) for k in ("start", "end"))
    return max(1, round((last - first).days / 30.44))


def _rate(duty: Proposal, item: Item) -> Fraction | None:
    """Times a year; a count for the whole term is spread over the item's own period."""
    count, every = Fraction(str(duty.fields["count"])), Fraction(duty.fields["every"])
    if duty.fields["period"] == "term":
        months = _months(item)
        return count * 12 / months if months else None
    return count * _PER_YEAR[duty.fields["period"]] / every


def _contradicting(reading: Reading, item: Item, duties: list[Proposal]) -> Iterator[Finding]:
    by_activity: dict[str, list[Proposal]] = defaultdict(list)
    for duty in duties:
        if duty.fields["count"] is not None and duty.fields["activity"] in _WORDS:
            by_activity[duty.fields["activity"]].append(duty)
    for activity, told in by_activity.items():
        rates = [(duty, _rate(duty, item)) for duty in told]
        known = {rate for _, rate in rates if rate is not None}
        # 周、月、季 in one breath are three rounds, not a contradiction.
        listed = len({duty.span for duty in told}) == 1
        if len(known) > 1 and not listed and not _of_different_things(reading, told):
            yearly = "、".join(f"{float(rate):g}次" for rate in sorted(known))
            yield Finding(
                "frequency_conflict",
                "high" if _in_one_line(reading, told) else "medium",
                of_facts(reading, item, told),
                f"服务项{item.no}的{name_of(activity)}有几种频次，折合每年{yearly}，互相矛盾或范围不同。",
                "约定以哪一种为准，或写明各自适用的范围。",
            )


def _of_different_things(reading: Reading, told: list[Proposal]) -> bool:
    """机房UPS每季度…，空调每季度…，电池每年…: every clause names a thing of its own before the frequency."""
    things: list[set[str]] = []
    for duty in told:
        last = re.split(r"[，,；;]", reading.text[duty.span.start : duty.span.end])[-1]
        ahead = _EVERY.split(re.sub(r"^[\d.\s、]+", "", last))[0]
        ahead = _GENERAL.sub("", re.split(r"[：:、。)）\n]", ahead)[-1])
        things.append({ahead[i : i + 2] for i in range(len(ahead) - 1)})
    return all(things) and all(not one & other for one, other in combinations(things, 2))


def _in_one_line(reading: Reading, told: list[Proposal]) -> bool:
    """In one line the frequencies are of the same thing; elsewhere they may be of different ones."""
    first, last = min(d.span.start for d in told), max(d.span.end for d in told)
    return "\n" not in reading.text[first:last]


def _yearly(reading: Reading, item: Item, duties: list[Proposal]) -> Iterator[Finding]:
    months = _months(item)
    if months is None or months >= 12:
        return
    for duty in duties:
        if duty.fields["count"] is not None and duty.fields["period"] == "year" and duty.fields["every"] == 1:
            yield Finding(
                "yearly_in_part_year",
                "medium",
                of_facts(reading, item, [duty]),
                f"服务项{item.no}的服务期约{months}个月，却按“一年{duty.fields['count']}次”约定"
                f"{name_of(duty.fields['activity'])}，服务期内应做几次没有写明。",
                "约定服务期内的次数（按期折算、按已开始的季度各一次，或足额完成）。",
            )
