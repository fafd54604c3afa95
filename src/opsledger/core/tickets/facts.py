"""The facts that ticket actions ask for, and the contract's reasons for stopping a clock."""

from __future__ import annotations

from collections.abc import Mapping

from opsledger.core.needs import Need

SUSPENSION_REASONS: Mapping[str, str] = {
    "customer": "等待服务单位配合",
    "third_party": "等待第三方",
    "spare_part": "等待备品备件",
    "agreed": "双方约定另定时间",
    "approval": "等待采购人批准",
    "force_majeure": "不可抗力",
}
"""Every reason there is; which of them stop the clock is for the contract to say (`allowed_reasons`)."""

AT = Need("at", "操作时间", "moment", optional=True, not_before="reported_at", not_after="now")
ITEM = Need("item", "服务项", "reference")
SUMMARY = Need("summary", "情况描述")
ASSIGNEE = Need("assignee", "处理人", "reference")
REASON = Need("reason", "理由")
CAUSE = Need("cause", "原因")
SOLUTION = Need("solution", "处理结果")
ANSWER = Need("answer", "答复内容")
MEASURE = Need("measure", "恢复措施")
LEVEL = Need("level", "升级对象", "reference")
SEVERITY = Need("severity", "级别", "choice", among="allowed_severities")
# The level of the item to which a ticket goes, where that item has levels.
SEVERITY_THERE = Need("severity", "级别", "choice", among="allowed_severities", only_if="severity_asked")
TITLE = Need("title", "标题")
RATING = Need("rating", "满意度", "rating", optional=True)
INTO = Need("into", "目标工单", "reference")
REPORT = Need("attachment", "报告附件", "reference")
PART = Need("part", "备件", "reference")
REOPEN_AT = Need("at", "重开时间", "moment", optional=True, not_after="reopen_until")

SUSPENSION = (
    Need("reason", "挂起原因", "choice", among="allowed_reasons"),
    # Who was waited for decides a dispute: a wait without a name is not a wait.
    Need("waiting_for", "等待对象", only_if="reason=customer|third_party|approval"),
    Need("approved_by", "批准人", "reference", only_if="approval_required"),
    AT,
)
CORRECTION = (
    Need("event", "更正的事项", "choice", among="correctable_events"),
    Need("happened_at", "实际时间", "moment", not_before="reported_at", not_after="now"),
    REASON,
)
