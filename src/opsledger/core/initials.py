"""The first letters of a Chinese name, as people type them to find somebody: 演示丙 -> "ysb".

GB/T 2312 orders its 3,755 common characters by their pronunciation, so the place of a character in it gives its
letter; rarer characters give none.  No tables are needed beyond the 23 places where a letter begins.
"""

from __future__ import annotations

from bisect import bisect_right

_BEGINS = {
    0xB0A1: "a", 0xB0C5: "b", 0xB2C1: "c", 0xB4EE: "d", 0xB6EA: "e", 0xB7A2: "f", 0xB8C1: "g", 0xB9FE: "h",
    0xBBF7: "j", 0xBFA6: "k", 0xC0AC: "l", 0xC2E8: "m", 0xC4C3: "n", 0xC5B6: "o", 0xC5BE: "p", 0xC6DA: "q",
    0xC8BB: "r", 0xC8F6: "s", 0xCBFA: "t", 0xCDDA: "w", 0xCEF4: "x", 0xD1B9: "y", 0xD4D1: "z",
}  # fmt: skip
_PLACES = list(_BEGINS)
_LETTERS = list(_BEGINS.values())
_LAST = 0xD7F9
# Surnames that are read otherwise than the dictionary orders them.
_SURNAMES = {
    "单": "s",
    "曾": "z",
    "解": "x",
    "查": "z",
    "仇": "q",
    "区": "o",
    "翟": "z",
    "覃": "q",
    "盖": "g",
}


def initials(name: str) -> str:
    """The letters of `name` in lower case: of common characters the first of their reading, of Latin letters and
    digits themselves; anything else is left out.  The first character is read as a surname."""
    return "".join(_letter(sign, first=not place) for place, sign in enumerate(name.strip()))


def _letter(sign: str, *, first: bool) -> str:
    if sign.isascii():
        return sign.lower() if sign.isalnum() else ""
    if first and sign in _SURNAMES:
        return _SURNAMES[sign]
    code = int.from_bytes(sign.encode("gb2312", "ignore"), "big")
    return _LETTERS[bisect_right(_PLACES, code) - 1] if _PLACES[0] <= code <= _LAST else ""
