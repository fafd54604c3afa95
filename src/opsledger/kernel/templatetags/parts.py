"""Small parts of pages: icons, state badges, form fields, addresses with changed parameters."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.forms import Field
from django.template.loader import get_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from opsledger.kernel import uploads

register = template.Library()

# State colours, always with an icon and a word (SCREENS: visual rules).
TONES = {
    "ok": ("green", "circle-check"),
    "soon": ("orange", "clock-exclamation"),
    "late": ("red", "alert-triangle"),
    "paused": ("secondary", "player-pause"),
    "waiting": ("blue", "hourglass"),
    "gap": ("purple", "help-circle"),
    "idle": ("secondary", "circle-dashed"),
}


@lru_cache(maxsize=512)
def _svg(name: str, style: str) -> str:
    place = Path(settings.FRONTEND_DIR) / "@tabler" / "icons" / "icons" / style / f"{name}.svg"
    if not place.exists():
        return ""
    text = place.read_text(encoding="utf-8")
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    return re.sub(r"\s+", " ", text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]).strip()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the set, drawn in the colour of the text; hidden from screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{}</svg>',
        css,
        mark_safe(_svg(name, "outline")),  # our own installed files, never input
    )


@register.simple_tag
def badge(tone: str, word: str) -> SafeString:
    """A state: colour, icon and word together."""
    colour, symbol = TONES.get(tone, TONES["idle"])
    return format_html('<span class="badge bg-{}-lt state">{}{}</span>', colour, icon(symbol), word)


@register.simple_tag(takes_context=True)
def address(context: dict[str, Any], **changes: object) -> str:
    """The present address with some query parameters changed (None removes one; page starts anew)."""
    query = context["request"].GET.copy()
    if "page" not in changes:
        query.pop("page", None)
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.inclusion_tag("parts/field.html")
def field(bound: Any, label: str = "", hint: str = "") -> dict[str, Any]:
    """One form field with label, hint and error, in the look of the house."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    if kind == "checkbox" and getattr(widget, "allow_multiple_selected", False):
        kind = "checkboxes"
    css = "form-select" if kind == "select" else "form-control"
    if kind in {"checkbox", "checkboxes", "radio"}:
        css = "form-check-input"
    if bound.errors:
        css += " is-invalid"
    known = widget.attrs.get("class", "")
    if css not in known:
        widget.attrs["class"] = f"{known} {css}".strip()
    if kind == "file":
        widget.attrs |= uploads.told_limits(widget.attrs, several=widget.allow_multiple_selected)
    described = [f"{bound.auto_id}-hint"] if (hint or bound.help_text) else []
    described += [f"{bound.auto_id}-error"] if bound.errors else []
    if described:
        widget.attrs["aria-describedby"] = " ".join(described)
    label = label or bound.label
    errors = _errors(bound, label, kind)
    return {
        "bound": bound,
        "label": label,
        "hint": hint or bound.help_text,
        "kind": kind,
        "errors": errors,
    }


def _errors(bound: Any, label: str, kind: str) -> list[str]:
    """What is wrong with a field; a blank one is asked for by name unless the form says it in its own words."""
    asked = f"请选择{label}。" if kind in {"select", "radio", "checkboxes", "file"} else f"请填写{label}。"
    plain = str(Field.default_error_messages["required"])
    return [asked if str(error) == plain else str(error) for error in bound.errors]


@register.filter
def is_picture(media_type: str) -> bool:
    """Whether a page may show a file of this kind as a picture."""
    return media_type in uploads.IMAGES


@register.simple_tag
def file_limits(bound: Any) -> SafeString:
    """The attributes of a file field that a template writes itself."""
    told = uploads.told_limits(bound.field.widget.attrs, several=bound.field.widget.allow_multiple_selected)
    return format_html_join(" ", '{}="{}"', told.items())


@register.simple_tag(takes_context=True)
def cell(context: dict[str, Any], column: Any, row: Any) -> object:
    """One cell of a table: by the column's own template, else its value."""
    if column.template:
        return mark_safe(get_template(column.template).render({"row": row, "request": context["request"]}))
    value = column.value(row)
    return "—" if value is None or value == "" else value
