"""The evidence rule and the owner taken for a term whose contract says nothing about proof.

They are what a supervisor can check without asking back: routine work needs a note and its record,
documents need the file, exercises need pictures of what was done, measured things need the figures.
A pack may say otherwise for any term.
"""

from __future__ import annotations

from opsledger.core.terms import Activity, TermKind

Rule = dict[str, object]

BY_ACTIVITY: dict[Activity, Rule] = {
    Activity.INSPECTION: {"photos": 1, "supervisor_verifies": True},
    Activity.MAINTENANCE: {"photos": 1, "supervisor_verifies": True},
    Activity.BACKUP: {"numbers": ["备份大小GB"]},
    Activity.BACKUP_CHECK: {"numbers": ["备份大小GB"], "supervisor_verifies": True},
    Activity.RESTORE_TEST: {
        "files": 1,
        "numbers": ["恢复用时分钟", "数据丢失分钟"],
        "supervisor_verifies": True,
    },
    Activity.CONFIG_BACKUP: {"files": 1},
    Activity.VULN_SCAN: {"files": 1, "numbers": ["高危数", "中危数"], "supervisor_verifies": True},
    Activity.PENTEST: {"files": 1, "supervisor_verifies": True},
    Activity.BASELINE: {"files": 1, "numbers": ["不合规项数"], "supervisor_verifies": True},
    Activity.WEAK_PASSWORD: {"numbers": ["弱口令数"], "supervisor_verifies": True},
    Activity.LOG_REVIEW: {},
    Activity.HARDENING: {"files": 1, "supervisor_verifies": True},
    Activity.DRILL: {"photos": 2, "files": 1, "supervisor_verifies": True, "unit_signs": True},
    Activity.TRAINING: {"photos": 1, "files": 1, "numbers": ["参训人数"], "unit_signs": True},
    Activity.MEETING: {"photos": 1, "unit_signs": True},
    Activity.CALLBACK: {"numbers": ["回访户数"]},
    Activity.ASSET_REVIEW: {"files": 1, "supervisor_verifies": True},
    Activity.MLPS: {"files": 1, "supervisor_verifies": True},
    Activity.RISK_ASSESSMENT: {"files": 1, "supervisor_verifies": True},
    Activity.SECURITY_CHECK: {"files": 1, "supervisor_verifies": True},
    Activity.CALIBRATION: {"files": 1, "supervisor_verifies": True},
    Activity.VISIT: {"photos": 1, "unit_signs": True},
}
BY_KIND: dict[TermKind, Rule] = {
    TermKind.DELIVERABLE: {"files": 1, "supervisor_verifies": True},
    TermKind.LICENCE: {"files": 1},
    TermKind.STAFFING: {"files": 1},
    TermKind.APPROVAL: {"files": 1},
}
MANAGED = frozenset({TermKind.DELIVERABLE, TermKind.LICENCE, TermKind.STAFFING, TermKind.APPROVAL})
MANAGED_ACTIVITIES = frozenset({Activity.DRILL, Activity.TRAINING, Activity.MLPS, Activity.RISK_ASSESSMENT})


def default_evidence(kind: TermKind, activity: object) -> Rule:
    """The evidence rule as plain data; `activity` counts for duties only."""
    if kind is TermKind.DUTY:
        return next((dict(rule) for word, rule in BY_ACTIVITY.items() if word == activity), {})
    return dict(BY_KIND.get(kind, {}))


def default_owner(kind: TermKind, activity: object) -> str:
    """The role that answers for the term: the project manager for papers, people and big exercises."""
    if kind in MANAGED or (kind is TermKind.DUTY and activity in MANAGED_ACTIVITIES):
        return "manager"
    return "engineer"
