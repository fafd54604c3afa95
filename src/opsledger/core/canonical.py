"""Canonical JSON: one value, one text, so that a hash of it means something."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from opsledger.core.errors import DomainError

DEEPEST = 32
LARGEST_INTEGER = 2**53 - 1  # RFC 7493 section 2.2: beyond it JSON readers disagree


def canonical(value: object) -> bytes:
    """The one UTF-8 JSON text of `value`: keys sorted by code point, no blanks, nothing escaped needlessly.

    Taken: None, bool, int within ±(2**53 - 1), str as it is (never normalised), finite Decimal (a string,
    digits kept: ``1.50`` stays ``1.50``), aware datetime (UTC, always six digits of microseconds, ``Z``),
    date, list, tuple, and mappings with str keys.  Reading the text back and making it canonical again gives
    the same bytes, so a body may be stored as JSON and be verified from there.
    Raises ``chain.float``, ``chain.naive_datetime``, ``chain.bad_key``, ``chain.bad_text`` (lone surrogates
    and NUL, which not every database stores), ``chain.number_too_large``, ``chain.too_deep`` and
    ``chain.unserialisable``, each with the path of the value.
    """
    plain = _plain(value, "$", DEEPEST)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: object, path: str, levels: int) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, int | float | Decimal):
        return _number(value, path)
    if isinstance(value, date):
        return _moment(value, path)
    if levels == 0:
        raise DomainError("chain.too_deep", path=path, levels=DEEPEST)
    if isinstance(value, Mapping):
        return {_key(key, path): _plain(inner, f"{path}.{key}", levels - 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, f"{path}[{at}]", levels - 1) for at, inner in enumerate(value)]
    raise DomainError("chain.unserialisable", path=path, type=type(value).__name__)


def _text(value: str, path: str) -> str:
    text = str.__str__(value)  # an enumeration of strings is written as its value
    if "\0" in text or not (text.isascii() or _encodes(text)):
        raise DomainError("chain.bad_text", path=path)
    return text


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise DomainError("chain.bad_key", path=path, key=repr(key))
    return _text(key, path)


def _number(value: int | float | Decimal, path: str) -> int | str:
    if isinstance(value, float):
        raise DomainError("chain.float", path=path, value=repr(value))
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise DomainError("chain.number_too_large", path=path, size=f"{value.bit_length()} bit")
        return int(value)
    if not value.is_finite():
        raise DomainError("chain.unserialisable", path=path, type=f"Decimal({value})")
    # Written out without an exponent; a bound keeps 1E+999999 from becoming a megabyte of zeros.
    if value.adjusted() > 64 or int(value.as_tuple().exponent) < -64:
        raise DomainError("chain.number_too_large", path=path, size=str(value)[:32])
    return format(value, "f")


def _moment(value: date, path: str) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.utcoffset() is None:
        raise DomainError("chain.naive_datetime", path=path, value=value.isoformat())
    try:
        utc = value.astimezone(UTC)
    except OverflowError:  # within a day of year 1 or 9999
        raise DomainError("chain.unserialisable", path=path, type=f"datetime({value})") from None
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
