"""Reading plain data (as YAML or JSON gives it) with every complaint naming the path it is about."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NoReturn, TypeVar

from opsledger.core.errors import DomainError

_Choice = TypeVar("_Choice", bound=StrEnum)


def decimal_of(value: object) -> Decimal | None:
    """A finite Decimal from a number or a numeral, else None; floats keep their shortest writing."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


class Cursor:
    """One mapping of the data together with its path.

    Every reading method raises ``DomainError(code, path=…, problem=…)`` with a Chinese problem when the
    value is missing or of the wrong sort; `close` complains of keys that nobody asked for.
    """

    def __init__(self, value: object, path: str = "", code: str = "scheme.invalid") -> None:
        self.path = path
        self.code = code
        if not isinstance(value, Mapping):
            self.fail("应为一组“键: 值”")
        self._values: Mapping[str, object] = {str(key): item for key, item in value.items()}
        self._asked: set[str] = set()

    def fail(self, problem: str, key: str = "") -> NoReturn:
        """Raise the complaint about this mapping or about one of its keys."""
        raise DomainError(self.code, path=self._at(key) or "（根）", problem=problem)

    def has(self, key: str) -> bool:
        """Whether the key is there with a value."""
        self._asked.add(key)
        return self._values.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank; numbers are taken as written."""
        if not self.has(key):
            return default if default is not None else self.fail("缺少这一项", key)
        value = self._values[key]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.fail("应为文字", key)
        text = str(value).strip()
        return text or (default if default is not None else self.fail("不能为空", key))

    def decimal(
        self, key: str, default: Decimal | None = None, low: int | None = None, high: int | None = None
    ) -> Decimal:
        """A number, within [low, high] where these are given."""
        if not self.has(key):
            return default if default is not None else self.fail("缺少这一项", key)
        number = decimal_of(self._values[key])
        if number is None:
            self.fail("应为数字", key)
        if low is not None and number < low:
            self.fail(f"不能小于{low}", key)
        if high is not None and number > high:
            self.fail(f"不能大于{high}", key)
        return number

    def maybe_decimal(self, key: str, low: int | None = None) -> Decimal | None:
        """A number or None when the key is absent."""
        return self.decimal(key, low=low) if self.has(key) else None

    def integer(self, key: str, default: int | None = None, low: int = 0) -> int:
        """A whole number not below `low`."""
        number = self.decimal(key, None if default is None else Decimal(default), low=low)
        if number != number.to_integral_value():
            self.fail("应为整数", key)
        return int(number)

    def flag(self, key: str, default: bool) -> bool:
        """A yes or no."""
        if not self.has(key):
            return default
        value = self._values[key]
        return value if isinstance(value, bool) else self.fail("应为 true 或 false", key)

    def choice(self, key: str, kind: type[_Choice], default: _Choice | None = None) -> _Choice:
        """One of the values of an enumeration."""
        if not self.has(key):
            return default if default is not None else self.fail("缺少这一项", key)
        try:
            return kind(str(self._values[key]))
        except ValueError:
            self.fail(f"应为 {'、'.join(member.value for member in kind)} 之一", key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one; absent is empty."""
        if not self.has(key):
            return ()
        return self._listed(self._values[key], key)

    def text_lists(self, key: str) -> Mapping[str, tuple[str, ...]]:
        """A mapping from names to lists of texts; absent is empty."""
        if not self.has(key):
            return {}
        return {name: self._listed(value, f"{key}.{name}") for name, value in self._mapping(key).items()}

    def raw(self, key: str) -> Mapping[str, object]:
        """A mapping whose values are left as they are; absent is empty."""
        return self._mapping(key) if self.has(key) else {}

    def decimals(self, key: str) -> Mapping[str, Decimal]:
        """A mapping from names to numbers; absent is empty."""
        found: dict[str, Decimal] = {}
        for name, value in self.raw(key).items():
            number = decimal_of(value)
            found[name] = number if number is not None else self.fail("应为数字", f"{key}.{name}")
        return found

    def child(self, key: str) -> Cursor:
        """The mapping under a key."""
        if not self.has(key):
            self.fail("缺少这一项", key)
        return Cursor(self._values[key], self._at(key), self.code)

    def children(self, key: str, at_least: int = 0) -> list[Cursor]:
        """The list of mappings under a key; absent is empty."""
        value = self._values[key] if self.has(key) else []
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.fail("应为列表", key)
        if len(value) < at_least:
            self.fail(f"至少要有{at_least}项", key)
        return [Cursor(item, f"{self._at(key)}[{i}]", self.code) for i, item in enumerate(value)]

    def close(self) -> None:
        """Complain of the first key that nobody asked for, with the nearest known one."""
        for key in self._values:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1)
                self.fail("没有这一项" + (f"，是否要写 {near[0]}" if near else ""), key)

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def _mapping(self, key: str) -> Mapping[str, object]:
        value = self._values[key]
        if not isinstance(value, Mapping):
            self.fail("应为一组“键: 值”", key)
        return {str(name): item for name, item in value.items()}

    def _listed(self, value: object, key: str) -> tuple[str, ...]:
        items: Iterable[object] = value if isinstance(value, list | tuple) else [value]
        found = []
        for item in items:
            if isinstance(item, Mapping | list | tuple) or item is None:
                self.fail("应为文字或文字列表", key)
            found.append(plain(item))
        return tuple(found)


def plain(value: object) -> str:
    """A value as matchers compare it: ``true``/``false``, numbers without trailing zeros."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)).normalize(), "f")
    return str(value)


def unique(cursors: Sequence[Cursor], key: str = "id") -> None:
    """Complain of the second of two entries with the same key."""
    seen: set[str] = set()
    for cursor in cursors:
        name = cursor.text(key)
        if name in seen:
            cursor.fail(f"“{name}”重复", key)
        seen.add(name)
