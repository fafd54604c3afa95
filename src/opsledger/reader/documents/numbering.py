"""Automatic numbering of Word paragraphs: 第一章, 一、, （一）, 1.1, a)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = "零一二三四五六七八九"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def chinese(value: int) -> str:
    """1 to 999 in Chinese counting: 十二, 二十, 一百零三."""
    if value < 10:
        return _CHINESE[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return (_CHINESE[tens] if tens > 1 else "") + "十" + (_CHINESE[ones] if ones else "")
    hundreds, rest = divmod(value, 100)
    tail = (
        ""
        if not rest
        else ("零" + chinese(rest) if rest < 10 else ("一" if rest < 20 else "") + chinese(rest))
    )
    return _CHINESE[hundreds % 10] + "百" + tail


def _roman(value: int) -> str:
    words = ""
    for size, letters in _ROMAN:
        count, value = divmod(value, size)
        words += letters * count
    return words


def formatted(value: int, form: str) -> str:
    """A counter in the number format of a level; bullets and unknown formats print nothing or digits."""
    if form in ("bullet", "none"):
        return ""
    if form.startswith("decimalEnclosedCircle") and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if "chinese" in form.lower() or "japaneseCounting" in form or "ideographDigital" in form:
        return chinese(value)
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (value - 1) % 26)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        return _roman(value).upper() if form == "upperRoman" else _roman(value)
    return f"{value:02d}" if form == "decimalZero" else str(value)


@dataclass(slots=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The counters of one document; ask once for every paragraph, in order."""

    _levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _abstract: dict[str, str] = field(default_factory=dict)
    _styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    _counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
        """From the parts numbering.xml and styles.xml, either of which may be missing."""
        made = cls()
        if numbering is not None:
            for abstract in numbering.iter(W + "abstractNum"):
                made._levels[_value(abstract, "abstractNumId")] = dict(_levels(abstract))
            for num in numbering.iter(W + "num"):
                reference = num.find(W + "abstractNumId")
                if reference is not None:
                    made._abstract[_value(num, "numId")] = _value(reference, "val")
        for style in styles.iter(W + "style") if styles is not None else ():
            properties = style.find(f"{W}pPr/{W}numPr")
            if properties is not None and (found := _reference(properties)):
                made._styles[_value(style, "styleId")] = found
        return made

    def label(self, paragraph: etree._Element) -> str:
        """The number Word prints before the paragraph, or the empty string."""
        found = self._found(paragraph)
        if found is None:
            return ""
        num, depth = found
        abstract = self._abstract.get(num, "")
        levels = self._levels.get(abstract, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(abstract, [0] * 9)
        counts[depth] = counts[depth] + 1 if counts[depth] else level.start
        counts[depth + 1 :] = [0] * (8 - depth)

        def part(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = levels.get(at)
            return formatted(counts[at] or (other.start if other else 1), other.form if other else "decimal")

        return "" if level.form == "bullet" else re.sub(r"%([1-9])", part, level.text)

    def _found(self, paragraph: etree._Element) -> tuple[str, int] | None:
        about = paragraph.find(W + "pPr")
        if about is None:
            return None
        properties = about.find(W + "numPr")
        if properties is not None:
            return _reference(properties)
        style = about.find(W + "pStyle")
        return self._styles.get(_value(style, "val")) if style is not None else None


def _value(element: etree._Element, name: str) -> str:
    return str(element.get(W + name, ""))


def _reference(properties: etree._Element) -> tuple[str, int] | None:
    num, depth = properties.find(W + "numId"), properties.find(W + "ilvl")
    if num is None or _value(num, "val") in ("", "0"):
        return None
    level = _value(depth, "val") if depth is not None else "0"
    return _value(num, "val"), min(8, int(level)) if level.isdigit() else 0


def _levels(abstract: etree._Element) -> list[tuple[int, _Level]]:
    found = []
    for level in abstract.iter(W + "lvl"):
        form, text, start = (level.find(W + name) for name in ("numFmt", "lvlText", "start"))
        first = _value(start, "val") if start is not None else "1"
        made = _Level(
            _value(form, "val") if form is not None else "decimal",
            _value(text, "val") if text is not None else "",
            int(first) if first.isdigit() else 1,
        )
        depth = _value(level, "ilvl")
        if depth.isdigit():
            found.append((int(depth), made))
    return found
