"""Terms from and to plain dictionaries (JSON, YAML), with every problem named by its field."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from opsledger.core.errors import DomainError
from opsledger.core.terms.checks import FieldProblem, check
from opsledger.core.terms.kinds import TERM_CLASSES, Term
from opsledger.core.terms.vocabulary import Word

_BY_NAME: dict[str, type[Term]] = {str(kind): cls for kind, cls in TERM_CLASSES.items()}


@dataclass(frozen=True, slots=True)
class _Bad(Exception):
    """A value that does not fit; turned into a FieldProblem by the caller, who knows the field."""

    code: str
    facts: dict[str, object]
    at: str = ""


@cache
def _hints(kind: type) -> dict[str, Any]:
    return {
        f.name: hint for f in fields(kind) for name, hint in get_type_hints(kind).items() if f.name == name
    }


@cache
def _required(kind: type) -> frozenset[str]:
    return frozenset(f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING)


def field_names(kind: str) -> frozenset[str]:
    """The names of all fields of terms of `kind`; raises ``term.unknown_kind``."""
    cls: type = _class_of(kind)
    return frozenset(_hints(cls))


def to_dict(term: Term) -> dict[str, object]:
    """The term as plain data: words as strings, whole numbers as int, others as text ("99.9"), dates as ISO.

    No floats, so that it can stand in the ledger.  ``kind`` is among the keys and `from_dict` reads it back;
    defaults are written out too.
    """
    return {"kind": str(term.kind), **_plain_fields(term)}


def from_dict(kind: str, data: Mapping[str, object]) -> Term:
    """The term of `kind` that `data` describes.

    Raises ``term.unknown_kind`` or, with the code and facts of the first problem found, that of
    `problems`.  A ``kind`` inside `data` is allowed and must agree.
    """
    term, found = _read(kind, data)
    if found:
        first = found[0]
        raise DomainError(first.code, **{"kind": str(kind), "field": first.field, **first.facts})
    assert term is not None
    return term


def problems(kind: str, data: Mapping[str, object]) -> list[FieldProblem]:
    """Everything that is wrong with `data` as a term of `kind`; empty when `from_dict` would succeed."""
    return _read(kind, data)[1]


def _class_of(kind: str) -> type[Term]:
    try:
        return _BY_NAME[kind]
    except KeyError:
        raise DomainError("term.unknown_kind", kind=kind, allowed="、".join(_BY_NAME)) from None


def _read(kind: str, data: Mapping[str, object]) -> tuple[Term | None, list[FieldProblem]]:
    cls = _class_of(kind)
    values, found = _read_fields(cls, {k: v for k, v in data.items() if k != "kind"})
    if data.get("kind", kind) != kind:
        found.append(FieldProblem("kind", "term.unknown_kind", {"kind": data["kind"], "allowed": str(kind)}))
    if found:
        return None, found
    term = cls(**values)
    wrong = check(term)
    return (None if wrong else term), wrong


def _read_fields(cls: type, data: Mapping[str, object]) -> tuple[dict[str, Any], list[FieldProblem]]:
    hints = _hints(cls)
    allowed = "、".join(sorted(hints))
    values: dict[str, Any] = {}
    found = [
        FieldProblem(name, "term.unknown_field", {"allowed": allowed}) for name in data if name not in hints
    ]
    found += [FieldProblem(name, "term.missing_field", {}) for name in sorted(_required(cls) - data.keys())]
    for name, hint in hints.items():
        if name not in data:
            continue
        try:
            values[name] = _decode(hint, data[name])
        except _Bad as bad:
            field = f"{name}.{bad.at}" if bad.at else name
            found.append(FieldProblem(field, bad.code, {"value": data[name], **bad.facts}))
    return values, found


def _decode(hint: Any, value: object) -> Any:
    """`value` as `hint` asks for; raises `_Bad`."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _decode(next(a for a in get_args(hint) if a is not type(None)), value)
    if origin is tuple:
        return _decode_tuple(get_args(hint), value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _decode_part(hint, value)
    if isinstance(hint, type) and issubclass(hint, Word):
        return _decode_word(hint, value)
    return _decode_scalar(hint, value)


def _decode_tuple(args: tuple[Any, ...], value: object) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _Bad("term.not_a_list", {})
    if args[-1] is not Ellipsis and len(value) != len(args):
        raise _Bad("term.wrong_length", {"length": len(args)})
    return tuple(_decode(args[0], part) for part in value)


def _decode_part(cls: type, value: object) -> Any:
    if isinstance(value, cls):
        return value
    if not isinstance(value, Mapping):
        raise _Bad("term.not_a_mapping", {})
    values, found = _read_fields(cls, value)
    if found:
        raise _Bad(found[0].code, found[0].facts, found[0].field)
    return cls(**values)


def _decode_word(cls: type[Word], value: object) -> Word:
    if isinstance(value, str):
        for word in cls:
            if word == value:
                return word
    raise _Bad("term.unknown_word", {"allowed": "、".join(cls)})


def _decode_scalar(hint: Any, value: object) -> Any:
    if hint is str and isinstance(value, str):
        return value
    if hint is bool and isinstance(value, bool):
        return value
    if hint is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint is Decimal:
        return _decode_number(value)
    if hint is date:
        return _decode_date(value)
    code = {str: "term.not_text", bool: "term.not_yes_no", int: "term.not_whole"}
    raise _Bad(code[hint], {})


def _decode_number(value: object) -> Decimal:
    if isinstance(value, int | float | Decimal | str) and not isinstance(value, bool):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise _Bad("term.not_a_number", {}) from None
        if number.is_finite():
            return number
    raise _Bad("term.not_a_number", {})


def _decode_date(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _Bad("term.not_a_date", {}) from None


def _plain_fields(part: Any) -> dict[str, object]:
    return {f.name: _plain(getattr(part, f.name)) for f in fields(part)}


def _plain(value: Any) -> object:
    if isinstance(value, Word):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if is_dataclass(value):
        return _plain_fields(value)
    return value
