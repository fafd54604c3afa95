"""How often a document is due: from its name, from the frequency ahead of it, from what sets it off."""

from __future__ import annotations

import re

from opsledger.reader.grammar.frequency import Frequency
from opsledger.reader.grammar.sentences import Sentence

_EVENT = re.compile(
    r"及时(?!更新)|按需|每次|每一次|如有|若|一旦|结束之?后|完成后|检测后|巡检后|完一周|完后|事件|任何|"
    r"根据需要|如发生|\d+\s*个?(?:小时|工作日|天|日)(?:之|以)?内|(?:演练|维修|修复|处理|发生|发现|解决)后"
)
_OF_A_FAULT = re.compile(r"故障(?!.*(?:方案|预案|计划)$)")
_AFTER_CASE = re.compile(
    r"(?:故障|事件|问题|演练|培训|维修|抢修|应急|重保|活动|变更)[^,;。]{0,8}(?:完毕|完成|结束|解决|关闭|排除)?之?后\s*\d+\s*个?(?:工作日|小时|天|日)[^。;]*$"
)
_IN_NAME = (
    ("month", re.compile(r"月报|月度|\(月\)|每月")),
    ("quarter", re.compile(r"季报|季度")),
    ("halfyear", re.compile(r"半年|学期")),
    ("year", re.compile(r"年度|年终|年报|年度总结")),
    ("week", re.compile(r"周报|每周")),
    ("day", re.compile(r"日报|每日")),
)
_PERIOD_AHEAD = re.compile(r"(月度?|季度|年度|每日)(?:有|须|应|出具|提交|提供|形成)[^,;]{0,2}$")
_FIRST = {"月": "month", "季": "quarter", "年": "year", "每": "day"}
CADENCES = {"day", "workday", "week", "month", "quarter", "halfyear", "year"}
"""Periods that are cadences."""
_CADENCE_OF = {(1, p): p for p in CADENCES} | {
    (3, "month"): "quarter",
    (6, "month"): "halfyear",
    (12, "month"): "year",
}


def in_name(name: str) -> str | None:
    """The cadence a name tells by itself: 月报, 年度总结报告."""
    return next((cadence for cadence, pattern in _IN_NAME if pattern.search(name)), None)


def cadence_for(frequency: Frequency) -> str | None:
    """The cadence of a document that is due once at each occasion of `frequency`."""
    return _CADENCE_OF.get((frequency.every, frequency.period)) if frequency.count == 1 else None


def cadence_of(
    name: str, at: int, sentence: Sentence, found: list[Frequency], last_period: str | None
) -> tuple[str | None, str]:
    """(cadence, rule) of a document named at offset `at`; `last_period` is the block's last exact frequency."""
    if told := in_name(name):
        return told, "deliverable.name"
    words = sentence.key[sentence.span.start : at]
    if _AFTER_CASE.search(words):
        return "event", "deliverable.event"
    if period := _PERIOD_AHEAD.search(words):
        return _FIRST[period[1][0]], "deliverable.period"
    nearest = _nearest(sentence, [f for f in found if f.span.start < at])
    if nearest is not None:
        if nearest.count == 1 and (cadence := _CADENCE_OF.get((nearest.every, nearest.period))):
            return cadence, "deliverable.frequency"
        if nearest.count is not None or not _EVENT.search(words[nearest.span.end - sentence.span.start :]):
            return None, "deliverable.no_cadence"
    if re.search(r"(?:检测|巡检|测试)后|完一周", words):
        return last_period or "event", "deliverable.after_duty"
    near = ",".join(words.split(",")[-2:])
    if _EVENT.search(near) or "整改报告" in name or _OF_A_FAULT.search(name):
        return "event", "deliverable.event"
    return None, "deliverable.no_cadence"


def _nearest(sentence: Sentence, ahead: list[Frequency]) -> Frequency | None:
    """The last frequency ahead; an exact one wins over a vague 定期 in the same clause."""
    if not ahead:
        return None
    exact = [f for f in ahead if f.count is not None]
    vague = ahead[-1].count is None and bool(exact)
    if vague and "," not in sentence.key[exact[-1].span.end : ahead[-1].span.start]:
        return exact[-1]
    return ahead[-1]
