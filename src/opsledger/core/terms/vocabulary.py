"""The words in which binding terms are said: every code word with the Chinese word shown for it.

The sets follow the reader's interchange form; words that only the product needs (``event`` and
``continuous`` frequencies, more KPI metrics) stand at the end of their set and are marked so.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A code word that carries its Chinese `label`; equal to, hashed and serialised as its string."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word


class TermKind(Word):
    """The nine kinds of binding term."""

    SLA = "sla", "时限"
    DUTY = "duty", "例行义务"
    KPI = "kpi", "指标"
    QUOTA = "quota", "限量服务"
    DELIVERABLE = "deliverable", "交付物"
    LICENCE = "licence", "授权许可"
    STAFFING = "staffing", "人员配备"
    RETENTION = "retention", "留存期限"
    APPROVAL = "approval", "事先批准"


class SlaMetric(Word):
    """What a time limit is on, in the order in which the moments are met."""

    RESPOND = "respond", "响应"
    ARRIVE = "arrive", "到场"
    DIAGNOSE = "diagnose", "诊断"
    MITIGATE = "mitigate", "应急恢复"
    RESOLVE = "resolve", "解决"
    REPORT = "report", "提交报告"
    SPARE = "spare", "备件到位"
    ANSWER = "answer", "答复"
    NOTICE = "notice", "提前通知"


class Channel(Word):
    """The way in or out on which a response limit counts."""

    PHONE = "phone", "电话"
    REMOTE = "remote", "远程"
    ONSITE = "onsite", "现场"
    BUSINESS = "business", "业务"


class TimeUnit(Word):
    """The unit of a limit; ``same_day`` is always of value 1."""

    MINUTE = "minute", "分钟"
    HOUR = "hour", "小时"
    DAY = "day", "天"
    WORKDAY = "workday", "个工作日"
    WEEK = "week", "周"
    MONTH = "month", "个月"
    YEAR = "year", "年"
    SAME_DAY = "same_day", "当天"


class LimitClock(Word):
    """In whose hours a report falls for the limit to bind."""

    ANY = "any", "不分时段"
    BUSINESS = "business", "工作时间"
    NONBUSINESS = "nonbusiness", "非工作时间"


class TicketKind(Word):
    """The kinds of ticket (glossary)."""

    INCIDENT = "incident", "事件"
    REQUEST = "request", "服务请求"
    QUESTION = "question", "咨询"
    CHANGE = "change", "变更"
    PROBLEM = "problem", "问题"


class Activity(Word):
    """What is done in a recurring duty."""

    INSPECTION = "inspection", "巡检"
    MAINTENANCE = "maintenance", "维护保养"
    BACKUP = "backup", "备份"
    BACKUP_CHECK = "backup_check", "备份检查"
    RESTORE_TEST = "restore_test", "恢复演练"
    CONFIG_BACKUP = "config_backup", "配置备份"
    VULN_SCAN = "vuln_scan", "漏洞扫描"
    PENTEST = "pentest", "渗透测试"
    BASELINE = "baseline", "基线核查"
    WEAK_PASSWORD = "weak_password", "弱口令与密码核查"
    LOG_REVIEW = "log_review", "日志审查"
    HARDENING = "hardening", "安全加固"
    DRILL = "drill", "应急演练"
    TRAINING = "training", "培训"
    MEETING = "meeting", "会议与会议保障"
    MONITORING = "monitoring", "监测"
    CALLBACK = "callback", "回访"
    ASSET_REVIEW = "asset_review", "台账梳理"
    MLPS = "mlps", "等保测评"
    UPGRADE = "upgrade", "升级更新"
    RISK_ASSESSMENT = "risk_assessment", "风险评估"
    SECURITY_CHECK = "security_check", "安全检查"
    RECONCILE = "reconcile", "核对"
    PUBLISH = "publish", "内容发布"
    DATA_UPDATE = "data_update", "数据更新"
    STATISTICS = "statistics", "统计分析"
    CALIBRATION = "calibration", "校准检定"
    VISIT = "visit", "上门服务"
    OTHER = "other", "其他"


class Period(Word):
    """The period within which a duty falls due ``count`` times.

    ``event`` (bound to anchors instead of the calendar) and ``continuous`` (always, so that no due
    windows follow) are the product's own; ``unspecified`` is a gap that the parties have to settle.
    """

    DAY = "day", "日"
    WORKDAY = "workday", "工作日"
    WEEK = "week", "周"
    MONTH = "month", "月"
    QUARTER = "quarter", "季度"
    HALFYEAR = "halfyear", "半年"
    YEAR = "year", "年"
    TERM = "term", "服务期"
    UNSPECIFIED = "unspecified", "未定周期"
    EVENT = "event", "按事件"
    CONTINUOUS = "continuous", "持续"


class Mode(Word):
    """How a duty is done."""

    ONSITE = "onsite", "现场"
    REMOTE = "remote", "远程"


class KpiMetric(Word):
    """A measurable target that is no limit on a single case; the second half are the product's own."""

    AVAILABILITY = "availability", "可用性"
    DOWNTIME = "downtime", "累计中断时长"
    MTTR = "mttr", "平均恢复时间"
    REPEAT_RATE = "repeat_rate", "重复故障率"
    FAULT_COUNT = "fault_count", "故障次数"
    RESOLVE_RATE = "resolve_rate", "解决率"
    RESPONSE_RATE = "response_rate", "响应率"
    DATA_LATENCY = "data_latency", "数据时延"
    BACKUP_COMPLETENESS = "backup_completeness", "备份完整率"
    ACCURACY = "accuracy", "准确率"
    COVERAGE = "coverage", "覆盖率"
    SINGLE_OUTAGE = "single_outage", "单次中断时长"
    RPO = "rpo", "数据恢复点目标"
    RTO = "rto", "恢复时间目标"
    USAGE = "usage", "资源使用率"
    HANDLING_RATE = "handling_rate", "处置率"
    TIMELINESS = "timeliness", "及时率"
    LEAK_COUNT = "leak_count", "泄露事件数"
    DELIVERY_RATE = "delivery_rate", "数据传输有效率"
    SATISFACTION = "satisfaction", "满意度"
    PERFORMANCE = "performance", "性能"


