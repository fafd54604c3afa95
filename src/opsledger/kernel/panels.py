"""What rooms above put on the pages of rooms below: a template and what it is told, hung up at start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

Tell = Callable[..., Mapping[str, Any] | None]
_panels: dict[tuple[str, str], Tell] = {}


def register(place: str, template: str, tell: Tell) -> None:
    """Show `template` at `place` with what `tell(request, *about)` says; None says that it has nothing to show."""
    _panels[place, template] = tell


def told(place: str, request: HttpRequest, *about: object) -> list[str]:
    """The panels of a place, rendered; `about` is what the page is about."""
    found: list[str] = []
    for (where, template), tell in _panels.items():
        said = tell(request, *about) if where == place else None
        if said is not None:
            found.append(render_to_string(template, dict(said), request))
    return found
