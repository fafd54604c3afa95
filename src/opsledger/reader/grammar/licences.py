"""Licences and certificates with their term."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsledger.reader.blocks import Span
from opsledger.reader.grammar.dates import periods
from opsledger.reader.grammar.sentences import Sentence
from opsledger.reader.proposals import Proposal

_LICENCE = re.compile(r"授权|许可|证书|特征库|病毒库|续保|续费")
_FOR_A_YEAR = re.compile(
    r"(?:升级|特征库|病毒库|软件|使用)?授权[^,;。]{0,6}(?:[一二三1-3]年)|(?:[一二三1-3]\s*年)(?:合法)?(?:使用)?授权|(?:特征库|病毒库)授权"
)
_PRODUCT = re.compile(
    r"(?:提供|采购|为)?\s*([^,;。:]{2,40}?)\s*(?:\d+\s*年(?:的)?)?(?:的)?(?:升级支持|授权|许可|服务|升级)?\s*(?:[,。;]|$)"
)


def read(sentence: Sentence, title: str) -> Iterator[Proposal]:
    """Licences of one sentence: with dates, or for a year without dates."""
    key = sentence.key
    if not _LICENCE.search(sentence.words):
        return
    dated = periods(key, sentence.span.start, sentence.span.end)
    for period in dated:
        product = _product(key, sentence.span.start, period.span.start) or title
        fields: dict[str, str | None] = {"product": product, **period.as_json()}
        start = sentence.clauses()[sentence.clause_at(period.span.start)[0]].start
        yield Proposal("licences", fields, Span(start, period.span.end), "licence.dates", 0.95)
    if dated:
        return
    for clause in sentence.clauses():
        words = key[clause.start : clause.end]
        if _FOR_A_YEAR.search(words) and not re.search(r"授权委托|授权书|授权人", words):
            fields = {"product": _product(key, clause.start, clause.end) or title, "start": None, "end": None}
            yield Proposal("licences", fields, clause, "licence.year", 0.7)


def _product(key: str, start: int, end: int) -> str | None:
    match = _PRODUCT.search(key, start, end)
    if not match:
        return None
    name = re.sub(
        r"^\s*(?:[(]?\d{1,2}[)、.]\s*)?(?:的|该|\d+\s*[台套个]|一套|[一二]台|提供|采购|使用|为|\d年)*",
        "",
        match[1],
    ).strip()
    return name or None
