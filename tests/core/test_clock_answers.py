"""The clock's command: JSON lines in, JSON lines out; one case by options; the sum in words."""

from __future__ import annotations

import argparse
import io
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from opsledger.cli import clock as command
from opsledger.core.calendars import DatedHours, ServiceWindow, WeeklyHours, WorkingCalendar, parse_window
from opsledger.core.clock import ServiceClock
from opsledger.core.explain import explain
from opsledger.core.limits import DayEnd, Limit, LimitRules, Unit
from opsledger.core.witness import Kind, amount_text, moment_text, sum_in_words, witness

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkingCalendar.china()
OFFICE = ServiceClock(CHINA, parse_window("5x8"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def call(*words: str, given: str = "") -> tuple[int, list[str]]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    sink = io.StringIO()
    code = command.run(parser.parse_args(words), io.StringIO(given), sink)
    return code, sink.getvalue().splitlines()


def test_json_lines_are_answered_one_by_one_in_order() -> None:
    first = {"id": "a", "calendar": "5x8", "start": "2026-03-05T16:00:00+08:00", "target_minutes": 60}
    code, lines = call(
        "--json", given=f"\ufeff{json.dumps(first)}\r\n\nnot json\n{json.dumps({**first, 'id': 7})}\n"
    )
    told = [json.loads(line) for line in lines]
    assert code == 0
    assert [line["id"] for line in told] == ["a", None, 7]
    assert told[0]["due"] == told[2]["due"] == "2026-03-05T17:00:00+08:00"
    assert list(told[0]) == ["id", "due", "elapsed", "explain"]
    assert told[1]["error"]["code"] == "case.not_an_object"


def test_a_line_that_no_reader_could_read_spoils_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    case = json.dumps(
        {"id": "last", "calendar": "5x8", "start": "2026-03-05T16:00:00+08:00", "target_minutes": 60}
    )
    odd = [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe{}",
        b'{"id": "\xed\xa0\x80"',
        b'{"id": "\\ud800", "start": 5}',
    ]
    given = b"\n".join([*odd, case.encode()]) + b"\n"
    source, sink = io.TextIOWrapper(io.BytesIO(given), "latin-1"), io.TextIOWrapper(io.BytesIO(), "latin-1")
    monkeypatch.setattr("sys.stdin", source)
    monkeypatch.setattr("sys.stdout", sink)
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args(["--json"])) == 0
    sink.flush()
    told = [json.loads(line) for line in sink.buffer.getvalue().decode().splitlines()]  # type: ignore[attr-defined]
    codes = [line.get("error", {}).get("code") for line in told]
    assert codes == ["case.not_an_object"] * 4 + ["case.bad_field", None]
    assert [line["id"] for line in told] == [None] * 4 + ["\ud800", "last"]


def test_one_case_by_options() -> None:
    code, lines = call("--start", "2026-02-13T16:00", "--hours", "4", "--elapsed-at", "2026-02-14T10:00")
    assert code == 0
    assert lines == [
        "2026年2月13日（周五）16:00受理，5×8服务时段，限4小时。",
        "2月13日（周五）16:00至17:00，计1小时，累计1小时。",
        "2月14日（周六）09:00至12:00，调休上班，计3小时，累计4小时。",
        "应于2026年2月14日（周六）12:00前完成。",
        "至2026-02-14T10:00:00+08:00，已计120分钟。",
    ]


def test_options_reach_every_field() -> None:
    code, lines = call(
        "--start", "2026-03-06T16:00", "--workdays", "1", "--same-time", "--holidays", "2026-03-09"
    )  # fmt: skip
    assert (code, lines[-1]) == (0, "应于2026年3月10日（周二）16:00前完成。")
    code, lines = call(
        "--start", "2026-03-06T16:00", "--minutes", "120", "--holidays", "none", "--tz", "Asia/Shanghai",
        "--calendar", "周一至周五 9:00-17:00", "--workdays-extra", "2026-03-07", "--extra-hours", "10:00-12:00",
        "--pause", "2026-03-07T10:00/2026-03-07T10:30",
    )  # fmt: skip
    assert (code, lines[-1]) == (0, "应于2026年3月7日（周六）11:30前完成。")
    code, lines = call("--start", "2026-03-09T10:00+08:00", "--hours", "2", "--backward")
    assert (code, lines[-1]) == (0, "应自2026年3月6日（周五）16:00起。")


def test_a_case_that_cannot_be_computed_fails_with_its_sentence() -> None:
    code, lines = call("--hours", "4")
    assert (code, lines) == (2, ["缺少“start”，请补上。"])
    assert call("--start", "soon", "--hours", "4")[0] == 2
    assert call("--start", "2026-03-05T10:00", "--tz", "Mars/Base", "--hours", "4")[0] == 2


def test_the_bar_of_a_week_with_everything_in_it() -> None:
    pauses = [(at("2026-02-14 10:00"), at("2026-02-24 10:00"))]
    bar = witness(OFFICE, at("2026-02-13 16:00"), at("2026-02-24 11:00"), pauses)
    told = [(f"{one.start:%d %H:%M}", f"{one.end:%d %H:%M}", one.kind, one.name) for one in bar]
    assert told == [
        ("13 16:00", "13 17:00", Kind.COUNTED, ""),
        ("13 17:00", "14 09:00", Kind.CLOSED, ""),
        ("14 09:00", "14 10:00", Kind.MAKEUP, "春节"),
        ("14 10:00", "14 17:00", Kind.PAUSED, ""),
        ("14 17:00", "15 00:00", Kind.CLOSED, ""),
        ("15 00:00", "24 00:00", Kind.HOLIDAY, "春节"),
        ("24 00:00", "24 09:00", Kind.CLOSED, ""),
        ("24 09:00", "24 10:00", Kind.PAUSED, ""),
        ("24 10:00", "24 11:00", Kind.COUNTED, ""),
    ]
    assert sum_in_words(bar) == [
        "2月13日（周五）16:00至17:00，计1小时，累计1小时。",
        "2月14日（周六）09:00至10:00，调休上班，计1小时，累计2小时。",
        "2月14日（周六）10:00至17:00暂停，不计7小时。",
        "2月15日（周日）至2月23日（周一）春节放假，不计时。",
        "2月24日（周二）09:00至10:00暂停，不计1小时。",
        "2月24日（周二）10:00至11:00，计1小时，累计3小时。",
    ]


def test_a_weekend_and_one_day_off() -> None:
    clock = ServiceClock(WorkingCalendar.of_days([datetime(2026, 3, 9).date()]), parse_window("5x8"))
    bar = witness(clock, at("2026-03-06 16:30"), at("2026-03-10 09:30"))
    assert sum_in_words(bar)[1:3] == [
        "3月7日（周六）至3月8日（周日）休息日，不计时。",
        "3月9日（周一）节假日，不计时。",
    ]
    assert witness(clock, at("2026-03-06 16:30"), at("2026-03-06 16:30")) == ()
    assert sum_in_words(()) == []


def test_round_the_clock_is_told_by_days() -> None:
    always = ServiceClock(CHINA, ServiceWindow.always())
    bar = witness(
        always,
        at("2026-03-07 22:00"),
        at("2026-03-09 02:00"),
        [(at("2026-03-08 01:00"), at("2026-03-08 02:00"))],
    )
    assert sum_in_words(bar) == [
        "3月7日（周六）22:00至24:00，计2小时，累计2小时。",
        "3月8日（周日）00:00至01:00，计1小时，累计3小时。",
        "3月8日（周日）01:00至02:00暂停，不计1小时。",
        "3月8日（周日）02:00至24:00，计22小时，累计25小时。",
        "3月9日（周一）00:00至02:00，计2小时，累计27小时。",
    ]


def test_a_long_stretch_is_told_by_its_totals() -> None:
    bar = witness(OFFICE, at("2026-02-01 00:00"), at("2026-04-01 00:00"))
    # February has 20 weekdays, 6 of them off: 14, and March 22: 36 days of 8 h; make-up 02-14 and 02-28.
    assert sum_in_words(bar)[:2] == ["计时共288小时。", "调休上班计时共16小时。"]


@pytest.mark.parametrize(
    ("micros", "told"),
    [
        (0, "0分钟"),
        (30_000_000, "30秒"),
        (500_000, "0.5秒"),
        (60_000_000, "1分钟"),
        (3_600_000_000, "1小时"),
        (5_400_000_000, "1小时30分钟"),
        (-5_430_000_000, "1小时30分钟30秒"),
    ],
)
def test_lengths_in_words(micros: int, told: str) -> None:
    assert amount_text(micros) == told


def test_moments_in_words() -> None:
    assert moment_text(at("2026-03-05 09:05:07")) == "2026年3月5日（周四）09:05:07"
    assert moment_text(at("2026-03-08 09:05"), year=False) == "3月8日（周日）09:05"


FIRST_DAY = "当日不计入，自下一日起算（民法典第二百零一条）。"
MONTH_END = "到期月的对应日为最后一日，没有对应日的为月末日（民法典第二百零二条）。"
ROLLED = "最后一日遇休息日、节假日的，顺延到下一个工作日（民法典第二百零三条）。"
AT_CLOSE = "当日服务结束时到期（没有服务时间的到24:00）。"
SATURDAY = "2月14日（周六）调休上班"
THREE_DAYS = f"计入的工作日：{SATURDAY}、2月24日（周二）、2月25日（周三）。"
SERVICE_DAY = "当天以服务日结束为限；受理时服务日已结束的，以下一个服务日结束为限。"
SAME_TIME = {"workday_ends": DayEnd.SAME_TIME, "first_day_counts": True}


@pytest.mark.parametrize(
    ("limit", "rules", "middle"),
    [
        (Limit(3, Unit.WORKDAY), {}, [FIRST_DAY, THREE_DAYS, "春节放假，不计入。", AT_CLOSE]),
        (
            Limit(1, Unit.NEXT_WORKDAY),
            {"workday_ends": DayEnd.MIDNIGHT},
            [FIRST_DAY, f"计入的工作日：{SATURDAY}。", "当日24:00到期。"],
        ),
        (
            Limit(2, Unit.WORKDAY),
            SAME_TIME,
            [f"计入的工作日：2月13日（周五）、{SATURDAY}。", "当日同一时刻到期。"],
        ),
        (Limit(2, Unit.DAY), {}, [FIRST_DAY, ROLLED, AT_CLOSE]),
        (Limit(1, Unit.MONTH), {"roll_last_day": False}, [FIRST_DAY, MONTH_END, AT_CLOSE]),
        (Limit(1, Unit.SAME_DAY), {}, [SERVICE_DAY]),
    ],
)
def test_day_limits_are_justified(limit: Limit, rules: dict[str, object], middle: list[str]) -> None:
    lines = explain(limit, at("2026-02-13 16:00"), OFFICE, LimitRules(**rules))  # type: ignore[arg-type]
    assert lines[0] == f"2026年2月13日（周五）16:00受理，5×8服务时段，限{limit.text}。"
    assert lines[1:-1] == middle
    assert lines[-1].startswith("应于2026年")


def test_what_else_is_said() -> None:
    wall = explain(Limit(4, Unit.HOUR), at("2026-02-13 16:00"), OFFICE, LimitRules(hours_run="wall"))
    assert wall == [
        "2026年2月13日（周五）16:00受理，限4小时，按自然时间计算。",
        "应于2026年2月13日（周五）20:00前完成。",
    ]
    late = explain(Limit(1, Unit.HOUR), at("2026-03-05 18:00"), OFFICE)
    assert late[1] == "受理时不在服务时段，自3月6日（周五）09:00起计时。"
    unknown = explain(Limit(1, Unit.HOUR), at("2027-03-05 10:00"), OFFICE)
    assert unknown[-2] == "2027年放假安排尚未载入，暂按周末休息推算，通知发布后重新计算。"
    always = ServiceClock(CHINA, ServiceWindow.always())
    assert "尚未载入" not in "".join(explain(Limit(1, Unit.HOUR), at("2027-03-05 10:00"), always))
    assert "尚未载入" in "".join(explain(Limit(1, Unit.WORKDAY), at("2027-03-05 10:00"), always))
    paused = explain(
        Limit(1, Unit.WORKDAY), at("2026-03-05 10:00"), OFFICE,
        pauses=[(at("2026-03-05 11:00"), at("2026-03-06 11:00"))],
    )  # fmt: skip
    # Thu 6 h and Fri 2 h; Fri 17:00 becomes Mon 17:00.
    assert "3月5日（周四）11:00至3月6日（周五）11:00暂停，其间服务时间8小时，到期时间顺延。" in paused
    assert paused[-1] == "应于2026年3月9日（周一）17:00前完成。"


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (Limit(4, Unit.HOUR), "4小时"),
        (Limit("0.50", Unit.HOUR), "0.5小时"),
        (Limit(100, Unit.MINUTE), "100分钟"),
        (Limit(3, Unit.WORKDAY), "3个工作日"),
        (Limit(2, Unit.YEAR), "2年"),
        (Limit(1, Unit.SAME_DAY), "当天"),
        (Limit(1, Unit.NEXT_WORKDAY), "下一个工作日"),
    ],
)
def test_limits_in_words(limit: Limit, told: str) -> None:
    assert limit.text == told


