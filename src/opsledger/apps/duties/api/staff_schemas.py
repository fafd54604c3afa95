"""What people on posts look like on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from opsledger.kernel.wire import Day, Line, Moment, Paging, Strict, Words

MAX_ID = 9_000_000_000_000_000
Named = Annotated[Line, Field(min_length=1, max_length=60)]


class StaffQuery(Paging):
    on: Day | None = Field(None, description="哪一天在岗任期内；不填即今天")


class AttendanceQuery(Paging):
    first: Day | None = Field(None, description="起始日；不填即当月一日")
    last: Day | None = Field(None, description="截止日；不填即今天")


class PresenceQuery(Schema):
    on: Day | None = Field(None, description="到哪一天为止；不填即今天，不晚于今天")
    days: int = Field(14, ge=1, le=31, description="共几天")


class StaffPost(Schema):
    """A post that the contract promises."""

    id: int
    title: str
    item: str | None
    clause: str
    people: int = Field(description="合同承诺的人数")
    starts_on: date
    ends_on: date


class PostPresence(Schema):
    post: int
    promised: int
    present: list[str]
    away: list[str]
    short: int


class PresenceOut(Schema):
    """One day: for every post who was there and who was on leave."""

    day: date
    posts: list[PostPresence]


class StaffOut(Schema):
    """A person on a post."""

    id: int
    post: int
    post_title: str
    name: str
    role: str
    user: str | None = Field(description="系统账号（用户名）")
    qualification: str
    qualification_until: date | None
    confidentiality_on: date | None
    starts_on: date
    ends_on: date | None


class AttendanceOut(Schema):
    """A person on a day."""

    member: int
    name: str
    role: str
    post_title: str
    day: date
    kind: str
    kind_word: str
    in_at: datetime | None
    out_at: datetime | None
    note: str
    recorded_by: str | None


class StaffIn(Strict):
    post: int = Field(ge=1, le=MAX_ID, description="合同岗位的编号")
    name: Named
    role: Named
    qualification: Annotated[Line, Field(max_length=120)] = ""
    qualification_until: Day | None = None
    confidentiality_on: Day | None = None
    starts_on: Day


class StaffCareIn(Strict):
    """What is left out stays as it is."""

    user: Line | None = Field(None, description="系统账号（用户名）；写空为没有账号")
    role: Named | None = None
    qualification: Annotated[Line, Field(max_length=120)] | None = None
    qualification_until: Day | None = None
    confidentiality_on: Day | None = None


class LeaveIn(Strict):
    first: Day
    last: Day
    reason: Words = Field(min_length=1, max_length=200)


class LeaveOut(Schema):
    days: int = Field(description="登记了几天；已在岗的日子不变")


class ConsentOut(Schema):
    """What the contract wants before somebody of this post is replaced."""

    written: bool
    parties: list[str] = Field(description="须经谁同意")
    told: list[str] = Field(description="须告知谁")
    clauses: list[str] = Field(description="条款出处；合同没有写的按采购人同意办理")


class ReplacementIn(Strict):
    name: Named = Field(description="接替人")
    qualification: Annotated[Line, Field(max_length=120)] = ""
    qualification_until: Day | None = None
    from_on: Day = Field(description="接替日")
    reason: Words = Field(min_length=1, max_length=300)
    answer_by: Moment | None = Field(None, description="答复期限；到期没有答复即为逾期，不视为同意")
    after: bool = Field(False, description="紧急，先换人后补同意（合同允许时）")


class ReplacementAnswer(Schema):
    party: str
    by: str
    at: datetime
    agree: bool
    note: str


class ReplacementOut(Schema):
    """A request for another person on a post."""

    id: int
    member: int
    leaving: str
    role: str
    name: str
    qualification: str
    qualification_until: date | None
    from_on: date
    reason: str
    state: str
    state_word: str
    parties: list[str]
    clause: str
    answers: list[ReplacementAnswer]
    answer_by: datetime | None
    after: bool
    requested_at: datetime
    requested_by: str | None
    decided_at: datetime | None
    decided_by: str | None
    answer: str
    mine: bool = Field(description="现在是否等我答复")


class ReplacementDecideIn(Strict):
    agree: bool
    answer: Words = Field("", max_length=300, description="意见；不同意须写明理由")
