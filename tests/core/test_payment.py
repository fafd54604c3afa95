"""Payment plans and sheets, each sum by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core.errors import DomainError
from opsledger.core.payment import Penalty, instalments, money_at_stake, parse_plan, payable
from opsledger.core.scoring import EffectKind, MoneyResult


def zhangjiagang(price: str = "2986000") -> dict[str, Any]:
    """30 % within 15 working days of signing, the rest within 15 of the acceptance report, assessed."""
    return {
        "id": "zjg",
        "title": "付款计划",
        "clause": "2.2 结付期限",
        "price_cny": price,
        "milestones": [
            {
                "id": "advance",
                "title": "预付款",
                "trigger": "signed",
                "share_percent": 30,
                "due_workdays": 15,
            },
            {"id": "final", "title": "尾款", "trigger": "accepted", "due_workdays": 15, "period": "term"},
        ],
    }


def result(base: str, deduction: str = "0", withheld: str = "0") -> MoneyResult:
    b, d, w = Decimal(base), Decimal(deduction), Decimal(withheld)
    kind = EffectKind.NEGOTIATE if w else EffectKind.DEDUCT_PERCENT
    return MoneyResult(
        kind=kind,
        base_cny=b,
        wanted=d,
        deduction=d,
        payable=b - d - w,
        withheld=w,
        settled=not w,
        text="按考核结果",
    )


def weekdays(day: date, n: int) -> date:
    """A plain calendar without holidays, enough to see that the day of the trigger does not count."""
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5
    return day


def test_the_advance_is_paid_without_an_assessment() -> None:
    # 2,986,000 × 30 % = 895,800; signed on Monday 2026-03-02: 15 weekdays later is Monday 2026-03-23.
    sheet = payable(
        parse_plan(zhangjiagang()), "advance", triggered_on=date(2026, 3, 2), add_workdays=weekdays
    )
    assert (sheet.instalment, sheet.payable, sheet.due_on) == (
        Decimal("895800.00"),
        Decimal("895800.00"),
        date(2026, 3, 23),
    )
    assert "¥2,986,000.00 × 30% = ¥895,800.00" in sheet.trace[0].text
    assert sheet.trace[-1].text.endswith("最迟2026-03-23")


def test_the_rest_is_reduced_by_the_grade() -> None:
    # 2,986,000 − 895,800 = 2,090,200; 良好 takes 0.5 % of the whole fee: 14,930; payable 2,075,270.
    plan = parse_plan(zhangjiagang())
    sheet = payable(plan, "final", result=result("2090200", "14930"))
    assert (sheet.deduction, sheet.payable, sheet.due_on) == (Decimal(14930), Decimal(2_075_270), None)
    money = money_at_stake(plan, "term")
    assert money is not None and (money.period_cny, money.total_cny) == (2_090_200, 2_986_000)
    assert money_at_stake(plan, "2026-Q1") is None


def test_what_is_withheld_is_neither_paid_nor_deducted() -> None:
    sheet = payable(parse_plan(zhangjiagang()), "final", result=result("2090200", withheld="2090200"))
    assert (sheet.payable, sheet.deduction, sheet.withheld, sheet.settled) == (0, 0, 2_090_200, False)


def test_penalties_stop_at_the_cap() -> None:
    # Cap 10 % of 2,090,200 = 209,020; wanted 14,930 + 200,000 = 214,930, so 5,910 are let go.
    plan = parse_plan({**zhangjiagang(), "deduction_cap_percent": 10})
    fine = Penalty(title="逾期违约金", amount_cny=Decimal(200_000), clause="12.1", refs=("ticket:9",))
    sheet = payable(plan, "final", result=result("2090200", "14930"), penalties=[fine])
    assert (sheet.deduction, sheet.waived, sheet.payable) == (209_020, 5_910, 1_881_180)
    cap = next(step for step in sheet.trace if step.stage == "cap")
    assert cap.text == "扣款合计¥214,930.00，本节点最多扣¥209,020.00"
    penalty = next(step for step in sheet.trace if step.stage == "penalty")
    assert (penalty.clause, penalty.refs) == ("12.1", ("ticket:9",))


def test_a_due_day_needs_the_trigger_a_calendar_and_a_limit() -> None:
    plan = parse_plan(zhangjiagang())
    signed = date(2026, 3, 2)
    assert payable(plan, "advance", triggered_on=signed).due_on is None
    assert payable(plan, "advance", add_workdays=weekdays).due_on is None
    open_ended = parse_plan(broken(("milestones", 0, "due_workdays"), None))
    sheet = payable(open_ended, "advance", triggered_on=signed, add_workdays=weekdays)
    assert sheet.due_on is None and "没有写明天数" in sheet.trace[-1].text


def test_penalties_never_make_a_payment_negative() -> None:
    fine = Penalty(title="违约金", amount_cny=Decimal(9_000_000), clause="")
    sheet = payable(parse_plan(zhangjiagang()), "advance", penalties=[fine])
    assert (sheet.payable, sheet.deduction) == (0, Decimal("895800.00"))


def test_thirds_add_up_to_the_fen() -> None:
    # 100.00 in thirds: 33.33 + 33.33 + 33.34.
    shares = [("a", {"share_percent": "33.3"}), ("b", {"share_percent": "33.3"}), ("c", {})]
    parts = [{"id": name, "title": name, "trigger": "signed", **share} for name, share in shares]
    plan = parse_plan({"id": "p", "title": "p", "price_cny": "100", "milestones": parts})
    assert list(instalments(plan).values()) == [Decimal("33.30"), Decimal("33.30"), Decimal("33.40")]


@given(
    price=st.decimals("1.00", "99999999.99", places=2),
    cuts=st.lists(st.integers(1, 9999), min_size=1, max_size=6),
)
def test_instalments_always_make_up_the_price(price: Decimal, cuts: list[int]) -> None:
    whole = sum(cuts)
    shares = [Decimal(cut * 100) / whole for cut in cuts]
    shares[-1] = 100 - sum(shares[:-1])
    parts = [
        {"id": f"m{i}", "title": "期", "trigger": "signed", "share_percent": share}
        for i, share in enumerate(shares)
    ]
    plan = parse_plan({"id": "p", "title": "p", "price_cny": price, "milestones": parts})
    parts_cny = instalments(plan).values()
    assert sum(parts_cny) == price and min(parts_cny) >= 0


# Six shares of half a fen each round up to six fen: more than the three there are.
SIX_HALVES = {
    "id": "p",
    "title": "p",
    "price_cny": "0.03",
    "milestones": [
        {"id": f"m{i}", "title": "期", "trigger": "signed", "share_percent": share}
        for i, share in enumerate(["16.7"] * 5 + ["16.5"])
    ],
}


def broken(path: tuple[Any, ...], value: object) -> dict[str, Any]:
    data = zhangjiagang()
    spot: Any = data
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (broken(("milestones", 0, "share_percent"), 130), "milestones"),
        (broken(("milestones", 1, "share_percent"), 60), "milestones"),
        (broken(("milestones", 0, "share_percent"), None), "milestones[1].share_percent"),
        (broken(("milestones", 0, "amount_cny"), 5), "milestones[0].amount_cny"),
        (broken(("milestones", 0, "trigger"), "someday"), "milestones[0].trigger"),
        (broken(("milestones", 0, "due_days"), 5), "milestones[0].due_days"),
        (broken(("milestones", 1, "id"), "advance"), "milestones[1].id"),
        (broken(("price_cny",), "1.005"), "price_cny"),
        (broken(("price_cny",), "两百万"), "price_cny"),
        (broken(("milestones", 0, "period"), "term"), "milestones[1].period"),
        ({**SIX_HALVES}, "price_cny"),
    ],
)
def test_a_broken_plan_names_the_place(data: dict[str, Any], path: str) -> None:
    with pytest.raises(DomainError) as told:
        parse_plan(data)
    assert (told.value.code, told.value.facts["path"]) == ("plan.invalid", path)


def test_what_cannot_be_paid_says_why() -> None:
    plan = parse_plan(zhangjiagang())
    for kwargs, code in [
        ({"milestone_id": "middle"}, "plan.unknown_milestone"),
        ({"milestone_id": "final"}, "plan.no_result"),
        ({"milestone_id": "final", "result": result("2000000")}, "plan.base_differs"),
    ]:
        with pytest.raises(DomainError) as told:
            payable(plan, **kwargs)  # type: ignore[arg-type]
        assert told.value.code == code
