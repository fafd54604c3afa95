"""The one way tables are written as text, so that every format reads alike (see `blocks`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_BLANKS = re.compile(r"[ \t\u00a0]+")


def cell(words: str) -> str:
    """A cell's text: no empty lines, no tabs, which would start another row or cell."""
    lines = (_BLANKS.sub(" ", line).strip() for line in words.splitlines())
    return "\n".join(line for line in lines if line)


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells in the tabbed convention, closed by an empty line; rows without any text are left out."""
    written = []
    for row in rows:
        cells = [cell(words) for words in row]
        if any(cells):
            written.append("\n".join("\t" + words for words in cells))
    return "\n\n".join(written) + "\n\n" if written else ""


def inner_table(rows: Iterable[Sequence[str]]) -> str:
    """A table inside a cell: one line a row, cells parted by commas."""
    lines = (",".join(_BLANKS.sub(" ", words.replace("\n", " ")).strip() for words in row) for row in rows)
    return "\n".join(line for line in lines if line.strip(","))


def paragraph(words: str) -> str:
    """A paragraph as one line or several; a tab at its start would make it a cell."""
    return "\n".join(line.strip(" \t") for line in words.splitlines())
