"""Pages of this room."""

from opsledger.apps.duties.views.acts import evidence_file, occurrence, verify_queue
from opsledger.apps.duties.views.calendar import calendar
from opsledger.apps.duties.views.lists import matrix, occurrences

__all__ = ["calendar", "evidence_file", "matrix", "occurrence", "occurrences", "verify_queue"]
