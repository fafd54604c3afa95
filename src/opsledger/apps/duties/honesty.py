"""Questions that a round raises.  They are put to the supervisor as questions, never as accusations.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

LAST_ROUNDS = 5
SECONDS_A_CHECK = 4
BACKDATED = timedelta(hours=12)
QUESTIONS = {
    "speed": "{checks}项检查在{seconds}秒内全部填完（平均每项{each}秒，模板通常用时约{minutes}分钟），是否逐项到场核对？",
    "identical": "{count}个数值与最近{rounds}次完全相同（{names}），是否为本次实测？",
    "photo_same": "照片“{name}”与{where}使用的是同一个文件，是否为本次拍摄？",
    "photo_alike": "照片“{name}”与{where}的照片画面几乎相同，是否为本次拍摄？",
    "off_hours": "填写时间（{at}）不在服务时段内，是否有相应值班安排？",
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
