"""What goes over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from opsledger.kernel.wire import Day, Line, Moment, Paging, Said, Words, printable

Kind = Literal["incident", "request", "question", "change", "problem"]


# How long a word may be and how many there are is told by the service, in a sentence.
Tags = Annotated[list[Line], Field(max_length=50)]


Due = Literal["", "late", "running", "breached"]
Callback = Literal["", "due", "done"]
# Those columns of the list on the page that sort, upwards and downwards.
Sort = Literal[
    *("number", "title", "state", "severity", "item", "assignee", "due", "reported"),
    *("-number", "-title", "-state", "-severity", "-item", "-assignee", "-due", "-reported"),
]


class TicketsAsked(Paging):
    """What a list of tickets is narrowed by."""

    state: Line = Field("", max_length=20)
    kind: Line = Field("", max_length=16)
    item: Line = Field("", max_length=20)
    q: Line = Field("", max_length=100)
    severity: Line = Field("", max_length=60)
    unit: Line = Field("", max_length=120, description="服务单位名称")
    parent: Line = Field("", max_length=20, description="主工单编号：只列它的子工单")
    due: Due = Field("", description="已超时、计时中、有过超时")
    callback: Callback = Field("", description="待回访、已回访；采购人、项目经理、监理可用")
    assignee: Line = Field("", description="处理人的用户名；none 为还没有派")
    line: int | None = Field(None, ge=1, le=9, description="支持线，1 为一线")
    source: Line = Field("", max_length=12, description="来源，如 phone、qr、mail")
    fault: Line = Field("", max_length=30, description="故障类别")
    tag: str = Field("", max_length=20, description="标签")
    reported_from: Day | None = Field(None, description="报修日期起，含当日")
    reported_to: Day | None = Field(None, description="报修日期止，含当日")
    overdue: bool = False
    mine: bool = False
    sort: Sort = Field("-reported", description="按哪一列排列，加“-”为倒序")


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
    tags: Tags = Field(default_factory=list, description="标签；由服务商人员或采购人填写")

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]*$", max_length=32)] = Field(
        "", description="扫到的报修码；地点和设备以码上的为准"
    )


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
    worked_minutes: int | None = Field(None, ge=1, le=1440, description="办结时登记的用时（分钟）")
    measure: Words | None = None
    description: Words | None = None
    part: Line | None = None
    waiting_for: Line | None = None
    severity: Line | None = None
    item: Line | None = Field(None, description="改系统：新的服务项序号，如 03")
    scope: Line | None = Field(None, description="改系统：涉及的部分；不填则沿用新服务项也有的")
    title: Line | None = Field(None, description="更正信息：标题；没有给出的各项不变")
    contact_name: Line | None = None
    contact_phone: Line | None = None
    place: Line | None = None
    device: Line | None = None
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
    touches: list[Annotated[str, StringConstraints(max_length=40)]] | None = Field(
        None, max_length=20, description="办结时说明本次涉及的事项"
    )
    facts: dict[Annotated[str, StringConstraints(max_length=40)], Words] = Field(
        default_factory=dict, max_length=20, description="变更、问题的方案与结果，按流转表所需事项填写"
    )


class NoteIn(Schema):
    model_config = ConfigDict(extra="forbid")

    note: Said
    private: bool = False
    children: bool = Field(False, description="同时告知未办结子工单的报修人；服务商可用")


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


class ChangedOut(Schema):
    """What an act put right: a field, its word, what it said and what it says."""

    field: str
    word: str
    was: str
    now: str


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
    changed: list[ChangedOut] = Field(description="改系统、更正信息改了哪些内容")
    files: list[int] = Field(description="随这一条上传的附件")


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
    tags: list[str]
    worked_minutes: int | None = Field(description="工时合计（分钟）；服务单位读不到")


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
    rating_note: str
    touches: list[str] = Field(description="涉及的事项，如停机停用")
    report_due_at: datetime | None = Field(description="分析报告的缺省期限")
    callback_due: bool = Field(description="抽中回访，尚未登记")
    details: dict[str, Any]
    timers: list[TimerOut]
    events: list[EventOut]
    files: list[FileOut]
    open_tasks: int = Field(description="未完成的待办项数；服务单位只计由本单位办理的")
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
