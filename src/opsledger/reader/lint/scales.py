"""Scales of an assessment: holes between the steps, deductions without a base."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from opsledger.core.quantities import number
from opsledger.reader.blocks import Span
from opsledger.reader.lint.findings import Finding, of_span
from opsledger.reader.reading import Reading

_NUM = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十]{1,3})"
_STEP = re.compile(r"^\s*(\d{1,3})(?:-(\d{1,3}))?\s*分\s*:")
_RANGE = re.compile(rf"(?P<a>{_NUM})\s*(?:-|至|到)\s*(?P<b>{_NUM})\s*个?(?P<u>小时|分钟|天|日|周)")
_WITHIN = re.compile(rf"(?P<a>{_NUM})\s*个?(?P<u>小时|分钟|天|日|周)(?:之|以)?内")
_BEYOND = re.compile(rf"超过\s*(?P<a>{_NUM})\s*个?(?P<u>小时|分钟|天|日|周)")
_HOURS = {
    "小时": Decimal(1),
    "分钟": Decimal(1) / 60,
    "天": Decimal(24),
    "日": Decimal(24),
    "周": Decimal(168),
}
_EACH = re.compile(
    r"每(?:扣|低于?|降低|少|差|有|发现|出现|逾期)?[^,。;\n]{0,16}[,，]?\s*(?:扣减?|扣除|罚款?|处罚)[^,。;\n]{0,24}?\d[\d.]*\s*(?:%|‰|元)"
)
_BASE = re.compile(r"合同(?:总)?(?:价款?|金额|款)|总价|当期|服务费|运维费|款项的")
_WHOLE = re.compile(r"总合同价款?|合同总(?:价|金额|额)|合同金额")
_PART = re.compile(r"当期|当月|当季|本期")


@dataclass(frozen=True, slots=True)
class _Step:
    low: Decimal
    high: Decimal | None
    span: Span


def check(reading: Reading) -> Iterator[Finding]:
    yield from _holes(reading)
    yield from _bases(reading)


def _holes(reading: Reading) -> Iterator[Finding]:
    """1小时内 beside 2-4小时 leaves what happens between one and two hours open."""
    steps: list[_Step] = []
    at = 0
    for line in [*reading.normalised.key.split("\n"), ""]:
        step = _step(line, at) if _STEP.match(line.lstrip("\t ")) else None
        if step:
            steps.append(step)
        elif steps and not _STEP.match(line.lstrip("\t ")):
            yield from _gaps(reading, steps)
            steps = []
        at += len(line) + 1


def _step(line: str, at: int) -> _Step | None:
    span = Span(at + len(line) - len(line.lstrip()), at + len(line.rstrip()))
    if found := _RANGE.search(line):
        size = _HOURS[found["u"]]
        return _Step(number(found["a"]) * size, number(found["b"]) * size, span)
    if found := _BEYOND.search(line):
        return _Step(number(found["a"]) * _HOURS[found["u"]], None, span)
    if found := _WITHIN.search(line):
        return _Step(Decimal(0), number(found["a"]) * _HOURS[found["u"]], span)
    return None


def _gaps(reading: Reading, steps: list[_Step]) -> Iterator[Finding]:
    # Cumulative scales (24小时内, 48小时内) all start at zero: each ends where the next goes on.
    ordered = sorted(steps, key=lambda s: (s.low, s.high or Decimal("Infinity")))
    reached, last = Decimal(0), None
    for step in ordered:
        if last is not None and step.low > reached:
            yield Finding(
                "scale_hole",
                "high",
                (of_span(reading, "考核", last.span), of_span(reading, "考核", step.span)),
                f"评分标准在{_plain(reached)}小时与{_plain(step.low)}小时之间没有规定得几分。",
                "约定这一段的得分，使各档首尾相接。",
            )
        if step.high is not None and step.high >= reached:
            reached, last = step.high, step


def _plain(hours: Decimal) -> str:
    return f"{hours.normalize():f}"


def _bases(reading: Reading) -> Iterator[Finding]:
    """A share of what?  Each point costs so much of an amount that is not named, or named in two ways."""
    for found in _EACH.finditer(reading.normalised.key):
        span = Span(found.start(), found.end())
        if not _BASE.search(found[0]):
            yield Finding(
                "deduction_base",
                "high",
                (of_span(reading, "考核", span),),
                "扣款只写了比例或每次的数额，没有写以哪一笔金额为基数、最多扣多少。",
                "约定扣款的基数（当期款或合同总价）与上限。",
            )
        elif _WHOLE.search(found[0]):
            near = _PART.search(reading.normalised.key, max(0, found.start() - 200), found.end() + 200)
            if near:
                other = Span(near.start(), near.end())
                yield Finding(
                    "deduction_base",
                    "high",
                    (of_span(reading, "考核", other), of_span(reading, "考核", span)),
                    "得分高时按当期款支付，扣款却按合同总价计算，两处的基数不同。",
                    "约定每扣一分扣减的是当期款还是合同总价，以及上限。",
                )
