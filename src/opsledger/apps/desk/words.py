"""The words of the desk: metrics, states, sources, verbs for the ledger."""

from __future__ import annotations

from opsledger.core.terms import SlaMetric

METRIC_WORDS: dict[str, str] = {str(metric): metric.label for metric in SlaMetric}
METRIC_WORDS["report"] = "报告"

RATING_PARTS = {
    "speed": "响应",
    "quality": "质量",
    "manner": "态度",
    "effect": "效果",
    "contact": "沟通",
}

FAULTS = ("硬件", "系统软件", "应用程序", "数据", "网络与线路", "安全事件", "电力与环境", "操作使用", "其他")

# What the channels call the warnings of the ladder; no entry of the ledger.
DUE_SOON = "ticket.due_soon"
# Tasks given or due, and reminders set by oneself: for persons alone, no entry of the ledger either.
TO_DO = "ticket.to_do"
# What the story calls every fact about a task; papers leave them out.
TASK_FACT = "task"

# What a channel may be limited to: topic -> words and the verbs that belong to it.
TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "reported": ("新报修", ("ticket.reported",)),
    "hands": (
        "派单、转派、接单、退回",
        ("ticket.dispatched", "ticket.reassigned", "ticket.accepted", "ticket.declined"),
    ),
    "limits": ("时限将到与超时", (DUE_SOON, "ticket.breached")),
    "escalated": (
        "升级、改系统与等级调整",
        ("ticket.escalated", "ticket.item_changed", "ticket.severity_changed"),
    ),
    "paused": (
        "到场、挂起与恢复",
        ("ticket.arrived", "ticket.mitigated", "ticket.suspended", "ticket.resumed"),
    ),
    "done": (
        "办结、确认、重开与评价",
        (
            "ticket.resolved",
            "ticket.confirmed",
            "ticket.confirmed_by_rule",
            "ticket.confirm_reminded",
            "ticket.reopened",
            "ticket.rated",
            "ticket.cancelled",
        ),
    ),
    "said": (
        "说明、补充、更正与催办",
        (
            "ticket.noted",
            "ticket.joined",
            "ticket.update_told",
            "ticket.completed",
            "ticket.amended",
            "ticket.sent_back",
            "ticket.reminded",
        ),
    ),
    "rules": ("屡次发生等提示", ("ticket.rule_hit",)),
    "tasks": ("待办与本人设的提醒", (TO_DO,)),
}

# What people say to each other, as against what is done, in the story of a ticket.
TALK = frozenset(
    {"note", "joined", "update", "remind", "send_back", "complete", "call_back", "rate", "refuse_time"}
)

# The ledger's verb for each action of the tables.
VERBS = {
    "report": "ticket.reported",
    "dispatch": "ticket.dispatched",
    "reassign": "ticket.reassigned",
    "accept": "ticket.accepted",
    "decline": "ticket.declined",
    "send_back": "ticket.sent_back",
    "complete": "ticket.completed",
    "escalate": "ticket.escalated",
    "remind": "ticket.reminded",
    "arrive": "ticket.arrived",
    "diagnose": "ticket.diagnosed",
    "mitigate": "ticket.mitigated",
    "provide_spare": "ticket.spare_provided",
    "suspend": "ticket.suspended",
    "resume": "ticket.resumed",
    "resolve": "ticket.resolved",
    "answer_at_once": "ticket.resolved",
    "submit_report": "ticket.report_submitted",
    "confirm": "ticket.confirmed",
    "confirm_by_rule": "ticket.confirmed_by_rule",
    "rate": "ticket.rated",
    "reopen": "ticket.reopened",
    "cancel": "ticket.cancelled",
    "merge": "ticket.merged",
    "convert": "ticket.converted",
    "change_severity": "ticket.severity_changed",
    "change_item": "ticket.item_changed",
    "amend": "ticket.amended",
    "correct_time": "ticket.time_corrected",
    "confirm_correction": "ticket.time_confirmed",
    "ask_approval": "ticket.approval_asked",
    "approve": "ticket.approved",
    "reject": "ticket.rejected",
}

STATE_TONES = {
    "draft": "idle",
    "approved": "ok",
    "implementing": "soon",
    "implemented": "waiting",
    "rolled_back": "gap",
    "logged": "waiting",
    "analysing": "soon",
    "known_error": "gap",
    "accepted_risk": "ok",
    "reported": "waiting",
    "returned": "gap",
    "dispatched": "waiting",
    "approving": "waiting",
    "working": "soon",
    "suspended": "paused",
    "resolved": "waiting",
    "closed": "ok",
    "cancelled": "idle",
    "merged": "idle",
    "converted": "idle",
    "rejected": "idle",
}


# Words of acts that stand in no table.
ACT_WORDS = {
    "note": "说明",
    "joined": "反映同一情况",
    "brought_in": "知会",
    "update": "进展通报",
    "children_told": "告知子工单",
    "children_resolved": "办结子工单",
    "linked": "关联",
    "unlinked": "取消关联",
    "absorbed": "并入一张工单",
    "divided": "拆出一张工单",
    "refuse_time": "不认可时间",
    "call_back": "回访",
    "use_article": "引用知识",
    "declare": "说明涉及事项",
    "emergency": "紧急处置",
    "task_added": "添加待办",
    "task_changed": "修改待办",
    "task_done": "完成待办",
    "task_reopened": "重开待办",
    "task_withdrawn": "撤回待办",
}

# Changes and problems: what the ledger calls their acts, in the order of their tables.
TABLE_VERBS = {
    "draft": "起草变更",
    "submit": "变更送审",
    "submit_standard": "按标准变更办理",
    "start_emergency": "紧急实施变更",
    "reschedule": "变更改期",
    "start": "开始实施变更",
    "log_step": "记录变更步骤",
    "finish": "变更实施完成",
    "roll_back": "变更回退",
    "review": "评审变更",
    "log": "登记问题",
    "assign": "问题派单",
    "link_incident": "问题关联事件",
    "record_workaround": "记录临时措施",
    "identify": "确认根因",
    "close": "关闭问题",
    "accept_risk": "接受风险",
}


def verb(action: str) -> str:
    """The ledger's verb for an action."""
    return VERBS.get(action, f"ticket.{action}")
