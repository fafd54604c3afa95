"""KPIs: measurable targets that are no limit of a single case."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsledger.core.quantities import number
from opsledger.reader.grammar.sentences import Sentence
from opsledger.reader.proposals import Proposal, plain

_NUM = r"\d+(?:\.\d+)?"
_RATES: tuple[tuple[str, str], ...] = (
    ("repeat_rate", r"重复(?:发生|报修|故障)?率|复发率"),
    ("backup_completeness", r"备份(?:数据)?(?:的)?(?:完整(?:率|性)|[^,;。]{0,4}成功率)"),
    ("availability", r"可用(?:性|率|度)|连通率|在线率|正常运行率|完好率|有效率"),
    ("resolve_rate", r"修复率|解决率|处理率|处置率|办结率|整改率|排除率|完成率"),
    ("response_rate", r"响应率|接通率|接听率|应答率|及时率"),
    ("accuracy", r"准确(?:率|性)|正确率|合格率"),
    ("coverage", r"覆盖率|覆盖面|传输率|捕获率|获取率|上传率"),
)
_RATE_WORDS = [(name, re.compile(pattern)) for name, pattern in _RATES]
_PERCENT = re.compile(
    rf"(?P<op>≥|>=|>|不低于|不小于|不少于|达到?|≤|<=|<|不超过|不高于|低于)?\s*(?:要求)?(?:保证)?(?:需)?(?:达到?)?\s*(?P<n>{_NUM})\s*%"
)
_DOWNTIME = re.compile(
    rf"(?:中断|停机|宕机|故障)(?:的)?(?:时长|时间|发生时间)(?:低于\d+‰\(约)?[^,;。\d]{{0,12}}?(?P<op>≤|<|不超过|不大于|低于|不得超过|少于)?[^,;。\d]{{0,6}}?(?P<n>{_NUM})\s*个?(?P<u>小时|分钟|天)(?:以内|内)?"
)
_MTTR = re.compile(
    rf"平均(?:修复|恢复|解决)时间\s*(?:≤|<|不超过|不大于|不高于|小于|低于|为)?\s*(?P<n>{_NUM})\s*(?P<u>小时|分钟|天)"
)
_TOLD_DOWN = re.compile(r"中断|停机|全年|年|月|宕机|累计|单[一次]")
_STOPPED = re.compile(
    rf"(?:累计|全年|年度?|每[年月]|单次)[^,;。\d]{{0,8}}(?:中断|停机|宕机)[^,;。\d]{{0,4}}(?:≤|<|不(?:得)?超过|不大于|小于|低于|少于)"
    rf"\s*(?P<n>{_NUM})\s*个?(?P<u>小时|分钟|天)"
)
_LATENCY = re.compile(
    rf"(?:延时|延迟|时延|RPO[^,;。\d]{{0,8}}?)\s*(?:在)?\s*(?P<op>≤|<|小于|低于|不超过)?\s*(?P<n>{_NUM})\s*(?P<u>ms|毫秒|秒|分钟|小时|天)(?:以内|内)?"
)
_DAY_LATER = re.compile(r"T\+(?P<n>\d)")
_COUNT = re.compile(
    rf"(?P<f>故障|事件)?[^,;。]{{0,12}}?(?:不得超过|不超过|不能超过|≤|少于)\s*(?P<n>{_NUM})\s*次"
)
_UNITS = {
    "小时": "hour",
    "分钟": "minute",
    "天": "day",
    "秒": "second",
    "ms": "millisecond",
    "毫秒": "millisecond",
}
_ENVIRONMENT = re.compile(r"电池|蓄电池|容量|放电|偏差|电压|磁盘|扣|得分|考核|价格|扣除|预付|合同")


def read(sentence: Sentence) -> Iterator[Proposal]:
    """The KPIs of one sentence."""
    key = sentence.key
    clauses = sentence.clauses()
    for index, clause in enumerate(clauses):
        words = key[clause.start : clause.end]
        if sentence.row and index and not any(p.search(words) for _, p in _RATE_WORDS):
            # The metric stands in the cell to the left: 系统可用率 | ≥99.9%.
            words = key[clauses[index - 1].start : clauses[index - 1].end].strip() + words.strip()
        if _ENVIRONMENT.search(words):
            continue
        for name, op, value, unit, rule in _facts(words, sentence.words):
            single = name == "resolve_rate" or re.search(r"单次|每次|单一|/次", words)
            window = _window(words) or (
                _window(key[clauses[index - 1].start : clause.start]) if index and not single else None
            )
            fields = {"metric": name, "op": op, "value": value, "unit": unit, "window": window}
            yield Proposal("kpis", fields, clause, rule, 0.9)


def _facts(words: str, sentence: str) -> Iterator[tuple[str, str, int | float, str, str]]:
    for match in _PERCENT.finditer(words):
        names = _rate_names(words[: match.start()], words)
        for name in names:
            yield (
                name,
                _op(
                    match["op"] or words[max(0, match.start() - 6) : match.end() + 2],
                    number(match["n"]) == 100,
                ),
                plain(number(match["n"])),
                "percent",
                "kpi.rate",
            )
    if told := _MTTR.search(words):
        yield "mttr", "<=", plain(number(told["n"])), _UNITS[told["u"]], "kpi.mttr"
    elif told := (_TOLD_DOWN.search(words) and _DOWNTIME.search(words)) or _STOPPED.search(words):
        yield "downtime", "<=", plain(number(told["n"])), _UNITS[told["u"]], "kpi.downtime"
    if told := _LATENCY.search(words):
        yield "data_latency", "<=", plain(number(told["n"])), _UNITS[told["u"]], "kpi.latency"
    if told := _DAY_LATER.search(words):
        yield "data_latency", "<=", int(told["n"]), "day", "kpi.latency"
    if (told := _COUNT.search(words)) and "故障" in sentence and ("故障" in words or "其中" in words):
        yield "fault_count", "<=", plain(number(told["n"])), "次", "kpi.count"


def _rate_names(before: str, words: str) -> list[str]:
    found = sorted(((m.end(), name) for name, p in _RATE_WORDS for m in p.finditer(before)))
    if not found:
        after = [(m.start(), name) for name, p in _RATE_WORDS for m in p.finditer(words)]
        return [min(after)[1]] if after and min(after)[0] - len(before) < 10 else []
    names = [found[-1][1]]
    if len(found) > 1 and re.search(r"率[和、及与][^,]{0,8}率", before):
        names = [name for _, name in found[-2:]]
    return list(dict.fromkeys(names))


def _op(words: str, full: bool) -> str:
    if re.search(r"≥|>|不低于|不小于|不少于|以上", words):
        return ">="
    if re.search(r"≤|<|不超过|不高于|低于|不大于", words):
        return "<="
    return "=" if full or not re.search(r"达|须|需|保证", words) else ">="


def _window(words: str) -> str | None:
    for name, pattern in (("half", r"半年"), ("year", r"年(?![^,;。]{0,4}授权)"), ("month", r"月|每月")):
        if re.search(pattern, words):
            return name
    return None
