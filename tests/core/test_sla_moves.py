"""A ticket that goes to another service item: which limit binds it from then on; sums beside each story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.core.story import at, story, term, timers

from opsledger.core.sla import Retarget, State

CUSTOMER = frozenset({"customer"})
HOUR = timedelta(hours=1)
ITEMS = [term("resolve", 4, id="a", item="A"), term("resolve", 2, id="b", item="B")]
ON_A = ("reported", "thu 10:00", {"item": "A"})
TO_B = ("item_changed", "thu 11:00", {"item": "B"})


def test_a_ticket_moved_after_an_hour_with_a_pause() -> None:
    """A 4 h, B 2 h.  Reported 10:00, waited 10:20-10:50, moved 11:00, asked at 11:30.

    Due under A 14:30, under B 12:30.  Run by 11:30: 1 h 30 less 30 min = 1 h; of B's 2 h one is left.
    """
    terms = [replace(one, pause_reasons=CUSTOMER) for one in ITEMS]
    wait = ("suspended", "thu 10:20", {"reason": "customer"}), ("resumed", "thu 10:50")
    (timer,) = timers(story(ON_A, *wait, TO_B), terms, "thu 11:30")
    assert [(t.term_id, t.since, t.counts_from, t.due) for t in timer.targets] == [
        ("a", at("thu 10:00"), at("thu 10:00"), at("thu 14:30")),
        ("b", at("thu 11:00"), at("thu 10:00"), at("thu 12:30")),
    ]
    assert (timer.elapsed, timer.remaining, timer.paused) == (HOUR, HOUR, HOUR / 2)


@pytest.mark.parametrize(
    ("policy", "due"), [("creation", "thu 12:00"), ("change", "thu 13:00"), ("better", "thu 13:00")]
)
def test_from_when_the_limit_of_the_other_item_counts(policy: str, due: str) -> None:
    terms = [replace(one, retarget=Retarget(policy)) for one in ITEMS]
    (timer,) = timers(story(ON_A, TO_B), terms, "thu 11:30")
    assert timer.due == at(due)


def test_an_item_without_the_limit_ends_the_timer() -> None:
    (timer,) = timers(story(ON_A, TO_B), ITEMS[:1], "thu 12:00")
    assert (timer.state, timer.cancelled_at, timer.elapsed) == (State.CANCELLED, at("thu 11:00"), HOUR)
    assert (timer.term_id, timer.next_at, timer.breached_at) == ("a", None, None)
    # Resolved later it is neither met nor late: nobody asked for it any more.
    (timer,) = timers(story(ON_A, TO_B, ("resolved", "thu 18:00")), ITEMS[:1], "thu 19:00")
    assert (timer.state, timer.met_at) == (State.CANCELLED, None)


def test_a_ticket_that_comes_back_is_timed_as_if_it_had_stayed() -> None:
    back = ("item_changed", "thu 11:30", {"item": "A"})
    (timer,) = timers(story(ON_A, TO_B, back), ITEMS[:1], "thu 12:00")
    assert (timer.state, timer.due, timer.elapsed) == (State.RUNNING, at("thu 14:00"), 2 * HOUR)
    (timer,) = timers(story(ON_A, TO_B, back), ITEMS, "thu 12:30")
    assert [t.term_id for t in timer.targets] == ["a", "b", "a"]


def test_what_was_met_before_the_move_stays_as_it_was_met() -> None:
    events = story(ON_A, ("resolved", "thu 10:30"), TO_B)
    (timer,) = timers(events, ITEMS, "thu 12:00")
    assert (timer.term_id, timer.state, len(timer.targets)) == ("a", State.MET, 1)
    # Late under A before it was moved: late it stays.
    (timer,) = timers(
        story(ON_A, ("resolved", "thu 15:00"), ("item_changed", "thu 16:00", {"item": "B"})),
        ITEMS,
        "fri 09:00",
    )
    assert (timer.term_id, timer.state) == ("a", State.MET_LATE)


def test_an_item_with_a_limit_that_the_first_had_not() -> None:
    (timer,) = timers(story(ON_A, TO_B), ITEMS[1:], "thu 11:30")
    assert (timer.started_at, timer.due) == (at("thu 10:00"), at("thu 12:00"))


def test_one_clause_on_two_clocks_is_no_more_specific_for_it() -> None:
    terms = [
        term("resolve", 4, id="7@A", within=frozenset("A")),
        term("resolve", 4, id="7@B", within=frozenset("B"), clock="business"),
    ]
    (timer,) = timers(
        story(("reported", "thu 16:00", {"item": "A"}), ("item_changed", "thu 16:30", {"item": "B"})),
        terms,
        "fri 09:00",
    )
    assert [(t.term_id, t.due) for t in timer.targets] == [("7@A", at("thu 20:00")), ("7@B", at("fri 12:00"))]
    severe = term("resolve", 1, id="severe", severity="重大")
    (timer,) = timers(
        story(("reported", "thu 10:00", {"item": "A", "severity": "重大"})), [*terms, severe], "thu 10:30"
    )
    assert timer.term_id == "severe"
