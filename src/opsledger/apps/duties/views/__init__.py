"""Pages of this room."""

from opsledger.apps.duties.views.acts import occurrence, verify_queue
from opsledger.apps.duties.views.calendar import calendar, calendar_feed
from opsledger.apps.duties.views.files import evidence_file, finding_file
from opsledger.apps.duties.views.findings import finding, findings, new_finding
from opsledger.apps.duties.views.lists import matrix, occurrences
from opsledger.apps.duties.views.obligations import obligation, obligations
from opsledger.apps.duties.views.planning import ical
from opsledger.apps.duties.views.quotas import quotas
from opsledger.apps.duties.views.rounds import answer, begin, order, round_, round_photo, sync, worker
from opsledger.apps.duties.views.samples import sample as sample_
from opsledger.apps.duties.views.samples import samples
from opsledger.apps.duties.views.staff import replacement, staff
from opsledger.apps.duties.views.templates import sample, template, templates
from opsledger.apps.duties.views.workload import workload

__all__ = [
    "answer",
    "begin",
    "calendar",
    "calendar_feed",
    "evidence_file",
    "finding",
    "finding_file",
    "findings",
    "ical",
    "matrix",
    "new_finding",
    "obligation",
    "obligations",
    "occurrence",
    "occurrences",
    "order",
    "quotas",
    "replacement",
    "round_",
    "round_photo",
    "sample",
    "sample_",
    "samples",
    "staff",
    "sync",
    "template",
    "templates",
    "verify_queue",
    "worker",
    "workload",
]
