"""Duties: an activity and how often it is due."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsledger.reader.blocks import Span
from opsledger.reader.grammar.activities import Activity, activities, mode_of, weak_activity
from opsledger.reader.grammar.documents import mentions_document
from opsledger.reader.grammar.frequency import Frequency, frequencies
from opsledger.reader.grammar.sentences import Sentence
from opsledger.reader.proposals import Proposal, plain

_FREQUENCY_LABEL = re.compile(r"(?:服务|巡检)?(?:频次|频率|次数|周期|数量)\s*[:,]?")
_Named = tuple[list[str], str, float]
"""Activities, rule and confidence."""

_NOTHING: _Named = ([], "", 0.0)
_BROAD = {"inspection", "statistics", "monitoring", "maintenance", "upgrade"}
_CLOSE = 4
_DONE = re.compile(r"进行|开展|提供|完成|执行|组织|上报|做好?|负责")
_WORK = re.compile(
    r"调查|审核|自查|复盘|走访|巡访|核对|盘点|清点|清理|整理|比对|轮换|核验|更新|优化|调优|修订"
)
_PERIODIC_RULES = {"frequency.per", "frequency.year", "frequency.rated"}
_MEASURED = re.compile(r"累计|中断|停机|不超过|%|率")
_TITLE_LENGTH = 10
_CHECKS = {"backup_check", "restore_test", "config_backup"}
_BEFORE_EVENT = re.compile(r"(?:活动|节日|节假日|假期|会议|期间|上线)(?:之)?前")
_OFFERED = re.compile(r"提供|进行|开展|完成|组织|实施|安排|参加|包括|包含|做|数量|服务")
_JOIN = re.compile(r"^(?:服务)?(?:[和与及、或]|以及|并(?:进行)?)(?!维护)")
_NOT_A_DUTY = re.compile(r"不限次数|每期|每次|首次|一次性|第一次|用户|扣\d|条数|点击|阅读")


def read(sentence: Sentence) -> Iterator[Proposal]:
    """The duties of one sentence."""
    found = frequencies(sentence.key, sentence.span.start, sentence.span.end)
    exact = [f for f in found if f.count is not None]
    last = ""
    for frequency in found:
        if frequency.count is None and _overtaken(sentence, frequency, exact):
            continue
        if _says_again(sentence, frequency, exact):
            continue
        names, rule, confidence = _names(sentence, frequency)
        if (
            not names
            and frequency.rule in ("frequency.term", "frequency.per")
            and last
            and _follows(sentence, frequency)
        ):
            names, rule, confidence = [last], "duty.same_activity", 0.7
        if names == ["visit"] and _looks_after(sentence, frequency):
            names = ["visit", "inspection"]
        for name in names:
            last = name
            yield _proposal(sentence, frequency, name, rule, confidence)


def _overtaken(sentence: Sentence, vague: Frequency, exact: list[Frequency]) -> bool:
    """A vague 定期 says nothing more where the same clause, or a bracket after it, gives the number."""
    index, clauses = sentence.clause_at(vague.span.start)
    clause = clauses[index]
    return any(clause.start <= f.span.start < clause.end for f in exact)


def _says_again(sentence: Sentence, frequency: Frequency, exact: list[Frequency]) -> bool:
    """每日两次巡视(上午、下午各一次): the bracket only spreads what the clause has counted."""
    index, clauses = sentence.clause_at(frequency.span.start)
    bracket = _bracket(sentence.key, clauses[index], frequency)
    return (
        frequency.rule == "frequency.bare"
        and bracket is not None
        and any(
            clauses[index].start <= f.span.start < bracket.start and f.rule != "frequency.bare" for f in exact
        )
    )


def _looks_after(sentence: Sentence, frequency: Frequency) -> bool:
    """A visit whose next clause says that things are checked is an inspection too."""
    index, clauses = sentence.clause_at(frequency.span.start)
    following = clauses[index + 1 : index + 2]
    return any(re.search(r"查验|检查|巡检", sentence.key[c.start : c.end]) for c in following)


def _follows(sentence: Sentence, frequency: Frequency) -> bool:
    index, clauses = sentence.clause_at(frequency.span.start)
    words = sentence.key[clauses[index].start : clauses[index].end]
    return len(words) - (frequency.span.end - frequency.span.start) <= 4 and not mentions_document(words)


def _names(sentence: Sentence, frequency: Frequency) -> _Named:
    key = sentence.key
    index, clauses = sentence.clause_at(frequency.span.start)
    clause = clauses[index]
    words = key[clause.start : clause.end]
    if sentence.row:
        own = activities(words) if frequency.count is not None else []
        return [_main(own)] if own else _row_names(sentence, clauses), "duty.row", 0.9
    bracket = _bracket(key, clause, frequency)
    if bracket:
        inner = activities(key[bracket.start : bracket.end])
        ahead = activities(key[clause.start : bracket.start])
        if inner and inner[-1].name == "inspection" and ahead and ahead[-1].name in _CHECKS:
            return [ahead[-1].name], "duty.before_bracket", 0.9
        if inner:
            return [_main(inner)], "duty.bracket", 0.95
        if ahead:
            return [ahead[-1].name], "duty.before_bracket", 0.9
        if earlier := _earlier(sentence, clauses[:index]):
            return [earlier], "duty.before_bracket", 0.8
        measured = _MEASURED.search(key, bracket.start, bracket.end)
        if frequency.count is not None and frequency.rule != "frequency.bare" and not measured:
            return ["other"], "duty.other_work", 0.5
    named = _in_clause(key, _near(sentence, clause, frequency), frequency)
    if frequency.rule == "frequency.bare" and (_BEFORE_EVENT.search(words) or not _OFFERED.search(words)):
        named = []
    if named:
        return named, "duty.clause", 0.95 if frequency.rule != "frequency.bare" else 0.8
    if mentions_document(words) or _NOT_A_DUTY.search(words):
        return _NOTHING
    return _elsewhere(sentence, frequency, clauses, index)


def _elsewhere(sentence: Sentence, frequency: Frequency, clauses: list[Span], index: int) -> _Named:
    """The activity from another place: the label, the clauses around, the heading above."""
    key = sentence.key
    clause = clauses[index]
    words = key[clause.start : clause.end]
    rest = words.replace(sentence.label, "").replace(key[frequency.span.start : frequency.span.end], "")
    rest = _FREQUENCY_LABEL.sub("", re.sub(r"\([^)\d]*\)", "", rest))
    if len(re.sub(r"[\s:;,。()、]|左右|以上|由|共", "", rest)) <= 3:
        return _alone(sentence, frequency, clauses[:index])
    if frequency.rule == "frequency.bare":
        other = re.search(r"(?:提供|开展|完成|进行)\s*$", key[clause.start : frequency.span.start])
        quantified = re.match(r"\s*[^,;。()]{2,}", key[frequency.span.end : clause.end])
        kept = other and quantified and not _BEFORE_EVENT.search(words)
        return (["other"], "duty.other", 0.6) if kept else _NOTHING
    if weak := weak_activity(words):
        return [weak], "duty.weak", 0.7
    for near in clauses[index + 1 : index + 2]:
        exact = any(f.count is not None for f in frequencies(key, near.start, near.end))
        if not exact and (found := activities(key[near.start : near.end])):
            return [found[0].name], "duty.clause_after", 0.7
    if label := activities(sentence.label):
        return [_main(label)], "duty.label", 0.65
    worked = frequency.rule in _PERIODIC_RULES and _WORK.search(words)
    title = frequency.count is None and len(words.strip()) <= _TITLE_LENGTH
    if not title and (
        frequency.count is None or frequency.rule == "frequency.slash" or worked or _DONE.search(words)
    ):
        return ["other"], "duty.other_work", 0.5
    return _NOTHING


def _alone(sentence: Sentence, frequency: Frequency, earlier_clauses: list[Span]) -> _Named:
    """A clause that is nothing but a frequency belongs to the label, the words before it or the heading."""
    heading = activities(sentence.heading)
    label = activities(sentence.label)
    if heading and label and not _numbered(sentence):
        return [_main(heading)], "duty.heading", 0.7
    if label:
        told = _main(label)
        if told == "statistics" and sentence.before:
            # 事件分析：定期对日志进行分析。每季度一次: the sentence before says what is analysed.
            told = _vague_before(sentence) or told
        return [told], "duty.label", 0.85
    if earlier := _earlier(sentence, earlier_clauses):
        return [earlier], "duty.clause_before", 0.85
    if earlier_clauses and frequency.count is not None:
        return ["other"], "duty.other_work", 0.5
    if heading:
        return [_main(heading)], "duty.heading", 0.7
    for span in reversed(sentence.before):
        if found := activities(sentence.key[span.start : span.end]):
            return [_main(found)], "duty.sentence_before", 0.6
    done = _DONE.search(sentence.key[frequency.span.start : frequency.span.end])
    return (["other"], "duty.other_work", 0.5) if done or frequency.rule == "frequency.term" else _NOTHING


def _vague_before(sentence: Sentence) -> str | None:
    """The telling activity that the sentence right before says is done 定期."""
    words = sentence.key[sentence.before[-1].start : sentence.before[-1].end]
    telling = [a.name for a in activities(words) if a.name not in _BROAD]
    return telling[0] if telling and re.search(r"定期|周期", words) else None


def _main(found: list[Activity]) -> str:
    """The most telling of several activities: 弱口令检测 is about weak passwords, not an inspection."""
    telling = [a for a in found if a.name not in _BROAD]
    return (telling or found)[-1].name


def _numbered(sentence: Sentence) -> bool:
    start = sentence.before[0].start if sentence.before else sentence.span.start
    return bool(
        re.match(r"\s*[(]?[\d一二三四五六七八九十①-⑳]+[)、.．]|\s*[①-⑳]", sentence.key[start : start + 6])
    )


def _earlier(sentence: Sentence, clauses: list[Span]) -> str | None:
    for span in reversed(clauses):
        words = sentence.key[span.start : span.end]
        if found := activities(words):
            return found[0].name if len(found) == 1 else found[-1].name
    return None


def _bracket(key: str, clause: Span, frequency: Frequency) -> Span | None:
    """The bracket that encloses the frequency inside its clause, if any."""
    open_at = key.rfind("(", clause.start, frequency.span.start)
    if open_at < 0 or key.find(")", open_at, frequency.span.start) >= 0:
        return None
    close = key.find(")", frequency.span.end)
    return Span(open_at + 1, close if close >= 0 else clause.end)


def _near(sentence: Sentence, clause: Span, frequency: Frequency) -> Span:
    """The words a frequency can belong to: its own entry of a list, where another entry has its own frequency."""
    key = sentence.key
    if frequency.rule != "frequency.bare":
        return _entry(key, clause, frequency)
    ahead = max(key.rfind(mark, clause.start, frequency.span.start) for mark in "、(:") + 1
    stops = [at for mark in "、(" if (at := key.find(mark, frequency.span.end, clause.end)) >= 0]
    return Span(max(clause.start, ahead), min(stops, default=clause.end))


def _entry(key: str, clause: Span, frequency: Frequency) -> Span:
    """每3个月做一次检查、每年做两次调优: what stands beyond the other frequency belongs to that."""
    start, end = clause.start, clause.end
    for other in frequencies(key, clause.start, clause.end):
        if other.count is None or other.span == frequency.span:
            continue
        if other.span.end <= frequency.span.start:
            cut = key.rfind("、", other.span.end, frequency.span.start)
            start = max(start, cut + 1) if cut >= 0 else start
        elif other.span.start >= frequency.span.end:
            cut = key.rfind("、", frequency.span.end, other.span.start)
            end = min(end, cut) if cut >= 0 else end
    return Span(start, end)


def _in_clause(key: str, clause: Span, frequency: Frequency) -> list[str]:
    words = key[clause.start : clause.end]
    found = activities(words)
    left, right = frequency.span.start - clause.start, frequency.span.end - clause.start
    inside = [a for a in found if left <= a.start < right]
    after = [a for a in found if a.start >= right]
    before = [a for a in found if a.end <= left]
    across = [a for a in found if a.start < left and a.end > right]
    if across:
        return [across[0].name]
    counted = bool(re.search(r"次$", words[left:right]))
    if inside and not (counted and after and after[0].start - right <= 8):
        return [inside[-1].name]
    if after:
        return _joined(words, after)
    return [_main([a for a in before if before[-1].start - a.end <= _CLOSE])] if before else []


def _joined(words: str, after: list[Activity]) -> list[str]:
    """The first activity and those joined to it, or named in a bracket behind it."""
    names = [after[0].name]
    end = after[0].end
    if "(" in words[: after[0].start] and ")" not in words[: after[0].start]:
        weak = weak_activity(words[: words.index("(")])
        names = [weak, *names] if weak and len(_within(words, after[0], after)) == 1 else names
    for activity in after[1:]:
        between = words[end : activity.start]
        joined = _JOIN.match(between) and len(between) <= 8
        bracketed = between.startswith(("(包括", "(含")) and len(_within(words, activity, after)) == 1
        if (
            (joined or bracketed)
            and activity.name not in names
            and activity.name not in ("statistics", "visit")
        ):
            names.append(activity.name)
            end = activity.end
    return names


def _within(words: str, activity: Activity, found: list[Activity]) -> list[Activity]:
    """The activities named inside the same bracket as `activity`."""
    close = words.find(")", activity.end)
    opening = words.rfind("(", 0, activity.start)
    return [a for a in found if opening < a.start and (close < 0 or a.end <= close)]


def _row_names(sentence: Sentence, cells: list[Span]) -> list[str]:
    for cell in cells:
        if found := activities(sentence.key[cell.start : cell.end]):
            return [found[0].name]
    return []


def _proposal(sentence: Sentence, frequency: Frequency, name: str, rule: str, confidence: float) -> Proposal:
    index, clauses = sentence.clause_at(frequency.span.start)
    clause = clauses[index]
    start = clause.start
    if rule in ("duty.clause_before", "duty.before_bracket") and index:
        start = clauses[index - 1].start
    while start < clause.end and sentence.key[start] in " \t\n":
        start += 1
    if name == "inspection" and "测评" in sentence.key[clause.start : clause.end]:
        told = sentence.key[sentence.before[0].start if sentence.before else sentence.span.start : clause.end]
        name = "mlps" if re.search(r"等保|等级保护", told) else name
    fields = {
        "activity": name,
        "count": None if frequency.count is None else plain(frequency.count),
        "period": frequency.period,
        "every": frequency.every,
        "mode": mode_of(sentence.words if len(sentence.words) < 120 else sentence.key[start : clause.end]),
    }
    return Proposal("duties", fields, Span(start, clause.end), f"{rule}+{frequency.rule}", confidence)
