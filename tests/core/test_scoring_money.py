"""Bands become money: every effect, its base, its cap and its rounding."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.core.schemes.load import fact, one_row, scheme, several, year

from opsledger.core.scoring import Money, Settings, evaluate, parse_scheme
from opsledger.core.scoring.scales import yuan


def money_for(score_lost: int, effect: dict[str, Any], **more: Any) -> tuple[Decimal, Decimal, Decimal]:
    found = one_row({"type": "per_event", "points": score_lost}) | more
    found["bands"] = [{"id": "b", "title": "档", "from": 0, "to": 90, "effect": effect}]
    found["bands"].append({"id": "top", "title": "满", "from": 90, "effect": {"type": "full"}})
    money = Money(total_cny=Decimal(1_000_000), period_cny=Decimal(100_000))
    result = evaluate(parse_scheme(found), several(1, "measure"), period=replace(year(), money=money))
    assert result.money is not None
    assert result.money.deduction + result.money.payable + result.money.withheld == 100_000
    return result.money.deduction, result.money.withheld, result.money.wanted


@pytest.mark.parametrize(
    ("points", "effect", "more", "expected"),
    [
        (5, {"type": "negotiate"}, {}, (0, 0, 0)),  # 95: the other band
        (20, {"type": "deduct_percent", "percent": 5}, {}, (5_000, 0, 5_000)),
        (20, {"type": "pay_percent", "percent": 80}, {}, (20_000, 0, 20_000)),
        (20, {"type": "deduct_percent", "percent": 5, "of": "total"}, {}, (50_000, 0, 50_000)),
        # 20 points × 10 ‰ of 1,000,000 = 200,000, but the period has only 100,000
        (20, {"type": "per_point", "per_mille": 10, "of": "total"}, {}, (100_000, 0, 200_000)),
        (20, {"type": "per_point", "per_mille": 10}, {}, (20_000, 0, 20_000)),
        (20, {"type": "per_point", "per_mille": 10, "count_from": "edge"}, {}, (10_000, 0, 10_000)),
        (
            20,
            {"type": "per_point", "per_mille": 10},
            {"money_cap": {"percent": 15}},
            (15_000, 0, 20_000),
        ),
        (
            20,
            {"type": "per_point", "per_mille": 10},
            {"money_cap": {"percent": 1, "of": "total"}},
            (10_000, 0, 20_000),
        ),
        (20, {"type": "negotiate"}, {}, (0, 100_000, 0)),
        (20, {"type": "breach"}, {}, (0, 100_000, 0)),
        (20, {"type": "terminate"}, {}, (0, 100_000, 0)),
    ],
)
def test_bands_in_money(
    points: int, effect: dict[str, Any], more: dict[str, Any], expected: tuple[int, int, int]
) -> None:
    assert money_for(points, effect, **more) == expected


def test_part_points_in_money() -> None:
    # 85.5 under 2 ‰ of 6,000,000: from 100, 14.5 points are 174,000; only whole ones: 14 × 12,000 = 168,000.
    facts = [*several(14, "sla_breach", metric="respond"), fact("late", "deliverable_late")]
    period = year(6_000_000, 1_500_000)
    for reading, deduction in [("proportional", 174_000), ("whole", 168_000)]:
        settings = Settings(readings={"part_points": reading})
        result = evaluate(scheme("anyang"), facts, period=period, settings=settings)
        assert result.money is not None and result.money.deduction == deduction


def test_money_is_rounded_half_up() -> None:
    assert (yuan(Decimal("0.005")), yuan(Decimal("1234567.004"))) == ("¥0.01", "¥1,234,567.00")
