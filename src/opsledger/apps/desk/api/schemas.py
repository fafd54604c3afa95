"""What goes over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints


def _printable(text: str) -> str:
    """Characters that a database cannot hold are refused, as the forms do."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("含有不能保存的字符")
    return text


def _sensible(moment: datetime) -> datetime:
    if not 1970 <= moment.year <= 2400:
        raise ValueError("时间超出可接受的范围")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_sensible)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), AfterValidator(_printable)]
Words = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_printable)]
Kind = Literal["incident", "request", "question"]


class Problem(Schema):
    """Why something was not done: `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    fields: list[dict[str, str]] = []


class ReportIn(Schema):
    """A report."""

    model_config = ConfigDict(extra="forbid")

    item: Line = Field(description="服务项序号，如 03")
    title: Annotated[Line, StringConstraints(min_length=1)]
    description: Words = ""
    kind: Kind = "incident"
    severity: Line = ""
    scope: Line = ""
    contact_name: Annotated[str, StringConstraints(max_length=60), AfterValidator(_printable)] = ""
    contact_phone: Annotated[str, StringConstraints(max_length=40), AfterValidator(_printable)] = ""
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
    fault: Annotated[str, StringConstraints(max_length=30), AfterValidator(_printable)] | None = None
    rating: int | None = Field(None, ge=1, le=5)
    parts: dict[str, int] | None = None
    interrupted_from: Moment | None = None
    interrupted_to: Moment | None = None
    into: Line | None = Field(None, description="合并到的工单编号")


class NoteIn(Schema):
    model_config = ConfigDict(extra="forbid")

    note: Annotated[Words, StringConstraints(min_length=1)]
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


class Page(Schema):
    items: list[TicketRow]
    next_offset: int | None = Field(description="下一页的起点；没有下一页时为空")
    count: int | None = Field(description="总数；仅在 count=true 时给出")


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
