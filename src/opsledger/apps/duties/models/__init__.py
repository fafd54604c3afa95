"""Occurrences, the templates and rounds by which they are done, and the findings that rounds turn up."""

from opsledger.apps.duties.models.findings import Finding
from opsledger.apps.duties.models.occurrences import Occurrence
from opsledger.apps.duties.models.quotas import QuotaDraw
from opsledger.apps.duties.models.rounds import Answer, Round, RoundMutation, RoundPhoto, Template

__all__ = ["Answer", "Finding", "Occurrence", "QuotaDraw", "Round", "RoundMutation", "RoundPhoto", "Template"]
