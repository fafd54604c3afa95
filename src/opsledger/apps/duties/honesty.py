"""Questions that a round raises.  They are put to the supervisor as questions, never as accusations.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

LAST_ROUNDS = 5
SECONDS_A_CHECK = 4
BACKDATED = timedelta(hours=12)
SECONDS_BETWEEN_ROOMS = 20
SECONDS_BETWEEN_RACKS = 3
# Metres a second: a brisk run on a campus, a car on a motorway beyond it.
ON_FOOT, CAMPUS_METRES, DRIVEN = 3.0, 1000.0, 40.0
_EARTH_METRES = 6_371_000.0
_GRACE = timedelta(minutes=30)
QUESTIONS = {
    "speed": "{checks}项检查在{seconds}秒内全部填完（平均每项{each}秒，模板通常用时约{minutes}分钟），是否逐项到场核对？",
    "identical": "{count}个数值与最近{rounds}次完全相同（{names}），是否为本次实测？",
    "photo_same": "照片“{name}”与{where}使用的是同一个文件，是否为本次拍摄？",
    "photo_alike": "照片“{name}”与{where}的照片画面几乎相同，是否为本次拍摄？",
    "photo_twice": "照片“{name}”与本次另一检查项的“{where}”是同一个文件，是否选错？",
    "off_hours": "填写时间（{at}）不在服务时段内，是否有相应值班安排？",
    "walk": "{rooms}个房间{racks}处位置的设备在{seconds}秒内查完，仅走动就约需{needed}秒，是否逐台到场？",
    "distance": "“{label}”与上一项的定位相距{metres}米，只隔{seconds}秒，定位或填写时间是否有误？",
    "off_roster": "{name}在{at}填写，当时值班表上是{duty}，是否临时替班？",
    "absent": "{day}没有{name}的签到记录，这次检查由谁到场完成？",
    "on_leave": "{day}登记为{name}请假，这次检查由谁到场完成？",
    "not_yet_in": "{name}在{at}填写，当天{edge}是{moment}，是否漏记考勤？",
    "done_before": "完成时间填为{at}，比提交早{hours}小时{late}，有无当时的记录？",
    "skipped": "{count}处本次未查：{devices}{again}。情况是否属实，打算何时补查？",
    "backdated": "{count}项是在填写{hours}小时之后才上传的，最早一项填于{at}，是否现场无网络？",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its code and the facts that its sentence needs."""

    code: str
    facts: Mapping[str, object]

    @property
    def sentence(self) -> str:
        return QUESTIONS[self.code].format(**self.facts)

    def as_data(self) -> dict[str, object]:
        return {"code": self.code, "facts": dict(self.facts)}


