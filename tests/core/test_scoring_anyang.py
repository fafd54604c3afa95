"""Anyang's own rule, with the sums done by hand: deductions from 100, 2 per mille of the price per point."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.core.drawing import read_yaml

from opsledger.core.scoring import Fact, Money, Period, Scheme, assess, evaluate, forecast, parse_scheme

SCHEMES = Path(__file__).parent / "schemes"
PRICE = Decimal(6_000_000)
QUARTER = Money(total_cny=PRICE, period_cny=Decimal(1_500_000))
YEAR = Period(
    id="2026", title="2026年度", start_on=date(2026, 1, 1), end_on=date(2026, 12, 31), money=QUARTER
)


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return parse_scheme(read_yaml(SCHEMES / "anyang.yaml"))


def losing(points: int) -> list[Fact]:
    """Facts that cost so many points: one point for each SLA breach."""
    return [
        Fact(
            id=f"breach-{i}",
            kind="sla_breach",
            happened_on=date(2026, 3, 1 + i % 28),
            title="响应超时",
            clause="一、11",
            refs=(f"ticket:{i}",),
            attributes={"metric": "respond"},
        )
        for i in range(points)
    ]


def test_93_points_are_paid_in_full(scheme: Scheme) -> None:
    # 100 − 7×1 = 93 ≥ 90: 100 % of the period's 1,500,000.
    result = evaluate(scheme, losing(7), period=YEAR)
    assert (result.score, result.band.id) == (Decimal(93), "full")
    assert result.money is not None
    assert (result.money.deduction, result.money.payable) == (0, Decimal("1500000.00"))


def test_exactly_90_is_still_full_and_exactly_60_still_counts_points(scheme: Scheme) -> None:
    assert evaluate(scheme, losing(10), period=YEAR).band.id == "full"
    assert evaluate(scheme, losing(11), period=YEAR).band.id == "reduced"
    assert evaluate(scheme, losing(40), period=YEAR).band.id == "reduced"


def test_85_points_under_both_readings(scheme: Scheme) -> None:
    # One point is 2‰ of 6,000,000 = 12,000.
    # From 100: 15 points × 12,000 = 180,000 (3 % of the price); payable 1,500,000 − 180,000 = 1,320,000.
    # From 90:   5 points × 12,000 =  60,000 (1 % of the price); payable 1,500,000 −  60,000 = 1,440,000.
    result = assess(scheme, losing(15), period=YEAR)
    money = result.chosen.money
    assert result.chosen.score == 85 and money is not None
    assert (money.deduction, money.payable) == (Decimal(180_000), Decimal(1_320_000))
    other = next(one for one in result.alternatives if one.reading_id == "from_90")
    assert other.evaluation.money is not None
    assert other.evaluation.money.deduction == Decimal(60_000)
    assert other.evaluation.money.payable == Decimal(1_440_000)
    assert "15分 × 2‰" in money.text and "5分 × 2‰" in other.evaluation.money.text


def test_59_points_are_a_breach_and_nothing_is_payable_until_settled(scheme: Scheme) -> None:
    result = evaluate(scheme, losing(41), period=YEAR)
    assert (result.score, result.band.id) == (Decimal(59), "breach")
    assert result.money is not None
    assert not result.money.settled
    assert (result.money.payable, result.money.withheld) == (0, Decimal(1_500_000))


def test_a_mixed_month_by_hand(scheme: Scheme) -> None:
    # 人员驻场 1 + 工单 2×1 + 制度 0.5 (late) + 巡检 1 (missed) + 0.5 (late) + 隐患 2
    # + 应急恢复 2 + 演练 5 = 14 → 86.
    # From 100: 14 × 12,000 = 168,000; payable 1,500,000 − 168,000 = 1,332,000.
    def fact(name: str, kind: str, **attributes: str) -> Fact:
        day = date(2026, 11, 3)
        return Fact(id=name, kind=kind, happened_on=day, title=name, attributes=attributes)

    facts = [
        fact("a", "staff_below"),
        fact("b", "sla_breach", metric="respond"),
        fact("c", "sla_breach", metric="arrive"),
        fact("d", "deliverable_late"),
        fact("e", "occurrence_missed", activity="inspection"),
        fact("f", "occurrence_late", activity="inspection"),
        fact("g", "finding_overdue"),
        fact("h", "sla_breach", metric="mitigate"),
        fact("i", "drill_missing"),
    ]
    result = evaluate(scheme, facts, period=YEAR)
    assert [one.deduction for one in result.categories] == [
        Decimal(figure) for figure in ("1", "2", "0.5", "1.5", "2", "7")
    ]
    assert result.score == 86
    assert result.money is not None and result.money.payable == Decimal(1_332_000)


def test_forecast_names_the_point_that_would_cost_money(scheme: Scheme) -> None:
    # 8 points lost so far: 92. Two more leave 90, still full; the third gives 89:
    # 11 points × 12,000 = 132,000 less.
    told = forecast(scheme, losing(8), periods=[YEAR], at=date(2026, 6, 1))
    assert told.term.payable_cny == Decimal(1_500_000)
    assert told.next_change is not None and told.next_change == told.next_band
    assert (told.next_change.points, told.next_change.cost_cny) == (3, Decimal(132_000))
