"""Which reaction a time limit is on: respond, arrive, diagnose, mitigate, resolve, report and so on."""

from __future__ import annotations

import re

_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "notice",
        r"(?:书面|电话|短信)?(?:通知|告知|提醒)(?:用户|客户|采购|甲方|买方|本单位|业主|招标|使用|"
        r"[^,;。]{0,6}局|[^,;。]{0,12}续费)",
    ),
    (
        "mitigate",
        r"应急恢复|恢复[^,;。]{0,4}核心功能|应急服务|临时(?:性)?的?(?:改善|措施|对策|替代|恢复|方案|解决)|应急措施|替代|备用(?:机|设备)|代用|备机|(?:进行|组织|开展)抢修|"
        r"启动应急|控制(?:事态|影响|住)|关闭服务器|断网",
    ),
    ("resolve", r"完成[^,]{0,4}抢修|抢修完成"),
    (
        "report",
        r"(?:出具|提交|提供|形成|给出|递交|编制|上报|报送)[^,;。诊]{0,20}(?:报告|处理单|处置单|总结)|报告提交",
    ),
    (
        "diagnose",
        r"诊断|分析结果|解决(?:方案|办法|措施|思路)|处理方案|初步方案|明确安排|故障定位|问题定位|(?:查明|明确|确定)原因|原因分析",
    ),
    (
        "arrive",
        r"到达|到场|到现场|赶到|赶往|赶赴|赶至|上门|前往|[至到][^,;。]{0,4}现场|抵达|到位|到岗|现场处置|送达现场",
    ),
    ("spare", r"^\s*(?:发出|发货|到货)"),
    (
        "respond",
        r"响应|回应|反应|电话(?:回复|回访|联系)|受理|远程(?:处置|处理|支持|介入|接入|协助)|电话支持|接单|取得联系|帮助用户|接听|应答|接通",
    ),
    ("answer", r"答复|解答|回复|答疑|反馈|指导方案|处理结果|处理意见"),
    (
        "resolve",
        r"解决(?!方案|办法|措施|思路)|修复|保修|排除|排(?=[^,;。查版]{0,4}故障)|恢复|维修(?!现场|人员|通知)|更换|修好|"
        r"整改|调整为|处理周期|处理完|处置完|完成处理|消除|办结",
    ),
    ("close", r"(?:实现|落地|处理|处置|完成|上线)$"),
)
_METRICS = [(name, re.compile(pattern)) for name, pattern in _PATTERNS]
_SPARE = re.compile(r"备件|配件|备品")
_JOINED = re.compile(r"并|和|及|且|、|现场")
_CHANNELS = (
    ("phone", re.compile(r"电话|聊天|微信")),
    ("remote", re.compile(r"远程|在线|线上")),
    ("business", re.compile(r"业务响应")),
    ("onsite", re.compile(r"现场|上门")),
)
_TIMED = re.compile(r"时间|周期|时限|时长|时效|限时|速度")


def metrics_after(words: str) -> list[str]:
    """Metrics of the verbs behind a limit in its clause: the first, and those joined to it by 并 or 和."""
    found = sorted(
        (
            (m.start(), order, name, m.end())
            for order, (name, p) in enumerate(_METRICS)
            for m in [p.search(words)]
            if m
        ),
    )
    if not found:
        return []
    first = found[0]
    names = [first[2]]
    for start, _, name, _ in found[1:]:
        between = words[first[3] : start]
        if start < first[3] or name in names or name == "respond":
            continue
        linked = re.search(r"并|和(?!维)|且", between) or (
            names == ["arrive"] and not between.strip("的现场")
        )
        if (
            linked
            and len(between) <= 12
            and {names[0], name} <= {"diagnose", "resolve", "arrive", "mitigate"}
        ):
            names.append(name)
    return names


def metric_before(words: str) -> str | None:
    """Metric named by a label ahead of a limit: 故障解决时间, 处理周期, 响应时效."""
    if not _TIMED.search(words) and not re.search(r"(?:响应|到场|解决|修复|恢复|更换)[^,;。]{0,6}$", words):
        return None
    if re.search(r"故障(?:处理|恢复|修复|持续|解决)?的?(?:最长)?时间", words):
        return "resolve"
    found = [
        (m.end(), -order, name)
        for order, (name, p) in enumerate(_METRICS)
        if name != "close"
        for m in p.finditer(words)
    ]
    return max(found)[2] if found else None


def is_spare(words: str) -> bool:
    """Whether the clause is about a spare part."""
    return bool(_SPARE.search(words))


def channel_of(words: str) -> str | None:
    """The channel a response is given through, where it is told."""
    return next((name for name, pattern in _CHANNELS if pattern.search(words)), None)
