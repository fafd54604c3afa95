"""Words, icons and tones of a reading's pages."""

from __future__ import annotations

from django import template

from opsledger.apps.contracts.models import DocumentReading, ProposedTerm
from opsledger.apps.contracts.review.fields import KIND_LABELS
from opsledger.apps.contracts.services.reading_acts import ACT_WORDS
from opsledger.core.errors import DomainError
from opsledger.kernel import errors
from opsledger.reader import lint

register = template.Library()

KIND_ICONS = {
    "sla": "clock-hour-4",
    "duty": "calendar-repeat",
    "kpi": "target-arrow",
    "quota": "stack-2",
    "deliverable": "file-text",
    "licence": "license",
    "staffing": "users",
    "retention": "archive",
    "approval": "rubber-stamp",
}
# The one character set before a marked place in the text, so that colour never stands alone.
KIND_SIGNS = {
    "sla": "时",
    "duty": "例",
    "kpi": "指",
    "quota": "量",
    "deliverable": "交",
    "licence": "证",
    "staffing": "人",
    "retention": "存",
    "approval": "批",
}
_TERM_TONES = {"proposed": "waiting", "accepted": "ok", "edited": "ok", "rejected": "idle"}
_READING_TONES = {"queued": "waiting", "running": "waiting", "failed": "late", "review": "soon", "done": "ok"}


@register.filter
def proposal_kind(kind: str) -> str:
    return KIND_LABELS.get(kind, kind)


@register.filter
def kind_icon(kind: str) -> str:
    return KIND_ICONS.get(kind, "file-text")


@register.filter
def kind_sign(kind: str) -> str:
    return KIND_SIGNS.get(kind, "")


@register.filter
def term_tone(term: ProposedTerm) -> str:
    return _TERM_TONES.get(term.state, "idle")


@register.filter
def reading_tone(reading: DocumentReading) -> str:
    return _READING_TONES.get(reading.state, "idle")


@register.filter
def finding_kind(code: str) -> str:
    return lint.KINDS.get(code, code)


@register.filter
def warning_words(code: str) -> str:
    """What a warning of the reader says."""
    return errors.sentence(DomainError(code))


@register.filter
def act_word(verb: str) -> str:
    return ACT_WORDS.get(verb, verb)


@register.filter
def share(part: int, whole: int) -> int:
    """Per cent, rounded down; 0 of 0 is 0."""
    return part * 100 // whole if whole else 0
