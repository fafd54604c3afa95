"""When failures count together: rolling months, calendar periods, days."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from opsledger.core.repeats import Rule, Same, rule_of
from opsledger.core.terms import KpiMetric, KpiTerm, KpiUnit, MeasureWindow, Op

ZONE = ZoneInfo("Asia/Shanghai")


def target(op=Op.LT, value=3, window=MeasureWindow.MONTH, scope="同一设备", metric=KpiMetric.FAULT_COUNT):
    return KpiTerm(
        key="r", clause="服务标准 5", metric=metric, op=op, value=Decimal(value), unit=KpiUnit.COUNT,
        window=window, scope=scope,
    )  # fmt: skip


def test_below_three_is_met_by_the_third_and_at_most_two_as_well():
    below, most = (rule_of(target(op, value), term_id=7) for op, value in ((Op.LT, 3), (Op.LE, 2)))
    assert below == most == Rule(Same.DEVICE, 3, months=1, term_id=7, clause="服务标准 5")
    assert below.words(3) == "同一设备1个月内第3次故障，应提出更换"
    half = rule_of(target(Op.LE, 2, MeasureWindow.HALF, "同一故障"), term_id=7)
    assert (half.same, half.reached, half.words(3)) == (
        Same.FAULT,
        3,
        "同一故障半年内第3次故障，超出约定次数",
    )
    assert rule_of(target(Op.LE, 4, MeasureWindow.YEAR, ""), term_id=7).same is Same.ANY
    assert rule_of(target(Op.GE), term_id=7) is None
    assert rule_of(target(metric=KpiMetric.DOWNTIME), term_id=7) is None


@pytest.mark.parametrize(
    ("rule", "at", "since"),
    [
        (Rule(Same.DEVICE, 3, months=1), "2026-03-31 10:00", "2026-02-28 10:00"),
        (Rule(Same.DEVICE, 3, months=1), "2026-01-15 10:00", "2025-12-15 10:00"),
        (Rule(Same.FAULT, 3, months=6), "2026-08-31 09:00", "2026-02-28 09:00"),
        (Rule(Same.DEVICE, 3, days=30), "2026-03-31 10:00", "2026-03-01 10:00"),
        (Rule(Same.DEVICE, 3, months=1, natural=True), "2026-03-31 10:00", "2026-02-28 23:59:59.999999"),
        (Rule(Same.FAULT, 3, months=6, natural=True), "2026-08-31 09:00", "2026-06-30 23:59:59.999999"),
    ],
)
def test_how_far_back_failures_count(rule, at, since):
    moment = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    assert rule.since(moment, ZONE) == datetime.fromisoformat(since).replace(tzinfo=ZONE)


def test_without_a_span_all_of_them_count():
    rule = Rule(Same.ANY, 5)
    assert rule.since(datetime(2026, 3, 1, tzinfo=ZONE), ZONE) is None
    assert rule.is_default and rule.words(5) == "同一服务项服务期内第5次故障"
