"""Every refusal of the rules of time: its code, its facts, its sentence; one bad input each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from opsledger.core.calendars import (
    DatedHours,
    ServiceWindow,
    WeeklyHours,
    WorkingCalendar,
    YearNotice,
    parse_interval,
    parse_window,
)
from opsledger.core.clock import ServiceClock, from_micros
from opsledger.core.clock_case import answer_case
from opsledger.core.errors import DomainError
from opsledger.core.limits import Limit, LimitRules, Unit, add_months, day_limit_end
from opsledger.core.sentences import SENTENCES
from opsledger.core.sentences.time import SENTENCES as OWN

CHINA = WorkingCalendar.china()
CLOCK = ServiceClock(CHINA, parse_window("5x8"))
AT = datetime(2026, 3, 5, 2, tzinfo=UTC)
NAIVE = datetime(2026, 3, 5, 2)
DAY = date(2026, 3, 5)
OFFICE = (32400, 61200)
NEVER = ServiceClock(CHINA, ServiceWindow.weekly(WeeklyHours(((),) * 7), name="空"))
MINUTE = timedelta(minutes=1)
ONCE = ServiceClock(
    CHINA, ServiceWindow.weekly(WeeklyHours(((),) * 7), exceptions=[DatedHours(DAY, DAY, (OFFICE,))])
)
GOOD = {"id": 1, "start": "2026-03-05T10:00:00+08:00", "target_minutes": 60}


def case(**changed: object) -> Callable[[], object]:
    """A case with something wrong; the error that its answer line tells is raised again."""

    def ask() -> None:
        told = answer_case({**GOOD, **changed})
        assert (told["id"], told["due"], told["elapsed"]) == (1, None, {})
        error = told["error"]
        assert isinstance(error, dict)
        assert told["explain"] == [error["message"]]
        raise DomainError(error["code"], **error["facts"])

    return ask


BAD: list[tuple[str, Callable[[], object]]] = [
    ("calendar.beyond", lambda: CHINA.add_working_days(date(9990, 1, 1), 9000)),
    ("calendar.beyond", lambda: CHINA.add_working_days(date(3, 1, 1), -9000)),
    ("calendar.beyond", lambda: CHINA.add_working_days(DAY, 10**9)),
    ("calendar.beyond", lambda: CHINA.add_working_days(DAY, -(10**9))),
    ("calendar.beyond", lambda: add_months(DAY, 120_000)),
    ("calendar.beyond", lambda: add_months(DAY, -120_000)),
    ("calendar.day_both_ways", lambda: YearNotice(2026, frozenset({DAY}), frozenset({DAY}))),
    (
        "calendar.no_working_day",
        lambda: WorkingCalendar.of_days(weekend=frozenset(range(7))).roll_forward(DAY),
    ),
    ("clock.beyond", lambda: CLOCK.add(datetime(1800, 1, 1, tzinfo=UTC), MINUTE)),
    ("clock.beyond", lambda: CLOCK.is_open(datetime(2600, 1, 1, tzinfo=UTC))),
    ("clock.beyond", lambda: ServiceClock(CHINA, ServiceWindow.always()).add(AT, timedelta(days=9_000_000))),
    ("clock.beyond", lambda: from_micros(10**20)),
    ("clock.beyond", lambda: CLOCK.add(AT, timedelta(days=300_000))),
    ("clock.beyond", lambda: CLOCK.subtract(AT, timedelta(days=300_000))),
    ("clock.end_before_start", lambda: CLOCK.between(AT, AT - MINUTE)),
    ("clock.naive_moment", lambda: CLOCK.add(NAIVE, MINUTE)),
    ("clock.naive_moment", lambda: CLOCK.subtract(NAIVE, MINUTE)),
    ("clock.naive_moment", lambda: CLOCK.between(AT, NAIVE)),
    ("clock.naive_moment", lambda: CLOCK.is_open(NAIVE)),
    ("clock.naive_moment", lambda: CLOCK.next_open(NAIVE)),
    ("clock.naive_moment", lambda: CLOCK.next_close(NAIVE)),
    ("clock.naive_moment", lambda: CLOCK.local_date(NAIVE)),
    ("clock.negative_amount", lambda: CLOCK.add(AT, -MINUTE)),
    ("clock.negative_amount", lambda: CLOCK.subtract(AT, -MINUTE)),
    ("clock.never_opens", lambda: NEVER.add(AT, MINUTE)),
    ("clock.never_opens", lambda: NEVER.next_open(AT)),
    ("clock.never_opens", lambda: NEVER.next_close(AT)),
    ("clock.never_opens", lambda: ONCE.add(AT, timedelta(hours=9))),
    ("clock.never_opened", lambda: NEVER.subtract(AT, MINUTE)),
    ("clock.never_opened", lambda: ONCE.subtract(AT, timedelta(hours=9))),
    ("clock.unknown_zone", lambda: ServiceClock(CHINA, ServiceWindow.always(), "Asia/Atlantis")),
    ("clock.unknown_zone", lambda: ServiceClock(CHINA, ServiceWindow.always(), "../etc/passwd")),
    ("clock.unknown_zone", lambda: ServiceClock(CHINA, ServiceWindow.always(), "")),
    ("limit.negative", lambda: Limit(-1, Unit.HOUR)),
    ("limit.not_a_day_limit", lambda: day_limit_end(Limit(1, Unit.HOUR), DAY, CHINA)),
    ("limit.not_a_day_limit", lambda: day_limit_end(Limit(1, Unit.SAME_DAY), DAY, CHINA)),
    ("limit.not_a_number", lambda: Limit("两", Unit.HOUR)),
    ("limit.not_a_number", lambda: Limit(float("nan"), Unit.HOUR)),
    ("limit.not_a_number", lambda: Limit(float("inf"), Unit.MINUTE)),
    ("limit.part_of_day", lambda: Limit("0.5", Unit.DAY)),
    ("limit.unknown_rule", lambda: LimitRules(hours_run="moon")),
    ("limit.unknown_unit", lambda: Limit(1, "fortnight")),
    ("window.bad_pair", lambda: WeeklyHours.from_mapping({"mon": [["09:00"]]})),
    ("window.bad_pair", lambda: WeeklyHours.from_mapping({"mon": ["09"]})),
    ("window.bad_time", lambda: parse_interval("9", "17:00")),
    ("window.bad_time", lambda: parse_interval("09:00", "24:01")),
    ("window.bad_time", lambda: parse_interval("09:60", "17:00")),
    ("window.bad_time", lambda: parse_interval("25:00", "17:00")),
    ("window.dates_reversed", lambda: DatedHours(date(2026, 3, 6), DAY, ())),
    ("window.empty_interval", lambda: parse_interval("09:00", "09:00")),
    ("window.empty_interval", lambda: parse_interval("24:00", "06:00")),
    ("window.empty_interval", lambda: WeeklyHours.same([(61200, 32400)], range(5))),
    ("window.empty_interval", lambda: WeeklyHours.same([(86400, 90000)], range(5))),
    ("window.empty_interval", lambda: WeeklyHours.same([(3600, 90001)], [0])),
    ("window.hours_unstated", lambda: parse_window("5x11")),
    ("window.overlap", lambda: WeeklyHours.same([OFFICE, (57600, 64800)], range(5))),
    ("window.overlap", lambda: WeeklyHours.same([OFFICE], range(5), makeup=[OFFICE, OFFICE])),
    ("window.overlap", lambda: WeeklyHours((((79200, 115201),), ((28800, 36000),), (), (), (), (), ()))),
    ("window.overlap", lambda: WeeklyHours((((28800, 36000),), (), (), (), (), (), ((79200, 115201),)))),
    ("window.unknown_weekday", lambda: WeeklyHours.from_mapping({"day": [["09:00", "17:00"]]})),
    ("window.unknown_weekday", lambda: WeeklyHours.from_mapping({"mon": [], "Monday": []})),
    ("window.unreadable", lambda: parse_window("")),
    ("window.unreadable", lambda: parse_window("工作时间")),
    ("window.unreadable", lambda: parse_window("周一至周五")),
    ("window.unreadable", lambda: parse_window("下午 13:00-17:00")),
    ("window.versions_unordered", lambda: ServiceWindow(())),
    ("window.versions_unordered", lambda: ServiceWindow(((DAY, WeeklyHours(((),) * 7)),) * 2)),
    ("window.week_length", lambda: WeeklyHours(((),) * 6)),
    ("window.weekday_twice", lambda: parse_window("周一至周五 9:00-12:00;周五 13:00-17:00")),
    ("case.bad_field", case(kind="hours")),
    ("case.bad_field", case(start="yesterday")),
    ("case.bad_field", case(pauses=5)),
    ("case.bad_field", case(pauses=[["2026-03-05T10:00:00+08:00"]])),
    ("case.bad_field", case(pauses=["x"])),
    ("case.bad_field", case(elapsed_at="now")),
    ("case.bad_field", case(elapsed_at=["now"])),
    ("case.bad_field", case(target_minutes=True)),
    ("case.bad_field", case(target_minutes=[1])),
    ("case.bad_field", case(calendar=5)),
    ("case.bad_field", case(holidays=["tomorrow"])),
    ("case.bad_field", case(holidays="de")),
    ("case.bad_field", case(holidays=5)),
    ("case.bad_field", case(workdays_extra=["tomorrow"])),
    ("case.bad_field", case(extra_hours="09:00-12:00")),
    ("case.bad_field", case(workdays_extra=True)),
    ("window.bad_pair", case(extra_hours=[5])),
    ("window.bad_pair", case(extra_hours=[["09:00"]])),
    ("window.bad_pair", case(calendar={"mon": 5})),
    ("window.bad_pair", case(calendar={"mon": [["09:00", 17]]})),
    ("case.missing_field", case(start=None)),
    ("clock.naive_moment", case(start="2026-03-05T10:00:00")),
    ("clock.naive_moment", case(elapsed_at=["2026-03-05T10:00:00"])),
    ("clock.pause_reversed", case(pauses=[["2026-03-05T11:00:00+08:00", "2026-03-05T10:00:00+08:00"]])),
    ("clock.unknown_zone", case(tz="Mars/Base")),
    ("limit.negative", case(target_minutes=-1)),
    ("limit.not_a_number", case(target_minutes="many")),
    ("limit.part_of_day", case(kind="workdays", target_workdays=1.5)),
    ("window.overlap", case(calendar={"mon": [["09:00", "12:00"], ["11:00", "13:00"]]})),
    ("clock.never_opens", case(calendar={})),
    ("clock.never_opened", case(calendar={}, kind="backward")),
]


@pytest.mark.parametrize(
    ("code", "make"), BAD, ids=[f"{number}-{code}" for number, (code, _) in enumerate(BAD)]
)
def test_a_refusal_has_its_code_and_its_sentence(code: str, make: Callable[[], object]) -> None:
    with pytest.raises(DomainError) as raised:
        make()
    assert raised.value.code == code
    told = SENTENCES[code].format(**raised.value.facts)
    assert told
    assert "{" not in told
    assert None not in raised.value.facts.values()


def test_what_is_not_an_object_is_answered_too() -> None:
    for line in (None, 5, "x", [1]):
        told = answer_case(line)
        assert told["id"] is None
        assert told["error"]["code"] == "case.not_an_object"  # type: ignore[index]


def test_no_sentence_of_time_is_without_a_test() -> None:
    elsewhere = {code for code in OWN if code.startswith(("sla.", "recurrence."))} | {"case.not_an_object"}
    assert set(OWN) - {code for code, _ in BAD} - elsewhere == set()


def test_the_edges_of_what_is_allowed() -> None:
    # Adjoining intervals and a night that ends as the next day opens do not overlap.
    assert WeeklyHours.same([(32400, 43200), (43200, 61200)], range(5)).days[0] == (
        (32400, 43200),
        (43200, 61200),
    )
    assert WeeklyHours((((79200, 115200),), ((28800, 36000),), (), (), (), (), ())).days[0]
    assert WeeklyHours.same([(3600, 90000)], [0]).days[0] == ((3600, 90000),)
    assert DatedHours(DAY, DAY, ()).first == DAY
    assert CLOCK.between(AT, AT) == timedelta(0)
    assert Limit(0, Unit.MINUTE).micros == 0
    assert parse_interval("00:00", "24:00") == (0, 86400)


ODD = [None, 0, -1, 1.5, 1e30, True, "", "x", "5x8", "7x24", "cn", "2026-03-05T10:00:00+08:00", "2026-03-05"]
ODD += ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "1900-01-01T00:00:00Z", [], {}, [None], [5]]
ODD += [
    [["09:00", "12:00"]],
    {"mon": [["22:00", "06:00"]], "tue": [["05:00", "07:00"]]},
    {"mon": None},
    [["a"]],
]
ODD += [
    [["2026-03-05T10:00:00+08:00", None]],
    "backward",
    "workdays",
    "Europe/Berlin",
    "/etc",
    10**18,
    "1e400",
]
FIELDS = ["kind", "tz", "calendar", "holidays", "workdays_extra", "extra_hours", "start", "pauses"]
FIELDS += ["target_minutes", "target_workdays", "end_of_day", "elapsed_at"]


def test_no_case_however_odd_goes_unanswered() -> None:
    random_ = Random(20260305)
    refused = 0
    for _ in range(3000):
        odd = {field: random_.choice(ODD) for field in random_.sample(FIELDS, random_.randint(1, 4))}
        told = answer_case({**GOOD, **odd})
        assert list(told)[:4] == ["id", "due", "elapsed", "explain"]
        assert told["explain"]
        refused += "error" in told
    assert 0 < refused < 3000
