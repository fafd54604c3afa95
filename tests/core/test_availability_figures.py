"""Timelines and figures: worked sums, and every second against a brute force that knows no intervals."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core.availability import (
    EXCLUSION_KINDS,
    Exclusion,
    Figures,
    Interval,
    Ratio,
    Segment,
    State,
    allowed_down_seconds,
    figures_of,
    meets,
    outages_of,
    reliability,
    timeline,
    truncated_percent,
    verdict,
)
from opsledger.core.errors import DomainError
from opsledger.core.sentences import SENTENCES

HOUR, DAY = 3600, 86400
UP, DEGRADED, DOWN, UNKNOWN, EXCLUDED, OUT = State
span = st.tuples(st.integers(-5, 45), st.integers(0, 20)).map(lambda pair: (pair[0], sum(pair)))
hours = st.none() | st.lists(span.map(lambda pair: Interval(*pair)), max_size=4)
seen = st.lists(
    st.tuples(span, st.sampled_from([UP, UP, DEGRADED, DOWN, UNKNOWN])).map(lambda p: Segment(*p[0], p[1])),
    max_size=7,
)
records = st.lists(
    st.tuples(span, st.sampled_from(list(EXCLUSION_KINDS))).map(lambda p: excluded(*p[0], kind=p[1])),
    max_size=4,
)


def excluded(begin: int, end: int, kind: str = "maintenance") -> Exclusion:
    return Exclusion(begin, end, kind, "升级", "演示甲", "通知一号")


def told(error: DomainError) -> str:
    return SENTENCES[error.code].format(**error.facts)


def state_by_force(
    second: int,
    observed: list[Segment],
    hours: list[Interval] | None,
    exclusions: list[Exclusion],
    attributable: bool,
) -> State:
    if hours is not None and not any(begin <= second < end for begin, end in hours):
        return OUT
    over = {one.kind for one in exclusions if one.begin <= second < one.end}
    if over - {"other_contract"}:
        return EXCLUDED
    states = {state for begin, end, state in observed if begin <= second < end}
    if not states or UNKNOWN in states:
        return UNKNOWN
    if DOWN in states:
        return EXCLUDED if attributable and over else DOWN
    return DEGRADED if DEGRADED in states else UP


@given(seen, hours, records, st.booleans())
def test_every_second_has_the_state_of_the_brute_force(
    observed: list[Segment], hours: list[Interval] | None, exclusions: list[Exclusion], attributable: bool
) -> None:
    period = Interval(0, 50)
    line = timeline(period, observed, service_hours=hours, exclusions=exclusions, attributable=attributable)
    # Segments lie side by side without gaps and no two neighbours are alike.
    assert (line[0].begin, line[-1].end) == period
    assert all(a.end == b.begin and a.state != b.state for a, b in pairwise(line))
    by_second = {second: state for begin, end, state in line for second in range(begin, end)}
    expected = {
        second: state_by_force(second, observed, hours, exclusions, attributable) for second in range(50)
    }
    assert by_second == expected
    counted = Counter(expected.values())
    figures = figures_of(line)
    assert figures == Figures(*(counted[state] for state in (OUT, EXCLUDED, UNKNOWN, DOWN, DEGRADED, UP)))
    assert figures.period == 50


@given(seen, hours, records, st.integers(0, 50), st.randoms(use_true_random=False))
def test_parts_add_up_and_order_does_not_matter(
    observed: list[Segment],
    hours: list[Interval] | None,
    exclusions: list[Exclusion],
    cut: int,
    random: object,
) -> None:
    whole = figures_of(timeline(Interval(0, 50), observed, service_hours=hours, exclusions=exclusions))
    for entered in (observed, exclusions, *([hours] if hours else [])):
        random.shuffle(entered)  # type: ignore[attr-defined]
    parts = [
        figures_of(timeline(part, observed, service_hours=hours, exclusions=exclusions))
        for part in (Interval(0, cut), Interval(cut, 50))
    ]
    assert parts[0] + parts[1] == whole


def test_thirty_days_with_ten_hours_of_maintenance_and_one_of_outage() -> None:
    # E = 720 h - 10 h = 710 h, D = 1 h: 709/710 = 99.859 %; counted as up it would be 719/720 = 99.861 %.
    period = Interval(0, 30 * DAY)
    observed = [Segment(0, 30 * DAY, UP), Segment(100 * HOUR, 101 * HOUR, DOWN)]
    figures = figures_of(timeline(period, observed, exclusions=[excluded(200 * HOUR, 210 * HOUR)]))
    assert figures.measured == Ratio(709 * HOUR, 710 * HOUR)
    assert figures.measured.percent(3) == "99.859"
    assert figures.coverage == Ratio(710 * HOUR, 710 * HOUR)
    assert figures.coverage.percent() == "100.00"


def test_the_four_figures_of_a_day_with_a_gap() -> None:
    # E = 24 h, U = 2 h, D = 1 h: A = 21/22 = 95.45, worst = 21/24 = 87.50, best = 23/24 = 95.83,
    # coverage = 22/24 = 91.66 (not 91.67: cut off)
    observed = [Segment(0, 20 * HOUR, UP), Segment(22 * HOUR, DAY, UP), Segment(0, HOUR, DOWN)]
    figures = figures_of(timeline(Interval(0, DAY), observed))
    printed = [
        one.percent() for one in (figures.measured, figures.worst, figures.best, figures.coverage) if one
    ]
    assert printed == ["95.45", "87.50", "95.83", "91.66"]
    assert verdict(figures, Decimal(90)) == "insufficient"
    assert verdict(figures, Decimal(90), coverage_floor_percent=Decimal(91)) == "pass"
    assert verdict(figures, Decimal(90), figure="worst", coverage_floor_percent=Decimal(91)) == "fail"
    assert verdict(figures, Decimal("95.46"), coverage_floor_percent=Decimal(91)) == "fail"


def test_an_outage_through_the_night_and_maintenance_is_one_and_counts_only_what_counts() -> None:
    # Service 8-18 h on two days; down from 17 h to 10 h the next day, maintenance 9-10 h.
    open_hours = [Interval(8 * HOUR, 18 * HOUR), Interval(32 * HOUR, 42 * HOUR)]
    observed = [Segment(0, 2 * DAY, UP), Segment(17 * HOUR, 34 * HOUR, DOWN)]
    line = timeline(
        Interval(0, 2 * DAY),
        observed,
        service_hours=open_hours,
        exclusions=[excluded(33 * HOUR, 34 * HOUR)],
    )
    # 17-18 h and 8-9 h count: 2 h of E = 20 h - 1 h = 19 h
    (outage,) = outages_of(line)
    assert (outage.begin, outage.end, outage.down_seconds) == (17 * HOUR, 33 * HOUR, 2 * HOUR)
    assert figures_of(line).measured == Ratio(17 * HOUR, 19 * HOUR)


def test_outages_in_figures() -> None:
    # Up 10, down 4, up 6, down 2, up 8, down 3 to the end: 9 s down in 3, 24 s up; MTTR 3 s, MTBF 8 s.
    states = [(0, 10, UP), (10, 14, DOWN), (14, 20, UP), (20, 22, DOWN), (22, 30, DEGRADED), (30, 33, DOWN)]
    line = [Segment(*one) for one in states]
    found = reliability(line, probe_interval_seconds=60)
    assert (found.outages, found.down_seconds, found.longest_seconds) == (3, 9, 4)
    assert (found.mttr, found.mtbf) == (Ratio(9, 3), Ratio(24, 3))
    assert found.uncertainty_seconds == 180
    last = outages_of(line)[-1]
    assert (last.cut_begin, last.cut_end) == (False, True)
    assert outages_of([Segment(0, 5, DOWN), Segment(5, 9, UP)])[0].cut_begin
    quiet = reliability([Segment(0, 9, UP)])
    assert (quiet.mttr, quiet.mtbf, quiet.longest_seconds) == (None, None, 0)


def test_unknown_time_does_not_end_an_outage() -> None:
    line = [Segment(0, 5, DOWN), Segment(5, 9, UNKNOWN), Segment(9, 12, DOWN), Segment(12, 20, UP)]
    assert [(one.begin, one.end, one.down_seconds) for one in outages_of(line)] == [(0, 12, 8)]


def test_before_and_after_the_life_of_a_service_is_out() -> None:
    figures = figures_of(timeline(Interval(0, 100), [Segment(10, 30, UP)], life=Interval(10, 40)))
    assert figures == Figures(out=70, unknown=10, up=20)


def test_degraded_counts_as_the_contract_says() -> None:
    observed = [Segment(0, 10, UP), Segment(4, 6, DEGRADED)]
    assert figures_of(timeline(Interval(0, 10), observed)).measured == Ratio(10, 10)
    assert figures_of(timeline(Interval(0, 10), observed, degraded_is_down=True)).measured == Ratio(8, 10)


@pytest.mark.parametrize(
    ("num", "den", "digits", "printed"),
    [
        (998_999, 1_000_000, 2, "99.89"),
        (99_999_999, 100_000_000, 2, "99.99"),
        (1, 1, 2, "100.00"),
        (0, 7, 2, "0.00"),
        (2, 3, 0, "66"),
        (1, 1000, 1, "0.1"),
        (10**30 - 1, 10**30, 3, "99.999"),
    ],
)
def test_percentages_are_cut_off(num: int, den: int, digits: int, printed: str) -> None:
    assert truncated_percent(num, den, digits) == printed


@given(st.integers(1, 10**7), st.integers(0, 10**4).map(lambda n: Decimal(n) / 100))
def test_the_allowance_is_the_most_that_still_reaches_the_target(seconds: int, target: Decimal) -> None:
    allowed = allowed_down_seconds(target, seconds)
    assert meets(Ratio(seconds - allowed, seconds), target)
    assert allowed == seconds or not meets(Ratio(seconds - allowed - 1, seconds), target)


def test_a_month_of_three_nines_allows_43_minutes_12() -> None:
    assert allowed_down_seconds(Decimal("99.9"), 30 * DAY) == 43 * 60 + 12


def test_what_does_not_count_or_was_not_seen_is_no_data() -> None:
    assert verdict(Figures(), Decimal(99)) == "no_data"
    assert verdict(Figures(out=10, excluded=5), Decimal(99)) == "no_data"
    assert verdict(Figures(unknown=10), Decimal(99), figure="best") == "no_data"
    assert Figures(unknown=10).measured is None
    assert Figures(out=10).worst is None


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: truncated_percent(0, 0), "no_data"),
        (lambda: truncated_percent(-1, 5), "bad_ratio"),
        (lambda: truncated_percent(6, 5), "bad_ratio"),
        (lambda: verdict(Figures(up=1), Decimal(101)), "bad_target"),
        (lambda: verdict(Figures(up=1), Decimal("NaN")), "bad_target"),
        (lambda: verdict(Figures(up=1), 99.9), "bad_target"),  # type: ignore[arg-type]
        (lambda: verdict(Figures(up=1), Decimal(99), figure="nice"), "unknown_figure"),  # type: ignore[arg-type]
        (lambda: timeline(Interval(0, 9), [Segment(0, 9, OUT)]), "not_observable"),
        (lambda: excluded(0, 9, "whim"), "unknown_exclusion"),
        (lambda: Exclusion(0, 9, "customer", "断电", " ", "照片"), "exclusion_unproven"),
    ],
)
def test_bad_questions_are_refused(call: object, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        call()  # type: ignore[operator]
    assert refused.value.code == f"availability.{code}"
    assert told(refused.value)
