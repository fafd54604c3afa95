"""Licences and certificates with their term."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsledger.reader.blocks import Span
from opsledger.reader.grammar.dates import periods
from opsledger.reader.grammar.sentences import Sentence
from opsledger.reader.proposals import Proposal

_LICENCE = re.compile(r"授权|许可|证书|特征库|病毒库|续保|续费")
_LENGTH = r"(?:(?<![\d第])[一二两三四五1-5]\s*年(?!内|级)|(?:12|24|36|十二)\s*个月)"
_FOR_A_YEAR = re.compile(
    r"(?:升级|特征库|病毒库|软件|使用)?授权[^,;。]{0,6}(?:[一二三1-3]年)|(?:[一二三1-3]\s*年)(?:合法)?(?:使用)?授权|(?:特征库|病毒库)授权"
    rf"|(?:授权|许可|证书|特征库|病毒库|规则库)[^,;。]{{0,10}}?{_LENGTH}|{_LENGTH}(?:的)?[^,;。]{{0,8}}?(?:特征库|病毒库|规则库|许可(?!证)|订阅)"
)
_VALID = re.compile(rf"^\s*(?:有效期|授权期|使用期|升级期)(?:限)?[^,;。\d]{{0,3}}?{_LENGTH}")
_TERM_COLUMN = re.compile(r"授权|许可|有效期|续保|升级期限|维保期限")
_NAME_COLUMN = re.compile(r"名称|产品|软件|系统|证书|品目")
_TAIL = re.compile(
    r"(?:至少|拥有|为期|的)*[一二两三\d]\s*年(?:合法)?(?:使用)?(?:授权|许可)?$|(?:账号)?(?:授权|许可)(?:账号|期限?为?|[一1]套)$|(?<!合法)使用$"
)
_TERM_ONLY = re.compile(r"\s*(?:有效期|授权期|使用期|服务期|期限|均)[^,;。]{0,6}$")
_COUNT = re.compile(r"(?:使用)?(?:授权|许可)?(?:共计?)?\s*\d+\s*[套点个份张台]?(?:用户|终端|客户端)?$")
_PRODUCT = re.compile(
    r"(?:提供|采购|为)?\s*([^,;。:]{2,40}?)\s*(?:\d+\s*年(?:的)?)?(?:的)?(?:升级支持|授权|许可|服务|升级)?\s*(?:[,。;]|$)"
)


def read(sentence: Sentence, title: str) -> Iterator[Proposal]:
    """Licences of one sentence: with dates, or for a year without dates."""
    key = sentence.key
    titled = any(_TERM_COLUMN.search(column) for _, column in sentence.columns)
    if not titled and not _LICENCE.search(sentence.words):
        return
    dated = periods(key, sentence.span.start, sentence.span.end)
    for period in dated:
        for product, start in _products(sentence, period.span, title):
            fields: dict[str, str | None] = {"product": product, **period.as_json()}
            yield Proposal("licences", fields, Span(start, period.span.end), "licence.dates", 0.95)
    if dated:
        return
    clauses = sentence.clauses()
    for index, clause in enumerate(clauses):
        words = key[clause.start : clause.end]
        if index and _VALID.match(words):
            named = clauses[index - 1]
            if _LICENCE.search(key[named.start : named.end]):
                fields = {
                    "product": _product(key, named.start, named.end) or title,
                    "start": None,
                    "end": None,
                }
                yield Proposal("licences", fields, Span(named.start, clause.end), "licence.valid", 0.7)
            continue
        if _FOR_A_YEAR.search(words) and not re.search(r"授权委托|授权书|授权人", words):
            fields = {"product": _product(key, clause.start, clause.end) or title, "start": None, "end": None}
            yield Proposal("licences", fields, clause, "licence.year", 0.7)


def _products(sentence: Sentence, period: Span, title: str) -> list[tuple[str, int]]:
    """(product, where its words begin): the row's name, or every licence that the clauses before name."""
    key = sentence.key
    if sentence.row:
        named = [c for c, column in sentence.columns if _NAME_COLUMN.search(column)]
        cells = named or [c for c in sentence.clauses() if re.search(r"[^\d\s]{2,}", key[c.start : c.end])]
        return [(key[cells[0].start : cells[0].end].strip() if cells else title, sentence.span.start)]
    index, clauses = sentence.clause_at(period.start)
    if _TERM_ONLY.match(key[clauses[index].start : period.start]):
        told = [(c, _product(key, c.start, c.end)) for c in clauses[:index]]
        several = [(name, c.start) for c, name in told if name and _LICENCE.search(key[c.start : c.end])]
        if len(several) > 1:
            return several
    return [(_product(key, sentence.span.start, period.start) or title, clauses[index].start)]


def _product(key: str, start: int, end: int) -> str | None:
    match = _PRODUCT.search(key, start, end)
    if not match:
        return None
    name = re.sub(
        r"^\s*(?:[(]?\d{1,2}[)、.]\s*)?(?:的|该|\d+\s*[台套个]|一套|[一二]台|提供|采购|使用|为|\d年)*",
        "",
        match[1],
    ).strip()
    name = _COUNT.sub("", _TAIL.sub("", name))
    return name if len(name) > 1 else None
