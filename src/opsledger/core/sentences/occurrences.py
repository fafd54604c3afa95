"""Sentences for `core.occurrences` and `core.findings`; what their tables refuse stands in `transitions`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "occurrences.naive_moment": "时间 {name}（{found}）没有时区，无法判断是否逾期。请补上时区。",
    "occurrences.window_backwards": "履约任务的截止时间 {due_at:%Y-%m-%d %H:%M} 早于开始时间 {begins_at:%Y-%m-%d %H:%M}。请更正计划。",
    "occurrences.no_submission": "履约任务的状态是“{state}”，却没有提交时间。请核对台账中的提交记录。",
}
