"""Tags for pages of this room."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from opsledger.apps.contracts.models import Obligation
from opsledger.apps.duties import words
from opsledger.apps.duties.models import Finding, Occurrence
from opsledger.core.compliance import Cell, Standing
from opsledger.core.findings import is_overdue
from opsledger.core.occurrences import STATES
from opsledger.kernel import clock
from opsledger.kernel.templatetags.parts import badge

register = template.Library()


@register.simple_tag
def standing_badge(row: Occurrence) -> SafeString:
    """What became of it so far."""
    return badge(*words.badge_of(row, clock.now()))


@register.simple_tag
def standing_word(standing: str) -> str:
    """未完成, 按期完成, ..."""
    return words.STANDING_WORDS.get(standing, standing)


@register.filter
def state_word(state: str) -> str:
    """待履行, 待复核, ..."""
    return STATES.get(state, state)


@register.filter
def activity(value: str) -> str:
    """巡检, 备份, ..."""
    return words.activity_word(value)


@register.filter
def standing_css(standing: str) -> str:
    """The colour of a matrix cell."""
    return words.TONES.get(standing, ("", "none"))[1]


@register.filter
def cell_css(cell: Cell) -> str:
    """The colour of a sum of standings: its worst; gaps only mark a cell that holds more than gaps."""
    if not cell.gap:
        return words.TONES[str(cell.state)][1]
    rest = replace(cell, gap=0)
    if rest.state == Standing.EMPTY:
        return "gap"
    return f"{words.TONES[str(rest.state)][1]} has-gap"


@register.filter
def cell_text(cell: Cell) -> str:
    """Done of decided and open; what is not yet due is only counted."""
    live = cell.fulfilled + cell.late + cell.missed + cell.due
    if live:
        return f"{cell.fulfilled + cell.late}/{live}"
    if cell.upcoming:
        return f"待{cell.upcoming}"
    if cell.gap:
        return f"缺{cell.gap}"
    return "豁免" if cell.waived else ""


@register.filter
def cell_words(cell: Cell) -> str:
    """The whole cell in words, for hover and for screen readers."""
    parts = [
        (cell.fulfilled, "按期完成"),
        (cell.late, "逾期完成"),
        (cell.missed, "未完成"),
        (cell.due, "待履行"),
        (cell.upcoming, "未到期"),
        (cell.waived, "已豁免"),
        (cell.gap, "待约定缺口"),
    ]
    return "，".join(f"{word}{count}" for count, word in parts if count) or "无任务"


@register.simple_tag
def matrix_cell(cell: Cell, base: str, item: str, month: object) -> SafeString:
    """One cell of the matrix as a link to its tasks; thousands of them stand on a page.

    `base` is the address of the list of tasks, `item` the number of the row ("0" for the contract, "" for all).
    """
    text, css, words_ = _looks_of(cell)
    if not text and item:
        return _NO_TASK
    query = f"month={month.year}-{month.month:02d}"  # type: ignore[attr-defined]
    if item:
        query = f"item={quote(item)}&amp;{query}"
    return mark_safe(
        f'<a class="cell {css}" title="{words_}" href="{escape(base)}?{query}">{text or "·"}</a>'
    )


_NO_TASK = mark_safe('<span class="cell none" title="无任务">·</span>')


@lru_cache(maxsize=4096)
def _looks_of(cell: Cell) -> tuple[str, str, str]:
    """The text, colour and words of a cell; the same few sums stand in most of them."""
    return cell_text(cell), cell_css(cell), cell_words(cell)


@register.filter
def filled(columns: list[dict[str, object]]) -> int:
    """How many columns of a table have a name."""
    return sum(bool(one.get("label")) for one in columns or [])


@register.filter
def kind_word(obligation: Obligation) -> str:
    """巡检, 备份, ... for a duty; 交付物, 授权许可 for the rest."""
    return words.activity_word(obligation.activity) or dict(words.KINDS).get(obligation.kind, "")


@register.filter
def answer_word(value: object) -> object:
    """An answer for people: 是, 否, 不适用, or itself."""
    return (
        {"yes": "是", "no": "否", "na": "不适用", None: ""}.get(value, value)
        if not isinstance(value, list)
        else ""
    )


_FINDING_TONES = {
    "found": "waiting",
    "ticketed": "waiting",
    "remediating": "waiting",
    "fixed": "soon",
    "returned": "late",
    "verified": "ok",
    "accepted_risk": "gap",
    "dismissed": "paused",
}


@register.simple_tag
def finding_badge(row: Finding) -> SafeString:
    """Where the mending of a finding stands."""
    if (
        is_overdue(row.state, due_at=row.due_at, fixed_at=row.fixed_at, at=clock.now())
        and row.state != "verified"
    ):
        return badge("late", "整改超期")
    return badge(_FINDING_TONES[row.state], row.get_state_display())
