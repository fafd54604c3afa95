"""Headings: which lines are titles, at which level, and whether they name a thing or an aspect."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from opsledger.reader.blocks import Block

_CN = "一二三四五六七八九十百"
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("chapter", re.compile(rf"(第[{_CN}\d]+[章节篇部]分?)[\s、:.]*")),
    (
        "package",
        re.compile(
            rf"(第[{_CN}\d]+(?:包|标段|标项|分包|分标)|(?:包|标段|标项|分包)[{_CN}\dA-Z]{{1,3}}|[A-Z\d]{{1,2}}(?:包|标段|标项))[\s:、.]+"
        ),
    ),
    ("decimal", re.compile(r"(\d{1,2}(?:\.\d{1,3}){1,6})[.、)]?\s*(?![\d%])")),
    ("chinese", re.compile(rf"([{_CN}]{{1,3}})[、.．]\s*")),
    ("chinese_paren", re.compile(rf"\(([{_CN}]{{1,3}})\)[、.]?\s*")),
    ("arabic_paren", re.compile(r"[(]?(\d{1,2})[)]\s*[、.]?")),
    ("arabic", re.compile(r"(\d{1,3})[.、．](?!\d)\s*")),
)
_SENTENCE = re.compile(r"[。;!?]")
_QUOTED = re.compile(r"“[^”]*”|《[^》]*》|\([^)]*\)|\"[^\"]*\"")
_TITLE_LENGTH = 60
_PLAIN_TITLE_LENGTH = 16
_VERBAL = re.compile(
    r"^(?:提供|负责|按照?|根据|对|为|保证|保障|确保|做好|需(?!求)|应(?![急用对])|如|若|要求|乙方|甲方|供应商|投标人|配合|定期|每)"
)

_ASPECT = re.compile(
    r"(?:内容|要求|范围|目标|概况|概述|背景|现状|方式|标准|人员|响应|时效|时间|期限|地点|承诺|处置|配置|清单"
    r"|说明|情况|条款|责任|义务|预算|原则|流程|规范|管理|成果|频率|介绍|计划|方案|措施|其他|权属|履行|监理)$"
)
_THING = re.compile(
    r"(?:运维|维护|维保|服务|系统|平台|项目|网站|网|小程序|公众号|软件|中心|机房|外包|专区|网络|设备|终端|门户"
    r"|数据库|驾驶舱|改造|升级|建设|运营|保障|大厅|云|链路|专线|测评|检测|演练|评估|监测|维修|采购|培训|扫描|测试|响应|加固|梳理|费)(?:\([^)]*\))?$"
)
_GENERIC = re.compile(
    r"运行|维护|维保|运维|运营|服务|系统|平台|支持|支撑|管理|保障|项目|基础|设施|环境|硬件|软件|设备|网络|安全|数据库|数据"
    r"|操作|业务|应用|中间件|服务器|存储|机房|终端|技术|咨询|培训|应急|响应|巡检|检查|日常|故障|处理|处置|优化|升级|更新|备份"
    r"|恢复|漏洞|扫描|渗透|测试|加固|演练|信息化?|资源|类|的|与|和|及|、|其他|其它|总体|整体|综合|定期|功能|性能|监控|内容|要求"
    r"|云网|链路|等级保护|等保|测评|机制|现场|远程|热线|电话|用户|客户|问题|需求|变更|配置|接口|调整|完善|开发|定制|增值|重要时期|时期"
    r"|桌面|办公|外设|主机|虚拟化|资产|台账|建设|评估|监测|检测|预警|通报|事件|风险|审计|会议|采购|外包|实施"
)
NOT_SERVICE = re.compile(
    r"投标|招标|评标|评审|评分|资格|须知|合同(?:条款|的?履行|格式|主要|文本|范本|草案|其他)|公告|邀请|付款|支付|结付|货款"
    r"|报价|预算|最高限价|知识产权|资产权属|保密|验收|监理要求|采购政策|法规|法律|政策|考核|绩效|扣分|奖惩|违约|赔偿"
    r"|业绩|声明|供应商能力|供应商资格|授权委托|质疑|保证金|中小企业|分包|商务条款|商务要求|争议|诉讼|不可抗力|履约|节能"
    r"|开标|定标|封面|税费|方案内容要求|商务部分|偏离"
)
"""Headings under which nothing binds the provider's work: bidding, payment, law and assessment."""


