"""The words on screen for kinds of terms (GLOSSARY), and a term in words."""

from __future__ import annotations

from opsledger.apps.contracts.models import Term
from opsledger.core import terms as vocabulary

KIND_WORDS = {
    "sla": "时限",
    "duty": "例行任务",
    "kpi": "指标",
    "quota": "额度",
    "deliverable": "交付物",
    "licence": "授权与证书",
    "staffing": "人员",
    "retention": "留存",
    "approval": "审批",
}


def described(row: Term) -> str:
    """The term in one line of Chinese."""
    words = {key: window["name"] for key, window in row.contract.windows.items()}
    return vocabulary.describe(vocabulary.from_dict(row.kind, row.data), words)
