"""What changed between two editions of a sheet, in rows a person can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, str]]:
    """Changed figures first, then facts that came, went or count differently."""
    found = [
        {"what": word, "before": old, "now": new} for word, old, new in _figures(before, now) if old != new
    ]
    old_lines = {line["fact"]: line for line in _lines(before)}
    new_lines = {line["fact"]: line for line in _lines(now)}
    for fact_id in [*old_lines, *(one for one in new_lines if one not in old_lines)]:
        old, new = old_lines.get(fact_id), new_lines.get(fact_id)
        shown_old, shown_new = _said(old), _said(new)
        if shown_old != shown_new:
            found.append({"what": (new or old or {})["title"], "before": shown_old, "now": shown_new})
    return found


def _figures(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    yield "得分", before["score"], now["score"]
    yield "等级", before["band"]["title"], now["band"]["title"]
    for key, word in (("deduction", "扣款"), ("payable", "应付")):
        yield word, (before["money"] or {}).get(key, "无"), (now["money"] or {}).get(key, "无")


def _lines(sheet: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for category in sheet["categories"]:
        for row in category["rows"]:
            yield from row["lines"]
    for row in sheet["bonus_rows"]:
        yield from row["lines"]


def _said(line: dict[str, Any] | None) -> str:
    return "无" if line is None else f"{line['state_word']}，{line['points']}分"
