"""Laws of the SLA fold over random tickets, and its figures against the minute counter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.core.drawing import examples
from tests.core.minute_counter import MinuteCounter, Plain

from opsledger.core.calendars import ServiceWindow, WeeklyHours, WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock
from opsledger.core.limits import Limit, Unit
from opsledger.core.sla import Applies, Event, Reopen, Retarget, State, TimerTerm, fold

CHINA = WorkingCalendar.china()
FIRST = datetime(2026, 2, 12, tzinfo=UTC)
HORIZON = 14 * 1440
CLOCKS = {
    "any": ServiceClock(CHINA, ServiceWindow.always()),
    "business": ServiceClock(CHINA, parse_window("周一至周五 9:00-12:00,14:00-18:00")),
}
REASONS = ["customer", "third_party", "agreed"]
KINDS = [
    "accepted",
    "arrived",
    "mitigated",
    "resolved",
    "reopened",
    "suspended",
    "resumed",
    "severity_changed",
]
KINDS += ["item_changed", "report_delivered", "cancelled"]
TERMS = [
    TimerTerm("respond", "respond", Limit(30, Unit.MINUTE), applies=Applies.IN_HOURS),
    TimerTerm("respond-night", "respond", Limit(2, Unit.HOUR), applies=Applies.OUT_OF_HOURS),
    TimerTerm("arrive", "arrive", Limit(4, Unit.HOUR), clock="business", pause_reasons=frozenset({"agreed"})),
    TimerTerm(
        "resolve",
        "resolve",
        Limit(9, Unit.HOUR),
        clock="business",
        pause_reasons=frozenset({"customer", "third_party"}),
        warn_percent=(50,),
    ),
    TimerTerm(
        "resolve-major",
        "resolve",
        Limit(2, Unit.WORKDAY),
        clock="business",
        severity="重大",
        retarget=Retarget.CHANGE,
        pause_reasons=frozenset({"customer"}),
    ),
    TimerTerm(
        "resolve-item",
        "resolve",
        Limit(5, Unit.HOUR),
        item="09",
        retarget=Retarget.BETTER,
        reopen=Reopen.RESTART,
        valid_from=date(2026, 2, 14),
    ),
    TimerTerm("report", "report", Limit(1, Unit.WORKDAY), clock="business"),
]
DATA = {
    "suspended": lambda number: {"reason": REASONS[number % 3], "waiting_for": "信息科"},
    "severity_changed": lambda number: {"severity": ("一般", "重大")[number % 2]},
    "item_changed": lambda number: {"item": ("08", "09")[number % 2]},
}


def moment(minute: int) -> datetime:
    return FIRST + timedelta(minutes=minute)


@st.composite
def tickets(draw: st.DrawFn) -> list[Event]:
    start = draw(st.integers(0, 4000))
    steps = draw(
        st.lists(st.tuples(st.sampled_from(KINDS), st.integers(-60, 6000), st.integers(0, 9)), max_size=9)
    )
    events = [Event("e0", "reported", moment(start), moment(start), {"severity": "一般"})]
    for number, (kind, after, pick) in enumerate(steps, 1):
        happened = moment(start + after)
        # Recorded out of order as often as not.
        recorded = happened + timedelta(minutes=(pick * 37) % 500)
        data = DATA[kind](pick) if kind in DATA else {}
        events.append(Event(f"e{number}", kind, happened, recorded, data))
    return events


AT = moment(HORIZON)


@examples(400)
@given(tickets(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(events: list[Event], random_: object) -> None:
    shuffled = list(events)
    random_.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled, list(reversed(TERMS)), CLOCKS, AT) == fold(events, TERMS, CLOCKS, AT)


@examples(400)
@given(tickets(), st.data())
def test_a_correction_is_as_if_known_from_the_start(events: list[Event], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(events) - 1), label="which")
    true = events[index]
    wrong = replace(
        true, happened_at=true.happened_at - timedelta(minutes=77), data={**true.data, "severity": "重大"}
    )
    first_try = Event("c1", "corrected", moment(1), moment(9000), {"target": true.id, "severity": "特大"})
    told = {"severity": true.data.get("severity", "")} if "severity" in true.data else {}
    second = Event("c2", "corrected", true.happened_at, moment(9001), {"target": true.id, **told})
    if "severity" not in true.data:
        wrong = replace(wrong, data=true.data)
        first_try = replace(first_try, data={"target": true.id})
    recorded = [*events[:index], wrong, *events[index + 1 :], second, first_try]
    assert fold(recorded, TERMS, CLOCKS, AT) == fold(events, TERMS, CLOCKS, AT)


@examples(400)
@given(tickets(), st.data())
def test_a_withdrawn_event_never_was(events: list[Event], data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS), label="kind")
    extra = Event("x", kind, moment(data.draw(st.integers(0, 6000))), moment(100), {"reason": "customer"})
    gone = Event("w", "withdrawn", moment(1), moment(9000), {"target": "x"})
    expected = fold(events, TERMS, CLOCKS, AT)
    assert fold([gone, *events, extra], TERMS, CLOCKS, AT) == expected
    # A withdrawal that is itself withdrawn later leaves the event standing.
    back = Event("b", "withdrawn", moment(1), moment(9001), {"target": "w"})
    assert fold([back, gone, *events, extra], TERMS, CLOCKS, AT) == fold([*events, extra], TERMS, CLOCKS, AT)


@examples(400)
@given(tickets(), st.integers(0, HORIZON))
def test_the_fold_at_a_moment_knows_only_what_had_happened(events: list[Event], minute: int) -> None:
    at = moment(minute)
    until = [event for event in events if event.happened_at <= at]
    assert fold(events, TERMS, CLOCKS, at) == fold(until, TERMS, CLOCKS, at)


@examples(400)
@given(tickets(), st.integers(0, HORIZON))
def test_next_at_is_when_something_changes(events: list[Event], minute: int) -> None:
    at = moment(minute)
    until = [event for event in events if event.happened_at <= at]
    for timer in fold(until, TERMS, CLOCKS, at):
        assert (timer.next_at is not None) == (timer.state is State.RUNNING)
        if timer.next_at is None:
            continue
        assert timer.next_at > at
        before = _find(fold(until, TERMS, CLOCKS, timer.next_at - timedelta(microseconds=1)), timer)
        after = _find(fold(until, TERMS, CLOCKS, timer.next_at + timedelta(microseconds=1)), timer)
        assert (before.state, before.warned) == (timer.state, timer.warned)
        assert (after.state, after.warned) != (timer.state, timer.warned)


def _find(timers: tuple[object, ...], like: object) -> object:
    (found,) = [t for t in timers if (t.metric, t.cycle) == (like.metric, like.cycle)]  # type: ignore[attr-defined]
    return found


HOURS = ((540, 720), (840, 1080))
PLAIN = Plain(
    "Asia/Shanghai",
    (HOURS, HOURS, HOURS, HOURS, HOURS, (), ()),
    None,
    frozenset({date(2026, 2, 16)}),
    frozenset({date(2026, 2, 14)}),
)
ZERO = int(FIRST.timestamp()) // 60
COUNTER = MinuteCounter(PLAIN, ZERO - 600, ZERO + 20_000)
CLOCK = ServiceClock(
    WorkingCalendar.of_days(PLAIN.holidays, PLAIN.makeup_days),
    ServiceWindow.weekly(WeeklyHours.same([(a * 60, b * 60) for a, b in HOURS], range(5))),
    PLAIN.zone,
)


def _split(spans: list[tuple[int, int]], cut: int) -> list[tuple[int, int]]:
    return [
        piece
        for a, b in spans
        for piece in ((a, min(b, max(a, cut))), (min(b, max(a, cut)), b))
        if piece[0] < piece[1]
    ]


@examples(400)
@given(
    st.integers(0, 3000),
    st.lists(st.tuples(st.integers(-300, 3000), st.integers(1, 900)), max_size=3),
    st.integers(1, 900),
    st.none() | st.integers(0, 4000),
    st.integers(0, 5000),
    st.integers(0, 3000),
)
def test_a_timer_agrees_with_the_minute_counter(
    start: int,
    drawn: list[tuple[int, int]],
    amount: int,
    resolved: int | None,
    asked: int,
    cut: int,
) -> None:
    spans = [(start + shift, start + shift + length) for shift, length in drawn]
    end = asked if resolved is None else min(asked, resolved)
    end += start
    # Only what has happened by then: a later resumption is not known yet.
    COUNTER.pause((ZERO + a, ZERO + min(b, end)) for a, b in spans if a < end)
    elapsed = COUNTER.between(ZERO + start, ZERO + end, counted=True)
    due = COUNTER.due(ZERO + start, amount, counted=True)
    events = [Event("r", "reported", moment(start), moment(start))]
    for number, (a, b) in enumerate(_split(spans, start + cut)):
        events.append(Event(f"s{number}", "suspended", moment(a), moment(a), {"reason": "customer"}))
        events.append(Event(f"q{number}", "resumed", moment(b), moment(b), {"suspension": f"s{number}"}))
    if resolved is not None:
        events.append(Event("d", "resolved", moment(start + resolved), moment(start)))
    term = TimerTerm("t", "resolve", Limit(amount, Unit.MINUTE), pause_reasons=frozenset({"customer"}))
    (timer,) = fold(events, [term], {"any": CLOCK}, moment(start + asked))
    assert timer.elapsed == timedelta(minutes=elapsed)
    assert due is not None
    assert timer.due == moment(due - ZERO)
    assert timer.remaining == timedelta(minutes=amount - elapsed)
    is_met = resolved is not None and resolved <= asked
    is_late = end > due - ZERO
    if is_met:
        assert timer.state is (State.MET_LATE if is_late else State.MET)
    elif is_late:
        assert timer.state is State.BREACHED
    else:
        # A pause that begins when the limit has run out holds up nothing.
        paused_now = any(a <= end < b and a < due - ZERO for a, b in spans)
        assert timer.state is (State.PAUSED if paused_now else State.RUNNING)
    assert (timer.breached_at is None) is not is_late
