"""What rooms above put on a person's own page: a template and what it is told, hung up at start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

Tell = Callable[[HttpRequest], Mapping[str, Any] | None]
_panels: dict[str, Tell] = {}


def register(template: str, tell: Tell) -> None:
    """Show `template` on everybody's own page with what `tell` says; None says that it has nothing to show."""
    _panels[template] = tell


def told(request: HttpRequest) -> list[str]:
    """The panels as they stand on the page of this person."""
    found = ((template, tell(request)) for template, tell in _panels.items())
    return [render_to_string(template, dict(said), request) for template, said in found if said is not None]
