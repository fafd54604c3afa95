"""What a due window is called: its id in words."""

from __future__ import annotations

import re

_FORMS = (
    (re.compile(r"\d{4}-(\d{2})-(\d{2})"), lambda m: f"{int(m[1])}月{int(m[2])}日"),
    (re.compile(r"\d{4}-W(\d{2})"), lambda m: f"第{int(m[1])}周"),
    (re.compile(r"\d{4}-(\d{2})"), lambda m: f"{int(m[1])}月"),
    (re.compile(r"\d{4}Q(\d)"), lambda m: f"第{'一二三四'[int(m[1]) - 1]}季度"),
    (re.compile(r"\d{4}H(\d)"), lambda m: "上半年" if m[1] == "1" else "下半年"),
    (re.compile(r"(\d{4})"), lambda m: f"{m[1]}年度"),
    (re.compile(r"term"), lambda m: "服务期"),
)
_EVENT = re.compile(r"（[^（）#]+#(?:before|after)）$")
_ID = re.compile(r"（([^（）#]+)#(\d+)）$")


def window_words(window_id: str) -> str:
    """``2026-07-08`` is 7月8日, ``2026-W27`` 第27周, ``2026Q3`` 第三季度; anything else stays as it is."""
    for pattern, words in _FORMS:
        if found := pattern.fullmatch(window_id):
            return str(words(found))
    return window_id


def titled(title: str) -> str:
    """A title that ends with a window's id, with the window in words; the number only from the second on.

    The id of a window that hangs on an event says nothing to people and is left out.
    """

    def words(found: re.Match[str]) -> str:
        nth = f"第{found[2]}次" if int(found[2]) > 1 else ""
        return f"（{window_words(found[1])}{nth}）"

    return _ID.sub(words, _EVENT.sub("", title))
