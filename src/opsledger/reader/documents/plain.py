"""Plain text and Markdown in UTF-8, UTF-16 or GB18030."""

from __future__ import annotations

import re

from opsledger.core.errors import DomainError
from opsledger.reader.documents.layout_text import table

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]")
_ENDS = (b"\n", b"\r")
_MARKUP = re.compile(r"^(?:#{1,6}\s|\s*\|.+\|\s*$|[^|\n]+\|[^|\n]+\|)", re.MULTILINE)
_PIPES = re.compile(r"^\s*\|.*\|\s*$|^[^|]+(?:\s\|\s?[^|]*){2,}\|?\s*$")
_RULE = re.compile(r"^[\s|:\-]+$")
_HEADING_MARK = re.compile(r"^\s{0,3}#{1,6}\s+")
_EMPHASIS = re.compile(r"\*\*([^*\n]+)\*\*")
_TABBED = re.compile(r"^[^\t\n]+\t[^\t\n]", re.MULTILINE)
_COLUMN = re.compile(r"^(?:序号|编号|项号)$|(?:级别|等级|程度|类别|类型|名称|项目|指标|内容)$")
_FEWEST_TABS = 1
_HEADER_CELL = 16
_SAMPLE = 64 * 1024
_MOST_CONTROL_SHARE = 0.005


def extract(data: bytes) -> str:
    """The text; raises ``reader.not_text`` where the bytes are no text in a known encoding."""
    text = _decode(data)
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > _MOST_CONTROL_SHARE * len(sample):
        raise DomainError("reader.not_text")
    return _with_tabbed_tables(_without_markup(text))


def _with_tabbed_tables(text: str) -> str:
    """Lines of cells parted by tabs, as pasted from a sheet, become a table where a header opens them."""
    if not _TABBED.search(text):
        return text
    parts: list[str] = []
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        cells = [cell.strip() for cell in line.split("\t")]
        wide = len(cells) > _FEWEST_TABS and not line.startswith(("\t", " "))
        if rows and wide and len(cells) == len(rows[0]):
            rows.append(cells)
            continue
        if rows:
            parts.append("\n" + table(rows) + "\n" if len(rows) > 1 else "\t".join(rows[0]) + "\n")
            rows = []
        if wide and all(0 < len(cell) <= _HEADER_CELL for cell in cells) and _COLUMN.search(cells[0]):
            rows = [cells]
        else:
            parts.append(line + "\n")
    return "".join(parts)


def _without_markup(text: str) -> str:
    """Markdown's heading marks and emphasis dropped, its tables as tables; other text as it is."""
    if not _MARKUP.search(text):
        return text
    parts: list[str] = []
    rows: list[list[str]] = []
    for line in text.splitlines():
        if line.count("|") >= 2 and _PIPES.match(line):
            if not _RULE.match(line):
                rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            continue
        if rows:
            parts.append("\n" + table(rows) + "\n")
            rows = []
        parts.append(_EMPHASIS.sub(r"\1", _HEADING_MARK.sub("", line)) + "\n")
    return "".join(parts) + ("\n" + table(rows) if rows else "")


def _decode(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _try(data, encoding)
    for encoding in (*_wide(data), "utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DomainError("reader.not_text")


def _try(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as broken:
        raise DomainError("reader.not_text") from broken


def _wide(data: bytes) -> tuple[str, ...]:
    """UTF-16 without a mark shows line ends as a zero byte beside 0x0A or 0x0D."""
    sample = data[:_SAMPLE]
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    ended = any(sample.count(end + b"\0") + sample.count(b"\0" + end) > 2 for end in _ENDS)
    if not ended or max(high, low) <= len(sample) / 200:
        return ()
    return ("utf-16-le",) if low > high else ("utf-16-be",)
