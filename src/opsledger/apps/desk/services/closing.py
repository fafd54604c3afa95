"""The service unit's acts: confirm and rate, reopen, withdraw, complete, remind; and changes of severity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from opsledger.apps.contracts.selectors import severities_of
from opsledger.apps.desk.closing_rules import is_sampled
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.acting import Act, take
from opsledger.apps.desk.words import RATING_PARTS
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


def _check_parts(parts: Mapping[str, int]) -> None:
    for key, value in parts.items():
        if key not in RATING_PARTS or value not in range(1, 6):
            raise DomainError("ticket.rating_part", part=RATING_PARTS.get(key, key))


def confirm(
    *,
    actor: Actor,
    ticket: Ticket,
    rating: int | None = None,
    parts: Mapping[str, int] | None = None,
    note: str = "",
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """The unit's word that it works again, with a mark of 1 to 5 and, if it likes, one for each part."""
    _check_parts(parts or {})
    fields = {
        "confirmed_at": happened_at or clock.now(),
        "confirm_due_at": None,
        "rating": rating,
        "rating_parts": dict(parts or {}),
        "rating_note": note[:500],
        "sampled": is_sampled(ticket.contract, ticket.number),
    }
    changes: dict[str, object] = {"rating": rating} if rating else {}
    return take(
        Act(
            actor,
            ticket,
            "confirm",
            {"rating": rating},
            happened_at,
            version,
            note,
            fields=fields,
            data={"rating": rating} if rating else {},
            changes=changes,
        )
    )


def confirm_by_rule(*, actor: Actor, ticket: Ticket, rule: str) -> Ticket:
    """The worker confirms under the contract's rule; `rule` says which, in words."""
    fields = {
        "confirmed_at": clock.now(),
        "confirm_due_at": None,
        "sampled": is_sampled(ticket.contract, ticket.number),
    }
    changes: dict[str, object] = {"reason": rule}
    return take(Act(actor, ticket, "confirm_by_rule", note=rule, fields=fields, changes=changes))


def rate(
    *,
    actor: Actor,
    ticket: Ticket,
    rating: int,
    parts: Mapping[str, int] | None = None,
    note: str = "",
    version: int | None = None,
) -> Ticket:
    """A mark given after closing (the ticket was confirmed without one, or by rule)."""
    _check_parts(parts or {})
    fields = {"rating": rating, "rating_parts": dict(parts or {}), "rating_note": note[:500]}
    data = {"rating": rating}
    changes: dict[str, object] = {"rating": rating}
    return take(Act(actor, ticket, "rate", {"rating": rating}, None, version, note, fields, data, changes))


def reopen(
    *,
    actor: Actor,
    ticket: Ticket,
    reason: str,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """It is not mended: the clocks go on from where they stood, and the history stays."""
    fields = {"resolved_at": None, "confirmed_at": None, "confirm_due_at": None, "reminders": 0}
    return take(Act(actor, ticket, "reopen", {"reason": reason}, happened_at, version, reason, fields=fields))


def withdraw(*, actor: Actor, ticket: Ticket, reason: str, version: int | None = None) -> Ticket:
    """The unit (or the buyer) takes the report back."""
    return take(Act(actor, ticket, "cancel", {"reason": reason}, None, version, reason))


def complete(*, actor: Actor, ticket: Ticket, description: str, version: int | None = None) -> Ticket:
    """Add what was asked for; the report waits for dispatch again."""
    text = f"{ticket.description}\n\n补充：{description}".strip()
    return take(
        Act(
            actor,
            ticket,
            "complete",
            {"summary": description},
            None,
            version,
            description,
            fields={"description": text},
        )
    )


def remind(*, actor: Actor, ticket: Ticket, note: str = "") -> Ticket:
    """Ask how far it is; nothing changes but the record."""
    return take(Act(actor, ticket, "remind", note=note))


def change_severity(
    *,
    actor: Actor,
    ticket: Ticket,
    severity: str,
    reason: str,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """Another level, with the reason: the timers are aimed anew, time already spent stays spent."""
    levels = {level.word: level for level in severities_of(ticket.item, ticket.kind)}
    facts = {"severity": severity, "reason": reason, "allowed_severities": list(levels)}
    fields: dict[str, object] = {"severity": severity}
    if severity in levels:
        fields["severity_rank"] = levels[severity].rank
    return take(
        Act(
            actor,
            ticket,
            "change_severity",
            facts,
            happened_at,
            version,
            reason,
            fields=fields,
            data={"severity": severity},
            changes={"severity": {"from": ticket.severity or "未定", "to": severity}, "reason": reason},
        )
    )
