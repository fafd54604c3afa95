"""Several periods: roll-up, failed periods, vetoes over the term, money and words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.core.schemes.load import fact, mark, month, scheme

from opsledger.core.scoring import (
    Fact,
    Money,
    TermAssessment,
    assess_term,
    band_for,
    find_holes,
    parse_scheme,
)


def manual_scheme(**more: Any) -> dict[str, Any]:
    """Deductions as they are noted, with three bands."""
    row = {
        "id": "r",
        "title": "指标",
        "match": {"kinds": "manual"},
        "rule": {"type": "per_unit", "measure_is": "gap", "points": 1},
    }
    return {
        "id": "s",
        "title": "s",
        "categories": [{"id": "c", "title": "类", "indicators": [row]}],
        "bands": [
            {"id": "good", "title": "好", "from": 90, "effect": {"type": "full"}},
            {
                "id": "fair",
                "title": "中",
                "from": 60,
                "to": 90,
                "effect": {"type": "deduct_percent", "percent": 10},
            },
            {"id": "bad", "title": "差", "to": 60, "effect": {"type": "negotiate"}},
        ],
    } | more


def note(n: int, points: int) -> Fact:
    """A deduction noted in the n-th month."""
    return fact(f"n{n}", "manual", str(points), on=month(n).start_on)


def term(lost: list[int], **more: Any) -> TermAssessment:
    """The months from January on, each with its loss and 1,000 yuan."""
    facts = [note(n, points) for n, points in enumerate(lost, start=1) if points]
    periods = [month(n, 1_000) for n in range(1, len(lost) + 1)]
    money = Money(total_cny=Decimal(12_000), period_cny=Decimal(1_000 * len(lost)))
    return assess_term(parse_scheme(manual_scheme(**more)), facts, periods=periods, money=money)


@pytest.mark.parametrize(
    ("method", "score"),
    [("mean", "93.33"), ("worst", "85"), ("sum", "280"), ("weighted", "90")],
)
def test_roll_up(method: str, score: str) -> None:
    # 85, 95, 100 with weights 3, 1, 1: (255 + 95 + 100) / 5 = 90.
    found = manual_scheme(rollup={"method": method})
    facts = [note(1, 15), note(2, 5)]
    periods = [replace(month(n), weight=Decimal(3 if n == 1 else 1)) for n in (1, 2, 3)]
    rolled = assess_term(parse_scheme(found), facts, periods=periods)
    assert rolled.score == Decimal(score)
    assert (
        rolled.trace[0].text
        == {
            "mean": "各期平均：（85 + 95 + 100）÷3 = 93.33分",
            "worst": "各期取最低：85、95、100，为85分",
            "sum": "各期合计：85 + 95 + 100 = 280分",
            "weighted": "各期加权：（85×3 + 95×1 + 100×1）÷5 = 90分",
        }[method]
    )


def test_facts_outside_every_period_are_told() -> None:
    stray = fact("s", "sla_breach", on=month(5).start_on)
    term = assess_term(scheme("anyang"), [stray], periods=[month(1), month(2)])
    assert term.outside == (stray,) and term.score == 100


def test_vetoes_count_over_the_term() -> None:
    accidents = [fact(f"a{n}", "serious_accident", on=month(n).start_on) for n in (1, 3)]
    marks = [
        replace(mark(row.id, str(row.points)), period_id=month(n).id)
        for n in (1, 2, 3)
        for row in scheme("zhangjiagang").indicators
        if row.match is None
    ]
    term = assess_term(scheme("zhangjiagang"), accidents, periods=[month(n) for n in (1, 2, 3)], marks=marks)
    assert [one.band.id for one in term.evaluations] == ["excellent"] * 3
    assert term.band.id == "fail"


def test_each_month_pays_by_itself_or_all_by_the_mean() -> None:
    # 100, 80 and 50.  Each month: 1,000 + (1,000 − 10 %) + withheld 1,000 = 1,900 payable.
    # By the mean (76.67, fair): 3,000 − 10 % = 2,700 payable.
    alone = term([0, 20, 50])
    assert (alone.payable_cny, alone.deduction_cny, alone.withheld_cny) == (1_900, 100, 1_000)
    assert alone.trace[-1].text == "各期应付合计：¥1,000.00 + ¥900.00 + ¥0.00 = ¥1,900.00"
    together = term([0, 20, 50], rollup={"pays": "term"})
    assert (together.score, together.band.id) == (Decimal("76.67"), "fair")
    assert (together.payable_cny, together.deduction_cny, together.withheld_cny) == (2_700, 300, 0)
    assert together.trace[-1].text.endswith("¥3,000.00 − ¥300.00 = ¥2,700.00")


@pytest.mark.parametrize(
    ("lost", "consecutive", "hit"),
    [
        ([50, 0, 50, 0], False, ("2026-01", "2026-03")),
        ([50, 0, 50, 0], True, None),
        ([0, 50, 50, 0], True, ("2026-02", "2026-03")),
        ([50, 0, 50, 50], True, ("2026-03", "2026-04")),  # the longest run, not the first
        ([0, 50, 0, 0], False, None),
    ],
)
def test_failed_months_together_or_in_a_row(
    lost: list[int], consecutive: bool, hit: tuple[str, ...] | None
) -> None:
    rule = {
        "id": "two",
        "title": "两次不合格",
        "bands": "bad",
        "at_least": 2,
        "consecutive": consecutive,
        "effect": {"type": "terminate", "note": "终止合同"},
    }
    hits = term(lost, series=[rule]).hits
    assert [one.period_ids for one in hits] == ([hit] if hit else [])
    if hit:
        assert hits[0].text.startswith("两次不合格：") and hits[0].text.endswith("达到2期，终止合同")
        assert ("连续2期" in hits[0].text) == consecutive


def test_calendar_years_part_the_count() -> None:
    rule = {
        "id": "two",
        "title": "两次",
        "bands": ["bad"],
        "at_least": 2,
        "span": "calendar_year",
        "effect": {"type": "terminate"},
    }
    found = parse_scheme(manual_scheme(series=[rule]))
    periods = [month(11), month(12), month(1, of=2027)]
    for failed, expected in [((0, 1), 1), ((1, 2), 0)]:
        facts = [fact(f"f{i}", "manual", "50", on=periods[i].start_on) for i in failed]
        assert len(assess_term(found, facts, periods=periods).hits) == expected


def test_bands_must_reach_as_high_as_the_bonus() -> None:
    row = {"id": "b", "title": "b", "match": {"kinds": "demand"}, "rule": {"type": "per_event", "points": 1}}
    found = manual_scheme(bonus={"cap": 5, "indicators": [row]})
    assert find_holes(parse_scheme(found)) == ()
    found["bands"][0]["to"], found["bands"][0]["to_closed"] = 100, True
    (hole,) = find_holes(parse_scheme(found))
    assert (hole.interval.low, hole.interval.high, hole.interval.high_closed) == (100, 105, True)


@pytest.mark.parametrize(
    ("score", "side", "band"),
    [
        ("90", "better", "top"),  # exactly at the hole of a single score
        ("90", "worse", "low"),
        ("91", "worse", "top"),
        ("89", "better", "low"),
        ("55", "better", "low"),  # below all bands: the nearest
        ("110", "worse", "top"),  # above all bands
    ],
)
def test_scores_between_and_beyond_the_bands(score: str, side: str, band: str) -> None:
    bands = [
        {"id": "top", "title": "上", "from": 90, "from_open": True, "to": 105, "effect": {"type": "full"}},
        {"id": "low", "title": "下", "from": 60, "to": 90, "effect": {"type": "full"}},
    ]
    found = parse_scheme(manual_scheme(bands=bands, band_hole=side))
    assert band_for(found, Decimal(score)).id == band
