"""Probes to states: worked series, and each second against a run-by-run brute force."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core.availability import (
    Check,
    Interval,
    Observation,
    Segment,
    State,
    figures_of,
    states_of,
    timeline,
    without_steps_back,
)
from opsledger.core.errors import DomainError
from opsledger.core.sentences import SENTENCES

UP, DEGRADED, DOWN, UNKNOWN = list(State)[:4]
CHECK = Check(interval=60, timeout=10)
LETTERS = {"o": "ok", "d": "degraded", "f": "failed", "b": "blocked", "u": "unknown"}


def series(text: str, step: int = 60) -> list[Observation]:
    """One observation every `step` seconds; a dot is one that is missing."""
    return [Observation(n * step, LETTERS[letter]) for n, letter in enumerate(text) if letter != "."]  # type: ignore[arg-type]


def drawn(segments: list[Segment], step: int = 60) -> str:
    """The state in the middle of each step, as a letter."""
    length = max(end for _, end, _ in segments) // step
    letters = {UP: "U", DEGRADED: "G", DOWN: "D", UNKNOWN: "?"}
    middles = [n * step + step // 2 for n in range(length)]
    return "".join(
        next((letters[state] for begin, end, state in segments if begin <= middle < end), " ")
        for middle in middles
    )


@pytest.mark.parametrize(
    ("seen", "states"),
    [
        ("ooooo", "UUUUU"),
        ("offoo", "UUUUU"),  # two failures are not confirmed
        ("offfo", "UDDDD"),  # three are, from the first; one good one is no recovery
        ("offfoo", "UDDDUU"),  # two are, from the first
        ("offfofffoo", "UDDDDDDDUU"),
        ("ooff", "UUUU"),  # not confirmed yet
        ("oodoo", "UUGUU"),
        ("offfdo", "UDDDGU"),
        ("ff", "??"),  # never seen up: not assumed to be
        ("ffo", "??U"),
        ("fffoo", "DDDUU"),
        ("obo", "U?U"),
        ("ofbffoo", "UD?DDUU"),  # what says nothing breaks no series
        ("o..o", "UU?U"),  # an observation stands for 120 s
        ("o...ff", "UU????"),  # after the gap it is not assumed to be up
        ("o...fffoo", "UU??DDDUU"),
        ("offf...foo", "UDDDD??DUU"),
        ("offf...ooo", "UDDDD??UUU"),
        ("offf...of", "UDDDD??DD"),  # down until a recovery is confirmed
        ("off...foo", "UUUU??" + "?UU"),  # a series does not reach across a gap
        ("ubu", "???"),
    ],
)
def test_worked_series(seen: str, states: str) -> None:
    assert drawn(states_of(series(seen), CHECK, until=len(seen) * 60)) == states


def test_retries_do_not_change_the_weight_of_time() -> None:
    # Normal beats at 0 and 60; a failure at 60, retried at 70 and 80 and confirmed; good at 120 and 130.
    results = [(0, "ok"), (60, "failed"), (70, "failed"), (80, "failed"), (120, "ok"), (130, "ok")]
    observed = states_of([Observation(*one) for one in results], CHECK, until=180)  # type: ignore[arg-type]
    figures = figures_of(timeline(Interval(0, 180), observed))
    assert (figures.down, figures.up) == (60, 120)  # 60..120 and nothing for the number of beats


def test_an_observation_stands_for_its_validity_and_not_beyond_the_asking() -> None:
    assert Check(interval=60, timeout=10).validity == 120
    assert Check(interval=60, timeout=90).validity == 150
    lone = [Observation(1000, "ok")]
    assert states_of(lone, CHECK, until=1300) == [Segment(1000, 1120, UP), Segment(1120, 1300, UNKNOWN)]
    assert states_of(lone, CHECK, until=1050) == [Segment(1000, 1050, UP)]
    assert states_of(lone, CHECK, until=1000) == []


def test_a_probe_that_cannot_reach_its_canaries_says_nothing() -> None:
    def failures(canaries: tuple[bool, ...]) -> list[Observation]:
        return [Observation(n * 60, "failed", canaries) for n in range(3)]

    assert drawn(states_of(failures((False, False, True)), CHECK, until=180)) == "???"
    assert drawn(states_of(failures((True, False)), CHECK, until=180)) == "???"
    assert drawn(states_of(failures((True, False, True)), CHECK, until=180)) == "DDD"


def test_a_clock_set_back_is_rejected() -> None:
    arrived = [Observation(at, "ok") for at in (0, 60, 30, 60, 61)]
    kept, rejected = without_steps_back(arrived)
    assert [one.at for one in kept] == [0, 60, 61]
    assert [one.at for one in rejected] == [30, 60]


def label_runs(observations: list[Observation], check: Check) -> dict[int, State]:
    """The same rules said run by run: stretches without a gap, in them runs of failures and of successes."""
    labels = {one.at: UNKNOWN for one in observations}
    telling = [one for one in observations if one.result in ("ok", "degraded", "failed")]
    stretches: list[list[Observation]] = []
    for one in telling:
        if not stretches or one.at - stretches[-1][-1].at > check.validity:
            stretches.append([])
        stretches[-1].append(one)
    state = UNKNOWN
    for stretch in stretches:
        state = DOWN if state is DOWN else UNKNOWN
        for failed, group in groupby(stretch, key=lambda one: one.result == "failed"):
            run = list(group)
            if failed and len(run) >= check.failures_to_confirm:
                state = DOWN
            if not failed and (state is not DOWN or len(run) >= check.successes_to_recover):
                state = UP
            for one in run:
                labels[one.at] = DEGRADED if state is UP and one.result == "degraded" else state
    return labels


observations = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from("ooofffdbu")).map(
        lambda pair: Observation(pair[0], LETTERS[pair[1]])  # type: ignore[arg-type]
    ),
    max_size=25,
    unique_by=lambda one: one.at,
)


@given(observations, st.integers(1, 4), st.integers(0, 6), st.randoms(use_true_random=False))
def test_each_second_is_that_of_the_brute_force(
    seen: list[Observation], interval: int, timeout: int, random: object
) -> None:
    check, until = Check(interval, timeout), 45
    segments = states_of(seen, check, until)
    random.shuffle(seen)  # type: ignore[attr-defined]
    assert states_of(seen, check, until) == segments
    found = {second: state for begin, end, state in segments for second in range(begin, end)}
    ordered = sorted(seen)
    labels = label_runs(ordered, check)
    for second in range(until):
        before = [one.at for one in ordered if one.at <= second]
        if not before:
            assert second not in found
        elif second - before[-1] >= check.validity:
            assert found[second] is UNKNOWN
        else:
            assert found[second] is labels[before[-1]]


def test_of_two_results_in_one_second_the_worse_stands() -> None:
    pair = [Observation(0, "failed"), Observation(0, "ok")]
    later = [Observation(60, "failed"), Observation(120, "failed")]
    assert states_of([*pair, *later], CHECK, 180) == states_of([*pair[::-1], *later], CHECK, 180)
    assert drawn(states_of([*pair, *later], CHECK, 180)) == "DDD"
    blind = Observation(0, "failed", (False, False))
    assert drawn(states_of([blind, Observation(0, "ok")], CHECK, 60)) == "U"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: Check(0, 5), "bad_check"),
        (lambda: Check(60, -1), "bad_check"),
        (lambda: Check(60, 5, failures_to_confirm=0), "bad_check"),
        (lambda: states_of([Observation(0, "fine")], CHECK, 9), "unknown_result"),  # type: ignore[arg-type]
    ],
)
def test_bad_settings_are_refused(call: object, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        call()  # type: ignore[operator]
    assert refused.value.code == f"availability.{code}"
    assert SENTENCES[refused.value.code].format(**refused.value.facts)
