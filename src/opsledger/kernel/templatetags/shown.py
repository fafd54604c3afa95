"""Template filters over kernel.shown, for this installation's zone and the present day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from opsledger.kernel import clock
from opsledger.kernel import shown as words

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str | SafeString:
    """The moment in words, the exact one on hover."""
    if value is None:
        return "—"
    text = words.moment(value, zone=clock.zone(), today=clock.today())
    return format_html(
        '<time class="text-nowrap" datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        words.exact(value, zone=clock.zone()),
        text,
    )


@register.filter
def exact(value: datetime | None) -> str:
    return "—" if value is None else words.exact(value, zone=clock.zone())


@register.filter
def day(value: date | datetime | None) -> str:
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return words.day(value, today=clock.today())


@register.filter
def remaining(value: datetime | None) -> str:
    return "" if value is None else words.remaining(value, clock.now())


@register.filter
def span(value: timedelta | int | None) -> str:
    """A timedelta, or minutes."""
    if value is None:
        return "—"
    return words.span(value if isinstance(value, timedelta) else timedelta(minutes=value))


@register.filter
def money(value: object) -> str:
    if value is None or value == "":
        return "—"
    return words.money(Decimal(str(value)))


@register.filter
def number(value: object) -> str:
    if value is None or value == "":
        return "—"
    try:
        return words.number(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


@register.filter
def filesize(value: int | None) -> str:
    return "—" if value is None else words.size(value)


@register.filter
def lookup(mapping: dict[object, object], key: object) -> object:
    """`mapping[key]`, or nothing."""
    return mapping.get(key) if mapping else None