class Op(Word):
    """How a value is compared with its bound."""

    GE = ">=", "不低于"
    LE = "<=", "不超过"
    GT = ">", "高于"
    LT = "<", "低于"
    EQ = "=", "为"


class KpiUnit(Word):
    """The unit of a KPI's value."""

    PERCENT = "percent", "%"
    MINUTE = "minute", "分钟"
    HOUR = "hour", "小时"
    DAY = "day", "天"
    SECOND = "second", "秒"
    MILLISECOND = "millisecond", "毫秒"
    COUNT = "count", "次"


class MeasureWindow(Word):
    """The span of time over which a KPI is measured."""

    DAY = "day", "每日"
    WEEK = "week", "每周"
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF = "half", "每半年"
    YEAR = "year", "每年"
    TERM = "term", "服务期内"


class Cadence(Word):
    """How often a deliverable is due; ``event`` is bound to anchors."""

    DAY = "day", "每日"
    WEEK = "week", "每周"
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALFYEAR = "halfyear", "每半年"
    YEAR = "year", "每年"
    TERM = "term", "服务期内一次"
    EVENT = "event", "按事件"


class Act(Word):
    """An act that the provider may not do before somebody has agreed or been told."""

    REPLACE_PERSON = "replace_person", "更换人员"
    DATA_CHANGE = "data_change", "修改数据"
    SHUTDOWN = "shutdown", "停机停用"
    REPLACE_PART = "replace_part", "更换部件"
    DISCLOSURE = "disclosure", "对外提供资料数据"
    SHARE_RESOURCE = "share_resource", "资源挪作他用"
    SUBCONTRACT = "subcontract", "转包分包"
    CHANGE = "change", "实施变更"
    ACCESS = "access", "进入与接入"
    OTHER = "other", "其他"


class Consent(Word):
    """What must be had before the act."""

    WRITTEN = "written", "书面同意"
    CONSENT = "consent", "同意"
    NOTICE = "notice", "告知"


class Party(Word):
    """Who gives the consent."""

    BUYER = "buyer", "采购人"
    UNIT = "unit", "使用单位"
    SUPERVISOR = "supervisor", "监理"


class Owner(Word):
    """The provider's role that answers for an obligation."""

    ENGINEER = "engineer", "运维工程师"
    MANAGER = "manager", "项目经理"


class AnchorEvent(Word):
    """An event of the contract's life to which a due window is tied."""

    SIGNING = "signing", "合同签订"
    AWARD = "award", "中标"
    START = "start", "服务开始"
    TERM_END = "term_end", "服务期满"
    ASSURANCE = "assurance", "重要时期保障"
    MEETING = "meeting", "重要会议或活动"
    INCIDENT = "incident", "事件处置完成"
    UPGRADE = "upgrade", "升级变更"
    EXPIRY = "expiry", "到期"
    DEMAND = "demand", "采购人或使用单位提出"
    PERIOD_END = "period_end", "周期结束"


class Side(Word):
    """Where a due window lies to its event."""

    BEFORE = "before", "前"
    DURING = "during", "期间"
    AFTER = "after", "后"
