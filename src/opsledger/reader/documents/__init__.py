"""Files become text: one reader per format, chosen by what the bytes are, not by the name alone."""

from __future__ import annotations

import zipfile
from importlib import import_module
from pathlib import PurePath

from opsledger.core.errors import DomainError
from opsledger.reader.documents.archives import open_archive

__all__ = ["MOST_BYTES", "check_size", "extract", "kind_of"]

MOST_BYTES = 60 * 1024 * 1024
"""Larger files are refused before anything is parsed."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE_SUFFIXES = {".doc", ".wps", ".rtf", ".xls", ".et"}
_WEB_SUFFIXES = {".html", ".htm", ".xhtml"}
_READERS = {"docx": "docx", "sheet": "sheet", "pdf": "pdf", "office": "office", "web": "web", "text": "plain"}
_SNIFFED = 4096


def extract(data: bytes, filename: str) -> str:
    """The document's text, tables written as tabbed cells (see `blocks`).

    Raises `DomainError` with the fact ``filename``: ``reader.empty``, ``reader.too_large``, ``reader.not_text``,
    ``reader.encrypted``, ``reader.damaged``, ``reader.scanned``, ``reader.bomb``, ``reader.unsupported``,
    ``reader.no_office``, ``reader.timeout``.
    """
    check_size(len(data), filename)
    if not data.strip(b"\0 \t\r\n"):
        raise DomainError("reader.empty", filename=filename)
    try:
        text = _read(kind_of(data, filename), data)
    except DomainError as refused:
        raise DomainError(refused.code, **{"filename": filename, **refused.facts}) from refused
    if not text.strip():
        raise DomainError("reader.empty", filename=filename)
    return text


def check_size(size: int, filename: str) -> None:
    """Refuse a file by its size alone, so that nobody needs to load it first."""
    if size > MOST_BYTES:
        raise DomainError(
            "reader.too_large", filename=filename, megabytes=size // 2**20, most=MOST_BYTES // 2**20
        )


def kind_of(data: bytes, filename: str) -> str:
    """Format of the bytes: docx, sheet, pdf, office, web or text.  Raises ``reader.unsupported``."""
    head = data[:_SNIFFED]
    suffix = PurePath(filename).suffix.lower()
    if head.startswith(b"%PDF-") or b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _archive_kind(data, filename)
    if head.startswith(_OLE):
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data[: 2**20] + data[-(2**20) :]:
            raise DomainError("reader.encrypted", filename=filename)
        return "office"
    if head.startswith(b"{\\rtf"):
        return "office"
    if suffix in _WEB_SUFFIXES or _looks_like_web(head):
        return "web"
    if suffix in _OFFICE_SUFFIXES | {".docx", ".xlsx", ".pdf"}:
        raise DomainError("reader.damaged", filename=filename)
    return "text"


def _looks_like_web(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html")) or (
        start.startswith(b"<?xml") and b"<html" in start
    )


def _archive_kind(data: bytes, filename: str) -> str:
    with open_archive(data) as archive:
        names = set(archive.namelist())
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "sheet"
    if "content.xml" in names and "mimetype" in names:
        return "office"
    raise DomainError("reader.unsupported", filename=filename)


def _read(kind: str, data: bytes) -> str:
    # Each reader loads a large library; only the one that is needed is imported.
    reader = import_module(f"{__name__}.{_READERS[kind]}")
    try:
        text: str = reader.extract(data)
    except (RecursionError, MemoryError, zipfile.BadZipFile, EOFError) as broken:
        raise DomainError("reader.damaged") from broken
    return text
