"""Filters that put terms into words."""

from __future__ import annotations

from django import template

from opsledger.apps.contracts.models import Term
from opsledger.apps.contracts.words import KIND_WORDS
from opsledger.core import terms as vocabulary

register = template.Library()


@register.filter
def kind_word(kind: str) -> str:
    return KIND_WORDS.get(kind, kind)


@register.filter
def described(row: Term) -> str:
    """The term in one line of Chinese."""
    words = {key: window["name"] for key, window in row.contract.windows.items()}
    return vocabulary.describe(vocabulary.from_dict(row.kind, row.data), words)
