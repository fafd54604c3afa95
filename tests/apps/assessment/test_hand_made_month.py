"""The hand-made month: the sum done by hand stands in the comments, the program must find the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from opsledger.apps.assessment import selectors, services
from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.contracts.models import Contract

D = Decimal


def sheet_of(assessment: Assessment, at) -> dict:
    contract = Contract.objects.select_related("buyer", "provider", "supervisor").get(
        pk=assessment.contract_id
    )
    return selectors.sheet_for(basis_of(contract), Assessment.objects.get(pk=assessment.pk), at=at)


def row_of(sheet: dict, row_id: str) -> dict:
    return next(row for category in sheet["categories"] for row in category["rows"] if row["id"] == row_id)


def fill(world, february: Assessment) -> Assessment:
    """What people enter: one point by hand, one post left empty, one breach excluded."""
    february.refresh_from_db()
    buyer = world.actor("buyer")
    services.add_manual_row(
        actor=buyer, assessment=february, indicator_id="other", points=D(1), reason="未按要求参加周例会"
    )
    services.add_manual_fact(
        actor=world.actor("supervisor"),
        assessment=february,
        indicator_id="staff",
        kind="staff_below",
        happened_on=date(2026, 2, 18),
        reason="驻场人员缺岗一天",
    )
    basis = basis_of(february.contract)
    sheet = selectors.sheet_for(basis, february, at=february.created_at)
    first = row_of(sheet, "sla")["lines"][0]
    services.exclude_fact(
        actor=buyer,
        assessment=february,
        fact_id=first["fact"],
        reason="政务云或第三方平台原因",
        explanation="政务云主机故障，见云平台通报",
    )
    return february


def test_the_month_before_anything_is_entered(february, at) -> None:
    # 6 limits of resolving × 1 + 3 of responding × 0.5 = 7.5
    # mitigating × 2 = 2
    # inspections: 3 missed × 1 + 1 late × 0.5 = 3.5
    # backups: 2 missed × 1 + 1 late × 0.5 = 2.5
    # 1 deliverable missing × 1 = 1; 1 vulnerability scan missed × 2 = 2
    # together 7.5 + 2 + 3.5 + 2.5 + 1 + 2 = 18.5; 100 − 18.5 = 81.5
    sheet = sheet_of(february, at)
    by_row = {row["id"]: D(row["deduction"]) for category in sheet["categories"] for row in category["rows"]}
    assert {key: value for key, value in by_row.items() if value} == {
        "sla": D("7.5"),
        "mitigate": D(2),
        "inspection": D("3.5"),
        "routine": D("2.5"),
        "papers": D(1),
        "security-duties": D(2),
    }
    assert D(sheet["score"]) == D("81.5")


def test_the_whole_month_by_hand(scored, february, at) -> None:
    # 18.5 as above, + 1 by hand + 1 for the empty post − 1 for the excluded limit = 19.5; 100 − 19.5 = 80.5.
    # One point is 2‰ of 6,000,000 = 12,000; 1,500,000 hang on the month.
    # From 100: 19.5 × 12,000 = 234,000, payable 1,266,000.
    fill(scored, february)
    sheet = sheet_of(february, at)
    assert D(sheet["score"]) == D("80.5")
    assert sheet["band"]["id"] == "reduced"
    money = sheet["money"]
    assert (D(money["deduction"]), D(money["payable"])) == (D(234_000), D(1_266_000))
    assert money["capitals"] == "壹佰贰拾陆万陆仟元整"


def test_the_money_under_every_other_reading(scored, february, at) -> None:
    # From 90: 90 − 80.5 = 9.5 × 12,000 = 114,000, payable 1,386,000.
    # Whole points only: 19 × 12,000 = 228,000, payable 1,272,000.
    # Of the period's money: 19.5 × 2‰ × 1,500,000 = 58,500, payable 1,441,500.
    fill(scored, february)
    other = {
        (one["point"], one["reading"]): D(one["money"]["payable"])
        for one in sheet_of(february, at)["alternatives"]
    }
    assert other == {
        ("count_from", "from_90"): D(1_386_000),
        ("part_points", "whole"): D(1_272_000),
        ("base", "period"): D(1_441_500),
    }


def test_a_reading_chosen_by_the_buyer_changes_the_sum(scored, february, at) -> None:
    fill(scored, february)
    services.choose_reading(
        actor=scored.actor("buyer"),
        contract=scored.contract,
        point="count_from",
        reading="from_90",
        ground="2026年3月2日考核会纪要",
    )
    money = sheet_of(february, at)["money"]
    assert (D(money["deduction"]), D(money["payable"])) == (D(114_000), D(1_386_000))


def test_every_deduction_names_clause_and_evidence(february, at) -> None:
    sheet = sheet_of(february, at)
    lines = [line for category in sheet["categories"] for row in category["rows"] for line in row["lines"]]
    # 6 + 3 + 1 limits, 4 inspections, 3 backups, 1 deliverable, 1 scan.
    assert len(lines) == 19
    for line in lines:
        assert line["clause"] == "2.4 表 序号01"
        assert line["evidence"] and all(one["url"].startswith("/c/demo-2026/") for one in line["evidence"])


def test_the_term_adds_the_paid_periods(scored, february, at) -> None:
    # Paid by months: February 1,266,000 (as above) is all that hangs on results; the term is their sum.
    fill(scored, february)
    term = Assessment.objects.get(contract=scored.contract, period_id="term")
    money = sheet_of(term, at)["money"]
    assert (D(money["base"]), D(money["payable"])) == (D(1_500_000), D(1_266_000))


def test_the_forecast_knows_the_next_step(scored, february, at) -> None:
    # January lost 1, March 1 so far (both pay nothing); February is over and cannot lose more.
    fill(scored, february)
    card = selectors.forecast(scored.contract, at)
    assert card is not None
    assert (card.period_id, card.score) == ("2026-03", D(99))
    assert card.term_payable == D(1_266_000)
    assert card.term_deduction == D(234_000)


def test_payments_in_figures_capitals_and_days(scored, february, at) -> None:
    fill(scored, february)
    lines = selectors.payments(basis_of(scored.contract), at=at)
    first, second = lines
    assert (first.sheet.payable, first.capitals) == (D(4_500_000), "肆佰伍拾万元整")
    assert (second.sheet.instalment, second.sheet.deduction) == (D(1_500_000), D(234_000))
    assert second.sheet.due_on is None and not second.final


@pytest.mark.parametrize("period_id", ["2026-05", "2026-Q4"])
def test_a_period_that_has_not_begun_scores_full(scored, at, period_id) -> None:
    row = Assessment.objects.get(contract=scored.contract, period_id=period_id)
    assert D(sheet_of(row, at)["score"]) == D(100)
