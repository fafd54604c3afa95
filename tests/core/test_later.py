"""The moments offered to who wants to be reminded, and lists that are pasted."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from opsledger.core.calendars import WorkingCalendar
from opsledger.core.later import offered
from opsledger.core.lines import matters

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar.china()


def told(at: datetime) -> dict[str, str]:
    return {
        code: f"{moment.astimezone(ZONE):%m-%d %H:%M}" for code, moment in offered(at, CALENDAR, ZONE).items()
    }


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # A Wednesday morning.
        (
            (2026, 3, 11, 10, 0),
            {
                "hour": "03-11 11:00",
                "afternoon": "03-11 15:00",
                "tomorrow": "03-12 09:00",
            },
        ),
        # Too near to the afternoon's moment, and a Friday.
        (
            (2026, 3, 13, 14, 31),
            {"hour": "03-13 15:31", "tomorrow": "03-14 09:00", "workday": "03-16 09:00"},
        ),
        # Before the National Day: the next working day is that of the notice.
        (
            (2026, 9, 30, 23, 30),
            {"hour": "10-01 00:30", "tomorrow": "10-01 09:00", "workday": "10-08 09:00"},
        ),
    ],
)
def test_the_moments_offered(at, expected):
    assert told(datetime(*at, tzinfo=ZONE)) == expected


def test_every_moment_lies_ahead_also_shortly_after_midnight():
    at = datetime(2026, 3, 10, 16, 1, tzinfo=UTC)  # 00:01 on the 11th in Shanghai
    assert told(at)["tomorrow"] == "03-12 09:00"
    assert all(moment > at for moment in offered(at, CALENDAR, ZONE).values())


def test_a_make_up_day_is_a_working_day():
    # Sunday 20 September 2026 is worked for the National Day.
    assert told(datetime(2026, 9, 18, 10, 0, tzinfo=ZONE))["workday"] == "09-20 09:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("备份数据", ["备份数据"]),
        ("1. 备份数据\n2、 更换硬盘\r\n\n（3）重建阵列", ["备份数据", "更换硬盘", "重建阵列"]),
        ("- 甲\n* 乙\n• 丙\n□丁\n[ ] 戊\n[x] 己", ["甲", "乙", "丙", "丁", "戊", "己"]),
        ("10.0.0.1 改为 10.0.0.2\n-5V 电源检查", ["10.0.0.1 改为 10.0.0.2", "-5V 电源检查"]),
        ("  多  个   空格 ", ["多 个 空格"]),
        (" \n\t\n- \n", []),
        ("", []),
    ],
)
def test_lines_of_a_list(text, expected):
    assert matters(text) == expected
