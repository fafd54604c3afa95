"""Retention: how long backups, logs and recordings must be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from opsledger.core.quantities import number
from opsledger.reader.grammar.sentences import Sentence
from opsledger.reader.proposals import Proposal, plain

_NUM = r"(?:\d{1,4}|[一二两三四五六七八九十]{1,3}|半)"
_KEPT = re.compile(
    rf"(?:保留|留存|保存|存储期|存储周期|保存期|留存期|存储时间|存放)(?:周期|期限|时间|时长)?(?:最新|最近|近)?\s*(?:应|至少|不少于|不低于|不得少于|为|期限)*\s*"
    rf"(?::[^,;。:\d]{{0,8}}?)?(?P<n>{_NUM})\s*(?:个)?(?P<u>天|日|周|月|年)"
)
_BEFORE = re.compile(
    rf"(?P<n>{_NUM})\s*(?:个)?(?P<u>天|日|月|年)(?:\s*24\s*小时)?(?:的)?(?:数据存储|存储要求|回看|录像|数据保存)"
)
_CONTINUED = re.compile(
    rf"(?:录像|日志|记录|数据|备份)(?:至少|不少于|不低于|不得少于|≥)\s*(?P<n>{_NUM})\s*(?:个)?(?P<u>天|日|周|月|年)"
)
"""保存期限…不少于3年，录像不少于30天: the verb of the clause before still holds."""
_SHARED = re.compile(rf"^\s*[^,;。\d]{{2,10}}?(?P<n>{_NUM})\s*(?:个)?(?P<u>天|日|月|年)\s*$")
"""卡口录像保存90天，其他点位30天: a clause that is nothing but a place and a length."""
_WHAT = re.compile(
    r"数据库备份|备份数据|备份|快照|日志|录像|广告信息|视频|监测数据|(?:门禁|访问|操作|通话)记录|数据"
)
_UNITS = {"天": "day", "日": "day", "周": "week", "月": "month", "年": "year"}


def read(sentence: Sentence) -> Iterator[Proposal]:
    """The retention terms of one sentence."""
    seen: set[int] = set()
    for pattern in (_KEPT, _BEFORE, _CONTINUED):
        if pattern is _CONTINUED and not re.search(r"保[存留]|留存|存储期", sentence.words):
            continue
        for match in pattern.finditer(sentence.key, sentence.span.start, sentence.span.end):
            if match.start("n") in seen:
                continue
            seen.add(match.start("n"))
            value, unit = number(match["n"]), _UNITS[match["u"]]
            if match["n"] == "半" and unit == "year":
                value, unit = number("6"), "month"
            index, clauses = sentence.clause_at(match.start())
            own = _WHAT.findall(sentence.key[clauses[index].start : match.end()])
            what = own or _WHAT.findall(sentence.key[sentence.span.start : match.end()])[::-1]
            fields = {"what": what[0] if what else "数据", "value": plain(value), "unit": unit}
            yield Proposal("retention", fields, clauses[index], "retention.kept", 0.9)
    yield from _shared(sentence, seen)


def _shared(sentence: Sentence, seen: set[int]) -> Iterator[Proposal]:
    clauses = sentence.clauses()
    for before, clause in pairwise(clauses):
        told = _KEPT.search(sentence.key, before.start, before.end)
        match = _SHARED.match(sentence.key[clause.start : clause.end])
        if told and match and match["n"] != "半" and clause.start + match.start("n") not in seen:
            what = _WHAT.findall(sentence.key[before.start : before.end])
            fields = {
                "what": what[0] if what else "数据",
                "value": plain(number(match["n"])),
                "unit": _UNITS[match["u"]],
            }
            yield Proposal("retention", fields, clause, "retention.shared", 0.75)
