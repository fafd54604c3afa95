"""Canonical JSON: one text per value, stable through storage, and a named refusal of everything else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core.canonical import canonical
from opsledger.core.errors import DomainError
from opsledger.core.sentences import SENTENCES

SHANGHAI = timezone(timedelta(hours=8))

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    text,
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4),
    st.dates(),
    st.datetimes(datetime(1901, 1, 1), datetime(2999, 1, 1), timezones=st.just(SHANGHAI)),
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4)
)


class Verb(StrEnum):
    RESOLVE = "resolve"


class Step(IntEnum):
    TWO = 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [None, True, False]}, '{"a":[null,true,false],"b":1}'),
        ({"金额": Decimal("1280000.50")}, '{"金额":"1280000.50"}'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("0.00"), '"0.00"'),
        (datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI), '"2026-11-20T02:00:00.000000Z"'),
        (datetime(2026, 1, 1, 0, 0, 0, 7, tzinfo=UTC), '"2026-01-01T00:00:00.000007Z"'),
        (date(2026, 2, 28), '"2026-02-28"'),
        ('他说"好"\n', '"他说\\"好\\"\\n"'),
        ((1, 2), "[1,2]"),
        ({Verb.RESOLVE: Verb.RESOLVE, "n": Step.TWO}, '{"n":2,"resolve":"resolve"}'),
        # U+00E9 and e + U+0301 look alike and stay apart: nothing is normalised
        (["\u00e9", "e\u0301"], '["\u00e9","e\u0301"]'),
    ],
)
def test_worked_texts(value: object, expected: str) -> None:
    assert canonical(value).decode() == expected


@given(values)
def test_reading_back_and_writing_again_changes_nothing(value: object) -> None:
    written = canonical(value)
    assert canonical(json.loads(written)) == written


@given(st.dictionaries(text, values, min_size=2, max_size=6))
def test_insertion_order_does_not_matter(value: dict[str, object]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def _cycle() -> list[object]:
    inner: list[object] = []
    inner.append(inner)
    return inner


@pytest.mark.parametrize(
    ("value", "code", "path"),
    [
        ({"a": [1.5]}, "chain.float", "$.a[0]"),
        (float("nan"), "chain.float", "$"),
        (datetime(2026, 1, 1), "chain.naive_datetime", "$"),
        (datetime(1, 1, 1, tzinfo=SHANGHAI), "chain.unserialisable", "$"),
        ({1: 2}, "chain.bad_key", "$"),
        ({"a": "x\0"}, "chain.bad_text", "$.a"),
        ({"a": "\ud800"}, "chain.bad_text", "$.a"),
        ({"\ud800": 1}, "chain.bad_text", "$"),
        (2**53, "chain.number_too_large", "$"),
        pytest.param(-(1 << 99999), "chain.number_too_large", "$", id="longer-than-python-prints"),
        (Decimal("1E+999999"), "chain.number_too_large", "$"),
        (Decimal("NaN"), "chain.unserialisable", "$"),
        (b"bytes", "chain.unserialisable", "$"),
        ({1, 2}, "chain.unserialisable", "$"),
        (timedelta(hours=1), "chain.unserialisable", "$"),
        pytest.param(_cycle(), "chain.too_deep", "$" + "[0]" * 32, id="cycle"),
    ],
)
def test_everything_else_is_refused_by_name(value: object, code: str, path: str) -> None:
    with pytest.raises(DomainError) as refused:
        canonical(value)
    assert refused.value.code == code
    assert refused.value.facts["path"] == path
    assert SENTENCES[code].format(**refused.value.facts)
