"""The inspection report (巡检报告) of one task: what was checked, what was found, signed by both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from opsledger.adapters.docx_paper import Column, Paper
from opsledger.apps.documents.papers.files import attachments
from opsledger.apps.documents.papers.wording import moment


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: what was asked, the range that is good, the answer, the last one, the verdict."""

    label: str
    bounds: str
    value: str
    last: str
    verdict: str
    note: str


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: what, how grave, until when, where it stands."""

    summary: str
    level: str
    due_at: datetime | None
    measure: str
    state: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything that the report prints."""

    title: str
    contract: str
    item: str
    unit: str
    clause: str
    due_at: datetime
    done_at: datetime | None
    recorded_at: datetime | None
    by: str
    result: str
    note: str
    numbers: Sequence[tuple[str, str]]
    checks: Sequence[Checked]
    findings: Sequence[Found]
    earlier: Sequence[Found]
    verified: str
    signed: str
    files: Sequence[tuple[str, str]]
    provider: str
    buyer: str
    at: datetime


_CHECKS = [
    Column("检查项", 5.6),
    Column("正常范围", 2.4, "center"),
    Column("本次", 3.2),
    Column("上次", 2.2),
    Column("结论", 1.4, "center"),
    Column("说明", 1.8),
]


def render(told: Inspection) -> bytes:
    """The report of a task that has been done."""
    paper = Paper(f"{told.title}报告", at=told.at, foot=told.title)
    _head(paper, told)
    paper.heading("一、完成情况")
    paper.text(told.note or "（未填写说明）")
    if told.numbers:
        paper.facts(list(told.numbers))
    paper.heading("二、检查项")
    if told.checks:
        rows = [[one.label, one.bounds, one.value, one.last, one.verdict, one.note] for one in told.checks]
        paper.table(_CHECKS, rows, size=9)
    else:
        paper.text("本次没有使用检查表，结果见完成情况与附件。")
    paper.heading("三、发现问题")
    _findings(paper, told.findings, "本次没有发现问题。")
    paper.heading("四、以往问题复查")
    _findings(paper, told.earlier, "没有尚未销项的以往问题。")
    paper.heading("五、附件")
    attachments(paper, told.files)
    paper.heading("签署")
    parties = [
        ("服务商", told.provider, f"{told.by} 于 {moment(told.done_at)} 提交" if told.done_at else ""),
        ("服务单位", told.unit or told.buyer, told.signed),
    ]
    paper.signatures(parties)
    return paper.data()


def _head(paper: Paper, told: Inspection) -> None:
    paper.title("运维服务记录", told.title)
    paper.facts([("合同名称", told.contract), ("服务项", told.item)], columns=1, widths_cm=[2.6, 13.8])
    paper.facts(
        [
            ("服务单位", told.unit or "—"),
            ("合同条款", told.clause),
            ("应完成", moment(told.due_at)),
            ("实际完成", moment(told.done_at)),
            ("执行人", told.by or "—"),
            ("结果", told.result),
            ("复核", told.verified or "尚未复核"),
        ]
    )
    if told.recorded_at and told.done_at and told.recorded_at > told.done_at:
        paper.note(f"完成时间为事后补录，录入于{moment(told.recorded_at)}。")


def _findings(paper: Paper, rows: Sequence[Found], none: str) -> None:
    if not rows:
        paper.text(none)
        return
    columns = [
        Column("情况", 5.8),
        Column("程度", 1.5, "center"),
        Column("整改期限", 3, "center"),
        Column("措施", 4),
        Column("状态", 2.1, "center"),
    ]
    paper.table(
        columns,
        [[one.summary, one.level, moment(one.due_at), one.measure, one.state] for one in rows],
        size=9,
    )
