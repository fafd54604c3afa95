"""The words in which entries are read: subjects, verbs, changed fields.

A room that records a new verb adds its word here: the ledger is read in Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping

SUBJECT_WORDS = {
    "contract": "合同",
    "term": "条款",
    "obligation": "义务",
    "occurrence": "履约任务",
    "ticket": "工单",
    "outage": "中断",
    "exclusion": "剔除时段",
    "target": "监测点",
    "assessment": "考核",
    "person": "人员",
    "document": "文档",
}

VERB_WORDS = {
    "contract.loaded": "载入合同",
    "contract.changed": "修改合同",
    "contract.planned": "排定计划",
    "item.changed": "修改服务项",
    "term.added": "新增条款",
    "term.changed": "修改条款",
    "term.rejected": "不采纳条款",
    "obligation.bound": "确立义务",
    "obligation.agreed": "约定义务",
    "obligation.planned": "排定任务",
    "occurrence.submitted": "提交完成情况",
    "occurrence.started": "开始执行",
    "occurrence.withdrawn": "撤回",
    "occurrence.signed": "签字确认",
    "occurrence.verified": "复核通过",
    "occurrence.accepted_by_rule": "异议期满视为通过",
    "occurrence.returned": "退回",
    "occurrence.waiver_asked": "申请豁免",
    "occurrence.waived": "豁免",
    "occurrence.cancelled": "取消任务",
    "occurrence.rescheduled": "改期",
    "occurrence.assigned": "派给",
    "occurrence.missed": "超期未完成",
    "outage.recorded": "登记中断",
    "outage.ended": "中断恢复",
    "outage.corrected": "更正中断",
    "exclusion.requested": "申请剔除时段",
    "exclusion.approved": "批准剔除时段",
    "exclusion.rejected": "驳回剔除时段",
    "target.created": "新增监测点",
    "watch.spans_recorded": "录入监测状态",
    "ticket.reported": "报修",
    "ticket.dispatched": "派单",
    "ticket.reassigned": "转派",
    "ticket.accepted": "接单",
    "ticket.declined": "退单",
    "ticket.sent_back": "退回补充",
    "ticket.completed": "补充",
    "ticket.escalated": "升级",
    "ticket.reminded": "催办",
    "ticket.arrived": "到场",
    "ticket.diagnosed": "诊断",
    "ticket.mitigated": "应急恢复",
    "ticket.spare_provided": "提供备件",
    "ticket.suspended": "挂起",
    "ticket.resumed": "恢复计时",
    "ticket.resolved": "办结",
    "ticket.report_submitted": "提交报告",
    "ticket.confirmed": "确认",
    "ticket.confirmed_by_rule": "到期自动确认",
    "ticket.rated": "评价",
    "ticket.reopened": "重开",
    "ticket.cancelled": "撤销",
    "ticket.merged": "合并",
    "ticket.converted": "转单",
    "ticket.severity_changed": "调整级别",
    "ticket.time_corrected": "更正时间",
    "ticket.time_confirmed": "认可时间",
    "ticket.approval_asked": "提请批准",
    "ticket.approved": "批准",
    "ticket.rejected": "不予批准",
    "ticket.noted": "补充说明",
    "ticket.breached": "超时",
    "ticket.breach_lifted": "撤销超时",
    "assessment.filled": "考核补充登记",
    "assessment.row_withdrawn": "撤销考核登记",
    "assessment.excluded": "批准免责",
    "assessment.exclusion_asked": "申请免责",
    "assessment.exclusion_refused": "不批准免责",
    "assessment.objected": "提出异议",
    "assessment.objection_upheld": "异议成立",
    "assessment.objection_rejected": "异议不成立",
    "assessment.issued": "签发考核表",
    "assessment.recalled": "撤回考核表",
    "assessment.signed": "签署考核表",
    "assessment.corrected": "更正考核表",
    "person.created": "新增人员",
    "person.role_granted": "授予角色",
    "person.role_withdrawn": "收回角色",
    "person.token_issued": "签发令牌",
}


def word(verb: str) -> str:
    """The Chinese word for a verb (the verb itself if it has none)."""
    return VERB_WORDS.get(verb, verb)


FIELD_WORDS = {
    "role": "角色",
    "organisation": "单位",
    "username": "用户名",
    "name": "名称",
    "note": "说明",
    "reason": "原因",
    "state": "状态",
    "severity": "等级",
    "assignee": "处理人",
    "due": "到期",
    "items": "服务项",
    "terms": "条款",
    "obligations": "义务",
    "occurrences": "履约任务",
    "from": "原为",
    "to": "改为",
    "rating": "评分",
    "late": "逾期",
    "numbers": "数值",
    "files": "文件",
    "planned_at": "计划时间",
    "count": "数量",
    "starts_at": "开始",
    "ends_at": "结束",
    "cause": "原因",
    "kind": "类别",
    "retroactive": "事后申请",
    "row": "考核项",
    "fact": "事实",
    "points": "分值",
    "happened_on": "发生日期",
    "until": "截止",
    "score": "得分",
    "band": "等级",
    "deduction": "扣款",
    "payable": "应付",
    "digest": "校验值",
    "party": "签署方",
    "edition": "版次",
    "reading": "读法",
    "point": "待约定事项",
    "pack": "合同包",
    "scopes": "权限范围",
    "prefix": "令牌前缀",
    "source": "来源",
    "item": "服务项",
    "metric": "时限",
    "limit": "限时",
    "clause": "条款",
    "solution": "处理结果",
    "waiting_for": "等待对象",
    "approved_by": "批准人",
    "interrupted_from": "中断起",
    "interrupted_to": "中断止",
    "entered_late": "事后补登",
    "private": "内部说明",
}


def changes_text(changes: Mapping[str, object]) -> str:
    """The changes in one line of words."""
    return "；".join(f"{FIELD_WORDS.get(name, name)}：{_value(value)}" for name, value in changes.items())


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "，".join(f"{FIELD_WORDS.get(str(k), str(k))} {_value(v)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return "、".join(_value(one) for one in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
