"""Office files are zip archives: open them without being blown up."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from opsledger.core.errors import DomainError

MOST_UNPACKED = 400 * 1024 * 1024
_MOST_RATIO = 250
_RATIO_COUNTS_FROM = 20 * 1024 * 1024


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The archive; raises ``reader.damaged``, ``reader.encrypted`` or ``reader.bomb`` before unpacking."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as broken:
        raise DomainError("reader.damaged") from broken
    unpacked = sum(entry.file_size for entry in entries)
    swollen = any(
        e.file_size > _RATIO_COUNTS_FROM and e.file_size > _MOST_RATIO * max(1, e.compress_size)
        for e in entries
    )
    if unpacked > MOST_UNPACKED or swollen or len(entries) > 20_000:
        raise DomainError("reader.bomb", most=MOST_UNPACKED // 2**20)
    if any(entry.flag_bits & 1 for entry in entries):
        raise DomainError("reader.encrypted")
    return archive


def read_xml(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """The root of a part, None where the archive has no such part; entities are never resolved."""
    try:
        data = archive.read(name)
    except KeyError:
        return None
    except (zipfile.BadZipFile, OSError, EOFError, ValueError) as broken:
        raise DomainError("reader.damaged") from broken
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as broken:
        raise DomainError("reader.damaged") from broken
