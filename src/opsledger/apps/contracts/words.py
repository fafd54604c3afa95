"""The words on screen for kinds of terms (GLOSSARY)."""

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
