"""Incidents (事件): something is broken, and the contract's clocks run until it works again."""

from __future__ import annotations

from opsledger.core.needs import Need
from opsledger.core.tickets import facts
from opsledger.core.transitions import Table, Transition, build, rows

STATES = {
    "reported": "待派单",
    "returned": "待补充",
    "dispatched": "待接单",
    "working": "处理中",
    "suspended": "已挂起",
    "resolved": "待确认",
    "closed": "已关闭",
    "cancelled": "已撤销",
    "merged": "已合并",
}
UNDER_WAY = "reported returned dispatched working suspended"
_ANYONE = "unit buyer manager engineer supervisor"


def intake(report_label: str) -> list[list[Transition]]:
    """From the report to somebody working on it: the same for incidents, requests and questions.

    Sending a report back for more words stops no clock: the contract lets only named reasons do that.
    """
    return [
        rows(
            "report",
            report_label,
            "new > reported",
            f"{_ANYONE} system",
            (facts.ITEM, facts.SUMMARY),
            "reported",
            "start",
        ),
        rows("dispatch", "派单", "reported > dispatched", "manager system", (facts.ASSIGNEE,)),
        rows("accept", "接单", "reported dispatched > working", "engineer", (facts.AT,), "accepted"),
        rows("decline", "退单", "dispatched > reported", "engineer", (facts.REASON,)),
        rows("send_back", "退回补充", "reported > returned", "manager", (facts.REASON,)),
        rows("complete", "补充", "returned > reported", "unit buyer manager", (facts.SUMMARY,)),
        rows(
            "reassign",
            "转派",
            "dispatched working > dispatched",
            "manager engineer",
            (facts.ASSIGNEE, facts.REASON),
        ),
        rows(
            "escalate", "升级", "reported dispatched working > .", "manager engineer system", (facts.LEVEL,)
        ),
        rows("remind", "催办", f"{UNDER_WAY} > .", "unit buyer supervisor"),
    ]


def pause() -> list[list[Transition]]:
    """Stopping the clocks for a reason that the contract allows, and letting them run again."""
    return [
        rows(
            "suspend",
            "挂起",
            "working > suspended",
            "engineer manager",
            facts.SUSPENSION,
            "suspended",
            "pause",
        ),
        rows(
            "resume",
            "恢复计时",
            "suspended > working",
            "engineer manager unit buyer supervisor system",
            (facts.AT,),
            "resumed",
            "resume",
        ),
    ]


def ending() -> list[list[Transition]]:
    """From the provider's word that it is done to the unit's word that it is; and the other ways out.

    Only the service unit confirms; without its word the worker does so under the contract's rule.  The
    provider cannot cancel: that would be a way to stop a clock.  It may merge, because the ticket that
    remains carries the clocks on, from the earlier of the two reports.
    """
    return [
        rows("confirm", "确认", "resolved > closed", "unit", (facts.RATING,)),
        rows("confirm_by_rule", "到期自动确认", "resolved > closed", "system"),
        rows("rate", "评价", "closed > .", "unit", (Need("rating", "满意度", "rating"),), once=True),
        rows(
            "reopen",
            "重开",
            "resolved closed > working",
            "unit buyer supervisor",
            (facts.REASON, facts.REOPEN_AT),
            "reopened",
            "start",
        ),
        rows(
            "cancel",
            "撤销",
            f"{UNDER_WAY} > cancelled",
            "unit buyer",
            (facts.REASON,),
            "cancelled",
            "stop",
        ),
        rows(
            "merge",
            "合并",
            f"{UNDER_WAY} > merged",
            "manager",
            (facts.INTO, facts.REASON),
            "cancelled",
            "stop",
        ),
    ]


def amending(while_open: str, by: str) -> list[list[Transition]]:
    """What may be put right about the report itself, without moving it: its item and its words.

    Another item brings other limits, so it takes a reason and never an engineer alone; words touch no clock.
    """
    return [
        rows(
            "change_item",
            "改系统",
            f"{while_open} > .",
            by,
            (facts.ITEM, facts.SEVERITY_THERE, facts.REASON),
            "item_changed",
        ),
        rows("amend", "更正信息", f"{while_open} > .", "manager engineer unit", (facts.TITLE,)),
    ]


def record() -> list[list[Transition]]:
    """What is put right afterwards: severity, item, words and times."""
    return [
        rows(
            "change_severity",
            "调整级别",
            f"{UNDER_WAY} resolved > .",
            "manager buyer supervisor",
            (facts.SEVERITY, facts.REASON),
            "severity_changed",
        ),
        *amending(f"{UNDER_WAY} resolved", "manager buyer supervisor"),
        rows(
            "correct_time",
            "更正时间",
            "working suspended resolved > .",
            "engineer manager",
            facts.CORRECTION,
            "corrected",
        ),
        rows(
            "confirm_correction",
            "认可更正",
            "working suspended resolved closed > .",
            "unit",
            (Need("correction", "更正记录", "reference"),),
        ),
    ]


TABLE: Table = build(
    "incident",
    "事件工单",
    STATES,
    "closed cancelled merged",
    [
        *intake("报修"),
        rows("arrive", "到场", "working > .", "engineer manager", (facts.AT,), "arrived", once=True),
        rows(
            "diagnose",
            "诊断",
            "working > .",
            "engineer manager",
            (facts.CAUSE, facts.AT),
            "diagnosed",
            once=True,
        ),
        rows(
            "mitigate",
            "应急恢复",
            "working > .",
            "engineer manager",
            (facts.MEASURE, facts.AT),
            "mitigated",
            once=True,
        ),
        rows(
            "provide_spare",
            "提供备件",
            "working suspended > .",
            "engineer manager",
            (facts.PART, facts.AT),
            "spare_delivered",
            once=True,
        ),
        *pause(),
        rows(
            "resolve",
            "办结",
            "working > resolved",
            "engineer manager",
            (facts.CAUSE, facts.SOLUTION, facts.AT),
            "resolved",
            "stop",
        ),
        rows(
            "submit_report",
            "提交报告",
            "working resolved closed > .",
            "engineer manager",
            (facts.REPORT,),
            "report_delivered",
            once=True,
        ),
        *ending(),
        *record(),
    ],
)
