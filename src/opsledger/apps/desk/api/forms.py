"""Where a screen's form holds the rules of an input, programs are held to the same form and told its sentences."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from ninja.errors import ValidationError


def checked(form: Form) -> dict[str, Any]:
    """What the form makes of its input, or the refusal that names each field with the form's own words."""
    if form.is_valid():
        return dict(form.cleaned_data)
    raise ValidationError(
        [
            {"type": "form", "loc": ("body", "told", name), "msg": " ".join(str(one) for one in errors)}
            for name, errors in form.errors.items()
        ]
    )
