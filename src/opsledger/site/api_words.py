"""What is wrong with one field of a call, in words; the checks themselves are those of the schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# type of the check -> sentence over its bounds
_WORDS = {
    "missing": "缺少这一项。",
    "extra_forbidden": "没有这一项，请核对名称。",
    "string_too_short": "至少 {min_length} 个字。",
    "string_too_long": "不超过 {max_length} 个字。",
    "string_type": "应为文字。",
    "string_pattern_mismatch": "写法不对，应符合 {pattern}。",
    "literal_error": "应为以下之一：{expected}。",
    "enum": "应为以下之一：{expected}。",
    "greater_than": "应大于 {gt}。",
    "greater_than_equal": "不小于 {ge}。",
    "less_than": "应小于 {lt}。",
    "less_than_equal": "不大于 {le}。",
    "too_short": "至少 {min_length} 项。",
    "too_long": "不超过 {max_length} 项。",
    "list_type": "应为列表。",
    "dict_type": "应为对象。",
    "model_attributes_type": "应为对象。",
    "model_type": "应为对象。",
    "int_type": "应为整数。",
    "int_parsing": "应为整数。",
    "int_from_float": "应为整数。",
    "int_parsing_size": "数字太大。",
    "float_parsing": "应为数字。",
    "finite_number": "应为有限的数。",
    "bool_type": "应为 true 或 false。",
    "bool_parsing": "应为 true 或 false。",
    "decimal_type": "应为数字。",
    "decimal_parsing": "应为数字。",
    "decimal_max_digits": "数字不超过 {max_digits} 位。",
    "decimal_max_places": "小数不超过 {decimal_places} 位。",
    "decimal_whole_digits": "整数部分不超过 {whole_digits} 位。",
    "timezone_aware": "时间须带时区，例如 2026-03-11T10:00:00+08:00。",
    "value_error": "{error}。",
}
_BY_BEGINNING = {
    "datetime": "不是有效的时间，应如 2026-03-11T10:00:00+08:00。",
    "date": "不是有效的日期，应如 2026-03-11。",
}


def said(kind: str, bounds: Mapping[str, Any], plain: str) -> str:
    """The sentence for a check that failed; `plain` where the check has no words of its own."""
    words = _WORDS.get(kind) or next(
        (text for key, text in _BY_BEGINNING.items() if kind.startswith(key)), ""
    )
    told = dict(bounds)
    if "expected" in told:
        told["expected"] = str(told["expected"]).replace(" or ", "、").replace(", ", "、").replace("'", "")
    try:
        return words.format(**told) if words else plain
    except (KeyError, IndexError):
        return plain
