"""Problems (问题): why incidents come back, what is done until that ends, and what ended it."""

from __future__ import annotations

from opsledger.core.needs import Need
from opsledger.core.tickets import facts
from opsledger.core.transitions import Table, build, rows

STATES = {
    "logged": "待分析",
    "analysing": "分析中",
    "known_error": "已知错误",
    "resolved": "待评审",
    "closed": "已关闭",
    "accepted_risk": "接受风险",
    "cancelled": "已撤销",
}
_OPEN = "logged analysing known_error"

TABLE: Table = build(
    "problem",
    "问题",
    STATES,
    "closed accepted_risk cancelled",
    [
        rows(
            "log",
            "登记",
            "new > logged",
            "manager engineer buyer supervisor system",
            (facts.ITEM, facts.SUMMARY),
        ),
        rows("assign", "派单", "logged > analysing", "manager", (facts.ASSIGNEE,)),
        rows("reassign", "转派", "analysing known_error > .", "manager", (facts.ASSIGNEE, facts.REASON)),
        rows(
            "link_incident",
            "关联事件",
            f"{_OPEN} resolved > .",
            "manager engineer",
            (Need("incident", "事件工单", "reference"),),
        ),
        rows(
            "record_workaround",
            "记录临时措施",
            "analysing known_error > .",
            "engineer manager",
            (Need("workaround", "临时措施"),),
        ),
        rows(
            "identify",
            "确认根因",
            "analysing > known_error",
            "engineer manager",
            (Need("root_cause", "根本原因"),),
            "cause_identified",
        ),
        rows(
            "resolve",
            "解决",
            "known_error > resolved",
            "engineer manager",
            (facts.SOLUTION, Need("change", "实施的变更", "reference", optional=True)),
            "problem_resolved",
        ),
        rows(
            "close",
            "关闭",
            "resolved > closed",
            "buyer supervisor manager",
            (Need("conclusion", "评审结论"),),
            "problem_closed",
        ),
        rows(
            "accept_risk",
            "接受风险",
            "known_error > accepted_risk",
            "buyer",
            (facts.REASON,),
            "risk_accepted",
        ),
        rows(
            "reopen",
            "重开",
            "resolved closed accepted_risk > analysing",
            "buyer supervisor manager",
            (facts.REASON,),
            "problem_reopened",
        ),
        rows(
            "change_item",
            "改系统",
            f"{_OPEN} > .",
            "manager buyer supervisor",
            (facts.ITEM, facts.SEVERITY_THERE, facts.REASON),
            "item_changed",
        ),
        rows("amend", "更正信息", f"{_OPEN} resolved > .", "manager engineer", (facts.TITLE,)),
        rows("cancel", "撤销", f"{_OPEN} > cancelled", "manager buyer", (facts.REASON,), "cancelled"),
    ],
)
