"""Every policy of the SLA fold, one story each; sums beside them.  Mon is 2026-03-02, office hours 9-17."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.core.story import CLOCKS, at, one, story, term, timers

from opsledger.core.errors import DomainError
from opsledger.core.limits import LimitRules
from opsledger.core.sla import METRICS, Applies, Event, Reopen, Retarget, State, TimerTerm, fold

CUSTOMER = frozenset({"customer"})
HOUR = timedelta(hours=1)
REPORTED = ("reported", "thu 10:00")


@pytest.mark.parametrize(
    ("steps", "when", "state"),
    [
        ([], "thu 13:59", State.RUNNING),
        ([], "thu 14:00", State.RUNNING),  # at the due moment the breach is still to come
        ([], "thu 14:01", State.BREACHED),
        ([("resolved", "thu 13:00")], "fri 10:00", State.MET),
        ([("resolved", "thu 14:00")], "fri 10:00", State.MET),  # met exactly at due
        ([("resolved", "thu 14:01")], "fri 10:00", State.MET_LATE),
        ([("cancelled", "thu 13:00")], "fri 10:00", State.CANCELLED),
        ([("suspended", "thu 13:00", {"reason": "customer"})], "fri 10:00", State.PAUSED),
        ([("suspended", "thu 14:00", {"reason": "customer"})], "fri 10:00", State.BREACHED),
        ([("suspended", "thu 13:00", {"reason": "lunch"})], "thu 13:30", State.RUNNING),
        (
            [("suspended", "thu 14:00", {"reason": "customer"})],
            "thu 14:00",
            State.RUNNING,
        ),  # too late to hold
        ([("suspended", "thu 13:59", {"reason": "customer"})], "thu 13:59", State.PAUSED),
        ([("cancelled", "thu 11:00"), ("resolved", "thu 12:00")], "fri 10:00", State.CANCELLED),
        ([("resolved", "thu 11:00"), ("cancelled", "thu 12:00")], "fri 10:00", State.MET),
    ],
)
def test_every_state(steps: list[tuple[str, str]], when: str, state: State) -> None:
    # 10:00 plus 4 h is 14:00.
    only = term("resolve", 4, clock="business", pause_reasons=CUSTOMER)
    assert one(story(REPORTED, *steps), only, when).state is state


def test_a_met_timer_keeps_its_figures_for_ever() -> None:
    only = term("resolve", 4, clock="business")
    events = story(REPORTED, ("resolved", "thu 13:00"))
    early, late = one(events, only, "thu 13:00"), one(events, only, "mon2 10:00")
    assert early == late
    assert (late.elapsed, late.remaining, late.met_at) == (3 * HOUR, HOUR, at("thu 13:00"))
    assert (late.breached_at, late.next_at, late.cancelled_at) == (None, None, None)


def test_at_the_very_due_moment_nothing_is_breached() -> None:
    only = term("resolve", 4, clock="business")
    assert one(story(REPORTED), only, "thu 14:00").breached_at is None
    assert one(story(REPORTED, ("resolved", "thu 14:00")), only, "fri 10:00").breached_at is None
    assert one(story(REPORTED), only, "thu 14:01").breached_at == at("thu 14:00")


@pytest.mark.parametrize("retarget", Retarget)
def test_the_first_target_counts_from_the_report_whatever_comes_after(retarget: Retarget) -> None:
    timer = one(story(REPORTED), term("resolve", 4, clock="business", retarget=retarget), "thu 11:00")
    assert (timer.due, timer.targets[0].counts_from) == (at("thu 14:00"), at("thu 10:00"))


def test_a_report_delivered_stays_delivered_when_the_ticket_is_reopened() -> None:
    only = term("report", 2, clock="business", reopen=Reopen.RESTART)
    steps = [("resolved", "thu 11:00"), ("report_delivered", "thu 12:00"), ("reopened", "thu 15:00")]
    timer = one(story(REPORTED, *steps), only, "fri 10:00")
    assert (timer.state, timer.met_at, timer.cancelled_at) == (State.MET, at("thu 12:00"), None)


def test_a_late_timer_names_its_breach() -> None:
    timer = one(story(REPORTED, ("resolved", "thu 16:00")), term("resolve", 4, clock="business"), "fri 10:00")
    assert (timer.breached_at, timer.met_at) == (at("thu 14:00"), at("thu 16:00"))
    assert (timer.elapsed, timer.remaining) == (6 * HOUR, -2 * HOUR)


def test_cancelled_after_the_breach_is_still_a_breach() -> None:
    timer = one(story(REPORTED, ("cancelled", "thu 16:00")), term("resolve", 4), "fri 10:00")
    assert (timer.state, timer.cancelled_at) == (State.CANCELLED, at("thu 16:00"))
    assert (timer.breached_at, timer.elapsed) == (at("thu 14:00"), 6 * HOUR)


def test_while_paused_due_is_as_if_resumed_now() -> None:
    events = story(REPORTED, ("suspended", "thu 11:00", {"reason": "customer", "waiting_for": "信息科"}))
    timer = one(events, term("resolve", 4, clock="business", pause_reasons=CUSTOMER), "thu 13:00")
    # 1 h run; 3 h left from 13:00.
    assert (timer.due, timer.elapsed, timer.remaining) == (at("thu 16:00"), HOUR, 3 * HOUR)
    assert (timer.paused, timer.next_at) == (2 * HOUR, None)
    assert timer.pauses == ((at("thu 11:00"), None, "customer", "信息科"),)


def test_only_the_reasons_of_the_term_pause_it() -> None:
    events = story(
        REPORTED,
        ("suspended", "thu 11:00", {"reason": "customer"}),
        ("suspended", "thu 12:00", {"reason": "third_party"}),
        ("resumed", "thu 13:00"),
    )
    both = term("resolve", 4, id="both", pause_reasons=CUSTOMER | {"third_party"})
    customer = term("mitigate", 4, id="customer", pause_reasons=CUSTOMER)
    third = term("diagnose", 4, id="third", pause_reasons=frozenset({"third_party"}))
    none = term("respond", 4, id="none")
    due = {t.term_id: t.due for t in timers(events, [both, customer, third, none], "thu 13:30")}
    # 11-13 lost, 11-13 lost, 12-13 lost, nothing lost.
    assert due == {
        "both": at("thu 16:00"),
        "customer": at("thu 16:00"),
        "third": at("thu 15:00"),
        "none": at("thu 14:00"),
    }


def test_a_resumption_can_name_the_pause_it_ends() -> None:
    events = story(
        REPORTED,
        ("suspended", "thu 11:00", {"reason": "customer"}),
        ("suspended", "thu 11:00", {"reason": "third_party"}),
        ("resumed", "thu 12:00", {"suspension": "e2"}),
    )
    both = term("resolve", 4, pause_reasons=CUSTOMER | {"third_party"})
    timer = one(events, both, "thu 13:00")
    assert timer.state is State.PAUSED
    assert [(p.reason, p.end) for p in timer.pauses] == [("customer", at("thu 12:00")), ("third_party", None)]


def test_a_resumption_ends_earlier_pauses_before_those_of_its_own_moment() -> None:
    events = story(
        REPORTED,
        ("suspended", "thu 11:00", {"reason": "customer"}),
        ("suspended", "thu 12:00", {"reason": "customer"}),
        ("resumed", "thu 12:00"),
    )
    timer = one(events, term("resolve", 4, pause_reasons=CUSTOMER), "thu 13:00")
    assert [(p.start, p.end) for p in timer.pauses] == [
        (at("thu 11:00"), at("thu 12:00")),
        (at("thu 12:00"), None),
    ]
    alone = story(REPORTED, ("suspended", "thu 12:00", {"reason": "customer"}), ("resumed", "thu 12:00"))
    assert one(alone, term("resolve", 4, pause_reasons=CUSTOMER), "thu 13:00").state is State.RUNNING


@pytest.mark.parametrize(
    ("metric", "met_by", "not_by"),
    [
        ("respond", "accepted", "report_delivered"),
        ("respond", "resolved", "suspended"),
        ("respond", "answered", "spare_delivered"),
        ("arrive", "arrived", "mitigated"),
        ("diagnose", "diagnosed", "arrived"),
        ("diagnose", "mitigated", "accepted"),
        ("mitigate", "mitigated", "diagnosed"),
        ("mitigate", "resolved", "arrived"),
        ("resolve", "resolved", "mitigated"),
        ("spare", "spare_delivered", "mitigated"),
        ("answer", "answered", "accepted"),
        ("answer", "resolved", "diagnosed"),
    ],
)
def test_what_meets_a_metric(metric: str, met_by: str, not_by: str) -> None:
    only = term(metric, 4)
    assert one(story(REPORTED, (met_by, "thu 11:00")), only, "thu 12:00").met_at == at("thu 11:00")
    assert one(story(REPORTED, (not_by, "thu 11:00")), only, "thu 12:00").met_at is None


def test_what_happened_before_the_report_meets_the_timer_at_its_start() -> None:
    timer = one(story(("arrived", "thu 09:50"), REPORTED), term("arrive", 2), "thu 12:00")
    assert (timer.state, timer.met_at, timer.elapsed) == (State.MET, at("thu 10:00"), timedelta(0))


def test_nobody_need_arrive_at_a_mended_fault() -> None:
    events = story(REPORTED, ("resolved", "thu 11:00"))
    timer = one(events, term("arrive", 4), "thu 18:00")
    assert (timer.state, timer.cancelled_at, timer.breached_at) == (State.CANCELLED, at("thu 11:00"), None)
    # Reopened at 12:00: the hour between does not count. 10-11 and 12-15 are 4 h.
    again = one([*events, _reopened("thu 12:00")], term("arrive", 4), "thu 18:00")
    assert (again.state, again.due) == (State.BREACHED, at("thu 15:00"))


def _reopened(when: str) -> Event:
    return Event("again", "reopened", at(when), at(when))


def test_reopening_continues_by_default() -> None:
    events = story(REPORTED, ("resolved", "thu 12:00"), ("reopened", "thu 15:00"), ("resolved", "thu 16:00"))
    timer = one(events, term("resolve", 4, clock="business"), "fri 10:00")
    # 10-12 and 15-16 are 3 h; 4 h would be up at 17:00.
    assert (timer.state, timer.elapsed, timer.due) == (State.MET, 3 * HOUR, at("thu 17:00"))
    assert timer.pauses == ((at("thu 12:00"), at("thu 15:00"), "resolved", ""),)
    assert timer.cycle == 1


def test_reopening_can_restart() -> None:
    events = story(REPORTED, ("resolved", "thu 12:00"), ("reopened", "thu 15:00"), ("resolved", "thu 16:30"))
    first, second = timers(events, [term("resolve", 4, reopen=Reopen.RESTART)], "fri 10:00")
    assert (first.cycle, first.state, first.met_at) == (1, State.MET, at("thu 12:00"))
    assert (second.cycle, second.started_at, second.due) == (2, at("thu 15:00"), at("thu 19:00"))
    assert (second.met_at, second.elapsed) == (at("thu 16:30"), timedelta(hours=1, minutes=30))


def test_reopening_can_mean_nothing() -> None:
    events = story(REPORTED, ("resolved", "thu 12:00"), ("reopened", "thu 15:00"))
    timer = one(events, term("resolve", 4, reopen=Reopen.IGNORE), "fri 10:00")
    assert (timer.state, timer.met_at) == (State.MET, at("thu 12:00"))
    respond = one([*events, _accepted("thu 16:00")], term("respond", 4), "fri 10:00")
    assert (respond.cycle, respond.met_at) == (1, at("thu 12:00"))


def _accepted(when: str) -> Event:
    return Event("accepted", "accepted", at(when), at(when))


@pytest.mark.parametrize("reopening", list(Reopen))
def test_reopening_what_was_not_met_changes_nothing(reopening: Reopen) -> None:
    only = term("resolve", 4, reopen=reopening)
    assert one(story(REPORTED, ("reopened", "thu 11:00")), only, "thu 12:00").due == at("thu 14:00")
    cancelled = story(REPORTED, ("cancelled", "thu 11:00"), ("reopened", "thu 12:00"))
    assert one(cancelled, only, "fri 09:00").state is State.CANCELLED


def test_the_report_is_timed_from_the_resolution() -> None:
    report = term("report", 1, "workday", clock="business")
    running = story(REPORTED)
    assert timers(running, [report], "thu 12:00") == ()
    resolved = story(REPORTED, ("resolved", "thu 12:00"))
    timer = one(resolved, report, "thu 13:00")
    # Thursday does not count; Friday's close.
    assert (timer.state, timer.started_at, timer.due) == (State.RUNNING, at("thu 12:00"), at("fri 17:00"))
    delivered = one(
        [*resolved, Event("d", "report_delivered", at("fri 11:00"), at("fri 11:00"))], report, "mon2 10:00"
    )
    assert (delivered.state, delivered.met_at) == (State.MET, at("fri 11:00"))


def test_reopening_withdraws_an_unwritten_report() -> None:
    report = term("report", 4)
    events = story(REPORTED, ("resolved", "thu 12:00"), ("reopened", "thu 13:00"), ("resolved", "thu 15:00"))
    first, second = timers(events, [report], "thu 16:00")
    assert (first.state, first.cancelled_at) == (State.CANCELLED, at("thu 13:00"))
    assert (second.cycle, second.started_at, second.due) == (2, at("thu 15:00"), at("thu 19:00"))
    assert (second.state, second.met_at) == (State.RUNNING, None)


@pytest.mark.parametrize(("reopening", "cycles"), [(Reopen.IGNORE, 1), (None, 1), (Reopen.RESTART, 2)])
def test_a_written_report_is_asked_for_again_only_if_agreed(reopening: Reopen | None, cycles: int) -> None:
    events = story(
        REPORTED,
        ("resolved", "thu 12:00"),
        ("report_delivered", "thu 13:00"),
        ("reopened", "thu 14:00"),
        ("resolved", "thu 15:00"),
    )
    assert len(timers(events, [term("report", 4, reopen=reopening)], "thu 16:00")) == cycles


def test_a_timer_can_start_on_another_event() -> None:
    events = story(REPORTED, ("diagnosed", "thu 12:00"))
    timer = one(events, term("spare", 4, starts_on="diagnosed"), "thu 13:00")
    assert (timer.started_at, timer.due) == (at("thu 12:00"), at("thu 16:00"))


RETARGETED = (REPORTED[0], REPORTED[1], {"severity": "一般"})
RAISED = ("severity_changed", "thu 12:00", {"severity": "重大"})


@pytest.mark.parametrize(
    ("retarget", "due", "remaining_hours"),
    [
        (Retarget.CREATION, "thu 13:00", 0.5),  # 10:00 plus 3 h
        (Retarget.CHANGE, "thu 15:00", 2.5),  # 12:00 plus 3 h
        (Retarget.BETTER, "thu 15:00", 2.5),  # the later of the two
    ],
)
def test_retargeting_counts_from_where_the_contract_says(
    retarget: Retarget, due: str, remaining_hours: float
) -> None:
    terms = [
        term("resolve", 8, id="minor", severity="一般"),
        term("resolve", 3, id="major", severity="重大", retarget=retarget),
    ]
    (timer,) = timers(story(RETARGETED, RAISED), terms, "thu 12:30")
    assert (timer.term_id, timer.due) == ("major", at(due))
    assert timer.remaining == remaining_hours * HOUR
    assert (timer.targets[0].counts_from, timer.targets[0].since) == (at("thu 10:00"), at("thu 10:00"))
    # What was spent is spent, whichever way the target counts.
    assert timer.elapsed == 2.5 * HOUR
    assert [(t.term_id, t.since, t.due) for t in timer.targets] == [
        ("minor", at("thu 10:00"), at("thu 18:00")),
        ("major", at("thu 12:00"), at(due)),
    ]


def test_better_keeps_creation_when_neither_is_later() -> None:
    # One working day from Thursday is Friday's close, whether from 10:00 or from 12:00.
    major = term(
        "resolve", 1, "workday", id="major", clock="business", severity="重大", retarget=Retarget.BETTER
    )
    minor = term("resolve", 8, id="minor", severity="一般")
    (timer,) = timers(story(RETARGETED, RAISED), [minor, major], "thu 12:30")
    assert (timer.due, timer.targets[-1].counts_from) == (at("fri 17:00"), at("thu 10:00"))


def test_pauses_survive_a_change_of_target() -> None:
    events = story(
        RETARGETED,
        ("suspended", "thu 10:30", {"reason": "customer"}),
        ("resumed", "thu 11:30"),
        RAISED,
    )
    for retarget, due in ((Retarget.CREATION, "thu 14:00"), (Retarget.CHANGE, "thu 15:00")):
        terms = [
            term("resolve", 8, id="minor", severity="一般", pause_reasons=CUSTOMER),
            term("resolve", 3, id="major", severity="重大", retarget=retarget, pause_reasons=CUSTOMER),
        ]
        (timer,) = timers(events, terms, "thu 13:00")
        assert (timer.due, timer.elapsed, timer.paused) == (at(due), 2 * HOUR, HOUR)


def test_a_pause_over_the_change_counts_from_the_change() -> None:
    events = story(
        RETARGETED,
        ("suspended", "thu 11:30", {"reason": "customer"}),
        RAISED,
        ("resumed", "thu 12:30"),
    )
    terms = [
        term("resolve", 8, id="minor", severity="一般"),
        term("resolve", 3, id="major", severity="重大", retarget=Retarget.CHANGE, pause_reasons=CUSTOMER),
    ]
    (timer,) = timers(events, terms, "thu 13:00")
    # From 12:00: half an hour lost, 3 h to run.
    assert timer.due == at("thu 15:30")


def test_a_change_after_the_end_changes_nothing() -> None:
    terms = [term("resolve", 8, id="minor", severity="一般"), term("resolve", 3, id="major", severity="重大")]
    events = story(RETARGETED, ("resolved", "thu 11:00"), RAISED)
    (timer,) = timers(events, terms, "thu 13:00")
    assert (timer.term_id, len(timer.targets)) == ("minor", 1)


def test_a_change_at_the_moment_of_resolving_comes_first() -> None:
    terms = [term("resolve", 8, id="minor", severity="一般"), term("resolve", 1, id="major", severity="重大")]
    (timer,) = timers(story(RETARGETED, ("resolved", "thu 12:00"), RAISED), terms, "thu 13:00")
    assert (timer.term_id, timer.state) == ("major", State.MET_LATE)


def test_a_change_to_a_severity_without_a_term_keeps_the_old_one() -> None:
    (timer,) = timers(story(RETARGETED, RAISED), [term("resolve", 8, severity="一般")], "thu 13:00")
    assert (timer.due, len(timer.targets)) == (at("thu 18:00"), 1)


def test_a_severity_told_later_starts_the_timer_from_the_report() -> None:
    (timer,) = timers(story(REPORTED, RAISED), [term("resolve", 3, severity="重大")], "thu 12:30")
    assert (timer.started_at, timer.due, timer.targets[0].since) == (
        at("thu 10:00"),
        at("thu 13:00"),
        at("thu 10:00"),
    )


def test_the_most_specific_term_binds() -> None:
    terms = [
        term("respond", 1, id="contract"),
        term("respond", 2, id="contract-in-hours", applies=Applies.IN_HOURS),
        term("respond", 3, id="severity", severity="重大"),
        term("respond", 4, id="item", item="09"),
        term("respond", 5, id="item-severity", item="09", severity="重大"),
    ]

    def bound(when: str, **data: str) -> str:
        return timers(story(("reported", when, data)), terms, "sun 23:00")[0].term_id

    assert bound("thu 10:00") == "contract-in-hours"
    assert bound("thu 20:00") == "contract"
    assert bound("thu 10:00", severity="重大") == "severity"
    assert bound("thu 10:00", item="09") == "item"
    assert bound("thu 10:00", item="09", severity="重大") == "item-severity"
    assert bound("thu 10:00", item="08", severity="轻微") == "contract-in-hours"


def test_out_of_hours_limits_are_decided_at_the_start() -> None:
    terms = [
        term("arrive", 10, "minute", id="day", applies=Applies.IN_HOURS),
        term("arrive", 20, "minute", id="night", applies=Applies.OUT_OF_HOURS),
    ]
    for when, bound in (
        ("thu 16:59", "day"),
        ("thu 17:00", "night"),
        ("thu 08:59", "night"),
        ("sat 10:00", "night"),
    ):
        assert timers(story(("reported", when)), terms, "sun 12:00")[0].term_id == bound
    # The night's limit goes on counting after opening.
    (timer,) = timers(story(("reported", "thu 08:50")), terms, "thu 09:05")
    assert (timer.term_id, timer.due) == ("night", at("thu 09:10"))


def test_item_changes_retarget_too() -> None:
    terms = [term("resolve", 8, id="all"), term("resolve", 2, id="nine", item="09")]
    events = story(REPORTED, ("item_changed", "thu 11:00", {"item": "09"}))
    (timer,) = timers(events, terms, "thu 11:30")
    assert [(t.term_id, t.due) for t in timer.targets] == [
        ("all", at("thu 18:00")),
        ("nine", at("thu 12:00")),
    ]


def test_an_amendment_binds_tickets_that_begin_under_it() -> None:
    terms = [
        term("resolve", 8, id="old", valid_until=date(2026, 3, 4)),
        term("resolve", 2, id="new", valid_from=date(2026, 3, 5)),
    ]
    assert timers(story(("reported", "wed 23:59")), terms, "fri 10:00")[0].term_id == "old"
    assert timers(story(("reported", "thu 00:00")), terms, "fri 10:00")[0].term_id == "new"
    # Overlapping terms: the later one wins, then the smaller id.
    both = [
        term("resolve", 8, id="b"),
        term("resolve", 2, id="c", valid_from=date(2026, 3, 1)),
        term("resolve", 1, id="a"),
    ]
    assert timers(story(("reported", "thu 10:00")), both, "fri 10:00")[0].term_id == "c"
    assert timers(story(("reported", "thu 10:00")), [both[0], both[2]], "fri 10:00")[0].term_id == "a"
    outside = [term("resolve", 8, valid_from=date(2026, 3, 6))]
    assert timers(story(("reported", "thu 10:00")), outside, "fri 10:00") == ()


def test_warnings_and_the_next_moment() -> None:
    only = term("resolve", 4, clock="business", warn_percent=(50, 80), pause_reasons=CUSTOMER)
    events = story(REPORTED, ("suspended", "thu 11:00", {"reason": "customer"}), ("resumed", "thu 12:00"))
    # 2 h have run at 13:00, 3 h 12 min at 14:12, 4 h at 15:00.
    moments = [("thu 12:30", "thu 13:00", 0), ("thu 13:00", "thu 14:12", 1), ("thu 14:30", "thu 15:00", 2)]
    for when, upcoming, warned in moments:
        timer = one(events, only, when)
        assert (timer.next_at, len(timer.warned)) == (at(upcoming), warned)
    due = one(events, only, "thu 15:00")
    assert due.next_at == at("thu 15:00") + timedelta(microseconds=1)
    assert one(events, only, "thu 15:01").next_at is None
    assert one(events, only, "thu 15:01").warned == ((50, at("thu 13:00")), (80, at("thu 14:12")))


def test_warnings_of_a_day_limit_share_out_the_open_time() -> None:
    only = term("resolve", 1, "workday", clock="business", warn_percent=(50,))
    # Thu 10:00 to Fri 17:00 is 7 + 8 = 15 h open; half is 7.5 h: Fri 09:30.
    timer = one(story(REPORTED), only, "thu 12:00")
    assert (timer.next_at, timer.due, timer.remaining) == (at("fri 09:30"), at("fri 17:00"), 13 * HOUR)
    over = one(story(REPORTED), only, "mon2 10:00")
    assert (over.state, over.remaining, over.elapsed) == (State.BREACHED, -HOUR, 16 * HOUR)


def test_natural_hours_count_the_night() -> None:
    wall = LimitRules(hours_run="wall")
    only = term("resolve", 12, clock="business", rules=wall, pause_reasons=CUSTOMER)
    events = story(REPORTED, ("suspended", "thu 18:00", {"reason": "customer"}), ("resumed", "thu 20:00"))
    timer = one(events, only, "thu 21:00")
    # 10:00 + 12 h + 2 h is midnight.
    assert (timer.due, timer.elapsed, timer.paused) == (at("fri 00:00"), 9 * HOUR, 2 * HOUR)
    assert timer.remaining == 3 * HOUR


def test_what_lies_ahead_has_not_happened() -> None:
    events = story(REPORTED, ("resolved", "thu 13:00"))
    assert one(events, term("resolve", 4), "thu 12:59").state is State.RUNNING
    assert one(events, term("resolve", 4), "thu 13:00").state is State.MET
    assert timers(events, [term("resolve", 4)], "thu 09:59") == ()


def test_timers_come_in_the_order_in_which_metrics_are_met() -> None:
    terms = [term(metric, 4) for metric in reversed(METRICS)]
    found = timers(story(REPORTED, ("resolved", "thu 11:00")), terms, "thu 12:00")
    assert [timer.metric for timer in found] == list(METRICS)


LUNAR_HOURS = term("resolve", 4, applies=Applies.IN_HOURS, hours_clock="lunar")


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("sla.unknown_event", lambda: story(("exploded", "thu 10:00"))),
        ("sla.unknown_metric", lambda: term("applaud", 4)),
        (
            "sla.validity_reversed",
            lambda: term("resolve", 4, valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 1)),
        ),
        ("sla.unknown_clock", lambda: one(story(REPORTED), term("resolve", 4, clock="lunar"), "thu 11:00")),
        ("sla.unknown_clock", lambda: one(story(REPORTED), LUNAR_HOURS, "thu 11:00")),
        (
            "sla.unknown_target",
            lambda: one(
                story(REPORTED, ("withdrawn", "thu 11:00", {"target": "e9"})), term("resolve", 4), "thu 11:00"
            ),
        ),
        (
            "sla.unknown_target",
            lambda: one(story(REPORTED, ("corrected", "thu 11:00")), term("resolve", 4), "thu 11:00"),
        ),
        (
            "sla.event_twice",
            lambda: one([*story(REPORTED), *story(REPORTED)], term("resolve", 4), "thu 11:00"),
        ),
        (
            "clock.naive_moment",
            lambda: Event("e", "reported", at("thu 10:00").replace(tzinfo=None), at("thu 10:00")),
        ),
        (
            "clock.naive_moment",
            lambda: Event("e", "reported", at("thu 10:00"), at("thu 10:00").replace(tzinfo=None)),
        ),
        (
            "clock.naive_moment",
            lambda: fold(story(REPORTED), [term("resolve", 4)], CLOCKS, at("thu 10:00").replace(tzinfo=None)),
        ),
    ],
)
def test_bad_input_is_refused_with_its_code(code: str, make: object) -> None:
    with pytest.raises(DomainError) as raised:
        make()  # type: ignore[operator]
    assert raised.value.code == code
    from opsledger.core.sentences import SENTENCES

    assert SENTENCES[code].format(**raised.value.facts)
    assert None not in raised.value.facts.values()


def test_no_events_no_timers() -> None:
    assert fold([], [TimerTerm("t", "respond", term("respond", 1).limit)], CLOCKS, at("thu 10:00")) == ()


def test_arriving_and_then_resolving_is_met_not_cancelled() -> None:
    events = story(REPORTED, ("arrived", "thu 10:30"), ("resolved", "thu 11:00"))
    timer = one(events, term("arrive", 4), "thu 18:00")
    assert (timer.state, timer.met_at, timer.cancelled_at) == (State.MET, at("thu 10:30"), None)


def test_an_arrival_after_a_reopening_stays_met_when_reopened_again() -> None:
    events = story(
        REPORTED,
        ("resolved", "thu 11:00"),
        ("reopened", "thu 12:00"),
        ("arrived", "thu 13:00"),
        ("resolved", "thu 14:00"),
        ("reopened", "thu 15:00"),
    )
    timer = one(events, term("arrive", 4), "thu 18:00")
    assert (timer.state, timer.met_at, len(timer.pauses)) == (State.MET, at("thu 13:00"), 1)


def test_a_gap_and_a_pause_both_count() -> None:
    events = story(
        REPORTED,
        ("suspended", "thu 10:30", {"reason": "customer"}),
        ("resumed", "thu 11:00"),
        ("resolved", "thu 12:00"),
        ("reopened", "thu 13:00"),
    )
    timer = one(events, term("resolve", 4, pause_reasons=CUSTOMER), "thu 14:00")
    assert [pause.reason for pause in timer.pauses] == ["customer", "resolved"]
    # 10:00 + 4 h + 30 min + 1 h.
    assert (timer.due, timer.elapsed) == (at("thu 15:30"), timedelta(hours=2, minutes=30))


def test_paused_counts_only_the_open_time_lost() -> None:
    events = story(REPORTED, ("suspended", "thu 16:00", {"reason": "customer"}), ("resumed", "fri 10:00"))
    timer = one(events, term("resolve", 8, clock="business", pause_reasons=CUSTOMER), "fri 12:00")
    # Lost: Thu 16-17 and Fri 9-10. Run: 10-16 and 10-12. Left: nothing; due now.
    assert (timer.paused, timer.elapsed, timer.due) == (2 * HOUR, 8 * HOUR, at("fri 12:00"))


def test_a_pause_that_ended_as_the_timer_began_is_not_shown() -> None:
    events = story(("suspended", "thu 09:00", {"reason": "customer"}), ("resumed", "thu 10:00"), REPORTED)
    assert one(events, term("resolve", 4, pause_reasons=CUSTOMER), "thu 11:00").pauses == ()


def test_a_pause_without_a_reason_or_a_name() -> None:
    events = story(REPORTED, ("suspended", "thu 11:00"), ("resumed", "thu 12:00"))
    unnamed = one(events, term("resolve", 4, pause_reasons=frozenset({""})), "thu 13:00")
    assert unnamed.pauses == ((at("thu 11:00"), at("thu 12:00"), "", ""),)
    assert one(events, term("resolve", 4, pause_reasons=CUSTOMER), "thu 13:00").pauses == ()


def test_severity_outlives_a_change_of_item_and_the_other_way_round() -> None:
    terms = [
        term("resolve", 8, id="all"),
        term("resolve", 4, id="major", severity="重大"),
        term("resolve", 2, id="nine", item="09"),
    ]
    reported = ("reported", "thu 10:00", {"severity": "重大"})
    events = story(reported, ("item_changed", "thu 11:00", {"item": "08"}))
    assert timers(events, terms, "thu 11:30")[0].term_id == "major"
    reported = ("reported", "thu 10:00", {"item": "09"})
    events = story(reported, ("severity_changed", "thu 11:00", {"severity": "轻微"}))
    assert timers(events, terms, "thu 11:30")[0].term_id == "nine"


def test_what_is_told_after_the_start_does_not_hold_before_it() -> None:
    terms = [
        term("spare", 8, id="all", starts_on="diagnosed"),
        term("spare", 4, id="major", severity="重大", starts_on="diagnosed"),
    ]
    events = story(("diagnosed", "thu 09:00"), ("reported", "thu 10:00", {"severity": "重大"}))
    (timer,) = timers(events, terms, "thu 11:00")
    assert [(t.term_id, t.since) for t in timer.targets] == [
        ("all", at("thu 09:00")),
        ("major", at("thu 10:00")),
    ]


def test_hours_are_judged_at_the_start_even_if_the_severity_is_told_later() -> None:
    only = term("resolve", 3, severity="重大", applies=Applies.OUT_OF_HOURS)
    told = ("severity_changed", "thu 10:00", {"severity": "重大"})
    (timer,) = timers(story(("reported", "thu 08:00"), told), [only], "thu 10:30")
    assert timer.due == at("thu 11:00")
    assert timers(story(("reported", "thu 09:30"), told), [only], "thu 10:30") == ()


def test_from_the_change_the_rest_is_counted_on_the_clock_of_the_term() -> None:
    terms = [
        term("resolve", 8, id="minor", clock="business", severity="一般"),
        term("resolve", 8, id="major", clock="business", severity="重大", retarget=Retarget.CHANGE),
    ]
    events = story(RETARGETED, ("severity_changed", "thu 16:00", {"severity": "重大"}))
    (timer,) = timers(events, terms, "fri 10:00")
    # From Thu 16:00: 1 h and 1 h have run of 8; due Fri 16:00.
    assert (timer.remaining, timer.due, timer.elapsed) == (6 * HOUR, at("fri 16:00"), 8 * HOUR)


def test_a_term_of_a_single_day() -> None:
    only = term("resolve", 4, valid_from=date(2026, 3, 5), valid_until=date(2026, 3, 5))
    assert one(story(REPORTED), only, "thu 11:00").term_id == "resolve"


def test_better_weighs_the_pauses_too() -> None:
    minor = term("resolve", 8, id="minor", severity="一般")
    major = term("resolve", 3, id="major", severity="重大", retarget=Retarget.BETTER, pause_reasons=CUSTOMER)

    def after(resumed: str) -> tuple[object, object]:
        paused = ("suspended", "thu 10:00", {"reason": "customer"})
        events = story(RETARGETED, paused, ("resumed", resumed), RAISED)
        (timer,) = timers(events, [minor, major], "thu 12:30")
        return timer.due, timer.targets[-1].counts_from

    # Paused until 11:50: from creation 10:00 + 3 h + 1:50 = 14:50; from the change at 12:00, 15:00.
    assert after("thu 11:50") == (at("thu 15:00"), at("thu 12:00"))
    # Paused until the change itself: both are 15:00, and creation is kept.
    assert after("thu 12:00") == (at("thu 15:00"), at("thu 10:00"))


def test_ties_are_settled_by_kind_then_by_recording_then_by_id() -> None:
    noon = at("thu 12:00")
    (reported,) = story(REPORTED)
    # Resolved and reopened at one moment: resolved first, whatever the ids say.
    again = [Event("z", "resolved", noon, noon), Event("a", "reopened", noon, noon)]
    assert one([reported, *again], term("resolve", 4), "thu 13:00").state is State.RUNNING
    # Two severities at one moment: the one recorded later holds.
    late, early = at("thu 15:00"), at("thu 14:00")
    told = [
        Event("a", "severity_changed", noon, late, {"severity": "一般"}),
        Event("b", "severity_changed", noon, early, {"severity": "重大"}),
    ]
    terms = [term("resolve", 8, id="minor", severity="一般"), term("resolve", 3, id="major", severity="重大")]
    assert timers([reported, *told], terms, "thu 13:00")[0].term_id == "minor"
    # Recorded together: the greater id comes last and holds.
    same = [replace(event, recorded_at=noon) for event in told]
    assert timers([reported, *same], terms, "thu 13:00")[0].term_id == "major"


def test_recording_is_ordered_by_the_moment_not_by_the_wall() -> None:
    # 02:40 comes twice in Berlin on 2026-10-25: 02:40 CEST is before 02:10 CET.
    berlin = ZoneInfo("Europe/Berlin")
    noon = datetime(2026, 10, 24, 12, tzinfo=berlin)
    first = datetime(2026, 10, 25, 2, 40, tzinfo=berlin)
    second = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=berlin)
    events = [
        Event("r", "reported", noon, noon),
        Event("b", "severity_changed", noon, first, {"severity": "一般"}),
        Event("a", "severity_changed", noon, second, {"severity": "重大"}),
    ]
    terms = [term("resolve", 8, id="minor", severity="一般"), term("resolve", 3, id="major", severity="重大")]
    later = noon + timedelta(days=3)
    assert fold(events, terms, CLOCKS, later)[0].term_id == "major"
    wrong = Event("c", "corrected", noon + HOUR, first, {"target": "r"})
    right = Event("b2", "corrected", noon - HOUR, second, {"target": "r"})
    found = fold([events[0], wrong, right], [term("resolve", 8)], CLOCKS, later)
    assert found[0].started_at == noon - HOUR


def test_the_same_terms_on_other_clocks_are_another_agreement() -> None:
    only = [term("resolve", 8, clock="business")]
    events = story(("reported", "thu 16:00"))
    assert fold(events, only, CLOCKS, at("thu 17:00"))[0].due == at("fri 16:00")
    always = {"business": CLOCKS["any"]}
    assert fold(events, only, always, at("thu 17:00"))[0].due == at("fri 00:00")
    for number in range(70):  # more agreements than are kept
        assert len(fold(events, [term("resolve", 8, id=f"t{number}")], CLOCKS, at("thu 17:00"))) == 1
    assert fold(events, only, CLOCKS, at("thu 17:00"))[0].due == at("fri 16:00")


def test_the_correction_before_a_withdrawn_one_holds_again() -> None:
    events = [
        *story(REPORTED, ("resolved", "thu 17:00")),
        Event("c1", "corrected", at("thu 13:00"), at("fri 10:00"), {"target": "e2"}),
        Event("c2", "corrected", at("thu 16:00"), at("fri 11:00"), {"target": "e2"}),
        Event("w", "withdrawn", at("fri 12:00"), at("fri 12:00"), {"target": "c2"}),
    ]
    assert one(events[:2], term("resolve", 4), "mon2 10:00").met_at == at("thu 17:00")
    assert one(events[:3], term("resolve", 4), "mon2 10:00").met_at == at("thu 13:00")
    assert one(events[:4], term("resolve", 4), "mon2 10:00").met_at == at("thu 16:00")
    assert one(events, term("resolve", 4), "mon2 10:00").met_at == at("thu 13:00")


def test_refusals_tell_which() -> None:
    with pytest.raises(DomainError) as raised:
        one([*story(REPORTED), *story(REPORTED)], term("resolve", 4), "thu 11:00")
    assert raised.value.facts == {"events": 2, "distinct": 1}
    with pytest.raises(DomainError) as raised:
        one(story(REPORTED, ("withdrawn", "thu 11:00", {"target": "e9"})), term("resolve", 4), "thu 11:00")
    assert raised.value.facts == {"event": "e2", "target": "e9"}
    naive = at("thu 10:00").replace(tzinfo=None)
    with pytest.raises(DomainError) as raised:
        Event("e", "reported", at("thu 10:00"), naive)
    assert raised.value.facts == {"moment": naive}
