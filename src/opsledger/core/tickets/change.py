"""Changes (变更): nothing of the customer's is altered without consent, a window and a way back.

Three kinds of GB/T 28827 practice: normal ones are approved each time, standard ones follow an approved
template, emergency ones start on a named person's word and are approved afterwards, before they can close.
"""

from __future__ import annotations

from opsledger.core.needs import Need
from opsledger.core.tickets import facts
from opsledger.core.transitions import Table, build, rows

STATES = {
    "draft": "草稿",
    "approving": "待批准",
    "approved": "待实施",
    "implementing": "实施中",
    "implemented": "待评审",
    "rolled_back": "已回退待评审",
    "closed": "已关闭",
    "rejected": "未批准",
    "cancelled": "已撤销",
}

WINDOW = (
    Need("window_begin", "计划开始时间", "moment"),
    Need("window_end", "计划结束时间", "moment", not_before="window_begin"),
)
PLAN = (
    Need("risk", "风险分析"),
    Need("steps", "实施步骤"),
    Need("rollback", "回退方案"),
    Need("tests", "验证办法"),
    *WINDOW,
)
_RATIFIED = Need("ratified_by", "补批人", "reference", only_if="emergency")

TABLE: Table = build(
    "change",
    "变更",
    STATES,
    "closed rejected cancelled",
    [
        rows("draft", "起草", "new > draft", "manager engineer", (facts.ITEM, facts.SUMMARY)),
        # What has been sent for approval says what it says: another item or other words take a new draft.
        rows(
            "change_item",
            "改系统",
            "draft > .",
            "manager",
            (facts.ITEM, facts.SEVERITY_THERE, facts.REASON),
            "item_changed",
        ),
        rows("amend", "更正信息", "draft > .", "manager engineer", (facts.TITLE,)),
        rows("submit", "送审", "draft > approving", "manager engineer", PLAN, "change_submitted"),
        rows(
            "submit_standard",
            "按标准变更办理",
            "draft > approved",
            "manager",
            (Need("template", "标准变更模板", "reference"), *WINDOW),
            "change_approved",
        ),
        rows(
            "start_emergency",
            "紧急实施",
            "draft approving approved > implementing",
            "manager engineer",
            (Need("consented_by", "口头同意人", "reference"), facts.REASON, Need("rollback", "回退方案")),
            "change_started",
        ),
        rows("approve", "批准", "approving > approved", "buyer", (), "change_approved"),
        rows("send_back", "退回修改", "approving > draft", "buyer supervisor", (facts.REASON,)),
        rows("reject", "不予批准", "approving > rejected", "buyer", (facts.REASON,), "change_rejected"),
        # A new window is a new promise to the users, so it goes back to the buyer.
        rows("reschedule", "改期", "approved > approving", "manager", (*WINDOW, facts.REASON)),
        rows(
            "start",
            "开始实施",
            "approved > implementing",
            "engineer manager",
            (Need("at", "实施时间", "moment", not_before="window_begin", not_after="window_end"),),
            "change_started",
        ),
        rows("log_step", "记录步骤", "implementing > .", "engineer manager", (Need("note", "步骤记录"),)),
        rows(
            "finish",
            "实施完成",
            "implementing > implemented",
            "engineer manager",
            (Need("outcome", "实施结果"), Need("test_result", "验证结果")),
            "change_finished",
        ),
        rows(
            "roll_back",
            "回退",
            "implementing implemented > rolled_back",
            "engineer manager",
            (facts.REASON,),
            "change_rolled_back",
        ),
        rows(
            "review",
            "评审",
            "implemented rolled_back > closed",
            "buyer supervisor",
            (Need("conclusion", "评审结论"), _RATIFIED),
            "change_reviewed",
        ),
        rows(
            "cancel",
            "撤销",
            "draft approving approved > cancelled",
            "manager buyer",
            (facts.REASON,),
            "cancelled",
        ),
    ],
)