@dataclass(frozen=True, slots=True)
class Entered:
    """One answer as entered: when on the phone, when it arrived, its number if it has one."""

    check_id: str
    label: str
    answered_at: datetime
    recorded_at: datetime
    number: Decimal | None = None
    # The device's place ("三楼机房 A03"), and where the phone was: latitude, longitude, accuracy in metres.
    place: str = ""
    position: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What attendance says of one person on one day; `kind` is present, leave, or "" for no record."""

    name: str
    kind: str = ""
    in_at: datetime | None = None
    out_at: datetime | None = None


def too_fast(answers: Sequence[Entered], minutes: int) -> Question | None:
    """More answers than a person can give: under four seconds each, and under a fifth of the usual time."""
    if len(answers) < 5:
        return None
    moments = sorted(one.answered_at for one in answers)
    seconds = int((moments[-1] - moments[0]).total_seconds())
    if seconds >= SECONDS_A_CHECK * (len(answers) - 1) or seconds >= minutes * 60 / 5:
        return None
    each = f"{seconds / max(1, len(answers) - 1):.1f}"
    facts = {"checks": len(answers), "seconds": seconds, "each": each, "minutes": minutes}
    return Question("speed", facts)


def identical_numbers(
    answers: Sequence[Entered], earlier: Sequence[Mapping[str, Decimal]]
) -> Question | None:
    """All measured numbers are what they were in each of the last five rounds.

    Two numbers at least, and not all of them zero: counts of faults are rightly zero for months.
    """
    mine = {one.check_id: one for one in answers if one.number is not None}
    if len(mine) < 2 or len(earlier) < LAST_ROUNDS or all(not one.number for one in mine.values()):
        return None
    for old in earlier[:LAST_ROUNDS]:
        if any(old.get(check_id) != one.number for check_id, one in mine.items()):
            return None
    names = "、".join(one.label for one in list(mine.values())[:4])
    return Question("identical", {"count": len(mine), "rounds": LAST_ROUNDS, "names": names})


def backdated(answers: Sequence[Entered], words: str) -> Question | None:
    """Answers that reached us long after they were entered; `words` is the earliest moment for people."""
    late = [one for one in answers if one.recorded_at - one.answered_at >= BACKDATED]
    if not late:
        return None
    hours = int(max((one.recorded_at - one.answered_at).total_seconds() for one in late) // 3600)
    return Question("backdated", {"count": len(late), "hours": hours, "at": words})


def faster_than_walking(answers: Sequence[Entered]) -> Question | None:
    """Devices in several rooms and racks were gone through in less time than the ways between them take."""
    placed = [one for one in answers if one.place]
    places = {one.place for one in placed}
    rooms = {place.split(" ")[0] for place in places}
    needed = SECONDS_BETWEEN_ROOMS * (len(rooms) - 1) + SECONDS_BETWEEN_RACKS * (len(places) - len(rooms))
    if len(places) < 3 or needed <= 0:
        return None
    moments = [one.answered_at for one in placed]
    seconds = int((max(moments) - min(moments)).total_seconds())
    if seconds >= needed:
        return None
    return Question("walk", {"rooms": len(rooms), "racks": len(places), "seconds": seconds, "needed": needed})


def too_far_apart(answers: Sequence[Entered]) -> Question | None:
    """Two answers one after the other whose places lie further apart than one can get in between.

    What the phone says of its own accuracy is taken off the distance first.
    """
    placed = sorted((one for one in answers if one.position), key=lambda one: one.answered_at)
    for before, after in pairwise(placed):
        assert before.position and after.position
        metres = _metres(before.position, after.position) - before.position[2] - after.position[2]
        seconds = max(1.0, (after.answered_at - before.answered_at).total_seconds())
        if metres > (ON_FOOT if metres < CAMPUS_METRES else DRIVEN) * seconds:
            facts = {"label": after.label, "metres": int(metres), "seconds": int(seconds)}
            return Question("distance", facts)
    return None


def _metres(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """The distance on the globe (haversine)."""
    north, north2 = radians(one[0]), radians(other[0])
    half = sin((north2 - north) / 2) ** 2
    half += cos(north) * cos(north2) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * _EARTH_METRES * asin(min(1.0, sqrt(half)))


def out_of_attendance(
    day: Day, first: datetime, last: datetime, on: str, words: Callable[[datetime], str]
) -> Question | None:
    """The person was on leave, not checked in, or had not yet come or had already gone when they answered.

    Half an hour either way is nobody's business; `on` is the day in words.
    """
    if day.kind == "leave":
        return Question("on_leave", {"name": day.name, "day": on})
    if day.kind != "present":
        return Question("absent", {"name": day.name, "day": on})
    if day.in_at and first < day.in_at - _GRACE:
        facts = {"name": day.name, "at": words(first), "edge": "签到", "moment": words(day.in_at)}
        return Question("not_yet_in", facts)
    if day.out_at and last > day.out_at + _GRACE:
        facts = {"name": day.name, "at": words(last), "edge": "签退", "moment": words(day.out_at)}
        return Question("not_yet_in", facts)
    return None


def done_before(done_at: datetime, now: datetime, due_at: datetime, words: str) -> Question | None:
    """The work is said to have been done long before it was handed in; and more so if that makes it in time."""
    if now - done_at < BACKDATED:
        return None
    hours = int((now - done_at).total_seconds() // 3600)
    late = "，提交时已过期限" if done_at <= due_at < now else ""
    return Question("done_before", {"at": words, "hours": hours, "late": late})
