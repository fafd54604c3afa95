"""What stands above every page of a reading."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.review import selectors
from opsledger.apps.contracts.review.fields import KIND_LABELS
from opsledger.apps.contracts.services import reading_undo


def head(request: HttpRequest, reading: DocumentReading) -> dict[str, Any]:
    """Counts, kinds, whether it may be acted on, and what an undo would take back."""
    return {
        "reading": reading,
        "totals": selectors.totals(reading),
        "open_findings": selectors.open_findings(reading),
        "last_act": reading_undo.last_act(request.actor, reading),
        "kinds": list(KIND_LABELS.items()),
        "editable": reading.state == DocumentReading.State.REVIEW,
    }


def posted(request: HttpRequest) -> tuple[Any, Any]:
    """What was sent, for a form to be bound to, even where nothing was; (None, None) on a mere look."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def whole(text: object) -> int:
    """A number from an address or a form; 0 for anything else."""
    plain = str(text or "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else 0
