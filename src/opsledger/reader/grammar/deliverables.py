"""Deliverables: reports, records and documents to hand over, with their cadence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from opsledger.reader.blocks import Block, Span
from opsledger.reader.grammar.cadence import CADENCES, cadence_for, cadence_of, in_name
from opsledger.reader.grammar.documents import NAME_LEAD, NOT_DELIVERABLE, NOUN, names_in
from opsledger.reader.grammar.frequency import frequencies
from opsledger.reader.grammar.sentences import Sentence
from opsledger.reader.proposals import Proposal

_VERB = re.compile(
    r"提供|提交|出具|形成|完成|编制|编写|制作|交付|输出|做好|建立|撰写|递交|汇编(?:成)?|整理|"
    r"做出|作出|生成(?=[^,;。]{0,8}(?:月度|季度|年度)报)|附(?!属|件|加|近)|(?<![支预交])付|(?<![没没具所含设拥仍应享])有(?=(?:总结|报表|台账|记录))|"
    r"编写|填写|上报|报送|发送(?=[^,;。]{0,8}报告)|签订后提交|提供单独的"
)
_LIST_INTRO = re.compile(
    r"(?:工作|服务|交付|运维)?(?:成果|交付物|交付资料|资料交付|"
    r"交付文档)(?:[^。;]{0,12})?(?:如下|包括|包含|不限于|:)|^\s*(?:[\dA-Z一二三四五六七八九十]{1,3}[、.)]\s*)?(?:工作|服务|交付)?(?:成果|交付物)\s*$|(?:交付|验收|"
    r"提交)[^。;]{0,6}材料|资料交付"
)
_TITLE = re.compile(r"《([^《》]{2,60})》")
_LAW = re.compile(
    r"法》|条例》|办法》|规定》|意见》|通知》|标准》|规范》|指南》|要求》|协议》|准则》|纲要》|"
    r"细则》|承诺书》|责任书》|号\)"
)
_DRAFTED = re.compile(r"可提供|支持|不能正常|无法正常|(?<!的)制定(?!和?(?:并)?(?:提交|提供))|有效的外部|证明")
_AS_NEEDED = re.compile(r"^(?:根据需要|按需)(?:统计|提供|编制)?的?")
_AT_THE_END = re.compile(
    r"(?:项目|服务|(?:服务|运维|维保|维护|合同)期)(?:完成|结束)(?:时|后|前)|验收(?:后|时)|(?:服务期|运维期|合同期?|期)(?:届|期)?满|合同终止"
)
_BUNDLE = re.compile(
    r"将([^,;。]{2,20}?(?:文档|资料|档案))(?:汇集|汇编|整理|装订|全部|一并)[^,;。]{0,8}(?:交付|移交|提交|交)"
)
_SENT = re.compile(
    r"将([^,;。将的]{0,16}?(?:报告|记录表?|报表|台账|清单|周报|月报|季报|总结))(?:报送|提交|送交|上交|移交|交付)"
)
_LABELLED = re.compile(r"^([^:]{0,12}?(?:报告|报表|简报|月报|总结))(?:草拟|编制|撰写|编写|制作|汇总)$")
_DOCUMENT_LABEL = re.compile(
    r"(?:服务|运维|工作|提交|定期)?(?:报告|文档|报表|交付物|成果|资料)(?:提交|要求|制度|交付|清单|类)?$"
)
_LABEL_AHEAD = re.compile(r"[^:,;。]{2,16}:")
_HANDED_COLUMN = re.compile(
    r"交付|成果|输出|提交(?:物|文档|资料|材料)|(?:服务|运维|过程|形成)(?:文档|记录|报告)|^(?:文档|报告)"
)
_FREQUENCY_COLUMN = re.compile(r"频|周期|次数|时间")
_REGISTER = re.compile(r"建立([^,;。]{2,20}登记)制度")
_KIND = re.compile(r"[^,;。:()]{2,4}[:(]\s*(?=[日周月季年]报(?!告))")
_FORM = re.compile(r"以([^;。]{4,50}?)的?形式")


@dataclass(slots=True)
class DeliverableReader:
    """Reads the deliverables of one item; remembers an open list and the last stated frequency."""

    key: str
    _listing: bool = False
    _titles_only: bool = False
    _last_period: str | None = None
    _row_period: str | None = None
    _line: int = -1
    _names: dict[str, str | None] = field(default_factory=dict)

    def read(self, sentence: Sentence, block: Block) -> Iterator[Proposal]:
        """The deliverables of one sentence."""
        first = self._line != block.start
        if first:
            self._line, self._last_period = block.start, None
            self._listing = self._listing and self._is_list_line(self.key[block.start : block.end])
        if sentence.columns:
            yield from self._columns(sentence)
        intro = _LIST_INTRO.search(sentence.words)
        if self._listing and first and not intro:
            yield from self._list_line(sentence, Span(block.start, block.end))
            return
        if self._listing and not intro:
            return
        if intro and sentence.span.end >= block.end - 1:
            rest = Span(sentence.span.start + intro.end(), sentence.span.end)
            self._listing, self._titles_only = True, False
            yield from self._prose(Sentence(self.key, Span(sentence.span.start, rest.start), "", "", ()))
            yield from self._titles(rest, sentence)
            if not _TITLE.search(self.key, rest.start, rest.end):
                yield from self._intro_list(rest, sentence)
            return
        yield from self._prose(sentence)
        yield from self._titles(sentence.span, sentence, handed=True)

    def _columns(self, sentence: Sentence) -> Iterator[Proposal]:
        """The cells under 交付物 or 成果, due as often as the row's frequency says."""
        for cell, title in sentence.columns:
            told = frequencies(self.key, cell.start, cell.end)
            if told and (_FREQUENCY_COLUMN.search(title) or not _HANDED_COLUMN.search(title)):
                self._row_period = cadence_for(told[0])
        for cell, title in sentence.columns:
            if not _HANDED_COLUMN.search(title):
                continue
            titles = list(_TITLE.finditer(self.key, cell.start, cell.end))
            parts = titles or list(re.compile(r"[^、,;\n和及/]+").finditer(self.key, cell.start, cell.end))
            for part in parts:
                name = part[1] if titles else re.sub(r"^\s*(?:[(]?\d{1,2}[)、.])\s*|等$", "", part[0].strip())
                if 2 <= len(name) <= 30 and (titles or NOUN.search(name)):
                    span = Span(part.start(), part.end())
                    cadence = in_name(name) or self._row_period
                    yield from self._make(name, span, sentence, cadence, "deliverable.column", 0.9)
        if sentence.row:
            self._row_period = None

    def _is_list_line(self, words: str) -> bool:
        bare = re.sub(r"^\s*(?:[(]?[\d一二三四五六七八九十]{1,3}[)、.])\s*", "", words)
        numbered = bare != words.strip()
        if _TITLE.search(bare):
            self._titles_only = not numbered
            return True
        # A list that began with bare titles in 《》 goes on with titles only.
        return not self._titles_only and (
            len(bare) <= 90
            and not re.search(r"。.", bare)
            and bool(NOUN.search(bare))
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
        if not NOUN.search(words):
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
            if NOT_DELIVERABLE.search(title[1]) or _LAW.search(
                title[0] + self.key[title.end() : title.end() + 3]
            ):
                continue
            found = frequencies(self.key, sentence.span.start, title.start()) if handed else []
            cadence = cadence_of(title[1], title.start(), sentence, found, None)[0] if found else None
            place = Span(title.start(), title.end())
            yield from self._make(title[1], place, sentence, cadence, "deliverable.title", 0.9)

    def _prose(self, sentence: Sentence) -> Iterator[Proposal]:
        if made := _LABELLED.match(sentence.label):
            yield from self._labelled(made[1], sentence)
            return
        if bundle := _BUNDLE.search(sentence.words):
            yield from self._make(bundle[1], sentence.span, sentence, "term", "deliverable.bundle", 0.8)
        if sent := _SENT.search(sentence.words):
            due = frequencies(self.key, sentence.span.start, sentence.span.end)
            cadence, rule = cadence_of(
                sent[1], sentence.span.start + sent.start(), sentence, due, self._last_period
            )
            yield from self._make(sent[1], sentence.span, sentence, cadence, rule, 0.8)
        if kept := _REGISTER.search(sentence.words):
            yield from self._make(kept[1], sentence.span, sentence, "event", "deliverable.register", 0.7)
        found = frequencies(self.key, sentence.span.start, sentence.span.end)
        form = _FORM.search(sentence.words)
        verb_open = bool(_DOCUMENT_LABEL.match(sentence.label))
        for clause in sentence.clauses():
            if form and clause.start <= sentence.span.start + form.start() < clause.end:
                yield from self._forms(form[1], clause, sentence)
                continue
            start = self._handed_from(clause, verb_open)
            words = self.key[clause.start : clause.end]
            names = (
                []
                if start is None or (form and "书面报告" in words)
                else list(names_in(self.key[start : clause.end], words))
            )
            told_kind = -1
            for name, at in names:
                place = (start or 0) + at
                if place == told_kind:
                    continue
                cadence, rule = cadence_of(name, place, sentence, found, self._last_period)
                if kind := _KIND.match(self.key, place, clause.end):
                    # 防护报告:月报 is one document, and the second word says how often it is due.
                    told_kind, cadence = kind.end(), in_name(self.key[kind.end() : kind.end() + 2])
                yield from self._make(name, clause, sentence, cadence, rule, 0.85)
            verb_open = bool(names)
        periods = [f.period for f in found if f.count == 1 and f.every == 1 and f.period in CADENCES]
        self._last_period = periods[-1] if periods else self._last_period

    def _handed_from(self, clause: Span, verb_open: bool) -> int | None:
        """Offset behind the clause's verb of handing over; its start where the verb before still holds."""
        words = self.key[clause.start : clause.end]
        if _DRAFTED.search(words) and not ("预案" in words and "提供" not in words):
            return None
        if verb := _VERB.search(words):
            return clause.start + verb.end()
        labelled = words.find(":") + 1 if _LABEL_AHEAD.match(words) else 0
        return clause.start + labelled if verb_open else None

    def _labelled(self, name: str, sentence: Sentence) -> Iterator[Proposal]:
        """A paragraph headed 分析报告草拟: the document is due at every period the paragraph names."""
        found = [
            f for f in frequencies(self.key, sentence.span.start, sentence.span.end) if f.period in CADENCES
        ]
        for frequency in found:
            yield from self._make(name, sentence.span, sentence, frequency.period, "deliverable.label", 0.8)

    def _forms(self, words: str, clause: Span, sentence: Sentence) -> Iterator[Proposal]:
        """以每周日常记录、每月汇总记录的形式: each form is a document with a cadence of its own."""
        for part in re.split(r"[、,]|及|和", words):
            found = frequencies(part, 0, len(part))
            cadence = found[0].period if found and found[0].period in CADENCES else None
            cadence = cadence or in_name(part)
            name = NAME_LEAD.sub("", part)
            if NOUN.search(name):
                yield from self._make(name, clause, sentence, cadence, "deliverable.form", 0.85)

    def _make(
        self, name: str, span: Span, sentence: Sentence, cadence: str | None, rule: str, confidence: float
    ) -> Iterator[Proposal]:
        name = re.sub(r"\s+", "", name).strip("、,;。:")
        if wanted := _AS_NEEDED.match(name):
            name, cadence = name[wanted.end() :], cadence or "event"
        ending = _AT_THE_END.search(self.key, span.start, span.end) and in_name(name) is None
        if ending or (cadence in (None, "event") and _AT_THE_END.search(sentence.words)):
            cadence = "term"
        if cadence is None:
            cadence = in_name(name)
        specific = len(name) > 2
        if specific and name in self._names and (self._names[name] == cadence or cadence is None):
            return
        self._names[name] = cadence
        yield Proposal("deliverables", {"name": name, "cadence": cadence}, span, rule, confidence)
