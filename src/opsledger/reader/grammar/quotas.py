"""Quotas: bounded amounts of service (人日, 次, 篇, 条, 账号, Mbps, rented devices)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsledger.core.quantities import number
from opsledger.reader.blocks import Span
from opsledger.reader.grammar.sentences import Sentence
from opsledger.reader.proposals import Proposal, plain

_NUM = r"(?:\d+(?:\.\d+)?万?|[一二两三四五六七八九十]{1,3})"
_EFFORT = re.compile(
    rf"(?P<op>不超过|不少于|累计不超过|至多|至少)?\s*(?:共)?(?P<n>{_NUM})\s*个?\s*(?P<u>人天人次|天人次|人天|人日|人月|工日|人次|工作日)(?P<post>以内|内|以上)?"
)
_PIECE = re.compile(
    rf"(?P<op>不超过|不少于|不低于|最多|最大|至少|累计不超过|共计|共|含|≥|≤)?\s*(?P<n>{_NUM})\s*(?P<u>篇|条|次|组|期|张|个(?!月|工作日|小时|半)|台|用户|人|对|Mbps|M(?!B)|T(?!\+)|G(?!B)|字)(?P<post>以内|以上|内)?"
)
_GOODS = re.compile(
    r"账号|账户|用户数|用户$|文章|篇|短信|查询|修改|需求调整|监测方案|监测主题|方案|主题|小程序|海报|外采|活动|图解|一图读懂|流量|带宽|租赁|租纤|物联网卡|电话"
    r"|域名|网站|阅读量|粉丝|编辑排版|拍摄|摄像机|终端|专线|定位|CDN|网元|系统设计|探头|机柜|光模块|调优|改造"
)
_OWNED = re.compile(
    r"维护设备|型号|数量\s*:|使用年限|检测点|维保|摄像头|主机|购买|空调|UPS|交换机|服务器|现有|目前|已建设|涵盖|包含\d|覆盖|应用模块|子系统|信息系统|单位|门店|机构|中心|家"
)
_OTHER_WORK = re.compile(r"上门服务|巡检|培训|演练|扫描|测试|检查|维护|备份|回访")
_PERIODIC = re.compile(r"每(?:年|月|周|日|季度|天|半年)|全年|1年|一年|次/")
_NOT_SERVICE = re.compile(r"扣|得分|万元|元|像素|支持\d+路|关键字|字段|节点|端口|分钟|版本")


def read(sentence: Sentence, title: str) -> Iterator[Proposal]:
    """The quotas of one sentence."""
    key = sentence.key
    clauses = sentence.clauses()
    if _NOT_SERVICE.search(sentence.words) and not re.search(r"账号|账户", sentence.words):
        return
    for index, clause in enumerate(clauses):
        context = key[clauses[max(0, index - 1)].start : clause.end]
        yield from _efforts(key, clause, context)
        yield from _pieces(key, clause, sentence, title)


def _op(op: str | None, post: str | None) -> str:
    words = (op or "") + (post or "")
    if re.search(r"不超过|最多|最大|至多|内|≤", words):
        return "<="
    return ">=" if re.search(r"不少于|不低于|至少|以上|≥", words) else "="


def _efforts(key: str, clause: Span, context: str) -> Iterator[Proposal]:
    for match in _EFFORT.finditer(key, clause.start, clause.end):
        unit = match["u"]
        if unit == "工作日" and not re.search(r"工作量", context):
            continue
        unit = {"天人次": "人日", "人天人次": "人日"}.get(unit, unit)
        what = re.search(r"需求调整|保障服务|修改|调优|培训|开发", key[clause.start : clause.end])
        fields = {
            "what": what[0] if what else "服务工作量",
            "op": _op(match["op"], match["post"]),
            "value": plain(number(match["n"])),
            "unit": unit,
        }
        yield Proposal("quotas", fields, clause, "quota.effort", 0.9)


def _pieces(key: str, clause: Span, sentence: Sentence, title: str) -> Iterator[Proposal]:
    words = key[clause.start : clause.end]
    if _PERIODIC.search(words):
        return
    for match in _PIECE.finditer(key, clause.start, clause.end):
        left, right = key[clause.start : match.start()], key[match.end() : clause.end]
        unit = match["u"]
        if match["n"] == "一" or re.search(r"[\d.每第]$", left) or (not left.strip() and "." in match["n"]):
            continue
        if unit in ("台", "M") and not re.search(
            r"租|续费|提供[^,;。]{0,14}$|共计|合计|不低于|流量", left[-16:] + match[0] + right[:10]
        ):
            continue
        near = re.split(r"[、;。]", left)[-1][-14:] + "|" + re.split(r"[、;。\d]", right)[0][:14]
        if match["u"] == "期" and re.match(r"[、,合]", right):
            continue
        right_goods = re.split(r"[、;。\d]|(?<=[^内上]),", right)[0]
        if unit == "次" and _OTHER_WORK.search(right_goods[:10]):
            continue
        goods = _GOODS.search(near) or (_GOODS.search(right) if unit == "个" and match["post"] else None)
        rest = re.sub(r"[\s(),;]", "", _PIECE.sub("", sentence.words))
        alone = not rest and unit in ("期", "篇", "次", "条", "字", "组")
        if not (
            goods
            or (
                alone
                and _GOODS.search(
                    sentence.key[sentence.span.start - 40 if sentence.span.start > 40 else 0 : clause.end]
                )
            )
        ):
            continue
        if _OWNED.search(near) and not re.search(r"租|续租|账号|流量", near):
            continue
        if unit == "个" and re.search(r"账号|账户", near):
            unit = "账号"
        elif unit == "个" and "用户数" in near:
            unit = "用户"
        elif unit == "M":
            unit = "Mbps"
        fields = {
            "what": (goods[0] if goods else title),
            "op": _op(match["op"], match["post"]),
            "value": plain(number(match["n"])),
            "unit": unit,
        }
        yield Proposal("quotas", fields, clause, "quota.piece", 0.75)
