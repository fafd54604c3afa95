"""Pages of this room."""

from opsledger.apps.duties.views.acts import evidence_file, occurrence, verify_queue
from opsledger.apps.duties.views.calendar import calendar
from opsledger.apps.duties.views.lists import matrix, occurrences
from opsledger.apps.duties.views.rounds import begin, round_, round_photo, sync, worker

__all__ = [
    "begin",
    "calendar",
    "evidence_file",
    "matrix",
    "occurrence",
    "occurrences",
    "round_",
    "round_photo",
    "sync",
    "verify_queue",
    "worker",
]
