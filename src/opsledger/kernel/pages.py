"""Render a page or its fragment from one template and one address; run a form's act and keep what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opsledger.core.errors import DomainError
from opsledger.kernel import errors, uploads

Result = TypeVar("Result")


def page(
    request: HttpRequest, template: str, told: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page, or for an htmx request its content alone; templates extend `layout`."""
    htmx = getattr(request, "htmx", None)
    fragment = bool(htmx and not htmx.boosted and not htmx.history_restore_request)
    layout = "layout/fragment.html" if fragment else "layout/page.html"
    response = render(request, template, {**(told or {}), "layout": layout}, status=status)
    response["Vary"] = "HX-Request"
    return response


def act(request: HttpRequest, form: BaseForm, do: Callable[[], Result]) -> Result | None:
    """Run `do()` in a transaction when the form is valid; a refusal becomes the form's error.

    Returns what `do` returns, or None when the page is to be shown again (with what was typed and why).
    A `do` that has nothing to say should return True.
    """
    try:
        uploads.check_request(request)
    except DomainError as error:
        if not form.is_bound:
            # Nothing but the dropped file was sent: there is no form to show the sentence on.
            raise
        form.full_clean()
        form.add_error(None, errors.sentence(error))
        return None
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return do()
    except DomainError as error:
        form.add_error(None, errors.sentence(error))
        return None
