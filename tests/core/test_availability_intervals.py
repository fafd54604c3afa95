"""The algebra of intervals against sets of single seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core.availability import intervals as algebra
from opsledger.core.availability.intervals import Interval
from opsledger.core.errors import DomainError
from opsledger.core.sentences import SENTENCES

spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda pair: Interval(pair[0], sum(pair))),
    max_size=7,
)
Algebra = Callable[[list[Interval], list[Interval]], list[Interval]]


def seconds(intervals: list[Interval]) -> set[int]:
    return {second for begin, end in intervals for second in range(begin, end)}


def is_tidy(intervals: list[Interval]) -> bool:
    edges = [edge for interval in intervals for edge in interval]
    return all(one < other for one, other in pairwise(edges))


@given(spans, spans)
def test_union_intersection_and_difference_are_those_of_sets(
    one: list[Interval], other: list[Interval]
) -> None:
    operations: list[tuple[Algebra, set[int]]] = [
        (algebra.union, seconds(one) | seconds(other)),
        (algebra.intersect, seconds(one) & seconds(other)),
        (algebra.subtract, seconds(one) - seconds(other)),
    ]
    for operation, expected in operations:
        found = operation(one, other)
        assert is_tidy(found)
        assert seconds(found) == expected
        assert algebra.total(found) == len(expected)


@given(spans, st.randoms(use_true_random=False))
def test_order_does_not_matter(one: list[Interval], random: object) -> None:
    shuffled = list(one)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert algebra.tidy(shuffled) == algebra.tidy(one)


def test_moments_are_floored_to_their_second_and_come_back() -> None:
    shanghai = timezone(timedelta(hours=8))
    moment = datetime(2026, 11, 20, 10, 0, 0, 999_999, tzinfo=shanghai)
    second = algebra.second_of(moment)
    assert algebra.moment_of(second) == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    # 60 years and 14 leap days before 2000, and one microsecond before the epoch is the second -1
    assert algebra.second_of(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
    assert algebra.between(moment, moment + timedelta(seconds=1)).seconds == 1


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: algebra.second_of(datetime(2026, 1, 1)), "naive_moment"),
        (lambda: algebra.tidy([Interval(5, 4)]), "bad_interval"),
        (lambda: algebra.tidy([Interval(0.5, 4)]), "bad_interval"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_interval_is_refused(ask: Callable[[], object], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        ask()
    assert refused.value.code == f"availability.{code}"
    assert SENTENCES[refused.value.code].format(**refused.value.facts)
