"""Severity: the words that name the case a limit holds for (一般故障, 系统瘫痪, 紧急情况)."""

from __future__ import annotations

import re

_NOUN = (
    r"(?:故障|问题|情况|漏洞|隐患|[bB][uU][gG]|缺陷|事件|事故|攻击"
    r"|瘫痪|崩溃|宕机|异常|告警|工单|投诉|需求|诉求|咨询|软硬件维护|停机)"
)
_PHRASE = re.compile(rf"[^,;。:()/]{{0,45}}{_NOUN}(?:类)?")
_LEVEL = re.compile(
    r"(?:(?<!分为)(?<!分)(?<!共)[一二三四五]级|[IVⅠⅡⅢⅣ]{1,3}级|[A-Z]?[1-5]级|(?<![A-Za-z\d])[PST][0-4](?!\d)|[ABCD]级|(?:一般|普通|严重|特别重大|重大|特大|较大|紧急|"
    r"轻微)级?)(?:\([^)]{1,10}\))?(?=故障|事件|$|[\d,:立≤§])"
)
_IF = re.compile(r"(?:若|如果?|当|一旦|致使|遇到?|发生|出现)")
_TROUBLE = re.compile(r"受损|下降|中断|无法|不能|失效|丢失|瘫痪|停机|崩溃|错误|出错")
_TOLD = re.compile(
    r"接到|收到|接报|得到|接收|供应商|乙方|服务方|工程师|技术人员|维护人员|维修人员|投标人|中标|采购人有权"
)
_ESCALATION = re.compile(r"远程|电话|(?:需|需要)现场|更换|现场服务")
_GRAVE = re.compile(r"紧急|重大|严重|突发|没解决")
_RECURRING = re.compile(r"每[年月周日季半]|[一\d]次")
_WORKER = re.compile(r"人员(?:分析|处理|解决|受理|响应)")
_FALLBACK = re.compile(r"(?:如果?|若|当)?仍?(?:不能|无法)(?:解决|排除|修复)(?!的)[^,]{0,6}(?:提供|启用|安排)")
"""若不能解决则提供… says what is done next, not which case the next limit holds for."""
_ASKED = re.compile(r"(?:接到|收到).*(?:需求|诉求|咨询)$")
_LEAD = re.compile(
    r"^(?:\s|[①-⑳]|[-•·●■◆★▲※*]|[\d.、]|并|且|以及|和|但|原则上|对于?|针对|如果?|若|当|遇到|遇有?|及时做好|因此|在|将|其中|期间|同时"
    r"|凡(?:是)?|(?:用户|甲|采购|业主|使用|建设)(?:方|人)?(?:提出|反馈|申报)的|检测出的|除(?=故障)|发现的?|出现的?|发生的?|工作时间|"
    r"非工作时间|做到|从|为|一是|二是|三是)+"
)
_BARE = re.compile(
    r"以及|结合|跟踪|原因|整个|完全|前|状态|[①-⑳]|系统|平台|设备|网络|数据库|软件|硬件|软硬件|服务|用户|客户|甲方|乙方|采购人|采购方|"
    r"本单位|我单位|单位|出现|发生|遇到|接到|收到|接收到?"
    r"|接报|报修|报障|报错|维修|故障|问题|情况|事件|的|后|时|如|若|当|对|于|产生|任何|所有|每次|"
    r"可能|存在|处理|解决|修复|响应|并|在|应|须|需|到达|现场"
    r"|等|维护|运行|中|其|该|各|类|因|出|提出|提供|发现|检测|及时|信息|通知|原有|诊断|排除|"
    r"工程技术|技术|工程师|供应商|服务商|人员|进行|电话|请求|申报"
    r"|使用|运维|过程|正常|具有|能力|将|服务期|内|做好|小时|合同|执行|期间|\d|要求|给予|按照|建设方|有|不|能|会|"
    r"到|和|与|或|[.、 ]|第三方|项目|业务|日常|接口|咨询|需求"
    r"|工作时间|工作|全部|下|上|确保|保证|保障|做到|快速|迅速|立即|第一时间|负责|相关|得|被|工单|热线|支持|受理|"
    r"远程|级别|时间|时效|时限|周期|恢复|普通的"
)
LIMIT_MARK = "§"
"""Ends a clause that was cut off at its time limit."""

_OWN_NOUN = re.compile(r"漏洞|[bB][uU][gG]|攻击|瘫痪|崩溃|宕机|隐患")


def case_before(clauses: list[str]) -> str | None:
    """The case named by the clauses before a limit, nearest last; None where it is any fault."""
    if conditional := _condition(clauses):
        return conditional
    for words in reversed(clauses):
        if level := _last(_LEVEL, words):
            noun = re.match(r"(?:性)?(?:故障|事件|问题)", words[words.rindex(level) + len(level) :])
            return level + (noun[0] if noun else "")
        if named := _named(words):
            return named
    return None


def _last(pattern: re.Pattern[str], words: str) -> str | None:
    found = None
    for match in pattern.finditer(words):
        found = match[0]
    return found


def _named(words: str) -> str | None:
    """The last phrase of the clause that ends in a noun for trouble and says which."""
    for match in reversed(list(_PHRASE.finditer(re.sub(r"\([^)]*\)", "", words)))):
        phrase = _trim(re.sub(r"^.*(?:接到|收到|接报)", "", match[0]))
        if _ESCALATION.search(phrase) and not _GRAVE.search(phrase):
            continue
        if _RECURRING.search(phrase) or _WORKER.search(phrase):
            continue
        if _ASKED.search(match[0]) and not _GRAVE.search(phrase):
            continue
        if phrase and says_which(phrase):
            return phrase
    return None


def _trim(phrase: str) -> str:
    return re.sub(r"(?:时|后|的|在)*[,§]*$", "", _LEAD.sub("", phrase)).strip()


def says_which(phrase: str) -> bool:
    """Whether the phrase says more than that there is some fault."""
    return (
        bool(_OWN_NOUN.search(phrase) or re.match(r"中等|中级|大|小", phrase))
        or len(_BARE.sub("", phrase)) >= 1
    )


def _condition(clauses: list[str]) -> str | None:
    """A whole condition that spans several clauses: 若…出现故障，导致系统瘫痪…"""
    for index, words in enumerate(clauses):
        marker = _IF.search(words)
        if not marker or marker.start() > 12 or "(" in words[: marker.start()]:
            continue
        kept = [] if _FALLBACK.match(words[marker.start() :]) else [words[marker.start() :]]
        for later in clauses[index + 1 : -1]:
            if kept and LIMIT_MARK in kept[-1]:
                break
            if _TOLD.search(later) or re.search(r"\d|应|须|必须", later):
                break
            kept.append(later)
        condition = _trim(",".join(kept).replace(LIMIT_MARK, ""))
        if re.match(r"逾期|超时", condition) or (len(kept) == 1 and not _TROUBLE.search(condition)):
            continue
        if _TOLD.match(condition) or _ESCALATION.search(condition) or not _TROUBLE.search(condition):
            continue
        if says_which(condition):
            return condition
    return None
