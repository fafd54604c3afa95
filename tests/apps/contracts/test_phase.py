"""Where a contract stands is told by its term, not by a flag that nobody turns."""

from __future__ import annotations

from datetime import date, timedelta

import pytest


@pytest.mark.parametrize(
    ("status", "days", "word"),
    [
        ("active", -1, "未开始"),
        ("active", 0, "履行中"),
        ("active", 364, "履行中"),
        ("active", 365, "已期满"),
        ("closed", 10, "已结束"),
        ("draft", 10, "起草"),
    ],
)
def test_phase_of_a_contract_of_one_year(world, status, days, word) -> None:
    contract = world.contract
    contract.status = status
    contract.starts_on, contract.ends_on = date(2026, 1, 1), date(2026, 12, 31)
    assert contract.phase_on(contract.starts_on + timedelta(days=days)) == word
