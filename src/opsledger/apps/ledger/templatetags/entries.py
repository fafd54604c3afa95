"""Filters that put an entry into words."""

from django import template

from opsledger.apps.ledger import verbs

register = template.Library()
register.filter("verb_word", verbs.word)
register.filter("changes_text", verbs.changes_text)
