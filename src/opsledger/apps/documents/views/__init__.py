"""Pages and downloads of papers."""

from opsledger.apps.documents.views.papers import audit_pack, operations_report, score_sheet
from opsledger.apps.documents.views.register import register, reports

__all__ = ["audit_pack", "operations_report", "register", "reports", "score_sheet"]
