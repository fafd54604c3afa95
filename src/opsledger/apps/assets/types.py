"""Types of assets with their fields, and ends of vendor support, as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from opsledger.core.errors import DomainError

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type: text, number or date."""

    id: str
    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class AssetType:
    """A type with its class (GB/T 28827.4) and the words by which a plain name is recognised."""

    key: str
    name: str
    of: str
    fields: tuple[Field, ...] = ()
    words: tuple[str, ...] = ()


def _read(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((DATA / name).read_text(encoding="utf-8"))


@cache
def classes() -> dict[str, str]:
    """Classes by key with their words."""
    return dict(_read("types.yaml")["classes"])


def known_fields(kind: str, names: Iterable[str]) -> None:
    """Refuse names that are no fields of the type (``asset.unknown_field``)."""
    one = types().get(kind)
    if one is None:
        raise DomainError("asset.unknown_kind", kind=kind)
    for name in names:
        if name not in {field.id for field in one.fields}:
            raise DomainError("asset.unknown_field", kind=one.name, name=name[:40])


def check_field(field: Field, text: str) -> str:
    """The text of a field in its plain form; ``asset.bad_field`` if it is not of the field's kind."""
    try:
        if field.kind == "number":
            text = f"{Decimal(text):f}"
        elif field.kind == "date":
            text = date.fromisoformat(text).isoformat()
    except (InvalidOperation, ValueError):
        words = {"number": "数字", "date": "日期（如 2026-11-20）"}
        raise DomainError(
            "asset.bad_field", label=field.label, kind=words[field.kind], found=text[:40]
        ) from None
    return text[:200]


@cache
def types() -> dict[str, AssetType]:
    """Types by key, in the order of the data."""
    found = {}
    for row in _read("types.yaml")["types"]:
        fields = tuple(
            Field(one["id"], one["label"], one.get("kind", "text")) for one in row.get("fields", ())
        )
        made = AssetType(row["key"], row["name"], row["of"], fields, tuple(row.get("words", ())))
        if made.of not in classes() or made.key in found:
            raise ValueError(f"types.yaml: {made.key}")
        found[made.key] = made
    return found


def type_named(text: str) -> AssetType | None:
    """The type with this key or name."""
    plain = text.strip()
    return next((one for one in types().values() if plain in (one.key, one.name)), None)


# Words such as 系统 and 数据 stand in many names: whatever says more comes first.
_FIRST, _LAST = ("licence", "certificate"), ("application", "dataset")


def guess(name: str, model: str = "") -> AssetType:
    """The type that a device's plain name speaks of, or else its model; "other" if neither does."""
    found = _guess(name)
    if model and found.key in (*_LAST, "other"):
        by_model = _guess(model)
        return by_model if by_model.key not in (*_LAST, "other") else found
    return found


def _guess(text: str) -> AssetType:
    if "UPS" in text.upper():
        return types()["ups"]
    if "空调" in text:
        return types()["ac"]
    rank = {**dict.fromkeys(_FIRST, 0), **dict.fromkeys(_LAST, 2)}
    for one in sorted(types().values(), key=lambda kind: rank.get(kind.key, 1)):
        if any(word.upper() in text.upper() for word in one.words):
            return one
    return types()["other"]


@cache
def _support() -> tuple[tuple[tuple[str, ...], date, str], ...]:
    return tuple((tuple(row["match"]), row["ends"], row["what"]) for row in _read("support.yaml"))


def support_end(*texts: str) -> tuple[date, str] | None:
    """When vendor support ends, and of what, for what these texts (name, model, version) speak of."""
    said = " ".join(texts).lower()
    for words, ends, what in _support():
        if all(word.lower() in said for word in words):
            return ends, what
    return None