@dataclass(slots=True)
class Heading:
    """A title line: `path` is the printed number (``4.1.2``), `at` the index of its block."""

    style: str
    path: str
    title: str
    at: int
    start: int
    parent: Heading | None = None
    children: list[Heading] = field(default_factory=list)

    @property
    def is_service(self) -> bool:
        """Whether the title names a kind of service, specific or not."""
        bare = re.sub(r"\([^)]*\)|[“”\"《》\s]", "", self.title)
        return bool(_THING.search(bare)) and not _ASPECT.search(bare) and not NOT_SERVICE.search(bare)

    @property
    def is_thing(self) -> bool:
        """Whether the title names one specific thing to look after, not an aspect of the work."""
        bare = re.sub(r"\([^)]*\)|[“”\"《》\s]", "", self.title)
        return self.is_service and len(_GENERIC.sub("", bare)) >= 2


def is_title(words: str) -> bool:
    """A short line without a sentence in it, after its number has been taken off."""
    bare = _QUOTED.sub("", words)
    return (
        0 < len(words) <= _TITLE_LENGTH
        and not _SENTENCE.search(bare)
        and bare.count(",") == 0
        and not bare.endswith((":", "、", "-"))
        and ":" not in bare
        and len(bare.strip("、,;. ")) > 1
        and not _VERBAL.match(words)
    )


def is_plain_title(words: str) -> bool:
    """An unnumbered chapter title: short, no marks at all, ends in a word for an aspect."""
    return (
        1 < len(words) <= _PLAIN_TITLE_LENGTH
        and not re.search(r"[,。;:、!?\d《》()]", words)
        and bool(_ASPECT.search(words) or NOT_SERVICE.search(words))
        and not _VERBAL.match(words)
    )


def number_of(words: str) -> tuple[str, str, int] | None:
    """(style, number, length of the number as printed) of a numbered line, else None."""
    for style, pattern in _STYLES:
        if found := pattern.match(words):
            return style, found[1], found.end()
    return None


def headings(key: str, blocks: list[Block]) -> list[Heading]:
    """All title lines of the document in order, linked into a tree by their numbering."""
    found: list[Heading] = []
    stack: list[Heading] = []
    for at, block in enumerate(blocks):
        if block.is_row:
            continue
        words = key[block.start : block.end]
        numbered = number_of(words) if len(words) <= _TITLE_LENGTH + 12 else None
        if numbered:
            style, path, skip = numbered
            title = words[skip:].strip()
            if not is_title(title):
                continue
            heading = Heading(style, path, title, at, block.start)
        elif is_plain_title(words) and _starts_chapter(key, blocks, at, stack):
            heading = Heading("plain", "", words, at, block.start)
        else:
            continue
        _place(heading, stack)
        found.append(heading)
    return found


def _starts_chapter(key: str, blocks: list[Block], at: int, stack: list[Heading]) -> bool:
    """An unnumbered title opens a chapter where none is open, or where a second title follows at once."""
    if not stack or all(h.style == "plain" for h in stack):
        return True
    if NOT_SERVICE.search(key[blocks[at].start : blocks[at].end]):
        return True
    after = blocks[at + 1] if at + 1 < len(blocks) else None
    return after is not None and not after.is_row and is_plain_title(key[after.start : after.end])


def _place(heading: Heading, stack: list[Heading]) -> None:
    while stack and not _contains(stack[-1], heading, stack):
        stack.pop()
    if stack:
        heading.parent = stack[-1]
        stack[-1].children.append(heading)
    stack.append(heading)


def _contains(outer: Heading, inner: Heading, stack: list[Heading]) -> bool:
    if inner.style == "plain":
        return outer.style == "chapter"
    if inner.style == "decimal":
        if outer.style in ("decimal", "arabic"):
            return inner.path.startswith(outer.path + ".")
        # Whatever was opened below another decimal number is closed by the next one.
        numbered = any(h.style == "decimal" for h in stack[: stack.index(outer)])
        return not numbered and outer.style in ("chapter", "plain", "chinese", "chinese_paren")
    if inner.style == "chapter":
        return False
    # A style already open closes what is inside it; a new style goes deeper.
    return all(open_.style != inner.style for open_ in stack[: stack.index(outer) + 1])
