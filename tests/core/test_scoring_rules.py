"""Each rule of a row by hand: units, scales, groups, marks, and the words of the trace."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.core.schemes.load import data, fact, mark, month, one_row, scheme, several, year

from opsledger.core.scoring import (
    Evaluation,
    Fact,
    FactState,
    Objection,
    Settings,
    as_if_upheld,
    evaluate,
    parse_scheme,
)
from opsledger.core.scoring.scales import num


def lost(rule: dict[str, Any], *measures: str | None, **row: Any) -> Decimal:
    facts = [fact(f"m{i}", "measure", measure) for i, measure in enumerate(measures)]
    return evaluate(parse_scheme(one_row(rule, **row)), facts, period=year()).deduction


@pytest.mark.parametrize(
    ("more", "measures", "points"),
    [
        # target 99.9, 2 points per 0.1 below: 99.75 is 1.5 units.
        ({}, ["99.75"], "3"),
        ({"partial": "started"}, ["99.75"], "4"),
        ({"partial": "whole"}, ["99.75"], "2"),
        ({}, ["99.95"], "0"),
        ({}, ["99.8", "99.9", "99.7"], "6"),  # 1 + 0 + 2 units
        ({"aggregate": "worst"}, ["99.8", "99.9", "99.7"], "4"),
        ({"aggregate": "mean"}, ["99.8", "99.9", "99.7"], "2"),  # mean 99.8
        ({"aggregate": "mean"}, ["100", "99.8"], "0"),  # mean 99.9 meets the target
        ({"direction": "above", "target": "100"}, ["100.2", "99"], "4"),
        ({"measure_is": "gap"}, ["0.3"], "6"),
        ({"measure_is": "gap"}, ["-0.3"], "0"),
        ({"measure_is": "gap", "aggregate": "sum"}, ["0.1", "0.2"], "6"),
        ({"aggregate": "sum", "direction": "above", "target": "3"}, ["2", "2"], "20"),  # 4 over 3: 10 units
        ({"measure_is": "gap", "aggregate": "sum", "partial": "whole"}, ["0.05", "0.05"], "2"),
    ],
)
def test_points_per_unit(more: dict[str, str], measures: list[str], points: str) -> None:
    rule = {"type": "per_unit", "target": "99.9", "unit": "0.1", "points": 2} | more
    assert lost(rule, *measures) == Decimal(points)


def test_what_was_not_measured_is_pending_and_costs_nothing() -> None:
    rule = {"type": "per_unit", "target": 90, "points": 1}
    facts = [fact("a", "measure", "88"), fact("b", "measure")]
    result = evaluate(parse_scheme(one_row(rule)), facts, period=year())
    assert (result.deduction, result.pending) == (2, ("r",))
    assert "没有实测值" in result.rows[0].lines[1].text


def test_manual_facts_deduct_their_measure() -> None:
    facts = [fact("a", "manual", "2.5"), fact("b", "manual", "1")]
    result = evaluate(scheme("anyang"), facts, period=year())
    assert result.score == Decimal("96.5")


@pytest.mark.parametrize(
    ("more", "measures", "points"),
    [
        ({"aggregate": "worst"}, ["1", "5"], 6),
        ({"aggregate": "mean"}, ["1", "5"], 0),  # mean 3 → first step
        ({"aggregate": "each"}, ["1", "5"], 3),  # (10 + 4) / 2 = 7
        ({}, ["4.5"], 0),  # in the hole (4, 5)
        ({"hole": "worse"}, ["4.5"], 6),
        ({"within": "low"}, ["20"], 10),
        ({"within": "middle"}, ["20"], 9),
        ({"within": "high"}, ["20"], 8),
        ({"unmeasured": 0}, [None], 10),
        ({}, [None], 0),
        ({}, ["-1"], 0),  # below every step: the only neighbour
        ({"hole": "worse"}, ["4"], 0),  # on the closed edge: no hole
    ],
)
def test_step_scales(more: dict[str, Any], measures: list[str | None], points: int) -> None:
    steps = [
        {"from": 0, "to": 4, "to_closed": True, "points": 10},
        {"from": 5, "to": 10, "points": 4},
        {"from": 10, "points": 0, "points_to": 2},
    ]
    assert lost({"type": "steps", "steps": steps} | more, *measures, points=10) == points


def test_a_hole_of_a_single_value_lies_between_its_two_neighbours() -> None:
    # Up to 4 (not 4 itself) 10 points, over 4 (not 4 itself) 6 points: at 4 exactly nothing is said.
    steps = [{"from": 0, "to": 4, "points": 10}, {"from": 4, "from_open": True, "points": 6}]
    for hole, points in [("better", 0), ("worse", 4)]:
        assert lost({"type": "steps", "steps": steps, "hole": hole}, "4", points=10) == points


def test_the_words_of_several_shortfalls_are_their_sum() -> None:
    facts = [fact("a", "measure", "88"), fact("b", "measure", "89")]
    result = evaluate(
        parse_scheme(one_row({"type": "per_unit", "target": 90, "points": 1})), facts, period=year()
    )
    assert result.rows[0].text == "指标：2 + 1 = 3分"
    assert result.rows[0].lines[0].text.endswith("低于目标90，相差2，2×1分 = 2分")


def test_demand_in_another_period_is_no_demand() -> None:
    rule = {"type": "per_event", "points": 3}
    found = parse_scheme(one_row(rule, demand={"kinds": "demand"}))
    missing = fact("m", "measure")
    for asked, score in [(month(6).start_on, 97), (month(5).start_on, 100)]:
        facts = [missing, fact("d", "demand", on=asked)]
        assert evaluate(found, facts, period=month(6)).score == score


def test_a_row_a_category_and_the_whole_can_each_be_capped() -> None:
    # 4 events of 3 = 12, row cap 10; with the category cap 7: 7; with the whole cap 5: 5.
    found = one_row({"type": "per_event", "points": 3}, cap=10)
    facts = several(4, "measure")
    assert evaluate(parse_scheme(found), facts, period=year()).deduction == 10
    found["categories"][0]["cap"] = 7
    assert evaluate(parse_scheme(found), facts, period=year()).deduction == 7
    found["cap"] = 5
    result = evaluate(parse_scheme(found), facts, period=year())
    assert (result.deduction, result.score) == (5, 95)
    assert (result.rows[0].raw, result.rows[0].capped, result.categories[0].capped) == (12, True, True)
    assert "最多扣5分" in next(step.text for step in result.trace if step.stage == "score")


def test_the_score_stops_at_the_floor() -> None:
    found = one_row({"type": "per_event", "points": 30}) | {"floor": 20}
    result = evaluate(parse_scheme(found), several(4, "measure"), period=year())
    assert (result.deduction, result.score) == (120, 20)


def test_free_events_come_first_in_time() -> None:
    found = parse_scheme(one_row({"type": "per_event", "points": 3, "free": 1}))
    early, later = (fact(n, "measure", on=month(m).start_on) for n, m in (("z", 2), ("a", 5)))
    result = evaluate(found, [later, early], period=year())
    assert [(line.fact.id, line.state, line.points) for line in result.lines] == [
        ("z", FactState.FREE, 0),
        ("a", FactState.COUNTED, 3),
    ]


def test_a_fact_counts_once_in_the_first_row_and_the_trace_says_so() -> None:
    found = data("anyang")
    found["categories"][0]["indicators"][0]["match"]["kinds"] = ["staff_below", "sla_breach"]
    result = evaluate(parse_scheme(found), [fact("x", "sla_breach", metric="respond")], period=year())
    assert (result.score, result.lines[0].indicator_id) == (99, "staff")
    assert "同时符合“工单超时”，按方案顺序只计入“驻场人员不足”" in result.lines[0].text


@pytest.mark.parametrize(
    ("objection", "score", "said"),
    [
        (Objection.NONE, 98, "计2分"),
        (Objection.RAISED, 98, "处理前仍计入"),
        (Objection.UPHELD, 100, "异议成立"),
        (Objection.REJECTED, 98, "异议不成立"),
    ],
)
def test_objections(objection: Objection, score: int, said: str) -> None:
    one = replace(fact("x", "finding_overdue"), objection=objection)
    result = evaluate(scheme("anyang"), [one], period=year())
    assert result.score == score and said in result.lines[0].text
    assert result.disputed == (("x",) if objection is Objection.RAISED else ())
    at_stake = evaluate(scheme("anyang"), as_if_upheld([one]), period=year())
    assert at_stake.score == (100 if objection is Objection.RAISED else score)


def test_matchers_look_at_every_stated_condition() -> None:
    def claimed(match: dict[str, Any], one: Fact) -> bool:
        found = parse_scheme(one_row({"type": "per_event", "points": 1}, match=match))
        return evaluate(found, [one], period=year()).deduction == 1

    one = replace(
        fact("x", "measure", "8", severity="一级", night=True, level=3), item_no="7", item_category="网络"
    )
    for match, expected in [
        ({"kinds": "measure"}, True),
        ({"kinds": ["drill_missing", "measure"]}, True),
        ({"kinds": "drill_missing"}, False),
        ({"kinds": "measure", "where": {"severity": ["一级", "二级"]}}, True),
        ({"kinds": "measure", "where": {"severity": "三级"}}, False),
        ({"kinds": "measure", "where": {"night": True, "level": 3}}, True),
        ({"kinds": "measure", "where": {"night": False}}, False),
        ({"kinds": "measure", "where": {"absent": "x"}}, False),
        ({"kinds": "measure", "unless": {"absent": "x"}}, True),
        ({"kinds": "measure", "unless": {"severity": "一级"}}, False),
        ({"kinds": "measure", "items": 7}, True),
        ({"kinds": "measure", "items": ["8"]}, False),
        ({"kinds": "measure", "item_categories": "网络"}, True),
        ({"kinds": "measure", "where": {"item_category": "机房"}}, False),
        ({"kinds": "measure", "measure": {"from": 8}}, True),
        ({"kinds": "measure", "measure": {"from": 8, "from_open": True}}, False),
    ]:
        assert claimed(match, one) is expected, match
    unmeasured = replace(one, measure=None)
    assert not claimed({"kinds": "measure", "measure": {"from": 0}}, unmeasured)


def test_a_mark_without_demand_does_not_count() -> None:
    rule = {"type": "manual"}
    found = parse_scheme(one_row(rule, points=100, demand={"kinds": "demand"}))
    marks = [mark("r", "60")]
    idle = evaluate(found, [], period=year(), marks=marks)
    asked = evaluate(found, [fact("d", "demand")], period=year(), marks=marks)
    assert (idle.score, idle.pending, asked.score) == (100, (), 60)
    assert "所打的分不计" in idle.rows[0].text


def test_manual_bonus_adds_up_to_its_caps() -> None:
    found = one_row({"type": "per_event", "points": 30})
    row = {"id": "plus", "title": "加分", "cap": 4, "rule": {"type": "manual", "gives": "addition"}}
    found["bonus"] = {"cap": 3, "indicators": [row]}
    result = evaluate(parse_scheme(found), several(1, "measure"), period=year(), marks=[mark("plus", "4")])
    assert (result.bonus, result.score) == (3, 73)


def test_every_figure_names_its_row_clause_and_evidence() -> None:
    one = replace(fact("x", "drill_missing"), clause="三、4")
    result: Evaluation = evaluate(scheme("anyang"), [one], period=year(6_000_000, 1_500_000))
    steps = {(step.stage, step.subject): step for step in result.trace}
    told = steps["fact", "x"]
    assert (told.indicator_id, told.clause, told.refs, told.amount) == ("drill", "三、4", ("ticket:x",), 5)
    row = steps["row", "drill"]
    assert (row.clause, row.refs, row.amount) == ("五、运维考评", ("ticket:x",), 5)
    assert row.text == "应急演练未开展：1次×5分 = 5分"
    assert steps["score", "anyang-2026"].text == "得分：100 − 5 = 95分"
    assert steps["category", "onsite"].text == "人员驻场：扣0分"
    assert steps["category", "emergency"].text == "应急响应：扣0 + 5 + 0 = 5分"
    assert [step.stage for step in result.trace[:2]] == ["reading", "reading"]
    assert result.trace[0].text == "“每扣1分”从多少分起算？约定不明，暂按：从100分起算"
    chosen = Settings(readings={"count_from": "from_100"})
    settled = evaluate(scheme("anyang"), [one], period=year(), settings=chosen)
    assert settled.trace[0].text.endswith("按选定的读法：从100分起算")
    assert result.trace[-1].stage == "money" and result.trace[-1].amount == 1_500_000


@pytest.mark.parametrize(
    ("number", "text"),
    [("1E+3", "1000"), ("0.50", "0.5"), ("-0.00", "0"), ("8.33333", "8.3333"), ("100", "100")],
)
def test_numbers_as_people_write_them(number: str, text: str) -> None:
    assert num(Decimal(number)) == text
