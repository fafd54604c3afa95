"""Plain text and Markdown in UTF-8, UTF-16 or GB18030."""

from __future__ import annotations

import re

from opsledger.core.errors import DomainError

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]")
_SAMPLE = 64 * 1024
_MOST_CONTROL_SHARE = 0.005


def extract(data: bytes) -> str:
    """The text; raises ``reader.not_text`` where the bytes are no text in a known encoding."""
    text = _decode(data)
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > _MOST_CONTROL_SHARE * len(sample):
        raise DomainError("reader.not_text")
    return text


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
    """UTF-16 without a mark shows line ends as a zero byte beside 0x0A."""
    sample = data[:_SAMPLE]
    if sample.count(b"\x0a\x00") > 2 and sample[1::2].count(0) > len(sample) / 200:
        return ("utf-16-le",)
    if sample.count(b"\x00\x0a") > 2 and sample[0::2].count(0) > len(sample) / 200:
        return ("utf-16-be",)
    return ()
