"""Several probes, several services: each second against a brute force, and the rules side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core.availability import (
    Interval,
    Ratio,
    Segment,
    State,
    Voter,
    aggregate,
    figures_of,
    timeline,
    together,
    vote,
)
from opsledger.core.errors import DomainError
from opsledger.core.sentences import SENTENCES

UP, DEGRADED, DOWN, UNKNOWN, EXCLUDED, OUT = State
PERIOD = Interval(0, 30)


def line(letters: str) -> list[Segment]:
    """One segment a second; a dot leaves the second uncovered."""
    states = {"U": UP, "G": DEGRADED, "D": DOWN, "?": UNKNOWN, "X": EXCLUDED, "-": OUT}
    return [Segment(n, n + 1, states[letter]) for n, letter in enumerate(letters) if letter != "."]


def drawn(segments: list[Segment]) -> str:
    letters = {UP: "U", DEGRADED: "G", DOWN: "D", UNKNOWN: "?", EXCLUDED: "X", OUT: "-"}
    return "".join(letters[state] * (end - begin) for begin, end, state in segments)


def voters(*lines: str) -> list[Voter]:
    return [Voter(f"p{n}", "政务外网", line(letters)) for n, letters in enumerate(lines)]


@pytest.mark.parametrize(
    ("lines", "agreed", "partial"),
    [
        (["UD?"], "UD?", []),
        (["UDDD", "UUD?"], "UUD?", [(1, 2), (3, 4)]),  # of two both must fail, and both report
        (["DDDDD", "UDDD?", "UUD??"], "UDDD?", [(0, 1), (4, 5)]),
        (["D??", "UU?", "UU."], "UU?", [(0, 1)]),
        (["G", "G", "U"], "G", []),
        (["D", "G", "U"], "G", [(0, 1)]),
    ],
)
def test_worked_votes(lines: list[str], agreed: str, partial: list[tuple[int, int]]) -> None:
    found = vote(Interval(0, len(agreed)), voters(*lines))
    assert (drawn(found.states), found.partial) == (agreed, partial)


def test_two_of_five_may_be_asked_to_suffice() -> None:
    lines = voters("D", "D", "U", "U", "U")
    assert drawn(vote(Interval(0, 1), lines).states) == "U"
    assert drawn(vote(Interval(0, 1), lines, failing=2).states) == "D"
    assert drawn(vote(Interval(0, 1), voters("D", "?", "?"), quorum=1, failing=1).states) == "D"


many = st.lists(st.text("UUGD?.", min_size=30, max_size=30), min_size=1, max_size=5)


@given(many)
def test_votes_against_counting_each_second(lines: list[str]) -> None:
    found = drawn(vote(PERIOD, voters(*lines)).states)
    for second in range(30):
        said = [letters[second] for letters in lines]
        reporting = [one for one in said if one in "UGD"]
        majority = max(len(reporting) // 2 + 1, 2 if len(lines) >= 2 else 1)
        if 2 * len(reporting) <= len(lines):
            expected = "?"
        elif said.count("D") >= majority:
            expected = "D"
        else:
            expected = "G" if said.count("D") + said.count("G") >= majority else "U"
        assert found[second] == expected


services = st.lists(st.text("UUGDD?X-", min_size=30, max_size=30), min_size=1, max_size=4)


@given(services)
def test_services_together_against_counting_each_second(lines: list[str]) -> None:
    timelines = [line(letters) for letters in lines]
    all_up, any_up = (drawn(together(PERIOD, timelines, rule)) for rule in ("all_up", "any_up"))
    for second in range(30):
        said = {letters[second] for letters in lines}
        silent = "X" if "X" in said else "-"
        assert all_up[second] == next((one for one in "D?GU" if one in said), silent)
        assert any_up[second] == next((one for one in "UG?D" if one in said), silent)


def test_the_four_rules_differ() -> None:
    # One service over 10 s with 1 s down (90 %), one over 5 s with 2 s down in another second (60 %).
    first = timeline(Interval(0, 10), [*line("DUUUUUUUUU")])
    second = timeline(Interval(0, 10), line("UUUDD....."), service_hours=[Interval(0, 5)])
    found = {
        rule: aggregate(Interval(0, 10), [first, second], rule)
        for rule in ("mean", "sums", "all_up", "any_up")
    }
    assert found["mean"].measured == Ratio(3, 4)  # (9/10 + 3/5) / 2 = 3/4
    assert found["sums"].measured == Ratio(12, 15)  # (9 + 3) / (10 + 5)
    assert found["all_up"].measured == Ratio(7, 10)  # down in seconds 0, 3, 4
    assert found["any_up"].measured == Ratio(10, 10)  # never both


def test_a_service_without_data_is_told_and_not_counted() -> None:
    seen, blind = timeline(Interval(0, 4), line("UUUD")), timeline(Interval(0, 4), [])
    for rule in ("mean", "sums"):
        found = aggregate(Interval(0, 4), [seen, blind], rule)
        assert (found.measured, found.without_data) == (Ratio(3, 4), 1)
    assert aggregate(Interval(0, 4), [blind], "mean").measured is None
    assert figures_of(together(Interval(0, 4), [seen, blind], "all_up")).down == 1


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: vote(PERIOD, []), "no_voters"),
        (lambda: vote(PERIOD, [Voter("a", "互联网", []), Voter("b", "局域网", [])]), "mixed_vantage"),
        (lambda: vote(PERIOD, voters("U"), quorum=2), "bad_quorum"),
        (lambda: vote(PERIOD, voters("U"), quorum=0), "bad_quorum"),
        (lambda: vote(PERIOD, voters("U"), failing=2), "bad_quorum"),
        (lambda: aggregate(PERIOD, [], "best"), "unknown_rule"),  # type: ignore[arg-type]
    ],
)
def test_bad_questions_are_refused(call: object, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        call()  # type: ignore[operator]
    assert refused.value.code == f"availability.{code}"
    assert SENTENCES[refused.value.code].format(**refused.value.facts)
