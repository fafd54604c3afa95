"""Random cases of the clock's command, as JSON, against the minute counter."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from tests.core.drawing import examples
from tests.core.minute_counter import DAY_MINUTES, MinuteCounter, Plain
from tests.core.test_clock_properties import moment, plains

from opsledger.core.clock_case import answer_case

KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def clock_text(minute: int) -> str:
    """Minutes after midnight as HH:MM; past midnight on the next day, its end as 24:00."""
    if minute > DAY_MINUTES:
        minute -= DAY_MINUTES
    return f"{minute // 60:02d}:{minute % 60:02d}"


def pairs(hours: tuple[tuple[int, int], ...]) -> list[list[str]]:
    return [[clock_text(opens), clock_text(closes)] for opens, closes in hours]


def as_json(plain: Plain, start: int, **more: object) -> str:
    """The case as a line, told in UTC or in any other offset: it is the same moment."""
    case = {
        "id": start,
        "tz": plain.zone,
        "calendar": {key: pairs(hours) for key, hours in zip(KEYS, plain.week, strict=True)},
        "holidays": [day.isoformat() for day in plain.holidays],
        "workdays_extra": [day.isoformat() for day in plain.makeup_days],
        "start": moment(start).isoformat(),
        "pauses": [[moment(a).isoformat(), moment(b).isoformat()] for a, b in plain.pauses],
        **more,
    }
    if plain.makeup_hours is not None:
        case["extra_hours"] = pairs(plain.makeup_hours)
    return json.dumps(case)


@examples(80)
@given(plains(), st.data())
def test_a_case_agrees_with_the_minute_counter(given_: tuple[Plain, int], data: st.DataObject) -> None:
    bare, start = given_
    reach = 8 * DAY_MINUTES
    pause = st.tuples(st.integers(-reach, reach), st.integers(0, 2000)).map(
        lambda drawn: (start + drawn[0], start + drawn[0] + drawn[1])
    )
    plain = Plain(
        bare.zone,
        bare.week,
        bare.makeup_hours,
        bare.holidays,
        bare.makeup_days,
        tuple(data.draw(st.lists(pause, max_size=3), label="pauses")),
    )
    counter = MinuteCounter(plain, start - reach, start + reach)
    asked = start + data.draw(st.integers(0, reach - 1), label="asked")
    total = counter.between(start, start + reach, counted=True)
    if total:
        amount = data.draw(st.integers(1, total), label="amount")
        line = as_json(plain, start, target_minutes=amount, elapsed_at=[moment(asked).isoformat()])
        told = answer_case(json.loads(line))
        assert datetime.fromisoformat(str(told["due"])) == moment(
            counter.due(start, amount, counted=True) or 0
        )
        assert told["elapsed"] == {moment(asked).isoformat(): counter.between(start, asked, counted=True)}
        assert told["explain"]
    past = counter.between(start - reach, start, counted=True)
    if past:
        amount = data.draw(st.integers(1, past), label="backward")
        told = answer_case(json.loads(as_json(plain, start, kind="backward", target_minutes=amount)))
        begin = counter.begin(start, amount, counted=True)
        assert datetime.fromisoformat(str(told["due"])) == moment(begin or 0)


def readings(zone: str, around: datetime) -> list[tuple[int, datetime]]:
    """Every minute within two days of a wall-clock reading, with what the wall shows then."""
    noon = int(around.replace(tzinfo=UTC).timestamp()) // 60
    tz = ZoneInfo(zone)
    span = range(noon - 2 * DAY_MINUTES, noon + 2 * DAY_MINUTES)
    return [(minute, moment(minute).astimezone(tz).replace(tzinfo=None)) for minute in span]


@examples(60)
@given(plains(), st.integers(1, 8), st.booleans())
def test_a_working_day_case_is_found_on_foot(given_: tuple[Plain, int], count: int, ends: bool) -> None:
    plain, start = given_
    if not any(plain.week):
        return
    local = moment(start).astimezone(ZoneInfo(plain.zone))
    day, left = local.date(), count
    while left:
        day += timedelta(days=1)
        left -= day in plain.makeup_days or (day not in plain.holidays and bool(plain.week[day.weekday()]))
    line = as_json(plain, start, kind="workdays", target_workdays=count, end_of_day=ends)
    due = datetime.fromisoformat(str(answer_case(json.loads(line))["due"]))
    midnight = datetime(day.year, day.month, day.day)
    if ends:
        hours = plain.hours_of(day)
        closing = midnight + timedelta(minutes=hours[-1][1] if hours else DAY_MINUTES)
        # The last minute that the wall shows as before closing; it may come twice, or never.
        expected = 1 + max(minute for minute, wall in readings(plain.zone, closing) if wall < closing)
    else:
        same_time = midnight + timedelta(hours=local.hour, minutes=local.minute)
        expected = min(minute for minute, wall in readings(plain.zone, same_time) if wall >= same_time)
    assert due == moment(expected)
