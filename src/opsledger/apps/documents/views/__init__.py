"""Pages and downloads of papers."""

from opsledger.apps.documents.views.papers import (
    acceptance_report,
    audit_pack,
    fault_report,
    operations_report,
    score_sheet,
    task_report,
)
from opsledger.apps.documents.views.register import register, reports

__all__ = [
    "acceptance_report",
    "audit_pack",
    "fault_report",
    "operations_report",
    "register",
    "reports",
    "score_sheet",
    "task_report",
]
