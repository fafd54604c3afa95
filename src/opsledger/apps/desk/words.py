"""The words of the desk: metrics, states, sources, verbs for the ledger."""

from __future__ import annotations

from opsledger.core.terms import SlaMetric

METRIC_WORDS: dict[str, str] = {str(metric): metric.label for metric in SlaMetric}
METRIC_WORDS["report"] = "报告"

RATING_PARTS = {
    "speed": "响应",
    "quality": "质量",
    "manner": "态度",
    "effect": "效果",
    "contact": "沟通",
}

# The ledger's verb for each action of the tables.
VERBS = {
    "report": "ticket.reported",
    "dispatch": "ticket.dispatched",
    "reassign": "ticket.reassigned",
    "accept": "ticket.accepted",
    "decline": "ticket.declined",
    "send_back": "ticket.sent_back",
    "complete": "ticket.completed",
    "escalate": "ticket.escalated",
    "remind": "ticket.reminded",
    "arrive": "ticket.arrived",
    "diagnose": "ticket.diagnosed",
    "mitigate": "ticket.mitigated",
    "provide_spare": "ticket.spare_provided",
    "suspend": "ticket.suspended",
    "resume": "ticket.resumed",
    "resolve": "ticket.resolved",
    "answer_at_once": "ticket.resolved",
    "submit_report": "ticket.report_submitted",
    "confirm": "ticket.confirmed",
    "confirm_by_rule": "ticket.confirmed_by_rule",
    "rate": "ticket.rated",
    "reopen": "ticket.reopened",
    "cancel": "ticket.cancelled",
    "merge": "ticket.merged",
    "convert": "ticket.converted",
    "change_severity": "ticket.severity_changed",
    "correct_time": "ticket.time_corrected",
    "confirm_correction": "ticket.time_confirmed",
    "ask_approval": "ticket.approval_asked",
    "approve": "ticket.approved",
    "reject": "ticket.rejected",
}

STATE_TONES = {
    "reported": "waiting",
    "returned": "gap",
    "dispatched": "waiting",
    "approving": "waiting",
    "working": "soon",
    "suspended": "paused",
    "resolved": "waiting",
    "closed": "ok",
    "cancelled": "idle",
    "merged": "idle",
    "converted": "idle",
    "rejected": "idle",
}


def verb(action: str) -> str:
    """The ledger's verb for an action."""
    return VERBS.get(action, f"ticket.{action}")
