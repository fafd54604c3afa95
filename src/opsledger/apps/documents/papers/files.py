"""The list of attachments at the end of a report: names and digests, so that a file can be told to be the same."""

from __future__ import annotations

from collections.abc import Sequence

from opsledger.adapters.docx_paper import Column, Paper

_COLUMNS = [Column("文件", 8.4), Column("校验值（SHA-256）", 8)]
# Half of the digest tells files apart and keeps to one line.
_SHOWN = 32


def attachments(paper: Paper, files: Sequence[tuple[str, str]]) -> None:
    """Name and digest of each file, or that there are none."""
    if not files:
        paper.text("没有附件。")
        return
    paper.table(_COLUMNS, [[name, digest[:_SHOWN]] for name, digest in files], size=9)
