"""What a person wrote becomes the value that core.terms takes, and back: on the form and in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from opsledger.apps.contracts.review.fields import FIELDS, SPLIT, TEXT_LIMIT, Field, told
from opsledger.core.errors import DomainError
from opsledger.core.quantities import number
from opsledger.core.terms import AnchorEvent, Side, TimeUnit, Word, from_dict, problems, to_dict


def parse(field: Field, raw: object) -> object:
    """The value that a person wrote, as core.terms takes it; None for nothing.

    Words may be given as shown or by their code.  Raises `DomainError` with a code of `told`.
    """
    text = _text(raw)
    if not text:
        return None
    if field.type == "choice":
        assert field.words is not None
        return str(_word(field.words, text))
    if field.type in ("number", "whole"):
        return _number(field, text)
    if field.type == "day":
        return _day(raw, text)
    if field.type == "months":
        return _months(text)
    if field.type == "anchors":
        return [_anchor(part) for part in re.split(r"[;；\n]", text) if part.strip()]
    if field.type == "parties":
        assert field.words is not None
        return [str(_word(field.words, part)) for part in SPLIT.split(text) if part]
    if field.type == "window":
        return re.sub(r"(?<=\d)\s*[×＊*X]\s*(?=\d)", "x", text)
    if len(text) > TEXT_LIMIT:
        raise DomainError("reading.too_long", limit=TEXT_LIMIT)
    return text


def shown(field: Field, value: object) -> str | int | Decimal:
    """A value as a person reads and writes it; "" for nothing.  `parse` reads it back."""
    if value is None or value == []:
        return ""
    if field.type == "choice":
        assert field.words is not None
        return _word(field.words, str(value)).label
    if field.type in ("number", "whole"):
        return int(value) if isinstance(value, int) else Decimal(str(value))
    if field.type == "months":
        return "、".join(str(month) for month in _listed(value))
    if field.type == "anchors":
        return "；".join(_anchor_text(part) for part in _listed(value))
    if field.type == "parties":
        assert field.words is not None
        return "、".join(_word(field.words, str(part)).label for part in _listed(value))
    return str(value)


def read(kind: str, raw: Mapping[str, object], scope: str = "") -> tuple[dict[str, Any], dict[str, str]]:
    """The term's data from what a person wrote, and what is wrong, by field; data only where nothing is."""
    data: dict[str, Any] = {"item": scope} if scope else {}
    wrong: dict[str, str] = {}
    for field in FIELDS[kind]:
        try:
            value = parse(field, raw.get(field.name))
        except DomainError as error:
            wrong[field.name] = told(error.code, kind, field.name, error.facts)
            continue
        if value is None and field.needed:
            wrong[field.name] = told("term.missing_field", kind, field.name, {})
        elif value is not None:
            data[field.name] = value
    if wrong:
        return {}, wrong
    for problem in problems(kind, {**data, "key": "x"}):
        wrong.setdefault(problem.field.split(".")[0], told(problem.code, kind, problem.field, problem.facts))
    return ({}, wrong) if wrong else (facts_of(kind, data), {})


def facts_of(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Sound data in its one canonical form: the facts alone, every one of them, defaults written out."""
    plain = to_dict(from_dict(kind, {**data, "key": "x"}))
    return {"item": plain["item"], **{field.name: plain[field.name] for field in FIELDS[kind]}}


def _text(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw).strip()


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _word(words: type[Word], text: str) -> Word:
    for word in words:
        if text in (word.value, word.label):
            return word
    raise DomainError("reading.not_listed", value=text, allowed="、".join(word.label for word in words))


def _number(field: Field, text: str) -> object:
    try:
        value = number(text)
    except DomainError:
        raise DomainError("reading.bad_number", value=text) from None
    if field.type == "whole" and value != value.to_integral_value():
        raise DomainError("reading.bad_number", value=text)
    return int(value) if value == value.to_integral_value() else str(value)


def _day(raw: object, text: str) -> str:
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?", text)
    try:
        if match:
            return date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        pass
    raise DomainError("reading.bad_day", value=text)


def _months(text: str) -> list[int]:
    parts = [part.rstrip("月") for part in SPLIT.split(text) if part]
    if not all(part.isascii() and part.isdigit() and 1 <= int(part) <= 12 for part in parts):
        raise DomainError("reading.bad_months", value=text)
    return [int(part) for part in parts]


def _anchor(text: str) -> dict[str, object]:
    plain = text.strip()
    bad = DomainError(
        "reading.bad_anchor", value=plain, allowed="、".join(word.label for word in AnchorEvent)
    )
    for event in sorted(AnchorEvent, key=lambda word: -len(word.label)):
        if not plain.startswith(event.label):
            continue
        rest = plain[len(event.label) :]
        for side in Side:
            if rest.startswith(side.label):
                length = rest[len(side.label) :].removesuffix("内").strip()
                return {"event": str(event), "side": str(side), **_length(length, bad)}
    raise bad


def _length(text: str, bad: DomainError) -> dict[str, object]:
    if not text:
        return {"value": None, "unit": None}
    for unit in sorted(TimeUnit, key=lambda word: -len(word.label)):
        if text.endswith(unit.label) and unit is not TimeUnit.SAME_DAY:
            try:
                value = number(text[: -len(unit.label)])
            except DomainError:
                raise bad from None
            return {"value": str(value), "unit": str(unit)}
    raise bad


def _anchor_text(part: Mapping[str, object]) -> str:
    words = AnchorEvent(part["event"]).label + Side(part.get("side") or "after").label
    if part.get("value") is None or not part.get("unit"):
        return words
    return f"{words}{part['value']}{TimeUnit(part['unit']).label}"
