"""HTML pages: block elements become lines, tables become tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from opsledger.core.errors import DomainError
from opsledger.reader.documents.layout_text import inner_table, paragraph, table

_BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "main", "aside", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2",
    "h3", "h4", "h5", "h6", "blockquote", "pre", "form", "fieldset", "figure", "address", "center", "body", "tr", "hr",
}  # fmt: skip
_MOST_SPANNED = 63
_HIDDEN = {"script", "style", "head", "template", "noscript", "svg", "iframe", "select", "button"}


def extract(data: bytes) -> str:
    """The page's text in the order of its source.  Raises ``reader.damaged``."""
    declared = re.search(rb"charset=[\"']?\s*(gb2312|gbk)", data[:4096], re.IGNORECASE)
    # GB18030 holds all of GB2312 and GBK, and pages often use more than they declare.
    parser = html.HTMLParser(
        encoding="gb18030" if declared else _encoding(data), no_network=True, huge_tree=True
    )
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, LookupError) as broken:
        raise DomainError("reader.damaged") from broken
    text = "".join(_words(root))
    return re.sub(r"[ \u00a0]*\n(?:[ \u00a0]*\n)+", "\n\n", text)


def _encoding(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if re.search(rb"charset=", data[:4096], re.IGNORECASE):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _words(element: html.HtmlElement, inside: bool = False, kept: bool = False) -> Iterator[str]:
    """The words of an element and what follows it; `inside` a cell, `kept` where lines stand as printed."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag and tag not in _HIDDEN:
        if tag == "table":
            rows = _rows(element)
            yield "\n" + (inner_table(rows) + "\n" if inside else "\n" + table(rows) + "\n")
        elif tag == "br":
            yield "\n"
        else:
            held = kept or tag == "pre"
            edge = "\n" if tag in _BLOCKS else ""
            inner = _flat(element.text, held) + "".join(
                w for child in element for w in _words(child, inside, held)
            )
            yield edge + (paragraph(inner) if edge and tag in ("p", "li") else inner) + edge
    if element.tail and tag != "html":
        yield _flat(element.tail, kept)


def _rows(element: html.HtmlElement) -> list[list[str]]:
    """The cells of a table; where a cell reaches down over rows, those have an empty one in its place."""
    rows: list[list[str]] = []
    below: dict[int, int] = {}
    for row in element.iter("tr"):
        if _owner(row) is not element:
            continue
        cells: list[str] = []
        for words, width, height in _cells(row):
            _fill(cells, below)
            for column in range(len(cells), len(cells) + width):
                below[column] = height - 1
            cells += [words] + [""] * (width - 1)
        _fill(cells, below)
        rows.append(cells)
    return rows


def _fill(cells: list[str], below: dict[int, int]) -> None:
    """Empty cells for the columns, from here on, that a cell of an earlier row still holds."""
    while below.get(len(cells), 0) > 0:
        below[len(cells)] -= 1
        cells.append("")


def _cells(row: html.HtmlElement) -> Iterator[tuple[str, int, int]]:
    """Words, width and height of each cell of a row."""
    for element in row:
        if element.tag in ("td", "th"):
            inner = _flat(element.text) + "".join(w for child in element for w in _words(child, inside=True))
            yield inner, _span(element, "colspan"), _span(element, "rowspan")


def _span(element: html.HtmlElement, name: str) -> int:
    told = element.get(name, "1")
    return min(_MOST_SPANNED, max(1, int(told))) if told.isascii() and told.isdigit() else 1


def _owner(row: html.HtmlElement) -> html.HtmlElement | None:
    above = row.getparent()
    while above is not None and above.tag != "table":
        above = above.getparent()
    return above


def _flat(words: str | None, kept: bool = False) -> str:
    if kept:
        return words or ""
    return re.sub(r"[\s\u00a0]+", " ", words) if words and words.strip() else ""
