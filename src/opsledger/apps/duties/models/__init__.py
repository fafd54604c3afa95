"""Occurrences, the templates and rounds by which they are done, and the findings that rounds turn up."""

from opsledger.apps.duties.models.findings import Finding
from opsledger.apps.duties.models.occurrences import Occurrence
from opsledger.apps.duties.models.quotas import QuotaDraw, QuotaRule
from opsledger.apps.duties.models.rounds import Answer, Round, RoundMutation, RoundPhoto, Template
from opsledger.apps.duties.models.samples import SampleDraw
from opsledger.apps.duties.models.staff import Attendance, Replacement, StaffMember

__all__ = [
    "Answer",
    "Attendance",
    "Finding",
    "Occurrence",
    "QuotaDraw",
    "QuotaRule",
    "Replacement",
    "Round",
    "RoundMutation",
    "RoundPhoto",
    "SampleDraw",
    "StaffMember",
    "Template",
]
