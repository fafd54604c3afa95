"""What goes over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from opsledger.kernel.wire import Line, Moment, Said, Words, printable

Kind = Literal["incident", "request", "question", "change", "problem"]


class ReportIn(Schema):
    """A report."""

    model_config = ConfigDict(extra="forbid")

    item: Line = Field(description="服务项序号，如 03")
    title: Annotated[Line, StringConstraints(min_length=1)]
    description: Words = ""
    kind: Kind = "incident"
    severity: Line = ""
    scope: Line = ""
    contact_name: Annotated[str, StringConstraints(max_length=60), AfterValidator(printable)] = ""
    contact_phone: Annotated[str, StringConstraints(max_length=40), AfterValidator(printable)] = ""
    place: Line = ""
    device: Line = ""
    happened_at: Moment | None = None


class ActIn(Schema):
    """The facts of an act; which are needed depends on it, and what is missing is told."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(None, ge=0, le=2_000_000_000)
    happened_at: Moment | None = None
    assignee: Line | None = Field(None, description="处理人的用户名")
    note: Words | None = None
    reason: Words | None = None
    cause: Words | None = None
    solution: Words | None = None
    measure: Words | None = None
    description: Words | None = None
    part: Line | None = None
    waiting_for: Line | None = None
    severity: Line | None = None
    fault: Annotated[str, StringConstraints(max_length=30), AfterValidator(printable)] | None = None
    rating: int | None = Field(None, ge=1, le=5)
    parts: dict[str, int] | None = None
    interrupted_from: Moment | None = None
    interrupted_to: Moment | None = None
    into: Line | None = Field(None, description="合并到的工单编号")
    to: Literal["incident", "request"] | None = Field(None, description="咨询转为哪一类")
    event: Annotated[int, Field(ge=1, le=9_000_000_000_000_000)] | None = Field(
        None, description="更正时间的记录"
    )
    approved_by: Line | None = Field(None, description="批准挂起的人的用户名")
    attachment: Annotated[int, Field(ge=1, le=9_000_000_000_000_000)] | None = Field(
        None, description="分析报告的附件"
    )
    facts: dict[Annotated[str, StringConstraints(max_length=40)], Words] = Field(
        default_factory=dict, max_length=20, description="变更、问题的方案与结果，按流转表所需事项填写"
    )


class NoteIn(Schema):
    model_config = ConfigDict(extra="forbid")

    note: Said
    private: bool = False


class TimerOut(Schema):
    metric: str
    word: str
    cycle: int
    state: str
    limit: str
    clause: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    breached_at: datetime | None
    elapsed_seconds: int
    paused_seconds: int
    remaining_seconds: int


class EventOut(Schema):
    id: int
    action: str
    word: str
    happened_at: datetime
    recorded_at: datetime
    actor: str
    note: str
    needs_confirmation: bool
    private: bool


class FileOut(Schema):
    id: int
    name: str
    size: int
    media_type: str


class TicketRow(Schema):
    """A ticket in a list."""

    number: str
    kind: str
    title: str
    state: str
    state_word: str
    severity: str
    item: str
    item_name: str
    unit: str | None
    assignee: str | None
    reported_at: datetime
    due_at: datetime | None
    due_metric: str
    breached: bool
    version: int


class TicketOut(TicketRow):
    """A ticket with everything that its page shows."""

    description: str
    scope: str
    device: str
    place: str
    contact_name: str
    contact_phone: str
    source: str
    cause: str
    solution: str
    fault: str
    resolved_at: datetime | None
    confirmed_at: datetime | None
    interrupted_from: datetime | None
    interrupted_to: datetime | None
    rating: int | None
    details: dict[str, Any]
    timers: list[TimerOut]
    events: list[EventOut]
    files: list[FileOut]
    allowed: list[str] = Field(description="当前可以做的操作")


class LevelOut(Schema):
    kind: str
    word: str
    definition: str
    rank: int


class ItemOut(Schema):
    no: str
    name: str
    unit: str | None
    severities: list[LevelOut]


class CountsOut(Schema):
    open: int
    unassigned: int
    working: int
    suspended: int
    to_confirm: int
    overdue: int
    soon: int
    mine: int
