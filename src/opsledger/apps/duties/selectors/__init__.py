"""Reading occurrences: lists, what is due for a person, the matrix, the calendar, facts for later rooms."""

from opsledger.apps.duties.selectors.attention import documents_due, pending_waivers, recently_missed
from opsledger.apps.duties.selectors.compliance import (
    Grid,
    GridRow,
    compliance_cells,
    compliance_grid,
    month_progress,
    occurrence_outcomes,
    standing_case,
)
from opsledger.apps.duties.selectors.days import CalendarDay, calendar_days
from opsledger.apps.duties.selectors.rounds import (
    finding_counts,
    finding_for,
    findings_for,
    flagged,
    last_round,
    lines_of,
    live_round,
    questions_asked,
    round_for,
)
from opsledger.apps.duties.selectors.rows import (
    ATTENTION,
    DueWork,
    attention,
    counts_by_state,
    due_for,
    next_to_verify,
    occurrence_for,
    occurrences_for,
    to_verify,
)
from opsledger.apps.duties.selectors.templates import checklist_for, checklists_of, fitting, versions_of

__all__ = [
    "ATTENTION",
    "CalendarDay",
    "DueWork",
    "Grid",
    "GridRow",
    "attention",
    "calendar_days",
    "checklist_for",
    "checklists_of",
    "compliance_cells",
    "compliance_grid",
    "counts_by_state",
    "documents_due",
    "due_for",
    "finding_counts",
    "finding_for",
    "findings_for",
    "fitting",
    "flagged",
    "last_round",
    "lines_of",
    "live_round",
    "month_progress",
    "next_to_verify",
    "occurrence_for",
    "occurrence_outcomes",
    "occurrences_for",
    "pending_waivers",
    "questions_asked",
    "recently_missed",
    "round_for",
    "standing_case",
    "to_verify",
    "versions_of",
]
