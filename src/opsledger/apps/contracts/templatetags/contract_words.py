"""Filters that put terms into words."""

from __future__ import annotations

from django import template

from opsledger.apps.contracts.words import KIND_WORDS, described

register = template.Library()
register.filter("described", described)


@register.filter
def kind_word(kind: str) -> str:
    return KIND_WORDS.get(kind, kind)
