"""What findings look like on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from opsledger.apps.duties.api.schemas import MAX_ID, DutyEntry, EvidenceOut, Reason
from opsledger.kernel.wire import Line, Moment, Paging, Strict, Words

Act = Literal["make_ticket", "remediate", "extend", "fix", "verify", "return", "accept_risk", "dismiss"]
Level = Literal["high", "medium", "low"]


class FindingRow(Schema):
    """Something that needs mending."""

    id: int
    item: str
    item_name: str
    summary: str
    level: str
    level_word: str
    state: str
    state_word: str
    found_at: datetime
    found_by: str | None
    due_at: datetime | None
    late: bool
    assignee: str | None
    asset: str
    occurrence: int | None
    ticket: str
    version: int


class FindingOut(FindingRow):
    round: int | None
    check: str
    asked_again: int
    measure: str
    fixed_at: datetime | None
    fixed_by: str | None
    closed_at: datetime | None
    closed_by: str | None
    reason: str
    files: list[EvidenceOut]
    history: list[DutyEntry]
    allowed: list[str]


class FindingCounts(Schema):
    open: int
    untreated: int
    overdue: int
    to_verify: int
    closed: int


class FindingQuery(Paging):
    """Which findings; everything left out asks nothing."""

    show: Literal["live", "overdue", "check"] | None = Field(None, description="未销项、整改超期、待复核")
    state: Line = Field("", max_length=16)
    level: Level | None = None
    item: Line = Field("", max_length=20)
    occurrence: int | None = Field(None, ge=1, le=MAX_ID)
    q: Line = Field("", max_length=100, description="情况、服务项、措施、工单号中的字")


class FindingIn(Strict):
    item: Line = Field(min_length=1, max_length=20, description="服务项编号")
    summary: Words = Field(min_length=1, max_length=300)
    level: Level = "medium"


class FindingActIn(Strict):
    severity: Line = Field("", description="转工单时的故障等级")
    assignee: Line | None = Field(None, description="整改人的用户名")
    due_at: Moment | None = Field(None, description="整改期限")
    measure: Words = Field("", max_length=2000, description="整改措施")
    reason: Reason = ""


class FindingFixForm(Schema):
    """What was done, beside the files that show it."""

    measure: Words = Field(max_length=2000)
