"""Recurring activities and the words they are called by."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORDS: tuple[tuple[str, str], ...] = (
    ("restore_test", r"恢复(?:性)?(?:的)?演练|还原测试|恢复性?测试|还原演练|测试数据恢复|恢复验证"),
    ("backup_check", r"备份(?:数据)?[^,;。()]{0,14}(?:检查|校验|核查|验证)|检查[^,;。()]{0,6}备份"),
    ("config_backup", r"配置(?:文件|文档|信息)?[^,;。()]{0,5}备份"),
    (
        "backup",
        r"备份(?!恢复|还原|策略|软件|系统|一体机|机制|计划|数据的)|快照(?!备份)|全备(?!份)|数据存放到",
    ),
    ("weak_password", r"弱口令|弱密码"),
    ("vuln_scan", r"漏洞(?:扫描|检测|排查|自查)|漏扫|安全扫描|扫描(?:测试|检查)?(?!室|仪)"),
    ("pentest", r"渗透(?:性)?(?:测试)?"),
    ("baseline", r"基线"),
    ("risk_assessment", r"风险评估|安全性?评估|审计评估"),
    ("asset_review", r"台账建设|资产(?:进行)?(?:梳理|清点|盘点)"),
    ("mlps", r"等保测评|等级保护测评|等级测评|(?:等保|等级保护)[^,;。]{0,6}测评"),
    ("drill", r"演练|演习"),
    ("training", r"培训"),
    ("callback", r"(?<!上门)回访"),
    ("log_review", r"日志(?:进行)?(?:审计|分析|检查|查看|收集分析)|(?:查看|分析|检查)[^,;。()]{0,12}日志"),
    ("hardening", r"加固"),
    ("security_check", r"安全(?:专项)?(?:检查|监测|检测|巡检)"),
    ("visit", r"上门(?:巡回|服务|回访|维护)|巡回服务"),
    (
        "inspection",
        r"巡检|巡查|巡视|检查|查验|健康性?检查|检测(?!车|点|数据|设备|平台|仪|报告)|查看|抽检|测试|测评|测量|试机|[晨午晚日点]检|普查|试运行",
    ),
    ("reconcile", r"对账|对帐"),
    ("calibration", r"校准|检定"),
    ("publish", r"推送|制作发布|发布|制作|采编|编辑"),
    ("data_update", r"数据(?:更新|录入)|更新数据"),
    (
        "maintenance",
        r"更换(?=\s*[一\d两]\s*次)|保养|除尘|清洗|清洁|清扫|更换[^,;。]{0,8}(?:滤网|皮带)|(?:滤网|皮带)[^,;。]{0,12}更换|紧[^,;。]{0,4}端子|预防性维护|硬件维护|检修(?!人|班|单位)",
    ),
    ("statistics", r"统计|分析|汇总"),
    ("meeting", r"例会|(?<!每次)会议(?!系统|室|设备|期间|话筒|保障)|座谈"),
    ("monitoring", r"监控(?!系统|中心|软件|设备|平台|记录|指标)|监测(?!系统|平台|点|设备|站|数据|监控)|监看"),
    ("upgrade", r"升级|特征库|病毒库|补丁"),
)
_ACTIVITIES = [(name, re.compile(pattern)) for name, pattern in _WORDS]
_WEAK = re.compile(r"(?:维护|维保)(?!周期|期|费|单位|人员|服务商|公司|团队)")
_PART_OF_NAME = re.compile(
    r"^情况(?=$|[,;。])|^(?:情况|结果|问题|过程|工作|汇总|数据|总结|整改|维护|服务|等)*(?:报告|记录|台账|报表|表|方案|预案|计划|清单|手册|书|视频|档案|工具|人员)"
)
_NOT_DONE = re.compile(r"(?:不包含|不含|不负责|无需)[^,;。]*$")


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity word at an offset relative to the words searched."""

    name: str
    start: int
    end: int


def activities(words: str) -> list[Activity]:
    """Activity words that stand for work, not for part of a document's name, in order of place."""
    found: list[Activity] = []
    for name, pattern in _ACTIVITIES:
        for match in pattern.finditer(words):
            if _PART_OF_NAME.match(words[match.end() :]) or _NOT_DONE.search(words[: match.start()]):
                continue
            if all(match.end() <= a.start or match.start() >= a.end for a in found):
                found.append(Activity(name, match.start(), match.end()))
    return sorted(found, key=lambda a: a.start)


def weak_activity(words: str) -> str | None:
    """Plain 维护, which counts as maintenance only where nothing more definite is said."""
    match = _WEAK.search(words)
    return "maintenance" if match and not _PART_OF_NAME.match(words[match.end() :]) else None


def mode_of(words: str) -> str | None:
    """onsite or remote where the words say so."""
    if re.search(r"现场|上门|到场|驻场", words):
        return "onsite"
    return "remote" if re.search(r"远程|线上|在线", words) else None
