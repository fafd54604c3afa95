"""The forecast against a recount: what is lost next is found by adding real facts one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.core.drawing import examples
from tests.core.schemes.load import fact, mark, month, scheme, year

from opsledger.core.payment import forecast
from opsledger.core.scoring import Fact, Money, TermAssessment, assess_term, other_readings

ANYANG = scheme("anyang")
MONTHS = [month(n, 500_000) for n in range(1, 13)]


def breaches(n: int, on: date) -> list[Fact]:
    return [fact(f"{on}-{i}", "sla_breach", on=on, metric="respond") for i in range(n)]


def test_a_year_of_months_by_hand() -> None:
    # Price 6,000,000, a point costs 12,000, each month pays 500,000.
    # March lost 12: 88 → 12 × 12,000 = 144,000 off.  In June (open) 9 are lost: 91.  The rest loses nothing.
    # Payable 12 × 500,000 − 144,000 = 5,856,000.  Two more points in June give 89 → 11 × 12,000 = 132,000.
    facts = breaches(12, date(2026, 3, 5)) + breaches(9, date(2026, 6, 2))
    told = forecast(ANYANG, facts, periods=MONTHS, at=date(2026, 6, 20))
    assert told.term.payable_cny == 5_856_000
    assert told.open_period_ids == tuple(f"2026-{n:02}" for n in range(6, 13))
    assert told.next_change is not None
    step = told.next_change
    assert (step.points, step.period_id, step.score, step.cost_cny) == (2, "2026-06", 89, 132_000)
    assert step.text == "再扣2分（2026年6月降到89分），等级由“全额支付”变为“按分扣款”，少付¥132,000.00"
    assert told.next_band == step


def test_inside_a_paying_band_the_very_next_point_costs() -> None:
    # December, the last month, stands at 85: the next point costs 12,000; the next grade (below 60) is 26
    # points away: then the month's 500,000 − 15 × 12,000 = 320,000 would not be paid for the time being.
    told = forecast(ANYANG, breaches(15, date(2026, 12, 2)), periods=MONTHS, at=date(2026, 12, 20))
    assert told.next_change is not None and told.next_band is not None
    assert (told.next_change.points, told.next_change.cost_cny) == (1, 12_000)
    assert (told.next_band.points, told.next_band.score, told.next_band.cost_cny) == (26, 59, 320_000)


def test_the_term_stands_under_every_reading() -> None:
    # March lost 12.  From 100: 12 × 12,000 = 144,000.  From 90: 88 is 2 points short: 24,000.
    facts = breaches(12, date(2026, 3, 5))
    payable = {
        other.reading_id: forecast(
            ANYANG, facts, periods=MONTHS, at=date(2026, 6, 20), settings=other.settings
        ).term.payable_cny
        for other in other_readings(ANYANG)
    }
    assert payable == {"from_90": 5_976_000, "whole": 5_856_000}


def test_what_has_not_happened_yet_is_left_out() -> None:
    later = breaches(30, date(2026, 9, 1))
    told = forecast(ANYANG, later, periods=MONTHS, at=date(2026, 6, 20))
    assert told.term.score == 100


def test_after_the_term_nothing_can_change() -> None:
    told = forecast(ANYANG, breaches(15, date(2026, 6, 2)), periods=MONTHS, at=date(2027, 1, 1))
    assert (told.open_period_ids, told.next_change, told.next_band) == ((), None, None)


def test_unmarked_rows_count_full_only_while_the_period_is_open() -> None:
    found = scheme("e_education")
    months = [month(1), month(2)]
    marks = [
        replace(mark(f"s{i}_mark", "100", by=who), period_id="2026-01")
        for i in range(1, 9)
        for who in ("buyer", "third")
    ]
    told = forecast(found, [], periods=months, at=date(2026, 2, 10), marks=marks)
    assert [one.score for one in told.term.evaluations] == [800, 900]


def test_the_mean_of_the_term_falls_by_a_share_of_each_point() -> None:
    # Zhangjiagang in two halves, paid on the mean: 100 and 100.  The mean leaves 90 when 21 points are lost in
    # the second half: (100 + 79) / 2 = 89.5 → 0.5 % of 1,000,000 = 5,000.
    first = replace(year(), id="h1", end_on=date(2026, 6, 30))
    second = replace(year(), id="h2", start_on=date(2026, 7, 1))
    found = scheme("zhangjiagang")
    marks = [
        replace(mark(row.id, str(row.points)), period_id="h1")
        for row in found.indicators
        if row.match is None
    ]
    money = Money(total_cny=Decimal(1_000_000), period_cny=Decimal(700_000))
    told = forecast(found, [], periods=[first, second], at=date(2026, 9, 1), marks=marks, money=money)
    assert told.next_change is not None
    step = told.next_change
    assert (step.points, step.period_id, step.cost_cny, step.band_title) == (21, "h2", 5_000, "良好")
    assert "全期得分89.5分" in step.text


def outcome(term: TermAssessment) -> tuple[Decimal, Decimal, list[str]]:
    return term.payable_cny, term.withheld_cny, [one.band.id for one in term.evaluations]


def test_a_lost_month_does_not_hide_the_next_one() -> None:
    # June is at 59 already: nothing more to lose there.  11 points in July would cost 11 × 12,000.
    told = forecast(ANYANG, breaches(41, date(2026, 6, 2)), periods=MONTHS, at=date(2026, 6, 20))
    assert told.next_change is not None
    step = told.next_change
    assert (step.points, step.period_id, step.cost_cny) == (11, "2026-07", 132_000)


@examples(60)
@given(lost=st.lists(st.integers(0, 45), min_size=3, max_size=3), day=st.integers(0, 89))
def test_the_next_change_is_the_fewest_facts_that_change_anything(lost: list[int], day: int) -> None:
    # Facts of one point are added one by one to each open month; the fewest that change money or grade.
    periods = [month(n, 500_000) for n in (1, 2, 3)]
    at = date(2026, 1, 1) + timedelta(days=day)
    facts = [
        one
        for n, period in zip(lost, periods, strict=True)
        for one in breaches(n, period.start_on)
        if one.happened_on <= at
    ]
    told = forecast(ANYANG, facts, periods=periods, at=at)
    before = outcome(assess_term(ANYANG, facts, periods=periods))
    assert outcome(told.term) == before
    found = []
    for period in (period for period in periods if period.end_on >= at):
        for n in range(1, 60):
            extra = [fact(f"extra{i}", "sla_breach", on=period.end_on, metric="respond") for i in range(n)]
            after = assess_term(ANYANG, facts + extra, periods=periods)
            if outcome(after) != before:
                found.append((n, period.id, before[0] - after.payable_cny))
                break
    step = told.next_change
    best = min(found, default=None, key=lambda one: one[0])
    assert best == (None if step is None else (step.points, step.period_id, step.cost_cny))
