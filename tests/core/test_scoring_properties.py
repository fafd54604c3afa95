"""What must hold for every scheme and every set of facts, against an independent recount."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.core.schemes.load import fact, month, year

from opsledger.core.scoring import (
    Exclusion,
    Fact,
    FactState,
    Objection,
    evaluate,
    parse_scheme,
)
from opsledger.core.scoring.scales import Interval, holes, overlaps

KINDS = ("sla_breach", "staff_below", "drill_missing", "finding_overdue")
POINTS = st.integers(0, 40).map(lambda n: Decimal(n) / 4)
CAPS = st.none() | st.integers(1, 30).map(Decimal)


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Any]:
    """A scheme that only deducts (or weighs), with caps at every level, free events and a bonus."""
    weighted = draw(st.booleans())
    n = draw(st.integers(1, 3))
    weights = {1: [100], 2: [35, 65], 3: [20, 30, 50]}[n]
    categories = []
    for i in range(n):
        rows = [
            {
                "id": f"r{i}{j}",
                "title": f"指标{i}{j}",
                "match": {"kinds": draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2))},
                "cap": draw(CAPS),
                "rule": {"type": "per_event", "points": draw(POINTS), "free": draw(st.integers(0, 2))},
            }
            for j in range(draw(st.integers(1, 2)))
        ]
        category: dict[str, Any] = {"id": f"c{i}", "title": f"类{i}", "indicators": rows, "cap": draw(CAPS)}
        if weighted:
            category |= {"weight_percent": weights[i], "points": draw(st.sampled_from([50, 100]))}
        categories.append(category)
    bonus_row = {
        "id": "bonus",
        "title": "加分",
        "match": {"kinds": "demand"},
        "rule": {"type": "per_event", "points": draw(POINTS)},
    }
    return {
        "id": "s",
        "title": "s",
        "cap": draw(CAPS),
        "floor": draw(st.sampled_from([0, 40])),
        "categories": categories,
        "bonus": {"cap": draw(st.integers(0, 9)), "indicators": [bonus_row]},
        "bands": [{"id": "all", "title": "全部", "effect": {"type": "full"}}],
    }


@st.composite
def fact_lists(draw: st.DrawFn) -> list[Fact]:
    kinds = draw(st.lists(st.sampled_from([*KINDS, "demand", "data_leak"]), max_size=25))
    found = []
    for i, kind in enumerate(kinds):
        one = fact(f"f{i:02}", kind, on=month(draw(st.integers(1, 12))).start_on)
        by = draw(st.sampled_from([None, "信息中心"]))
        if draw(st.integers(0, 4)) == 0:
            one = replace(one, exclusion=Exclusion(reason="停电", approved_by=by))
        found.append(replace(one, objection=draw(st.sampled_from(Objection))))
    return found


def counts(one: Fact) -> bool:
    return one.objection.value != "upheld" and not (one.exclusion and one.exclusion.approved_by)


def recount(data: dict[str, Any], facts: Sequence[Fact]) -> Decimal:
    """The score by plain loops over the data, knowing nothing of the engine."""
    left = [one for one in sorted(facts, key=lambda one: (one.happened_on, one.id)) if counts(one)]
    total = Decimal(0)
    for category in data["categories"]:
        lost = Decimal(0)
        for row in category["indicators"]:
            own = [one for one in left if one.kind in row["match"]["kinds"]]
            left = [one for one in left if one not in own]
            sum_ = max(0, len(own) - row["rule"]["free"]) * row["rule"]["points"]
            lost += sum_ if row["cap"] is None else min(sum_, row["cap"])
        if category["cap"] is not None:
            lost = min(lost, category["cap"])
        if "points" in category:
            lost = min(lost, category["points"]) * category["weight_percent"] / Decimal(category["points"])
        total += lost
    if data["cap"] is not None:
        total = min(total, data["cap"])
    helps = sum(one.kind == "demand" for one in left)
    bonus = min(helps * data["bonus"]["indicators"][0]["rule"]["points"], data["bonus"]["cap"])
    return max(Decimal(data["floor"]), 100 - total + bonus).quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(data=schemes(), facts=fact_lists(), seed=st.integers(0, 999))
def test_the_score_is_the_recount_whatever_the_order(
    data: dict[str, Any], facts: list[Fact], seed: int
) -> None:
    scheme = parse_scheme(data)
    result = evaluate(scheme, facts, period=year())
    assert result.score == recount(data, facts)
    shuffled = facts[:]
    random.Random(seed).shuffle(shuffled)
    assert evaluate(scheme, shuffled, period=year()) == result


@given(data=schemes(), facts=fact_lists())
def test_the_score_stays_in_its_bounds_and_every_figure_adds_up(
    data: dict[str, Any], facts: list[Fact]
) -> None:
    result = evaluate(parse_scheme(data), facts, period=year())
    assert data["floor"] <= result.score <= 100 + data["bonus"]["cap"]
    for row in result.rows:
        assert sum(line.points for line in row.lines) == row.raw >= row.deduction >= 0
    for category in result.categories:
        assert category.deduction <= sum(row.deduction for row in category.rows)
    assert result.deduction <= sum(category.contribution for category in result.categories)
    assert [line.fact.id for line in result.lines] == sorted(
        (one.id for one in facts), key=lambda name: next((f.happened_on, f.id) for f in facts if f.id == name)
    )
    steps = [step for step in result.trace if step.stage == "fact"]
    assert sorted(step.subject for step in steps) == sorted(one.id for one in facts)
    assert [step.amount for step in result.trace if step.stage == "score"] == [result.score]


@given(data=schemes(), facts=fact_lists())
def test_one_more_failure_never_helps_and_one_exclusion_never_hurts(
    data: dict[str, Any], facts: list[Fact]
) -> None:
    scheme = parse_scheme(data)
    before = evaluate(scheme, facts, period=year()).score
    more = [*facts, fact("zz", KINDS[len(facts) % len(KINDS)])]
    assert evaluate(scheme, more, period=year()).score <= before
    for i, one in enumerate(facts):
        if one.kind != "demand":
            out = replace(one, exclusion=Exclusion(reason="停电", approved_by="信息中心"))
            assert evaluate(scheme, [*facts[:i], out, *facts[i + 1 :]], period=year()).score >= before


@given(facts=fact_lists(), cap=st.integers(1, 20))
def test_a_cap_on_the_only_row_its_category_or_the_whole_is_the_same_cap(facts: list[Fact], cap: int) -> None:
    def scored(row: dict[str, Any], category: dict[str, Any], whole: dict[str, Any]) -> Decimal:
        only = {
            "id": "r",
            "title": "r",
            "match": {"kinds": list(KINDS)},
            "rule": {"type": "per_event", "points": "1.5"},
        }
        group = {"id": "c", "title": "c", "indicators": [only | row]} | category
        bands = [{"id": "b", "title": "b", "effect": {"type": "full"}}]
        scheme = parse_scheme({"id": "s", "title": "s", "categories": [group], "bands": bands} | whole)
        return evaluate(scheme, facts, period=year()).score

    by_row, by_category, by_whole = ({"cap": cap}, {}, {}), ({}, {"cap": cap}, {}), ({}, {}, {"cap": cap})
    assert scored(*by_row) == scored(*by_category) == scored(*by_whole)
    assert scored(*by_row) == max(100 - Decimal(cap), scored({}, {}, {}))


@given(facts=fact_lists())
def test_without_caps_the_months_lose_together_what_the_year_loses(facts: list[Fact]) -> None:
    row = {
        "id": "r",
        "title": "r",
        "match": {"kinds": list(KINDS)},
        "rule": {"type": "per_event", "points": 2},
    }
    scheme = parse_scheme(
        {
            "id": "s",
            "title": "s",
            "categories": [{"id": "c", "title": "c", "indicators": [row]}],
            "bands": [{"id": "b", "title": "b", "effect": {"type": "full"}}],
        }
    )
    months = [evaluate(scheme, facts, period=month(n)) for n in range(1, 13)]
    assert sum(one.deduction for one in months) == evaluate(scheme, facts, period=year()).deduction
    for one in months:
        outside = [line for line in one.lines if line.state is FactState.OUTSIDE]
        assert all(not one.period.holds(line.fact.happened_on) for line in outside)


QUARTERS = st.integers(-20, 20).map(lambda n: Decimal(n) / 4)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted((draw(QUARTERS), draw(QUARTERS)))
    return Interval(
        None if draw(st.integers(0, 9)) == 0 else low,
        None if draw(st.integers(0, 9)) == 0 else high,
        draw(st.booleans()),
        draw(st.booleans()),
    )


@given(parts=st.lists(intervals(), max_size=5), domain=intervals())
def test_holes_are_exactly_what_nothing_covers(parts: list[Interval], domain: Interval) -> None:
    found = holes([part for part in parts if not part.empty], domain)
    for n in range(-50, 51):
        x = Decimal(n) / 8  # between the quarters as well as on them
        uncovered = domain.holds(x) and not any(part.holds(x) for part in parts)
        assert sum(gap.holds(x) for gap in found) == (1 if uncovered else 0)


@given(a=intervals(), b=intervals())
def test_overlaps_are_shared_numbers(a: Interval, b: Interval) -> None:
    if a.empty or b.empty:
        return
    shared = any(a.holds(Decimal(n) / 8) and b.holds(Decimal(n) / 8) for n in range(-90, 91))
    assert (overlaps([a, b]) == ((0, 1),)) == shared
