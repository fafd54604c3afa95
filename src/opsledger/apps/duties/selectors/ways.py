"""What an actor may do with an occurrence or a finding now, and what they are told of it."""

from __future__ import annotations

from datetime import datetime

from opsledger.apps.duties import evidence
from opsledger.apps.duties.models import Finding, Occurrence
from opsledger.apps.duties.policies import table_roles
from opsledger.core import findings, occurrences
from opsledger.kernel import access
from opsledger.kernel.access import Actor

OCCURRENCE_ACTS = (
    "submit", "start", "withdraw", "sign", "verify", "return", "waive", "cancel", "ask_waiver", "reschedule", "assign",
)  # fmt: skip
FINDING_ACTS = (
    "make_ticket", "remediate", "extend", "fix", "verify", "return", "accept_risk", "dismiss",
)  # fmt: skip
_WORKERS = frozenset({access.ENGINEER, access.MANAGER})
_TOLD = _WORKERS | {access.SUPERVISOR, access.BUYER, access.AUDITOR}


def ways_on(actor: Actor, row: Occurrence, at: datetime) -> list[str]:
    """The acts open to `actor` on an occurrence, in the order of its table; a window that has begun counts as open."""
    state = "open" if row.state == "planned" and row.begins_at <= at else row.state
    roles = table_roles(actor, row.contract_id)
    done = {"sign"} if row.signed_at else set()
    found = [one.action for one in occurrences.TABLE.allowed(state, roles, done)]
    waits = evidence.rule_of(row.obligation).unit_signs and not row.signed_at
    left_out = {"verify"} if waits else set()
    if not roles & _WORKERS:
        left_out |= {"start", "submit"}
    return [action for action in found if action in OCCURRENCE_ACTS and action not in left_out]


def ways_of_finding(actor: Actor, row: Finding) -> list[str]:
    """The acts open to `actor` on a finding, in the order of its table."""
    found = findings.TABLE.allowed(row.state, table_roles(actor, row.contract_id))
    return [one.action for one in found if one.action in FINDING_ACTS]


def reads_questions(actor: Actor, row: Occurrence) -> bool:
    """Whether the questions of a round are shown: to all who work or check, not to the unit that signs."""
    return bool(actor.roles(row.contract_id) & _TOLD) and bool(row.submitted_at)
