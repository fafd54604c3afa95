"""An availability beside a downtime that it does not allow, or allows many times over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from opsledger.reader.lint.findings import Finding, of_facts
from opsledger.reader.reading import Reading

_HOURS = {"year": Decimal(8760), "half": Decimal(4380), "month": Decimal(730), None: Decimal(8760)}
_IN_HOURS = {"minute": Decimal(1) / 60, "hour": Decimal(1), "day": Decimal(24)}
_SINGLE = re.compile(r"(?:单次|每次|单一)(?!.*(?:全年|每年|每月|累计))", re.DOTALL)
"""A limit on one interruption says nothing of their sum."""
_CLOSE = Decimal("0.05")


def check(reading: Reading) -> Iterator[Finding]:
    for item in reading.items:
        told = [p for p in item.proposals if p.kind == "kpis"]
        rates = [p for p in told if p.fields["metric"] == "availability"]
        downs = [
            p
            for p in told
            if p.fields["metric"] == "downtime"
            and p.fields["unit"] in _IN_HOURS
            and not _SINGLE.search(reading.text[p.span.start : p.span.end])
        ]
        for rate in rates:
            for down in downs:
                whole = _HOURS[down.fields["window"]]
                allowed = whole * (100 - Decimal(str(rate.fields["value"]))) / 100
                limit = Decimal(str(down.fields["value"])) * _IN_HOURS[down.fields["unit"]]
                if abs(allowed - limit) > _CLOSE * max(allowed, limit):
                    yield Finding(
                        "availability_downtime",
                        "high",
                        of_facts(reading, item, [rate, down]),
                        f"服务项{item.no}的可用性{rate.fields['value']}%允许中断约{allowed:.2f}小时，"
                        f"另一处却只许{limit:.2f}小时，两个指标不能同时作准。",
                        "约定以哪一个为准，并写明统计周期、计划停机与不可抗力是否计入。",
                    )
