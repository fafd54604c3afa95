"""The fault analysis report (故障分析报告) of one ticket, drafted from its story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from opsledger.adapters.docx_paper import Column, Paper
from opsledger.apps.documents.papers.files import attachments
from opsledger.apps.documents.papers.wording import moment
from opsledger.kernel import shown


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the story; `later` says that it was entered afterwards."""

    at: datetime
    actor: str
    what: str
    note: str
    later: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit and what became of it."""

    word: str
    limit: str
    due_at: datetime
    met_at: datetime | None
    state: str
    clause: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Everything that the report prints."""

    number: str
    title: str
    kind: str
    contract: str
    item: str
    unit: str
    severity: str
    source: str
    contact: str
    place: str
    description: str
    times: Sequence[tuple[str, datetime | None]]
    interrupted: tuple[datetime | None, datetime | None]
    steps: Sequence[Step]
    limits: Sequence[Limit]
    cause: str
    solution: str
    files: Sequence[tuple[str, str]]
    buyer: str
    provider: str
    at: datetime


_STORY = [Column("时间", 3.1, "center"), Column("人员", 2.3), Column("动作", 2.4), Column("说明", 8.6)]
_LIMITS = [
    Column("时限", 2.6),
    Column("约定", 2.4),
    Column("应于", 3, "center"),
    Column("实际", 3, "center"),
    Column("结果", 2, "center"),
    Column("条款", 3.4),
]


def render(told: Fault) -> bytes:
    """The report; what only people can say (prevention, responsibility) has room to be written in."""
    paper = Paper(f"故障分析报告 {told.number}", at=told.at, foot=f"故障分析报告　{told.number}")
    _head(paper, told)
    paper.heading("一、时间")
    paper.facts([(word, moment(at)) for word, at in told.times], columns=3, widths_cm=[2, 3.46] * 3)
    paper.heading("二、现象")
    paper.text(told.description or "报修时未作说明。")
    paper.heading("三、影响范围与时长")
    paper.text(_impact(told))
    paper.heading("四、处理过程")
    steps = [
        [moment(one.at) + ("（补录）" if one.later else ""), one.actor, one.what, one.note]
        for one in told.steps
    ]
    paper.table(_STORY, steps, size=9)
    paper.heading("五、时限")
    _limits(paper, told.limits)
    paper.heading("六、原因分析")
    paper.text(told.cause or "（待补充：直接原因与根本原因）")
    paper.heading("七、措施")
    paper.text(told.solution or "（待补充：临时措施与永久措施）")
    paper.heading("八、预防与责任判定")
    paper.text("（待补充：防止再次发生的措施、完成期限与责任人；责任归属及依据）")
    paper.heading("九、附件")
    attachments(paper, told.files)
    paper.heading("签署")
    paper.signatures([("服务商", told.provider, ""), ("使用单位", told.unit, ""), ("采购人", told.buyer, "")])
    return paper.data()


def _head(paper: Paper, told: Fault) -> None:
    paper.title("故障分析报告", f"（工单{told.number}）")
    paper.facts([("合同名称", told.contract), ("事项", told.title)], columns=1, widths_cm=[2.6, 13.8])
    paper.facts(
        [
            ("系统", told.item),
            ("使用单位", told.unit or "—"),
            ("类型", told.kind),
            ("等级", told.severity or "未定级"),
            ("来源", told.source),
            ("联系人", told.contact or "—"),
        ]
    )


def _limits(paper: Paper, limits: Sequence[Limit]) -> None:
    if not limits:
        paper.text("合同没有适用的时限。")
        return
    rows = [
        [one.word, one.limit, moment(one.due_at), moment(one.met_at), one.state, one.clause] for one in limits
    ]
    paper.table(_LIMITS, rows, size=9)


def _impact(told: Fault) -> str:
    where = f"涉及{told.item}" + (f"，地点{told.place}" if told.place else "") + "。"
    start, end = told.interrupted
    if start is None:
        return where + "办结时未登记业务中断。"
    if end is None:
        return where + f"业务自{moment(start)}起中断，尚未恢复。"
    return where + f"业务自{moment(start)}至{moment(end)}中断，共{shown.span(end - start)}。"
