"""What rounds look like on the wire: checks, answers, questions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from opsledger.apps.duties.api.schemas import EvidenceOut
from opsledger.apps.duties.skips import REASONS
from opsledger.kernel.wire import Line, Moment, Strict, Words

Plain = Words | int | float | bool | None
Name = Annotated[Line, Field(min_length=1, max_length=40)]


class RoundBeginIn(Strict):
    template: Line = Field(min_length=1, max_length=60, description="检查表的 key")


class AnswerPlace(Strict):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    accuracy_metres: float = Field(0, ge=0, le=1_000_000)


class AnswerChange(Strict):
    """One answer as it was given; sent twice with the same id it is taken in once."""

    id: Name = Field(description="由调用方给出；同一编号重复发送只记一次")
    check: Annotated[Line, Field(min_length=1, max_length=60)]
    value: Plain | list[dict[Line, Plain]] = Field(
        None, description="是/否写 yes、no、na；表格写成行的列表；空值为清除"
    )
    note: Annotated[Words, Field(max_length=1000)] = ""
    at: Moment | None = Field(None, description="填写的时间；不填即现在")
    base: int | None = Field(None, ge=0, le=2_000_000_000, description="填写时看到的版本，0 为尚无答案")
    force: bool = Field(False, description="明知他人已改仍以此为准")
    place: AnswerPlace | None = Field(None, description="仅在合同约定可记录定位时保留")


class RoundSyncIn(Strict):
    device: Annotated[Line, Field(max_length=40)] = ""
    changes: list[AnswerChange] = Field(max_length=500)


class AnswerConflict(Schema):
    """Another device changed the answer meanwhile; nothing was overwritten."""

    id: str
    check: str
    label: str
    yours: Any
    theirs: dict[str, Any]


class AnswerRefused(Schema):
    id: str
    check: str
    problem: str


class RoundSyncOut(Schema):
    saved: list[str]
    conflicts: list[AnswerConflict]
    refused: list[AnswerRefused]
    answers: dict[str, dict[str, Any]]


class RoundOrderIn(Strict):
    keys: list[Name] = Field(max_length=1000, description="设备的 key，按希望的次序")


class RoundQuestionIn(Strict):
    text: Words = Field(max_length=500)


class RoundFinishIn(Strict):
    note: Words = Field("", max_length=2000)
    done_at: Moment | None = Field(None, description="实际完成时间；不填即现在")


class RoundPhotoOut(Schema):
    saved: str
    photo: int
    file: int = Field(description="佐证的编号，在任务的 files 下可下载")


class RoundQuestion(Schema):
    """A question that the round raises, with what was answered."""

    number: int
    sentence: str
    answer: str
    answered_by: str
    answered_at: datetime | None


class RoundStop(Schema):
    """A device or system that the round goes over."""

    key: str
    code: str
    name: str
    place: str
    number: int
    done: int
    all: int
    skip_check: str = Field(description="未查时，把原因写作这一项的答案")
    left_out: str = Field(description="未查的原因；查过为空")


class AnswerMonitored(Schema):
    value: str
    unit: str
    at: datetime
    source: str


class RoundLine(Schema):
    """One check with its answer."""

    check: dict[str, Any] = Field(description="检查项，写法与检查表相同")
    stop: str
    asked: bool = Field(description="现在是否要填（条件不满足或本台未查时不填）")
    value: Any
    note: str
    verdict: str
    verdict_word: str
    version: int
    answered_at: datetime | None
    answered_by: str | None
    last: Any = Field(description="上一次的答案")
    offered: Any
    monitored: AnswerMonitored | None
    overridden: bool
    files: list[EvidenceOut]


class RoundOut(Schema):
    id: int
    occurrence: int
    item: str | None
    template: str
    template_version: int
    name: str
    intro: str
    minutes: int
    state: str
    state_word: str
    started_at: datetime
    started_by: str | None
    finished_at: datetime | None
    places: bool = Field(description="合同是否允许记录定位")
    skip_reasons: list[str] = Field(default_factory=lambda: list(REASONS), description="常用的未查原因")
    stops: list[RoundStop]
    lines: list[RoundLine]
    questions: list[RoundQuestion]
