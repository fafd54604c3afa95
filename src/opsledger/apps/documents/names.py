"""What the files are called, on the pages and through the API alike."""

from __future__ import annotations

from opsledger.apps.assessment.models import Assessment
from opsledger.apps.assessment.periods import Span
from opsledger.apps.documents.papers.operations import NAMES
from opsledger.apps.duties.models import Occurrence

ACCEPTANCE = "履约验收报告.docx"


def score_sheet(assessment: Assessment, form: str) -> str:
    """二月考核表.docx"""
    return f"{assessment.title}考核表.{form}"


def operations_report(span: Span) -> str:
    """2026年2月运维月报.docx"""
    return f"{span.title}{NAMES[span.kind]}.docx"


def audit_pack(span: Span) -> str:
    """2026年2月审计包.zip"""
    return f"{span.title}审计包.zip"


def fault_report(number: str) -> str:
    """故障分析报告2026-00001.docx"""
    return f"故障分析报告{number}.docx"


def task_report(row: Occurrence) -> str:
    """The task's own title and window, the sign that a file name cannot hold replaced."""
    return f"{row.title}-{row.window_id.replace('#', '-')}.docx"
