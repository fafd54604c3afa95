"""The clock against the minute counter, and the laws it must keep, over random calendars and zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.core.drawing import examples
from tests.core.minute_counter import MinuteCounter, Plain

from opsledger.core.calendars import ServiceWindow, WeeklyHours, WorkingCalendar
from opsledger.core.clock import ServiceClock, from_micros, to_micros
from opsledger.core.limits import Limit, Unit, due_micros
from opsledger.core.spans import joined, net_open
from opsledger.core.witness import COUNTING, Kind, witness

MICROS = 60_000_000
HALF_DAYS = 12
# Days around which clocks change in the zones below (2026), and a plain one.
ANCHORS = [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 10, 25)]
ANCHORS += [date(2026, 11, 1), date(2026, 2, 14), date(2025, 12, 31), date(2024, 2, 28)]
ZONES = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Asia/Kathmandu",  # a quarter of an hour off
    "America/Havana",  # changes at midnight
    "Pacific/Apia",
]


@st.composite
def day_hours(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    cuts = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    pairs = tuple(zip(cuts[::2], cuts[1::2], strict=False))
    return tuple((opens * 15, closes * 15) for opens, closes in pairs)


@st.composite
def plains(draw: st.DrawFn) -> tuple[Plain, int]:
    """A window, calendar and zone, and the minute around which to ask."""
    week = [list(draw(day_hours())) for _ in range(7)]
    for day in range(7):
        tomorrow = week[(day + 1) % 7]
        room = tomorrow[0][0] if tomorrow else 360
        if week[day] and week[day][-1][1] <= 1320 and room >= 60 and draw(st.booleans()):
            week[day].append((1380, 1440 + min(room, 360)))
    anchor = draw(st.sampled_from(ANCHORS))
    near = [anchor + timedelta(days=shift) for shift in range(-6, 7)]
    plain = Plain(
        zone=draw(st.sampled_from(ZONES)),
        week=tuple(tuple(day) for day in week),
        makeup_hours=draw(st.none() | day_hours()),
        holidays=frozenset(draw(st.sets(st.sampled_from(near), max_size=4))),
        makeup_days=frozenset(draw(st.sets(st.sampled_from(near), max_size=3))),
    )
    noon = int(datetime(anchor.year, anchor.month, anchor.day, 12, tzinfo=UTC).timestamp()) // 60
    return plain, noon + draw(st.integers(-2880, 2880))


def clock_of(plain: Plain) -> ServiceClock:
    week = tuple(tuple((a * 60, b * 60) for a, b in day) for day in plain.week)
    makeup = plain.makeup_hours
    hours = WeeklyHours(week, None if makeup is None else tuple((a * 60, b * 60) for a, b in makeup))
    calendar = WorkingCalendar.of_days(plain.holidays, plain.makeup_days)
    return ServiceClock(calendar, ServiceWindow.weekly(hours), plain.zone)


def moment(minute: int) -> datetime:
    return from_micros(minute * MICROS)


def minutes(amount: timedelta) -> float:
    return amount / timedelta(minutes=1)


@examples(150)
@given(plains(), st.data())
def test_every_question_agrees_with_the_minute_counter(
    given_: tuple[Plain, int], data: st.DataObject
) -> None:
    plain, start = given_
    reach = 8 * 1440
    counter = MinuteCounter(plain, start - reach, start + reach)
    clock = clock_of(plain)
    end = start + data.draw(st.integers(0, reach - 1), label="span")
    assert minutes(clock.between(moment(start), moment(end))) == counter.between(start, end)
    assert clock.is_open(moment(start)) is counter.open[reach]
    total = counter.between(start, start + reach)
    if total:
        amount = data.draw(st.integers(1, total), label="amount")
        assert clock.add(moment(start), timedelta(minutes=amount)) == moment(counter.due(start, amount) or 0)
        assert clock.next_open(moment(start)) == moment(counter.next_change(start, to_open=True) or 0)
        opened = counter.next_change(start, to_open=True) or 0
        closed = counter.next_change(opened, to_open=False)
        if closed is not None:
            assert clock.next_close(moment(start)) == moment(closed)
    past = counter.between(start - reach, start)
    if past:
        amount = data.draw(st.integers(1, past), label="backward")
        begin = clock.subtract(moment(start), timedelta(minutes=amount))
        assert begin == moment(counter.begin(start, amount) or 0)


@examples(120)
@given(plains(), st.data())
def test_pauses_agree_with_the_minute_counter(given_: tuple[Plain, int], data: st.DataObject) -> None:
    plain, start = given_
    reach = 9 * 1440
    pause = st.tuples(st.integers(-1440, 5 * 1440), st.integers(0, 2000)).map(
        lambda drawn: (start + drawn[0], start + drawn[0] + drawn[1])
    )
    pauses = tuple(data.draw(st.lists(pause, max_size=4), label="pauses"))
    counter = MinuteCounter(
        Plain(plain.zone, plain.week, plain.makeup_hours, plain.holidays, plain.makeup_days, pauses),
        start - 1440,
        start + reach,
    )
    clock = clock_of(plain)
    spans = joined((begun * MICROS, ended * MICROS) for begun, ended in pauses)
    end = start + data.draw(st.integers(0, reach - 1), label="span")
    counted = net_open(clock, spans, start * MICROS, end * MICROS)
    assert counted == counter.between(start, end, counted=True) * MICROS
    total = counter.between(start, start + reach, counted=True)
    if total:
        amount = data.draw(st.integers(1, total), label="amount")
        due = due_micros(Limit(amount, Unit.MINUTE), start * MICROS, clock, pauses=spans)
        assert due == (counter.due(start, amount, counted=True) or 0) * MICROS


@examples(120)
@given(plains(), st.integers(1, 20_000), st.integers(0, 59_999_999))
def test_adding_then_measuring_gives_the_amount_back(
    given_: tuple[Plain, int], amount: int, micros: int
) -> None:
    plain, start = given_
    clock = clock_of(plain)
    if not any(plain.week):
        return
    begun = moment(start) + timedelta(microseconds=micros)
    length = timedelta(minutes=amount, microseconds=micros)
    due = clock.add(begun, length)
    assert clock.between(begun, due) == length
    # Earliest: any moment before it has less.
    assert clock.between(begun, due - timedelta(microseconds=1)) < length
    # And back again: the latest moment from which it runs until there.
    begin = clock.subtract(due, length)
    assert begin >= begun
    assert clock.between(begin, due) == length
    assert clock.between(begun, begin) == timedelta(0)


@examples(80)
@given(plains(), st.integers(0, 4000), st.integers(0, 4000))
def test_two_steps_are_one(given_: tuple[Plain, int], first: int, second: int) -> None:
    plain, start = given_
    clock = clock_of(plain)
    if not any(plain.week) or not first + second:
        return
    whole = clock.add(moment(start), timedelta(minutes=first + second))
    if first and second:
        halfway = clock.add(moment(start), timedelta(minutes=first))
        assert clock.add(halfway, timedelta(minutes=second)) == whole
        assert clock.between(moment(start), whole) == (
            clock.between(moment(start), halfway) + clock.between(halfway, whole)
        )


@examples(80)
@given(plains(), st.integers(1, 3000), st.integers(0, 3000), st.integers(1, 2000), st.integers(0, 2000))
def test_splitting_or_repeating_a_pause_changes_nothing(
    given_: tuple[Plain, int], amount: int, shift: int, length: int, cut: int
) -> None:
    plain, start = given_
    clock = clock_of(plain)
    if not any(plain.week):
        return
    begun, ended = (start + shift) * MICROS, (start + shift + length) * MICROS
    middle = min(begun + cut * MICROS, ended)
    limit = Limit(amount, Unit.MINUTE)
    whole = due_micros(limit, start * MICROS, clock, pauses=joined([(begun, ended)]))
    split = joined([(middle, ended), (begun, middle), (begun, ended)])
    assert due_micros(limit, start * MICROS, clock, pauses=split) == whole


@examples(60)
@given(plains(), st.integers(0, 6 * 1440), st.integers(-600, 3000), st.integers(0, 2000))
def test_the_witness_accounts_for_every_microsecond(
    given_: tuple[Plain, int], span: int, shift: int, length: int
) -> None:
    plain, start = given_
    clock = clock_of(plain)
    end = moment(start + span)
    pause = (moment(start + shift), moment(start + shift + length))
    stretches = witness(clock, moment(start), end, [pause])
    edges = [to_micros(moment(start)), *(to_micros(one.end) for one in stretches)]
    assert [to_micros(one.start) for one in stretches] == edges[:-1]
    assert edges[-1] == to_micros(end)
    spans = joined([(to_micros(pause[0]), to_micros(pause[1]))])
    counted = sum(one.micros for one in stretches if one.kind in COUNTING)
    assert counted == net_open(clock, spans, start * MICROS, to_micros(end))
    paused = sum(one.micros for one in stretches if one.kind is Kind.PAUSED)
    assert paused + counted == to_micros(end) - to_micros(moment(start)) - sum(
        one.micros for one in stretches if one.kind not in COUNTING and one.kind is not Kind.PAUSED
    )


def test_the_layout_grows_without_changing_its_answers() -> None:
    # Asked first for a far year, then for a near one, and the other way round: the same.
    plain = Plain("Europe/Berlin", (*[((540, 720), (780, 1080))] * 5, (), ()))
    near, far = datetime(2026, 3, 27, 16, tzinfo=UTC), datetime(2071, 6, 1, 16, tzinfo=UTC)
    one, other = clock_of(plain), clock_of(plain)
    length = timedelta(hours=900)
    answers = (one.add(near, length), one.add(far, length), one.subtract(near, length))
    reverse = (other.add(far, length), other.subtract(near, length), other.add(near, length))
    assert answers == (reverse[2], reverse[0], reverse[1])
    assert one.between(near, far) == other.between(near, far)
