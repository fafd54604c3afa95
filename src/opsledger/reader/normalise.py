"""Text as it is shown and quoted, and beside it the same text folded for matching.

Two texts of equal length are kept.  `text` is what a person sees: converter marks are gone, line ends are
uniform, everything else stands as printed, so a quote from it is a substring of the document.  `key` is
`text` folded character by character (full-width forms, traditional script, ``×`` and ``*`` between
numbers), so that every offset found in `key` is an offset into `text`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

_MARKS = re.compile(
    r"\[bookmark: [^\]\n]{0,120}\]"
    r"|\[(?:if|endif|comment|footnote|image|picture|hyperlink)[^\]\n]{0,80}\]"
    r"|[\u200b\u200c\u200d\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f]"
)
_LINE_ENDS = re.compile(r"\r\n|\r|\v|\f|\u2028|\u2029|\u0085")
_TIMES = re.compile(r"(?<=\d)(\s{0,2})[xX×*＊✕╳](\s{0,2})(?=\d)")


@lru_cache(maxsize=1)
def _fold_table() -> dict[int, str]:
    table = {0xFF01 + i: chr(0x21 + i) for i in range(94)}
    # Sentence marks keep their Chinese form: the grammar tells 。 from the point of a number.
    table |= {ord(a): b for a, b in zip("：，；！？（）", ":,;!?()", strict=True)}
    table |= {ord(c): " " for c in "\u00a0\u3000\u2002\u2003\u2009"}
    table |= {ord(a): b for a, b in zip("－—–―‐‑~～〜﹣", "----------", strict=True)}
    table |= {ord(a): b for a, b in zip("≦≧﹤﹥﹪", "≤≥<>%", strict=True)}
    table |= {
        ord("﹔"): ";",
        ord("﹕"): ":",
        ord("﹐"): ",",
        ord("臺"): "台",
        ord("帐"): "账",
        ord("査"): "查",
    }
    for line in _traditional().splitlines():
        old, _, new = line.partition("\t")
        if len(old) == 1 and old not in "台乾著瞭":
            table.setdefault(ord(old), new.split()[0][0])
    return table


def _traditional() -> str:
    import opencc

    return (Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Text:
    """A document's text with its folded twin and the way back to the source it was read from."""

    text: str
    key: str
    _starts: list[int] = field(default_factory=lambda: [0], repr=False)
    _shifts: list[int] = field(default_factory=lambda: [0], repr=False)

    def original(self, offset: int) -> int:
        """Offset in the source text of the character at `offset` (an end offset maps as an end)."""
        return offset + self._shifts[bisect_right(self._starts, offset) - 1]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Half-open span in the source text; marks inside the span are inside the result too."""
        return self.original(start), (self.original(end - 1) + 1 if end > start else self.original(end))


def fold(text: str) -> str:
    """`text` folded for matching, of the same length."""
    folded = text.translate(_fold_table())
    return _TIMES.sub(lambda m: m[1] + "*" + m[2], folded)


def normalise(source: str) -> Text:
    """Drop converter marks and unify line ends; linear in the length of `source`."""
    parts: list[str] = []
    starts, shifts = [0], [0]
    length = at = 0
    for mark in re.finditer(f"{_MARKS.pattern}|{_LINE_ENDS.pattern}", source):
        chunk = source[at : mark.start()]
        parts.append(chunk)
        length += len(chunk)
        if _LINE_ENDS.fullmatch(mark[0]):
            parts.append("\n")
            length += 1
        at = mark.end()
        starts.append(length)
        shifts.append(at - length)
    parts.append(source[at:])
    text = "".join(parts)
    return Text(text, fold(text), starts, shifts)
