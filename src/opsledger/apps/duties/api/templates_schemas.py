"""What checklists look like on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, Field

from opsledger.apps.duties import words
from opsledger.core.terms import Activity
from opsledger.kernel.wire import Line, Strict, Text, Words

Bound = Line | int | float | None
Bounds = Annotated[list[Bound], Field(max_length=2, description="下限和上限，没有的一边为空")]
Minutes = Annotated[int, Field(ge=1, le=1440)]
Activities = Annotated[list[Activity], Field(min_length=1, max_length=40)]


def known_device(key: str) -> str:
    """A kind or class of assets that a checklist may go over."""
    if key not in dict(words.devices()):
        raise ValueError(f"不认识的设备类型“{key}”")
    return key


Device = Annotated[Line, AfterValidator(known_device)]


class CheckOption(Strict):
    value: Annotated[Text, Field(min_length=1, max_length=200)]
    verdict: Literal["ok", "warn", "fail"] = "ok"


class CheckColumn(Strict):
    """One column of a table."""

    id: Annotated[Line, Field(max_length=60)] = Field(description="小写字母开头，只含小写字母、数字和下划线")
    label: Annotated[Text, Field(min_length=1, max_length=200)]
    kind: Annotated[Line, Field(max_length=20)] = Field(
        description="yes_no、choice、number、text、date、photo、file、signature、table"
    )
    unit: Annotated[Line, Field(max_length=20)] = ""
    help: Annotated[Words, Field(max_length=300)] = ""
    required: bool = True
    warn: Bounds | None = Field(None, description="正常范围")
    fail: Bounds | None = Field(None, description="合格范围")
    options: list[CheckOption] = Field(default_factory=list, max_length=50)
    good: Literal["yes", "no"] = "yes"


class CheckIn(CheckColumn):
    photo: Literal["optional", "on_fail", "always", "none"] = "on_fail"
    when: dict[Literal["check", "is"], Text | list[Text]] | None = Field(
        None, description="{check: 检查项, is: 答案} 满足时才问"
    )
    default: Literal["", "last"] = ""
    number: Line = Field("", description="这一项就是佐证要求的哪个数值")
    rows: int = Field(0, ge=0, le=10_000)
    columns: list[CheckColumn] = Field(default_factory=list, max_length=24)
    watch: Annotated[Line, Field(max_length=60)] = Field("", description="监测指标")
    fresh_minutes: int | None = Field(None, ge=0, le=10_000)
    each: list[Device] = Field(default_factory=list, max_length=50)
    once: bool = False


class TemplateIn(Strict):
    name: Line = Field(min_length=1, max_length=80)
    minutes: Minutes
    intro: Text = Field("", max_length=300)
    activities: Activities
    each: list[Device] = Field(default_factory=list, max_length=50)
    checks: list[CheckIn] = Field(min_length=1, max_length=300)
    based_on: int | None = Field(None, ge=0, le=1_000_000, description="修改时看到的版本")


class TemplateForm(Schema):
    """The fields beside a workbook."""

    name: Annotated[Line, Field(max_length=80)] = Field("", description="不填即用文件名")
    activities: Activities


class PlacesIn(Strict):
    allowed: bool
    note: Text = Field(min_length=1, max_length=200, description="约定依据")


class PlacesOut(Schema):
    allowed: bool


class TemplateRow(Schema):
    """A checklist on offer."""

    key: str
    name: str
    version: int
    activities: list[str]
    each: list[str]
    minutes: int
    checks: int = Field(description="共几项")
    own: bool = Field(description="是否为本合同自己的版本")


class TemplateVersion(Schema):
    version: int
    saved_at: datetime
    saved_by: str | None


class TemplateOut(Schema):
    key: str
    name: str
    version: int
    activities: list[str]
    each: list[str]
    fits: list[str]
    minutes: int
    intro: str
    own: bool
    checks: list[dict[str, Any]]
    versions: list[TemplateVersion]
