"""SLA terms: a limit, what it is on, for which case, in which hours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsledger.reader.blocks import Block, Span
from opsledger.reader.grammar.cases import LIMIT_MARK, case_before
from opsledger.reader.grammar.limits import Limit, limits
from opsledger.reader.grammar.metrics import channel_of, is_spare, metric_before, metrics_after
from opsledger.reader.grammar.sentences import Sentence
from opsledger.reader.proposals import Proposal, plain

_NOT_BUSINESS = re.compile(
    r"非工作(?:时间|日|时段)|工作(?:时间|时段|日)(?:以|之)?外|下班(?:时间|后)|节假日|休息日|夜间"
)
_BUSINESS = re.compile(
    r"(?<!非)(?:工作时间|法定工作日|工作小时|工作时段|上班时间|"
    r"(?<![个\d一二两三四五六七八九十每])工作日(?:内|期间)?(?=\s*[,:]?\s*(?:[\d一二两三四五六七八九十半]|$)))"
)
_MONEY = re.compile(
    r"支付(?!宝)|付款|预付|发票|(?:费|款|价|合同|财务|办理|进行)[^,;。]{0,4}结算|结算(?:款|费|方式|依据)|签订|签约|中标通知|投标(?!人|方|单位|供应商)|质疑|公示|公告|履约保证金|违约金|得\d|扣\d|\d分[:：]|分\s*:"
)
_ALWAYS = re.compile(
    r"\s*(?:(?:的)?故障(?:响应|支持)|响应服务|不间断|服务|值班|值守|热线|电话|稳定|连续|运行|全天|无间断|安全|技术支持|在线|监)"
)
_RATE = re.compile(r"\s*(?:内)?\s*(修复|解决|响应|到场|处理|办结)率")
_ENDED = re.compile(r"\s*[^,;。]{0,8}(?:结束|完成|完毕|恢复)之?后?\s*")
_CANNOT = re.compile(r"^[\s)]*(?:仍)?(?:无法|不能|未能|未|仍未)")
_TOO_LATE = re.compile(r"(?:超过|逾期|超出)\s*$")
_LABEL_CARRY = re.compile(
    r"^\s*(?:[(]?\d{1,2}[)、.]\s*)?([^:,;。]{2,14}(?:时间|时效|时限|周期|限时|响应))\s*:"
)
_ADVANCE = re.compile(r"(?:提前|前)\s*$")
_YEARLY_TOTAL = re.compile(r"(?:年|月|累计|全年)[^,;。]{0,6}(?:故障|中断|停机)时[间长]|‰")
_CASE_LABEL = re.compile(r"(?:故障|事件|问题)?(?:级别|等级|类型)\s*:\s*([^\s,;。:]{2,20})\s*$")
_AT_ONCE_METRICS = {"respond", "arrive", "resolve", "mitigate", "answer"}
_AT_ONCE_REACH = 16
_NEXT_LABEL = re.compile(r"[、/](?=[^、/\d]{0,8}(?:时限|时间|时效|周期|限时)[^、/\d]{0,4}$)")
_STAND_IN = re.compile(r"备机|备用(?:机|设备|系统)|代用|替代|替换设备|启用备用")
_FITTED = re.compile(r"^\s*(?:完成)?(?:更换|到货|送达|送到|到位)")
_ELSEWHERE = re.compile(r"每|次|培训|报告|时间|周期|时限|期|人|率")


_Found = tuple[str, str, float]
"""Metric, rule and confidence."""


@dataclass(slots=True)
class SlaReader:
    """Reads the SLA terms of one item; remembers the case and the label that earlier lines set."""

    key: str
    _case: str | None = None
    _label: str | None = None
    _held: str | None = None
    _line: int = -1
    _verb_told: tuple[int, str] = (-1, "")
    """Where the sentence begins that told the last verb, and its metric."""

    def read(self, sentence: Sentence, block: Block) -> Iterator[Proposal]:
        """The SLA terms of one sentence."""
        if self._line != block.start:
            self._line, self._label, self._held = block.start, None, None
            words = self.key[block.start : block.end]
            if case := _CASE_LABEL.search(words):
                self._case = case[1]
            elif not re.match(r"\s*(?:[(]\d|响应|解决|恢复|到场)", words):
                self._case = None
        if labelled := _LABEL_CARRY.match(sentence.words):
            self._label = metric_before(labelled[1])
        yield from self._sentence(sentence)

    def _sentence(self, sentence: Sentence) -> Iterator[Proposal]:
        if _MONEY.search(sentence.words):
            return
        found = list(limits(self.key, sentence.span.start, sentence.span.end))
        for limit in found:
            starts = (x.span.start for x in found if x.span.start > limit.span.start and not x.at_once)
            later = next(starts, sentence.span.end)
            for name, rule, confidence in self._metrics(sentence, limit, later):
                self._verb_told = (sentence.span.start, name)
                yield self._proposal(sentence, limit, name, rule, confidence)

    def _metrics(self, sentence: Sentence, limit: Limit, later: int) -> list[_Found]:
        index, clauses = sentence.clause_at(limit.span.start)
        clause = clauses[index]
        before = self.key[clause.start : limit.span.start]
        after = self.key[limit.span.end : min(clause.end, later) if not limit.at_once else clause.end]
        after = re.split(r"[(:]", after, maxsplit=1)[0] if not limit.at_once else after
        # 到场时限30分钟、修复时限4小时: what comes is the label of the next limit, not the verb of this one.
        after = _NEXT_LABEL.split(after, maxsplit=1)[0]
        if (
            after.startswith("的")
            or re.search(r"[每隔]\s*$|平均[^,;。]*$", before)
            or _TOO_LATE.search(before)
        ):
            return []
        if _CANNOT.match(after):
            return self._stand_in(clauses, index)
        if limit.at_once:
            return self._at_once(before, after, self.key[clause.start : clause.end])
        if rate := _RATE.match(self.key, limit.span.end, clause.end):
            names = metrics_after(rate[1])
            return [(names[0] if names else "resolve", "sla.rate", 0.9)]
        if _ADVANCE.search(before) or re.match(r"\s*(?:书面)?(?:通知|告知|提醒)", after):
            return self._notice(before, after, clauses, index)
        return self._plain(sentence, limit, before, after, clauses, index)

    def _stand_in(self, clauses: list[Span], index: int) -> list[_Found]:
        """24小时内无法修复的，提供备机: the limit is on the stand-in, unless that has one of its own."""
        for later in clauses[index : index + 3]:
            words = self.key[later.start : later.end]
            if later is not clauses[index] and any(limits(words, 0, len(words))):
                return []
            if _STAND_IN.search(words):
                return [("mitigate", "sla.stand_in", 0.75)]
        return []

    def _notice(self, before: str, after: str, clauses: list[Span], index: int) -> list[_Found]:
        tail = after + "".join(self.key[c.start : c.end] for c in clauses[index + 1 : index + 2])
        head = "".join(self.key[c.start : c.end] for c in clauses[:index]) + before
        if re.search(r"通知|告知|提醒|报备", tail) and not re.search(
            r"(?:运维|维护|服务)期(?:满|到期)", head
        ):
            return [("notice", "sla.notice", 0.9)]
        return []

    def _at_once(self, before: str, after: str, clause: str) -> list[_Found]:
        if any(not x.at_once for x in limits(clause, 0, len(clause))):
            return []
        reach = after[:_AT_ONCE_REACH]
        if re.match(r"\s*(?:监|检测|掌握|更新|上传|传输|同步|调用|数据|或)", reach):
            return []
        if re.match(r"[^,;。]{0,6}响应", reach):
            return [("respond", "sla.at_once", 0.8)]
        names = [n for n in metrics_after(reach) if n in _AT_ONCE_METRICS][:1]
        if names == ["resolve"] and re.search(r"^\s*(?:进行)?更换|数据", reach):
            return []
        return [(names[0], "sla.at_once", 0.8)] if names else []

    def _plain(
        self, sentence: Sentence, limit: Limit, before: str, after: str, clauses: list[Span], index: int
    ) -> list[_Found]:
        words = self.key[clauses[index].start : clauses[index].end]
        if not limit.bounded and limit.unit == "hour" and limit.value == 24 and _ALWAYS.match(after):
            return []
        return (
            self._verb(sentence, limit, after, words)
            or self._spare(limit, after, words)
            or self._labelled(before, words, clauses, index)
            or self._carried(sentence, limit, after, words, clauses, index)
        )

    def _verb(self, sentence: Sentence, limit: Limit, after: str, words: str) -> list[_Found]:
        """The verb behind the limit: 30分钟内响应."""
        if not limit.bounded and not metrics_after(after[:10]):
            return []
        names = metrics_after(after)
        if not names and re.match(r"、[^,;。]{0,8}$", after):
            # 县城30分钟内、乡镇1小时内到达现场: one verb behind the last of several limits.
            tail = self.key[limit.span.end : sentence.span.end].split(",", 1)[0]
            names = metrics_after(tail)[:1]
        if "close" in names:
            # 完成 and 处理 alone resolve something only where a case was named.
            known = self._severity(sentence, limit) is not None
            names = ["resolve" if n == "close" else n for n in names if n != "close" or known]
        spare = is_spare(words) or (_FITTED.match(after) and self._spare_told(sentence, limit))
        if names and spare and names[0] in ("resolve", "arrive"):
            names = ["spare"]
        return [(n, "sla.limit_verb", 0.95 if limit.bounded else 0.85) for n in names]

    def _spare_told(self, sentence: Sentence, limit: Limit) -> bool:
        """Whether the label or the clause before is about spare parts: 常用备件在库，24小时内更换."""
        index, clauses = sentence.clause_at(limit.span.start)
        before = clauses[index - 1] if index else None
        return is_spare(sentence.label) or bool(before and is_spare(self.key[before.start : before.end]))

    def _spare(self, limit: Limit, after: str, words: str) -> list[_Found]:
        if self._is_next_day(limit) and re.search(r"发出|发货|到货|送达", after):
            return [("spare", "sla.next_day", 0.8)]
        if is_spare(words) and re.search(r"提供|送|更换|到", after):
            return [("spare", "sla.spare", 0.9)]
        return []

    def _labelled(self, before: str, words: str, clauses: list[Span], index: int) -> list[_Found]:
        """The label ahead of the limit, in its clause or alone in the one before: 到场时间：1小时以内."""
        if index and _ENDED.fullmatch(before):
            # A row of two cells: 报告提交，服务结束次日.
            label = self.key[clauses[index - 1].start : clauses[index - 1].end]
            if re.search(r"报告(?:提交|出具|递交)(?:时间|时限)?\s*$", label):
                return [("report", "sla.label", 0.85)]
        if re.search(r"后\s*$", before) or _YEARLY_TOTAL.search(before):
            return []
        name = metric_before(before)
        if name and is_spare(words):
            name = "spare"
        if name is None and index and re.fullmatch(r"[\s在于为:≤<]*", before):
            name = metric_before(self.key[clauses[index - 1].start : clauses[index - 1].end])
        return [(name, "sla.label", 0.9)] if name else []

    def _carried(
        self, sentence: Sentence, limit: Limit, after: str, words: str, clauses: list[Span], index: int
    ) -> list[_Found]:
        """A limit that ends its clause: the verb opens the next one, or the line's label still holds."""
        if after.strip():
            return []
        if index + 1 < len(clauses):
            following = self.key[clauses[index + 1].start : clauses[index + 1].end]
            names = [] if any(limits(following, 0, len(following))) else metrics_after(following)
            if names and names[0] in ("report", "diagnose", "resolve", "answer", "arrive"):
                return [(names[0], "sla.next_clause", 0.75)]
        if self._label and not re.search(r"每|次|培训|报告", words):
            return [(self._label, "sla.line_label", 0.85)]
        place = words[: limit.span.start - clauses[index].start].strip()
        held = self._verb_told[1] if self._verb_told[0] == sentence.span.start else ""
        if held and limit.bounded and index and 2 <= len(place) <= 8 and not _ELSEWHERE.search(place):
            # 市区30分钟到场，郊县不超过两小时: the verb of the clause before still holds.
            return [(held, "sla.same_verb", 0.7)]
        return []

    def _is_next_day(self, limit: Limit) -> bool:
        return limit.bounded and self.key[limit.span.start : limit.span.start + 1] in "下次第"

    def _severity(self, sentence: Sentence, limit: Limit) -> str | None:
        index, clauses = sentence.clause_at(limit.span.start)
        ahead = [self._before_limit(c) for c in clauses[:index]]
        ahead.append(self.key[clauses[index].start : limit.span.start])
        if _LABEL_CARRY.match(sentence.words):
            ahead[0] = ahead[0][ahead[0].index(":") + 1 :] if ":" in ahead[0] else ahead[0]
        after = re.match(r"\s*排(?!除|查)([^,;。]{1,6}故障)", self.key[limit.span.end : clauses[index].end])
        case = after[1] if after else case_before(ahead)
        if case is None and self._held and re.match(r"\s*(?:(?:非)?工作时间|故障[应须需])", sentence.words):
            case = self._held
        return case or self._case

    def _before_limit(self, clause: Span) -> str:
        """A clause up to its first limit: what comes after it is what to do, not the case."""
        first = next(iter(limits(self.key, clause.start, clause.end)), None)
        if first is None:
            return self.key[clause.start : clause.end]
        return self.key[clause.start : first.span.start] + LIMIT_MARK

    def _clock(self, sentence: Sentence, limit: Limit, severity: str | None) -> str:
        words = self.key[sentence.span.start : limit.span.start]
        off = max((m.end() for m in _NOT_BUSINESS.finditer(words)), default=-1)
        on = max((m.end() for m in _BUSINESS.finditer(words)), default=-1)
        if max(off, on) < 0:
            return "any"
        # 核心故障工作时间15分钟…，重大故障4小时: hours told under one case do not hold for the next.
        under = re.match(r"\s*[\d<≤]", words[max(off, on) :])
        if under and self._held and severity and severity != self._held:
            return "any"
        return "nonbusiness" if off >= on else "business"

    def _proposal(
        self, sentence: Sentence, limit: Limit, name: str, rule: str, confidence: float
    ) -> Proposal:
        index, clauses = sentence.clause_at(limit.span.start)
        severity = None if name == "notice" else self._severity(sentence, limit)
        clock = self._clock(sentence, limit, severity)
        self._held = severity or self._held
        words = self.key[clauses[index].start : clauses[index].end]
        fields = {
            "severity": severity,
            "metric": name,
            "channel": channel_of(words) if name == "respond" else None,
            "value": plain(limit.value),
            "unit": limit.unit,
            "clock": clock,
        }
        return Proposal("sla", fields, _quote(self.key, clauses[index]), rule, confidence)


def _quote(key: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and key[start] in " \t\n":
        start += 1
    while end > start and key[end - 1] in " \t\n":
        end -= 1
    return Span(start, end)
