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
_NOTHING: tuple[list[str], str, float] = ([], "", 0.0)
_CHECKS = {"backup_check", "restore_test", "config_backup"}
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


def _looks_after(sentence: Sentence, frequency: Frequency) -> bool:
    """A visit whose next clause says that things are checked is an inspection too."""
    index, clauses = sentence.clause_at(frequency.span.start)
    following = clauses[index + 1 : index + 2]
    return any(re.search(r"查验|检查|巡检", sentence.key[c.start : c.end]) for c in following)


def _follows(sentence: Sentence, frequency: Frequency) -> bool:
    index, clauses = sentence.clause_at(frequency.span.start)
    words = sentence.key[clauses[index].start : clauses[index].end]
    return len(words) - (frequency.span.end - frequency.span.start) <= 4


def _names(sentence: Sentence, frequency: Frequency) -> tuple[list[str], str, float]:
    key = sentence.key
    index, clauses = sentence.clause_at(frequency.span.start)
    clause = clauses[index]
    words = key[clause.start : clause.end]
    if sentence.row:
        return _row_names(sentence, clauses), "duty.row", 0.9
    bracket = _bracket(key, clause, frequency)
    if bracket:
        inner = activities(key[bracket.start : bracket.end])
        ahead = activities(key[clause.start : bracket.start])
        if inner and inner[-1].name == "inspection" and ahead and ahead[-1].name in _CHECKS:
            return [ahead[-1].name], "duty.before_bracket", 0.9
        if inner:
            return [inner[-1].name], "duty.bracket", 0.95
        if ahead:
            return [ahead[-1].name], "duty.before_bracket", 0.9
        if earlier := _earlier(sentence, clauses[:index]):
            return [earlier], "duty.before_bracket", 0.8
    named = _in_clause(key, clause, frequency)
    if named and not (frequency.rule == "frequency.bare" and not _OFFERED.search(words)):
        return named, "duty.clause", 0.95 if frequency.rule != "frequency.bare" else 0.8
    if mentions_document(words) or _NOT_A_DUTY.search(words):
        return _NOTHING
    return _elsewhere(sentence, frequency, clauses, index)


def _elsewhere(
    sentence: Sentence, frequency: Frequency, clauses: list[Span], index: int
) -> tuple[list[str], str, float]:
    """The activity from another place: the label, the clauses around, the heading above."""
    key = sentence.key
    clause = clauses[index]
    words = key[clause.start : clause.end]
    rest = _FREQUENCY_LABEL.sub("", words.replace(key[frequency.span.start : frequency.span.end], ""))
    if len(re.sub(r"[\s:;,。()、]|左右|以上|由|共", "", rest)) <= 3:
        return _alone(sentence, clauses[:index])
    if frequency.rule == "frequency.bare":
        other = re.search(r"(?:提供|开展|完成|进行)\s*$", key[clause.start : frequency.span.start])
        quantified = re.match(r"\s*[^,;。()]{2,}", key[frequency.span.end : clause.end])
        return (["other"], "duty.other", 0.6) if other and quantified else _NOTHING
    if weak := weak_activity(words):
        return [weak], "duty.weak", 0.7
    for near in clauses[index + 1 : index + 2]:
        if not frequencies(key, near.start, near.end) and (found := activities(key[near.start : near.end])):
            return [found[0].name], "duty.clause_after", 0.7
    if label := activities(sentence.label):
        return [label[-1].name], "duty.label", 0.65
    return (["other"], "duty.vague_other", 0.5) if frequency.count is None else _NOTHING


def _alone(sentence: Sentence, earlier_clauses: list[Span]) -> tuple[list[str], str, float]:
    """A clause that is nothing but a frequency belongs to the label, the words before it or the heading."""
    if label := activities(sentence.label):
        return [label[-1].name], "duty.label", 0.85
    if earlier := _earlier(sentence, earlier_clauses):
        return [earlier], "duty.clause_before", 0.85
    for span in reversed(sentence.before):
        if found := activities(sentence.key[span.start : span.end]):
            return [found[-1].name], "duty.sentence_before", 0.6
    if heading := activities(sentence.heading):
        return [heading[-1].name], "duty.heading", 0.7
    return _NOTHING


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


def _in_clause(key: str, clause: Span, frequency: Frequency) -> list[str]:
    words = key[clause.start : clause.end]
    found = activities(words)
    left, right = frequency.span.start - clause.start, frequency.span.end - clause.start
    inside = [a for a in found if left <= a.start < right]
    after = [a for a in found if a.start >= right]
    before = [a for a in found if a.end <= left]
    if inside:
        return [inside[-1].name]
    if after:
        return _joined(words, after)
    return [before[-1].name] if before else []


def _joined(words: str, after: list[Activity]) -> list[str]:
    """The first activity and those joined to it, or named in a bracket behind it."""
    names = [after[0].name]
    end = after[0].end
    for activity in after[1:]:
        between = words[end : activity.start]
        joined = _JOIN.match(between) and len(between) <= 8
        bracketed = between.startswith(("(包括", "(含"))
        if (
            (joined or bracketed)
            and activity.name not in names
            and activity.name not in ("statistics", "visit")
        ):
            names.append(activity.name)
            end = activity.end
    return names


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
    fields = {
        "activity": name,
        "count": None if frequency.count is None else plain(frequency.count),
        "period": frequency.period,
        "every": frequency.every,
        "mode": mode_of(sentence.words if len(sentence.words) < 120 else sentence.key[start : clause.end]),
    }
    return Proposal("duties", fields, Span(start, clause.end), f"{rule}+{frequency.rule}", confidence)
