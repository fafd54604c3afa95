"""The facts of each kind of term as a person fills them in: on the form and in a spreadsheet alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from opsledger.core.sentences.terms import SENTENCES
from opsledger.core.terms import (
    Act,
    Activity,
    Cadence,
    Channel,
    Consent,
    KpiMetric,
    KpiUnit,
    LimitClock,
    MeasureWindow,
    Mode,
    Op,
    Party,
    Period,
    SlaMetric,
    TermKind,
    TicketKind,
    TimeUnit,
    Word,
)

FieldType = Literal["text", "choice", "number", "whole", "day", "months", "anchors", "parties", "window"]
SPLIT = re.compile(r"[、,，;；\s]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One fact: its code name, its word on screen, how it is written, and whether it must be there."""

    name: str
    label: str
    type: FieldType = "text"
    words: type[Word] | None = None
    needed: bool = False
    hint: str = ""


_ANCHORS = Field(
    "anchors", "关联事件", "anchors", hint="例如：中标后1周；合同签订后5个工作日；重要时期保障期间"
)
_MONTHS = Field("months", "月份", "months", hint="只在固定月份履行时填写，例如：5、12")
_WINDOW = Field("window", "服务时段", "window", hint="例如 7x24、5x8；不填则从服务项")

FIELDS: dict[str, tuple[Field, ...]] = {
    "sla": (
        Field("metric", "时限内容", "choice", SlaMetric, needed=True),
        Field("value", "数值", "number", needed=True, hint="“立即”填 0"),
        Field("unit", "单位", "choice", TimeUnit, needed=True),
        Field("severity", "故障等级", hint="文件中的原词，不分等级则不填"),
        Field("clock", "报修时段", "choice", LimitClock),
        Field("channel", "途径", "choice", Channel),
        Field("ticket", "工单类别", "choice", TicketKind),
        Field("scope", "限于", hint="只对其中一部分有效时填写，例如：硬件"),
        _WINDOW,
    ),
    "duty": (
        Field("activity", "内容", "choice", Activity, needed=True),
        Field("every", "每", "whole", hint="每 2 周一次填 2"),
        Field("period", "周期", "choice", Period, needed=True),
        Field("count", "次数", "whole"),
        Field("mode", "方式", "choice", Mode),
        Field("per", "对象", hint="按对象计次时填写，例如：站点"),
        _MONTHS,
        _ANCHORS,
        _WINDOW,
    ),
    "kpi": (
        Field("metric", "指标", "choice", KpiMetric, needed=True),
        Field("op", "比较", "choice", Op, needed=True),
        Field("value", "数值", "number", needed=True),
        Field("unit", "单位", "choice", KpiUnit, needed=True),
        Field("window", "统计周期", "choice", MeasureWindow),
        Field("scope", "限于"),
        Field("service_window", "服务时段", "window"),
    ),
    "quota": (
        Field("what", "内容", needed=True),
        Field("op", "比较", "choice", Op, needed=True),
        Field("value", "数量", "number", needed=True),
        Field("unit", "单位", needed=True, hint="例如：人日、次、Mbps"),
        Field("period", "周期", "choice", Period),
    ),
    "deliverable": (
        Field("name", "名称", needed=True),
        Field("cadence", "提交周期", "choice", Cadence, hint="文件没有写明则不填，列为待约定"),
        _MONTHS,
        _ANCHORS,
    ),
    "licence": (
        Field("product", "产品或证书", needed=True),
        Field("start", "有效期起", "day"),
        Field("end", "有效期止", "day"),
        Field("count", "数量", "whole"),
    ),
    "staffing": (
        Field("min", "最少人数", "whole", needed=True),
        Field("role", "岗位", needed=True),
        Field("place", "地点"),
        Field("qualification", "资格"),
        _WINDOW,
    ),
    "retention": (
        Field("what", "内容", needed=True),
        Field("value", "数值", "number"),
        Field("unit", "单位", "choice", TimeUnit),
    ),
    "approval": (
        Field("act", "事项", "choice", Act, needed=True),
        Field("what", "内容", needed=True),
        Field("consent", "要求", "choice", Consent),
        Field("by", "由谁", "parties", Party),
        Field("value", "提前", "number"),
        Field("unit", "单位", "choice", TimeUnit),
    ),
}
KIND_LABELS = {str(kind): kind.label for kind in TermKind}

# The places where core names a field by its code are said anew for people at a form.
_FOR_PEOPLE = {
    "term.count_needed": "周期为“{period}”时必须填写次数。",
    "term.count_not_allowed": "周期为“{period}”时不能填写次数，请清空次数或改选周期。",
    "term.anchor_needed": "按事件履行时必须填写关联事件，例如“中标后1周”。",
    "term.missing_field": "请填写{field}。",
    "reading.not_listed": "{field}没有“{value}”这个选项，可填：{allowed}。",
    "reading.bad_anchor": "看不懂关联事件“{value}”，请写成“事件＋前/期间/后＋时长”，例如“中标后1周”。可用的事件：{allowed}。",
    "reading.bad_day": "{field}应为日期，写法如 2026-01-31。",
    "reading.bad_number": "{field}应为数字，现为“{value}”。",
    "reading.bad_months": "月份应为 1 到 12，用顿号隔开，现为“{value}”。",
    "reading.too_long": "{field}最多 {limit} 个字。",
}
TEXT_LIMIT = 200


def told(code: str, kind: str, name: str, facts: Mapping[str, object]) -> str:
    """What is wrong with a fact, in Chinese, with the field's word on screen."""
    base = name.split(".")[0]
    label = next((field.label for field in FIELDS[kind] if field.name == base), base)
    template = _FOR_PEOPLE.get(code) or SENTENCES.get(code, "{field}填写有误。")
    return template.format(**{"kind": KIND_LABELS[kind], **facts, "field": label})