def test_a_dated_exception_overlapping_the_night_before_counts_once() -> None:
    night = WeeklyHours.same([(22 * 3600, 30 * 3600)], [3])
    early = DatedHours(datetime(2026, 3, 6).date(), datetime(2026, 3, 6).date(), ((5 * 3600, 8 * 3600),))
    clock = ServiceClock(CHINA, ServiceWindow.weekly(night, exceptions=[early]))
    # Thu 22:00 to Fri 08:00 without a gap: 10 h.
    assert clock.between(at("2026-03-05 12:00"), at("2026-03-06 12:00")) == timedelta(hours=10)
    assert clock.next_close(at("2026-03-05 23:00")) == at("2026-03-06 08:00")


def test_the_service_year_can_begin_late() -> None:
    hours = WeeklyHours.same([(9 * 3600, 17 * 3600)], range(5))
    clock = ServiceClock(CHINA, ServiceWindow(((datetime(2031, 1, 1).date(), hours),), on_holidays=True))
    # Closed until 2031-01-01 (a Wednesday).
    assert clock.add(at("2026-03-05 12:00"), timedelta(hours=1)) == at("2031-01-01 10:00")
    assert clock.next_close(at("2026-03-05 12:00")) == at("2031-01-01 17:00")
    ended = ServiceClock(
        CHINA,
        ServiceWindow(
            ((datetime(2020, 1, 1).date(), hours), (datetime(2021, 1, 1).date(), WeeklyHours(((),) * 7)))
        ),
    )
    # Thu 2020-12-31 16:00-17:00 was the last hour.
    assert ended.subtract(at("2026-03-05 12:00"), timedelta(hours=1)) == at("2020-12-31 16:00")
    assert ended.subtract(at("2026-03-05 12:00"), timedelta(0)) == at("2020-12-31 17:00")


def test_a_calendar_that_never_closes_but_for_holidays() -> None:
    whole = WeeklyHours.same([(0, 86400)], range(7))
    clock = ServiceClock(WorkingCalendar.of_days([datetime(2199, 5, 1).date()]), ServiceWindow.weekly(whole))
    assert clock.next_close(at("2026-03-05 12:00")) == at("2199-05-01 00:00")
    open_ended = ServiceClock(WorkingCalendar.weekdays_only(), ServiceWindow.weekly(whole))
    assert open_ended.next_close(at("2026-03-05 12:00")) is None
