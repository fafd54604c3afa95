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
    rf"(?P<op>不超过|不少于|累计不超过|至多|至少)?\s*(?:共)?(?P<n>{_NUM})\s*个?\s*(?P<u>人天人次|天人次|人天|人日|人月|工日|人次|工作日)(?P<post>以内(?!的)|内(?!的)|以上)?(?!以内的|内的)"
)
_PIECE = re.compile(
    rf"(?P<op>不超过|不少于|不低于|最多|最大|至少|累计不超过|共计|合计|共|含|≥|≤)?\s*(?P<n>{_NUM})\s*(?P<u>篇|条|次|组|期|张|个(?!月|工作日|小时|半|工日|人)|台|用户|人|对|套|Mbps|M(?!B)|T(?!\+)|G(?!B)|字)(?P<post>以内|以上|内)?"
)
_GOODS = re.compile(
    r"等保服务|测评系统数量|账号|账户|用户数|用户$|文章|篇|短信|查询|修改|需求调整|监测方案|监测主题|方案|主题|小程序|海报|外采|活动|图解|一图读懂|流量|带宽|租赁|租纤|物联网卡|电话"
    r"|域名|网站|阅读量|粉丝|编辑排版|拍摄|摄像机|终端|专线|裸纤|定位|CDN|网元|系统设计|探头|机柜|光模块|调优|改造"
)
_OWNED = re.compile(
    r"维护设备|型号|数量\s*:|使用年限|检测点|维保|摄像头|主机|购买|空调|UPS|交换机|服务器|现有|目前|已建设|涵盖|包含\d|覆盖|应用模块|子系统|信息系统|单位|门店|机构|中心|家"
)
_OTHER_WORK = re.compile(r"上门服务|巡检|培训|演练|扫描|测试|检查|维护|备份|回访|渗透|加固|评估")
_PERIODIC = re.compile(r"每(?:年|月|周|日|季度|天|半年)|全年|1年|一年|次/")
_SERVED = re.compile(r"租|续费|提供[^,;。]{0,14}$|共计|合计|不低于|流量|提供[^,;。]{0,10}\d")
_REACH = 40
_DRAWN = re.compile(
    r"(?P<what>[^,;。:()\d]{2,12}?)(?:次数)?(?:全年|每年|每月|服务期内|合同期内)?(?:不超过|不多于|最多|至多|上限为?)\s*(?P<n>\d{1,4})\s*次(?!数)"
)
_TARGET = re.compile(r"故障|中断|宕机|停机|投诉|事件|事故|差错|超时|失败|通报|扣")
_NOT_SERVICE = re.compile(r"扣|得分|万元|像素|支持\d+路|关键字|字段|分钟|共有|现有")


def read(sentence: Sentence, title: str) -> Iterator[Proposal]:
    """The quotas of one sentence."""
    key = sentence.key
    clauses = sentence.clauses()
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
        unit = {"天人次": "人日", "人天人次": "人日", "人天": "人日"}.get(unit, unit)
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
    if (drawn := _DRAWN.search(words)) and not _TARGET.search(words):
        # At most so many times a year is an amount to draw on; at most so many faults is a target.
        what = re.sub(r"^(?:全年|每年|每月|提供|的)+|(?:全年|每年|每月|次数)+$", "", drawn["what"].strip())
        fields = {"what": what or title, "op": "<=", "value": plain(number(drawn["n"])), "unit": "次"}
        yield Proposal("quotas", fields, clause, "quota.drawn", 0.75)
        return
    if _PERIODIC.search(words) or (_NOT_SERVICE.search(words) and not re.search(r"账号|账户", words)):
        return
    for match in _PIECE.finditer(words):
        left, right = words[: match.start()], words[match.end() :]
        if _no_amount(match, left, right, words):
            continue
        near = re.split(r"[、;。]", left)[-1][-14:] + "|" + re.split(r"[、;。\d]", right)[0][:14]
        goods = _goods(match, near, right, sentence, clause)
        if goods is None or (_OWNED.search(near) and not re.search(r"租|续租|账号|流量", near)):
            continue
        fields = {
            "what": goods or title,
            "op": _op(match["op"], match["post"]),
            "value": plain(number(match["n"])),
            "unit": _unit(match["u"], near),
        }
        yield Proposal("quotas", fields, clause, "quota.piece", 0.75)


def _no_amount(match: re.Match[str], left: str, right: str, words: str) -> bool:
    """Whether the number is a clause number, one of many, a version or work that is a duty."""
    unit = match["u"]
    apart = match[0].startswith((" ", "\t"))
    if not apart and re.search(r"[\d.每第]$", left):
        return True
    if match["n"] == "一" or (not left.strip() and "." in match["n"]):
        return True
    if unit == "G" and re.match(r"[345]$", match["n"]):
        return True
    if unit == "期" and re.match(r"[、,合]", right):
        return True
    if unit == "次" and _OTHER_WORK.search(re.split(r"[;。\d(]", right)[0][:22]):
        return True
    if unit == "个" and re.match(r"版本|方面|阶段|层面|模块|子系统|部分|步骤", right):
        return True
    if unit == "套" and not re.search(r"^[^,;。]{0,14}(?:等保|测评)服务", right):
        return True
    if unit in ("台", "M") and not _SERVED.search(left[-16:] + match[0] + right[:10]):
        return True
    return bool(re.search(r"授权期|均包含", words))


def _goods(match: re.Match[str], near: str, right: str, sentence: Sentence, clause: Span) -> str | None:
    """What the amount is of; empty where the sentence is nothing but amounts; None where it is no service."""
    if found := _GOODS.search(near):
        return found[0]
    # A cell that is nothing but an amount of traffic: the cells beside it say of what.
    alone = match["u"] in ("T", "Mbps", "M") and not re.sub(r"[\s|]", "", _PIECE.sub("", near))
    if alone and (found := _GOODS.search(sentence.words)):
        return found[0]
    if match["u"] == "Mbps":
        return "带宽"
    if match["u"] == "个" and match["post"] and (found := _GOODS.search(right)):
        return found[0]
    rest = re.sub(r"[\s(),;]", "", _PIECE.sub("", sentence.words))
    before = sentence.key[max(0, sentence.span.start - _REACH) : clause.end]
    if not rest and match["u"] in ("期", "篇", "次", "条", "字", "组") and _GOODS.search(before):
        return ""
    return None


def _unit(unit: str, near: str) -> str:
    if unit == "个" and re.search(r"账号|账户", near):
        return "账号"
    if unit == "个" and "用户数" in near:
        return "用户"
    return "Mbps" if unit == "M" else unit
