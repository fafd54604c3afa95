"""What a tag may be: free words, cut from what was typed, folded so that one word is one tag."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from opsledger.core.errors import DomainError

MAX_TAGS = 10
MAX_WORD = 20
_MAX_KEY = 60
_BETWEEN = re.compile(r"[,，、;；\n]")


def fold(word: str) -> str:
    """The word as it is compared: full and half width, upper and lower case are the same; also of any text looked for."""
    return unicodedata.normalize("NFKC", " ".join(word.replace("\x00", "").split())).casefold()[:_MAX_KEY]


def words_of(told: Iterable[str]) -> dict[str, str]:
    """The tags in what was typed (several between commas), by their keys in order; each once, blanks cut off.

    Refused: a word of more than 20 characters.
    """
    found: dict[str, str] = {}
    for part in (part for text in told for part in _BETWEEN.split(text)):
        word = " ".join(part.split())
        if len(word) > MAX_WORD:
            raise DomainError("tag.too_long", word=word, limit=MAX_WORD)
        if word:
            found.setdefault(fold(word), word)
    return found
