"""Zhangjiagang: four groups 40/30/20/10, eleven rows, a response scale with a hole; sums by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.core.schemes.load import fact, mark, scheme, year

from opsledger.core.scoring import Fact, Mark, Settings, assess, assess_term, evaluate, find_holes

ZJG = scheme("zhangjiagang")
YEAR = year(2_986_000, 2_090_200)


def filled(**changes: str) -> list[Mark]:
    """Full marks on every manual row, except where a change says otherwise."""
    full = dict.fromkeys(("accuracy", "manner", "execution", "resources", "risk"), "10")
    full |= {"conformity": "5", "data": "5"} | changes
    return [mark(row, points) for row, points in full.items()]


def respond(hours: str, name: str = "r") -> Fact:
    return fact(name, "measure", hours, metric="respond")


def test_it_has_four_groups_and_eleven_rows_that_make_100() -> None:
    groups = [(one.weight_percent, len(one.indicators)) for one in ZJG.categories]
    assert groups == [(40, 4), (30, 3), (20, 2), (10, 2)]
    assert sum(row.points or 0 for row in ZJG.indicators) == 100
    result = evaluate(ZJG, [], period=YEAR, marks=filled())
    assert (result.score, result.band.id, result.pending) == (100, "excellent", ())


@pytest.mark.parametrize(
    ("hours", "points"),
    [
        ("0", 10),
        ("1", 10),
        ("2", 5),
        ("4", 5),
        ("4.01", 3),
        ("90", 3),
        ("1.01", 10),  # in the hole: the better neighbour by default
        ("1.99", 10),
    ],
)
def test_the_response_scale(hours: str, points: int) -> None:
    result = evaluate(ZJG, [respond(hours)], period=YEAR, marks=filled())
    row = result.rows[0]
    assert row.awarded == points
    assert ("没有规定" in row.text) == (hours in ("1.01", "1.99"))


def test_the_hole_is_found_and_named() -> None:
    (hole,) = find_holes(ZJG)
    assert (hole.subject, hole.interval.low, hole.interval.high) == ("response", 1, 2)
    assert (hole.interval.low_closed, hole.interval.high_closed) == (False, False)
    assert "1小时（不含）至2小时（不含）" in hole.text


def test_the_other_readings_stand_beside_the_result() -> None:
    # Responses of 0.5 h, 1.5 h (in the hole) and 3 h.
    # worst, better side:  10, 10, 5 → the worst is 5 → row 5, total 95.
    # mean: (0.5 + 1.5 + 3) / 3 = 1.6667 h, in the hole, better side → 10 → total 100.
    # each: (10 + 10 + 5) / 3 = 8.3333 → total 98.33.
    # worst, worse side: 10, 5, 5 → 5 → total 95.
    facts = [respond("0.5", "a"), respond("1.5", "b"), respond("3", "c")]
    result = assess(ZJG, facts, period=YEAR, marks=filled())
    told = {(one.point_id, one.reading_id): one.evaluation.score for one in result.alternatives}
    assert result.chosen.score == 95
    assert told == {
        ("response_hole", "worse"): 95,
        ("response_which", "mean"): 100,
        ("response_which", "each"): Decimal("98.33"),
    }


def test_one_response_in_the_hole_under_both_readings() -> None:
    # 1.5 h: better side 10 → 100; worse side 5 → 95.
    result = assess(ZJG, [respond("1.5")], period=YEAR, marks=filled())
    other = next(one for one in result.alternatives if one.reading_id == "worse")
    assert (result.chosen.score, other.evaluation.score) == (100, 95)


def test_never_answered_is_zero() -> None:
    never = fact("n", "measure", None, metric="respond")
    assert evaluate(ZJG, [never], period=YEAR, marks=filled()).score == 90


def test_a_year_by_hand() -> None:
    # 服务质量: response 3 h → 5; solved in 30 h, marked 6 in 5–7; accuracy 8; manner 9 → 28 of 40, lost 12
    # 运维情况: 9 + 8 + 7 = 24 of 30, lost 6
    # 定期报告: half-year two errors 10 − 2 = 8; annual missing 10 − 10 = 0 → 8 of 20, lost 12
    # 信息安全: 3 + 5 = 8 of 10, lost 2          total 100 − 32 = 68 → 未达标: to be negotiated
    facts = [
        respond("3"),
        fact("s", "measure", "30", metric="resolve"),
        fact("e1", "report_error", report="half_year"),
        fact("e2", "report_error", report="half_year"),
        fact("m", "deliverable_missing", report="year"),
    ]
    marks = filled(accuracy="8", manner="9", execution="9", resources="8", risk="7", conformity="3")
    result = evaluate(ZJG, facts, period=YEAR, marks=[*marks, mark("solution", "6")])
    assert [one.contribution for one in result.categories] == [12, 6, 12, 2]
    assert (result.score, result.band.id) == (68, "fail")
    assert result.money is not None
    assert (result.money.settled, result.money.withheld) == (False, Decimal("2090200.00"))


def test_the_grades_in_money() -> None:
    # 良好 85: 0.5 % of the whole fee 2,986,000 = 14,930, from the last instalment 2,090,200 → 2,075,270.
    # 及格 75: 1 % = 29,860 → 2,060,340.
    good = evaluate(ZJG, [], period=YEAR, marks=filled(accuracy="5", manner="5", execution="8", risk="7"))
    fair = evaluate(ZJG, [], period=YEAR, marks=filled(accuracy="0", manner="0", execution="8", risk="7"))
    assert (good.score, good.band.id, fair.score, fair.band.id) == (85, "good", 75, "pass")
    assert good.money is not None and fair.money is not None
    assert (good.money.deduction, good.money.payable) == (14_930, 2_075_270)
    assert (fair.money.deduction, fair.money.payable) == (29_860, 2_060_340)


def test_a_choice_within_a_range_is_pending_until_made_and_never_leaves_it() -> None:
    solved = [fact("s", "measure", "30", metric="resolve")]
    open_ = evaluate(ZJG, solved, period=YEAR, marks=filled())
    assert (open_.rows[1].awarded, open_.pending) == (7, ("solution",))
    beyond = evaluate(ZJG, solved, period=YEAR, marks=[*filled(), mark("solution", "9")])
    assert (beyond.rows[1].awarded, beyond.pending) == (7, ("solution",))
    assert "请复核" in beyond.rows[1].text


def test_two_accidents_or_one_leak_veto_whatever_the_score() -> None:
    one = [fact("a", "serious_accident")]
    two = [*one, fact("b", "serious_accident")]
    leak = [fact("c", "data_leak")]
    assert evaluate(ZJG, one, period=YEAR, marks=filled()).band.id == "excellent"
    for facts in (two, leak):
        result = evaluate(ZJG, facts, period=YEAR, marks=filled())
        assert (result.score, result.band.id, result.vetoed) == (100, "fail", True)
        assert result.money is not None and not result.money.settled
        step = next(step for step in result.trace if step.stage == "veto" and "一票否决" in step.text)
        assert step.refs == tuple(ref for fact_ in facts for ref in fact_.refs)


def test_the_term_pays_by_the_one_assessment() -> None:
    term = assess_term(
        ZJG, [fact("c", "data_leak")], periods=[YEAR], marks=filled(), money=YEAR.money, settings=Settings()
    )
    assert (term.band.id, term.payable_cny, term.withheld_cny) == ("fail", 0, Decimal("2090200.00"))
