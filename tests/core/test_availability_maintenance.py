"""Maintenance: approved before it began, closed early, overrun, entered late, and the cap of the month."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core.availability import (
    Interval,
    Segment,
    State,
    Window,
    between,
    figures_of,
    maintenance,
    natural_months,
    timeline,
)
from opsledger.core.availability.maintenance import excluded_seconds
from opsledger.core.errors import DomainError
from opsledger.core.sentences import SENTENCES

HOUR = 3600
DAY = 24 * HOUR


def window(begin: int, end: int, **changed: object) -> Window:
    facts: dict[str, object] = {
        "created_at": begin - 10,
        "reason": "数据库升级",
        "evidence": "通知一号",
        "approver": "演示甲",
        "approved_at": begin - 5,
        **changed,
    }
    return Window(begin, end, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("planned", "excluded", "code"),
    [
        (window(100, 200), (100, 200), ""),
        (window(100, 200, closed_at=160), (100, 160), ""),  # finished early: no longer excluded
        (window(100, 200, closed_at=260), (100, 200), ""),  # overrun: stays in the account
        (window(100, 200, closed_at=90), None, ""),  # over before it began
        (window(100, 200, approved_at=None), None, "not_approved"),
        (window(100, 200, approver=" "), None, "not_approved"),
        (window(100, 200, approved_at=99), (100, 200), ""),
        (window(100, 200, approved_at=100), None, "second_approver_missing"),  # not before it began
        (window(100, 200, created_at=150, approved_at=160), None, "second_approver_missing"),
        (window(100, 200, approved_at=150, second_approver="演示甲"), None, "second_approver_missing"),
        (window(100, 200, approved_at=150, second_approver="演示乙"), (100, 200), ""),
    ],
)
def test_what_a_window_takes_out(planned: Window, excluded: tuple[int, int] | None, code: str) -> None:
    found = maintenance([planned])
    assert [one.interval for one in found.exclusions] == ([excluded] if excluded else [])
    assert [one.code for one in found.refused] == ([f"availability.{code}"] if code else [])
    for one in found.refused:
        assert SENTENCES[one.code]


def test_a_late_entry_is_marked_and_names_both_approvers() -> None:
    late = window(100, 200, approved_at=150, second_approver="演示乙")
    (found,) = maintenance([late]).exclusions
    assert (found.retroactive, found.approver) == (True, "演示甲、演示乙")
    (usual,) = maintenance([window(100, 200)]).exclusions
    assert (usual.retroactive, usual.approver) == (False, "演示甲")


def test_an_overrun_counts_as_down_and_a_problem_from_before_is_cut_not_deleted() -> None:
    # Down from 80 to 240, window 100..200: 20 s before and 40 s after count, 100 s do not.
    observed = [Segment(0, 300, State.UP), Segment(80, 240, State.DOWN)]
    found = maintenance([window(100, 200, closed_at=240)])
    figures = figures_of(timeline(Interval(0, 300), observed, exclusions=found.exclusions))
    assert (figures.down, figures.excluded, figures.up) == (60, 100, 140)


def test_overlapping_windows_are_one_stretch() -> None:
    found = maintenance([window(100, 200), window(150, 250), window(120, 130)])
    assert excluded_seconds(found.exclusions, Interval(0, 300)) == 150


def test_the_cap_takes_the_earliest_hours_of_each_month() -> None:
    months = [Interval(0, 30 * DAY), Interval(30 * DAY, 61 * DAY)]
    # Cap 8 h: 5 h on day 3, 5 h on day 10 (3 h left), 2 h over the end of the month (0 left; 1 h new).
    windows = [
        window(10 * DAY, 10 * DAY + 5 * HOUR),
        window(3 * DAY, 3 * DAY + 5 * HOUR),
        window(30 * DAY - HOUR, 30 * DAY + HOUR),
    ]
    found = maintenance(windows, months=months, cap_seconds=8 * HOUR)
    assert [one.interval for one in found.exclusions] == [
        (3 * DAY, 3 * DAY + 5 * HOUR),
        (10 * DAY, 10 * DAY + 3 * HOUR),
        (30 * DAY, 30 * DAY + HOUR),
    ]
    assert [tuple(one) for one in found.refused] == [
        (10 * DAY + 3 * HOUR, 10 * DAY + 5 * HOUR, "availability.cap_spent"),
        (30 * DAY - HOUR, 30 * DAY, "availability.cap_spent"),
    ]


def test_work_outside_the_service_hours_does_not_use_up_the_cap() -> None:
    # Open 8-18 h. The window 16-22 h costs 2 h of the cap of 3 h; 8-10 h next day has 1 h left.
    hours = [Interval(8 * HOUR, 18 * HOUR), Interval(32 * HOUR, 42 * HOUR)]
    found = maintenance(
        [window(16 * HOUR, 22 * HOUR), window(32 * HOUR, 34 * HOUR)],
        months=[Interval(0, 30 * DAY)],
        cap_seconds=3 * HOUR,
        service_hours=hours,
    )
    assert [one.interval for one in found.exclusions] == [(16 * HOUR, 22 * HOUR), (32 * HOUR, 33 * HOUR)]


windows_ = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 15)).map(lambda p: window(p[0], sum(p))), max_size=6
)


@given(windows_, st.integers(0, 30), st.randoms(use_true_random=False))
def test_the_cap_against_counting_seconds(windows: list[Window], cap: int, random: object) -> None:
    months = [Interval(0, 30), Interval(30, 70)]
    asked = sorted({second for one in windows for second in range(one.begin, one.end)})
    kept = {second for month in months for second in [s for s in asked if month.begin <= s < month.end][:cap]}
    random.shuffle(windows)  # type: ignore[attr-defined]
    found = maintenance(windows, months=months, cap_seconds=cap)
    assert {second for one in found.exclusions for second in range(one.begin, one.end)} == kept
    assert {second for one in found.refused for second in range(one.begin, one.end)} == set(asked) - kept


def test_months_are_those_of_the_contracts_zone() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    found = natural_months(
        datetime(2026, 11, 30, 17, 0, tzinfo=UTC), datetime(2027, 1, 1, 0, 0, tzinfo=shanghai), shanghai
    )
    # 17:00 UTC on 30 November is 01:00 on 1 December in Shanghai, so December alone is touched.
    december = between(datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC))
    assert found == [december]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: maintenance([window(5, 9)], cap_seconds=-1), "bad_cap"),
        (lambda: maintenance([window(5, 9)], cap_seconds=3), "month_missing"),
        (lambda: maintenance([window(9, 5)]), "bad_interval"),
        (lambda: maintenance([window(5, 9, reason="")]), "exclusion_unproven"),
        (lambda: natural_months(datetime(2026, 1, 1), datetime(2026, 2, 1, tzinfo=UTC), UTC), "naive_moment"),
    ],
)
def test_bad_windows_are_refused(call: object, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        call()  # type: ignore[operator]
    assert refused.value.code == f"availability.{code}"
    assert SENTENCES[refused.value.code].format(**refused.value.facts)
