"""What obligations and occurrences look like on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from opsledger.kernel.wire import Line, Moment, Strict, Words

MAX_ID = 9_000_000_000_000_000
Act = Literal[
    "start", "withdraw", "sign", "verify", "return", "ask_waiver", "waive", "cancel", "reschedule", "assign"
]
Version = Annotated[int | None, Field(ge=0, le=2_000_000_000)]


Reason = Annotated[Words, Field(max_length=500)]


class EvidenceOut(Schema):
    id: int
    name: str
    size: int
    media_type: str


class DutyEntry(Schema):
    """One entry of the ledger about this thing."""

    verb: str
    word: str
    text: str
    actor: str
    happened_at: datetime
    recorded_at: datetime


class ObligationRow(Schema):
    """An obligation with what became of it so far."""

    id: int
    kind: str
    activity: str
    title: str
    item: str | None
    clause: str
    rule: str
    status: str
    status_word: str
    gap_reason: str
    starts_on: date
    ends_on: date
    next_due: datetime | None
    last_done: datetime | None
    planned: int
    done: int
    late: int
    missed: int


class ObligationOut(ObligationRow):
    summary: str
    owner: str | None = Field(description="服务项的责任人；没有时为空，由 owner_role 所指的角色负责")
    owner_role: str
    evidence_rule: list[str]
    history: list[DutyEntry] = Field(description="约定经过")


class OccurrenceRow(Schema):
    """One due window; `outcome` is derived as of now."""

    id: int
    obligation: int
    window: str
    title: str
    item: str | None
    state: str
    state_word: str
    outcome: str
    outcome_word: str
    begins_at: datetime
    due_at: datetime
    planned_at: datetime | None
    assignee: str | None
    submitted_at: datetime | None
    version: int


class OccurrenceOut(OccurrenceRow):
    rule: str
    evidence_rule: list[str]
    note: str
    numbers: dict[str, str]
    submission_recorded_at: datetime | None
    submitted_by: str | None
    signed_at: datetime | None
    signed_by: str | None
    verified_at: datetime | None
    verified_by: str | None
    returned_at: datetime | None
    returned_by: str | None
    reason: str
    round: int | None = Field(description="已开始的检查")
    files: list[EvidenceOut]
    signature: list[EvidenceOut] = Field(description="服务单位签字的图片")
    allowed: list[str]


class OccurrenceCounts(Schema):
    """How many occurrences stand where."""

    overdue: int
    today: int
    to_verify: int
    returned: int
    done: int
    all: int


class FulfilIn(Strict):
    note: Words = ""
    numbers: dict[Line, Line] = Field(default_factory=dict, max_length=50)
    done_at: Moment | None = Field(None, description="实际完成时间；不填即现在")
    version: Version = None


class FulfilForm(Schema):
    """The same as a form that carries files."""

    note: Words = ""
    numbers: list[Line] = Field(default_factory=list, max_length=50, description="每项写作“名称=数值”")
    done_at: Moment | None = None
    version: Version = None


class DutyActIn(Strict):
    version: Version = None
    note: Words | None = None
    reason: Words | None = None
    planned_at: Moment | None = None
    assignee: Line | None = Field(None, description="执行人的用户名")
