"""Deliverables: reports, records and documents to hand over, with their cadence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from opsledger.reader.blocks import Block, Span
from opsledger.reader.grammar.frequency import Frequency, frequencies
from opsledger.reader.grammar.sentences import Sentence
from opsledger.reader.proposals import Proposal

_HEADS = (
    r"报告书|报告台账|报告|台[账帐]|报表|问题清单|处理清单|服务清单|改进清单|清单|(?:巡检|维护|"
    r"维修|监控|培训|运维|校准)?记录(?:表|单)?|操作手册|手册"
    r"|培训视频|应急预案|预案|总结|简报|周报|月报|季报|年报|专报|需求文档|文档|说明书|图册|"
    r"统计表|巡检表|技术支持表|服务表|收集表|明细表|分析表"
    r"|工单|审核单|教材|成果"
)
_PLANS = (
    r"(?:[^,;。、:的]{0,12}方案(?:/[^,;。、:及和]{0,8}(?:报告|方案))+"
    r"|(?:应急(?:处理|处置|保障|响应|演练|服务)?|加固|演练|整改"
    r"|实施|备份恢复策略|保障|防漏|培训|优化|灾备|流程|改进)(?:方案|计划))"
)
_NOUN = re.compile(rf"(?:{_PLANS}|{_HEADS})")
_VERB = re.compile(
    r"提供|提交|出具|形成|完成|编制|编写|制作|交付|输出|做好|建立|撰写|递交|汇编(?:成)?|整理|"
    r"做出|作出|附|(?<![支预交])付|(?<![没没具所含设拥仍应享])有(?=(?:总结|报表|台账|记录))|"
    r"编写|上报|签订后提交|提供单独的"
)
_DETAIL = re.compile(r"包括|包含|包括但不限于|内容|如下")
_LIST_INTRO = re.compile(
    r"(?:工作|服务|交付|运维)?(?:成果|交付物|交付资料|资料交付|"
    r"交付文档)(?:[^。;]{0,12})?(?:如下|包括|包含|不限于|:|$)|(?:交付|验收|"
    r"提交)[^。;]{0,6}材料|资料交付"
)
_TITLE = re.compile(r"《([^《》]{2,60})》")
_LAW = re.compile(
    r"法》|条例》|办法》|规定》|意见》|通知》|标准》|规范》|指南》|要求》|协议》|准则》|纲要》|"
    r"细则》|承诺书》|责任书》|号\)"
)
_EVENT = re.compile(
    r"及时|按需|每次|每一次|如有|若|一旦|结束后|完成后|检测后|巡检后|完一周|完后|事件|任何|"
    r"根据需要|如发生|当|后"
)
_YEARLY_NAME = (
    ("month", re.compile(r"月报|月度|\(月\)|每月")),
    ("quarter", re.compile(r"季报|季度")),
    ("halfyear", re.compile(r"半年")),
    ("year", re.compile(r"年度|年终|年报|年度总结")),
    ("week", re.compile(r"周报|每周")),
    ("day", re.compile(r"日报|每日")),
)
_NAME_LEAD = re.compile(
    r"^(?:\s|[的、,并且及和与或一份套]|\d+[、.)]|相应的?|相关的?|有关的?|详细的?|完整的?|"
    r"有效的?|完备的?|全面的?|书面的?(?!报告)|符合[^的]{0,20}要求的|必要的?"
    r"|以(?=每)|每(?:年|月|周|日|季度|次)|按月|按季度|按年度|定期|及时|分别|必须|应|需要?|须|"
    r"向[^,]{0,12}?(?=提)|包括|包含|如下|为[^,;]{0,14}(?:提供)"
    r"|根据需要统计的|项目|一次|单次|其中|多种)+"
)
_DRAFTED = re.compile(r"可提供|(?<!的)制定(?!和?(?:并)?(?:提交|提供))|有效的外部|证明")
_AS_NEEDED = re.compile(r"^(?:根据需要|按需)(?:统计|提供|编制)?的?")
_AT_THE_END = re.compile(
    r"(?:项目|服务)(?:完成|结束)(?:时|后)|验收(?:后|时)|(?:服务期|运维期|合同期?|期)(?:届|期)?满|合同终止"
)
_BUNDLE = re.compile(
    r"将([^,;。]{2,20}?(?:文档|资料|档案))(?:汇集|汇编|整理|装订|全部|一并)[^,;。]{0,8}(?:交付|移交|提交|交)"
)
_LABELLED = re.compile(r"^([^:]{0,12}?(?:报告|报表|简报|月报|总结))(?:草拟|编制|撰写|编写|制作|汇总)$")
_REGISTER = re.compile(r"建立([^,;。]{2,20}登记)制度")
_FORM = re.compile(r"以([^;。]{4,50}?)的?形式")
_NOT_DELIVERABLE = re.compile(
    r"证明|复印件|投标|招标|发票|合同|协议|承诺|申请|用户手册上|解决方案|"
    r"(?<!应急)处理方案(?!/)|改进方案|设计方案|工作日志及|法律|法规|通知书|许可"
    r"|经验总结|工作成果|服务成果|各项|保险|投保|缴纳|进行|说明(?!书)|可提供|安全自查|专家|"
    r"简历|委托|业绩|资质|监测方案|预警方案|分析总结"
)


@dataclass(slots=True)
class DeliverableReader:
    """Reads the deliverables of one item; remembers an open list and the last stated frequency."""

    key: str
    _listing: bool = False
    _list_cadence: str | None = None
    _last_period: str | None = None
    _line: int = -1
    _names: dict[str, str | None] = field(default_factory=dict)

    def read(self, sentence: Sentence, block: Block) -> Iterator[Proposal]:
        """The deliverables of one sentence."""
        first = self._line != block.start
        if first:
            self._line = block.start
            self._listing = self._listing and self._is_list_line(self.key[block.start : block.end])
        intro = _LIST_INTRO.search(sentence.words)
        if self._listing and first and not intro:
            yield from self._list_line(sentence, Span(block.start, block.end))
            return
        if self._listing and not intro:
            return
        if intro and sentence.span.end >= block.end - 1:
            rest = Span(sentence.span.start + intro.end(), sentence.span.end)
            self._listing = True
            yield from self._prose(Sentence(self.key, Span(sentence.span.start, rest.start), "", "", ()))
            yield from self._titles(rest, sentence)
            if not _TITLE.search(self.key, rest.start, rest.end):
                yield from self._intro_list(rest, sentence)
            return
        yield from self._prose(sentence)
        yield from self._titles(sentence.span, sentence, handed=True)

    def _is_list_line(self, words: str) -> bool:
        bare = re.sub(r"^\s*(?:[(]?[\d一二三四五六七八九十]{1,3}[)、.])\s*", "", words)
        if _TITLE.search(bare):
            return True
        return (
            len(bare) <= 90
            and not re.search(r"。.", bare)
            and bool(_NOUN.search(bare))
            and not re.search(r"^[^:]{2,16}:", bare)
        )

    def _list_line(self, sentence: Sentence, line: Span) -> Iterator[Proposal]:
        if _TITLE.search(self.key, line.start, line.end):
            titles = list(_TITLE.finditer(self.key, line.start, line.end))
            for title in (
                titles[:1]
                if re.search(r"》\s*,?\s*(?:包含|包括)", self.key[line.start : line.end])
                else titles
            ):
                yield from self._make(
                    title[1], Span(title.start(), title.end()), sentence, None, "deliverable.list", 0.95
                )
            return
        yield from self._intro_list(line, sentence)

    def _intro_list(self, line: Span, sentence: Sentence) -> Iterator[Proposal]:
        words = self.key[line.start : line.end]
        words = re.sub(r"[。;]+$", "", words)
        if not _NOUN.search(words):
            return
        for part in re.finditer(r"[^、,;]+", words):
            name = re.sub(r"^\s*(?:[(]?\d{1,2}[)、.]|[:①-⑳])\s*", "", part[0]).strip()
            name = re.sub(r"等+$", "", name)
            if (
                2 <= len(name) <= 40
                and not re.fullmatch(r"[\d一二三四五六七八九十]+", name)
                and not re.search(r"完成|服务$|以下", name)
            ):
                yield from self._make(name, line, sentence, None, "deliverable.listed", 0.85)

    def _titles(self, span: Span, sentence: Sentence, handed: bool = False) -> Iterator[Proposal]:
        for title in _TITLE.finditer(self.key, span.start, span.end):
            before = self.key[span.start : title.start()]
            if handed and not (
                _VERB.search(before[-40:])
                and not re.search(r"按照|根据|依据|符合|遵守|参照|签署|签订", before[-40:])
            ):
                continue
            if _NOT_DELIVERABLE.search(title[1]) or _LAW.search(
                title[0] + self.key[title.end() : title.end() + 3]
            ):
                continue
            yield from self._make(
                title[1], Span(title.start(), title.end()), sentence, None, "deliverable.title", 0.9
            )

    def _prose(self, sentence: Sentence) -> Iterator[Proposal]:
        if made := _LABELLED.match(sentence.label):
            yield from self._labelled(made[1], sentence)
            return
        if bundle := _BUNDLE.search(sentence.words):
            yield from self._make(bundle[1], sentence.span, sentence, "term", "deliverable.bundle", 0.8)
        if kept := _REGISTER.search(sentence.words):
            yield from self._make(kept[1], sentence.span, sentence, "event", "deliverable.register", 0.7)
        found = frequencies(self.key, sentence.span.start, sentence.span.end)
        form = _FORM.search(sentence.words)
        verb_open = False
        for clause in sentence.clauses():
            words = self.key[clause.start : clause.end]
            verb = _VERB.search(words)
            if _DRAFTED.search(words):
                verb_open = False
                continue
            if form and clause.start <= sentence.span.start + form.start() < clause.end:
                yield from self._forms(form[1], clause, sentence)
                continue
            if verb is None and not (verb_open and _NOUN.search(words)):
                verb_open = False
                continue
            if form and "书面报告" in words:
                continue
            start = clause.start + (verb.end() if verb else 0)
            names = list(self._names_in(Span(start, clause.end), words))
            for name, at in names:
                cadence, rule = self._cadence(name, at, sentence, found)
                yield from self._make(name, clause, sentence, cadence, rule, 0.85)
            verb_open = bool(names)
        periods = [
            f for f in found if f.count == 1 and f.every == 1 and f.period not in ("term", "unspecified")
        ]
        if periods:
            self._last_period = periods[-1].period

    def _labelled(self, name: str, sentence: Sentence) -> Iterator[Proposal]:
        """A paragraph headed 分析报告草拟: the document is due at every period the paragraph names."""
        found = [
            f for f in frequencies(self.key, sentence.span.start, sentence.span.end) if f.period in _CADENCES
        ]
        for frequency in found:
            yield from self._make(name, sentence.span, sentence, frequency.period, "deliverable.label", 0.8)

    def _forms(self, words: str, clause: Span, sentence: Sentence) -> Iterator[Proposal]:
        """以每周日常记录、每月汇总记录的形式: each form is a document with a cadence of its own."""
        for part in re.split(r"[、,]|及|和", words):
            found = frequencies(part, 0, len(part))
            cadence = found[0].period if found and found[0].period in _CADENCES else None
            cadence = cadence or next((c for c, pattern in _YEARLY_NAME if pattern.search(part)), None)
            name = _NAME_LEAD.sub("", part)
            if _NOUN.search(name):
                yield from self._make(name, clause, sentence, cadence, "deliverable.form", 0.85)

    def _names_in(self, span: Span, clause: str) -> Iterator[tuple[str, int]]:
        words = self.key[span.start : span.end]
        at = 0
        for noun in _NOUN.finditer(words):
            if noun.start() < at:
                continue
            tail = words[noun.end() : noun.end() + 6]
            if noun[0] == "报告" and re.match(
                r"(?:本|用户|采购|甲方|给|上级|项目组|领导|主管|[^,;。]{0,4}局)", tail
            ):
                continue
            if re.search(r"(?:及时|立即|主动|马上)$", words[: noun.start()]):
                continue
            if re.match(
                r"(?:中|的(?!书面|制定|编制|编写)|、[^,、]{0,6}会议|功能|系统|模块|管理|订阅|制度|审核|"
                r"、[^,]{0,4}等工作|备询|要反映|在|是|数据)",
                tail,
            ):
                continue
            left = words[at : noun.start()]
            left = re.split(
                r"[、;:]|以及|及(?!时)|和|与|并|(?:提供|提交|出具|形成|完成|编制|编写|制作|输出|做好|建立|"
                r"撰写|递交|整理)",
                left,
            )[-1]
            name = _NAME_LEAD.sub("", left.split("(")[-1] + noun[0])
            if "的" in name and len(name.rpartition("的")[2]) >= 4:
                name = name.rpartition("的")[2]
            at = noun.end()
            if self._good(name, clause):
                yield name, span.start + noun.start()

    def _good(self, name: str, clause: str) -> bool:
        if not 2 <= len(name) <= 36 or _NOT_DELIVERABLE.search(name):
            return False
        return not (
            name in ("成果", "记录", "总结", "文档") and not re.search(r"下班后有", clause)
        ) and not re.search(r"[:;]", name)

    def _cadence(
        self, name: str, at: int, sentence: Sentence, found: list[Frequency]
    ) -> tuple[str | None, str]:
        for cadence, pattern in _YEARLY_NAME:
            if pattern.search(name):
                return cadence, "deliverable.name"
        ahead = [f for f in found if f.span.start < at]
        words = self.key[sentence.span.start : at]
        if month := re.search(r"(月度?|季度|年度|每日)(?:有|须|应)[^,;]{0,2}$", words):
            return {"月": "month", "季": "quarter", "年": "year", "每": "day"}[
                month[1][0]
            ], "deliverable.period"
        if ahead:
            nearest = ahead[-1]
            if nearest.count == 1 and nearest.every == 1 and nearest.period in _CADENCES:
                return nearest.period, "deliverable.frequency"
            if nearest.count is not None or not _EVENT.search(
                words[nearest.span.end - sentence.span.start :]
            ):
                return None, "deliverable.no_cadence"
        if re.search(r"(?:检测|巡检|测试)后|完一周", words):
            return (self._last_period or "event"), "deliverable.after_duty"
        near = ",".join(words.split(",")[-2:])
        if _EVENT.search(near) or "整改" in name or "故障" in name:
            return "event", "deliverable.event"
        return None, "deliverable.no_cadence"

    def _make(
        self, name: str, span: Span, sentence: Sentence, cadence: str | None, rule: str, confidence: float
    ) -> Iterator[Proposal]:
        name = re.sub(r"\s+", "", name).strip("、,;。:")
        if wanted := _AS_NEEDED.match(name):
            name, cadence = name[wanted.end() :], cadence or "event"
        if cadence in (None, "event") and _AT_THE_END.search(sentence.words):
            cadence = "term"
        if cadence is None:
            cadence = next((c for c, pattern in _YEARLY_NAME if pattern.search(name)), None)
        specific = len(name) > 2
        if specific and name in self._names and (self._names[name] == cadence or cadence is None):
            return
        self._names[name] = cadence
        yield Proposal("deliverables", {"name": name, "cadence": cadence}, span, rule, confidence)


_CADENCES = {"day", "workday", "week", "month", "quarter", "halfyear", "year"}
