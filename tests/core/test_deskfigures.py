"""Figures of the desk: worked examples, and the same counted by an independent walk through every hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from opsledger.core.deskfigures import Case, Stretch, by_hour, grouped, left_at, stretches, summary, trend

BEIJING = ZoneInfo("Asia/Shanghai")


def at(day, hour=0, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def midnight(day):
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def done(reported, resolved, **told):
    return Case(reported, resolved_at=resolved, ended_at=resolved, **told)


def test_a_worked_month():
    cases = [
        done(at(1, 8), at(1, 10), rating=5),  # 2 h
        done(at(2, 8), at(2, 12), late=True, rating=4),  # 4 h, a limit broken
        done(at(2, 9), at(5, 9), reopened=True),  # 72 h, came back once
        Case(at(3), ended_at=at(3, 1), void=True),  # a duplicate
        Case(at(4)),  # still open
        done(at(6), at(12), rating=4),  # resolved after the week
    ]
    told = summary(cases, at(1), at(8))
    assert (told.reported, told.void, told.resolved) == (6, 1, 3)
    # 2 h, 4 h, 72 h: the one in the middle
    assert told.median_time == timedelta(hours=4)
    # 2 of 3 = 66.666… cut; 1 of 3 came back = 33.333…
    assert (told.in_time, told.reopened_share) == (Decimal("66.66"), Decimal("33.33"))
    # (5 + 4) / 2; the mark of the last came with another week's work
    assert (told.rated, told.mean_rating) == (2, Decimal("4.50"))
    # the open one, and the one resolved on the 12th
    assert told.left == 2
    assert summary(cases, at(8), at(15)).left == 1


def test_nothing_gives_no_rate():
    told = summary([], at(1), at(2))
    assert (told.in_time, told.reopened_share, told.median_time, told.mean_rating) == (None,) * 4


def test_bounds_are_half_open():
    case = done(at(1), at(2))
    assert summary([case], at(1), at(2)).resolved == 0 and summary([case], at(2), at(3)).resolved == 1
    assert summary([case], at(1), at(2)).reported == 1 and summary([case], at(2), at(3)).reported == 0
    # Just before it was resolved it was open; at the moment after, not.
    assert (left_at([case], at(2)), left_at([case], at(2) + timedelta(microseconds=1))) == (1, 0)


def test_groups_stand_by_what_came():
    rows = [
        ("甲", done(at(1), at(1, 5))),
        ("乙", Case(at(1))),
        ("乙", Case(at(2))),
        ("丙", done(at(1), at(2))),
    ]
    found = grouped(rows, at(1, 12), at(3))
    # 甲 neither came, was done nor was left in these days; 丙 was done there, 乙 came once and left two.
    assert [(key, told.reported, told.resolved, told.left) for key, told in found] == [
        ("乙", 1, 0, 2),
        ("丙", 0, 1, 0),
    ]


def test_the_axis_is_cut_as_its_length_asks():
    assert len(stretches(date(2026, 3, 1), date(2026, 4, 1))) == 31
    weeks = stretches(date(2026, 1, 1), date(2026, 4, 1))
    assert weeks[0] == Stretch(date(2026, 1, 1), date(2026, 1, 5))  # Thursday to Monday
    assert all(week.first.weekday() == 0 for week in weeks[1:]) and weeks[-1].after == date(2026, 4, 1)
    months = stretches(date(2026, 1, 15), date(2026, 12, 31))
    assert [one.first.day for one in months] == [15] + [1] * 11
    assert stretches(date(2026, 1, 1), date(2026, 1, 1)) == []


def test_the_hours_are_those_of_the_place():
    # 18 March 2026, 16:30 UTC is Thursday 00:30 in Beijing.
    found = by_hour([Case(datetime(2026, 3, 18, 16, 30, tzinfo=UTC))], at(1), at(31), BEIJING)
    assert found[3][0] == 1 and sum(map(sum, found)) == 1


HOURS = st.integers(0, 24 * 20)


@st.composite
def some_cases(draw):
    made = []
    for _ in range(draw(st.integers(0, 12))):
        begun = at(1) + timedelta(hours=draw(HOURS))
        ended = draw(st.none() | HOURS.map(lambda hours, begun=begun: begun + timedelta(hours=hours)))
        void = ended is not None and draw(st.booleans())
        made.append(Case(begun, None if void else ended, ended, void=void))
    return made


@given(some_cases())
def test_the_trend_adds_up(cases):
    cut = stretches(date(2026, 3, 1), date(2026, 3, 31))
    points = trend(cases, cut, midnight, at(31))
    whole = summary(cases, at(1), at(31))
    assert sum(point.reported for point in points) == whole.reported
    assert sum(point.resolved for point in points) == whole.resolved
    assert points[-1].left == whole.left
    gone = [
        sum(
            case.void and midnight(p.stretch.first) <= case.ended_at < midnight(p.stretch.after)
            for case in cases
        )
        for p in points
    ]
    # What is left tomorrow is what was left today, and what came, less what was done or became void.
    # (One that ends on the very stroke of midnight counts as open up to it, hence the second look.)
    for before, point, void in zip(points, points[1:], gone[1:], strict=False):
        edge = midnight(point.stretch.first)
        assert before.left == left_at(cases, edge)
        came = sum(edge <= case.reported_at < midnight(point.stretch.after) for case in cases)
        ended = sum(
            case.ended_at is not None and edge <= case.ended_at < midnight(point.stretch.after)
            for case in cases
        )
        assert point.left == before.left + came - ended and ended == point.resolved + void


def test_what_has_not_begun_is_not_drawn():
    cut = stretches(date(2026, 3, 1), date(2026, 3, 31))
    assert len(trend([], cut, midnight, at(10, 12))) == 10
