"""How entries are read: the word of a verb, the changes as a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from opsledger.apps.ledger.field_words import FIELD_WORDS
from opsledger.apps.ledger.verb_words import SUBJECT_WORDS, VERB_WORDS

__all__ = ["FIELD_WORDS", "SUBJECT_WORDS", "VERB_WORDS", "changes_text", "word"]


def word(verb: str) -> str:
    """The Chinese word for a verb (the verb itself if it has none)."""
    return VERB_WORDS.get(verb, verb)


def changes_text(changes: Mapping[str, object]) -> str:
    """The changes in one line of words."""
    return "；".join(f"{FIELD_WORDS.get(name, name)}：{_value(value)}" for name, value in changes.items())


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "，".join(f"{FIELD_WORDS.get(str(k), str(k))} {_value(v)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return "、".join(_value(one) for one in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
