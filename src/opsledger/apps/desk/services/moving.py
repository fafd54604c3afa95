"""A ticket that was filed under the wrong service item goes to the right one.

The clocks are aimed anew under the other item's terms, as after a change of severity: time used and pauses are kept,
the old targets stay visible.  The service unit follows the item.  The assignee, the line of support, links and tags
stay; the contract's rule of automatic dispatch is not asked again, for whoever moves the ticket sees who has it.
"""

from __future__ import annotations

from django.db import transaction

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.contracts.selectors import severities_of
from opsledger.apps.desk import policies
from opsledger.apps.desk.closing_rules import confirm_moment
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.moves import fact_of
from opsledger.apps.desk.selectors.lists import scopes_of
from opsledger.apps.desk.services.acting import Act, take
from opsledger.apps.desk.services.leaving import leave_unit
from opsledger.apps.ledger import services as ledger
from opsledger.core import tickets
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


@transaction.atomic
def change_item(
    *,
    actor: Actor,
    ticket: Ticket,
    item: ServiceItem | None,
    reason: str,
    severity: str = "",
    scope: str | None = None,
    version: int | None = None,
) -> Ticket:
    """Put the ticket under another item of its contract, with the reason.

    A level that the other item has too is kept, else `severity` must be one of that item's; without levels it has
    none.  So with the part of the item (`scope`; None keeps what fits).  The move counts from now: what was met
    before stays with the former item.
    """
    refused = tickets.why_not(ticket.kind, ticket.state, "change_item", policies.roles_on(actor, ticket))
    if refused is not None:
        raise refused
    _check(ticket, item)
    act = Act(actor, ticket, "change_item", {"item": item, "reason": reason}, None, version, reason)
    if item is None:
        return take(act)  # the table says what is missing
    former, part = ticket.item, _scope(ticket, item, scope)
    _say(act, item, severity, part)
    leaves = ticket.unit_id != item.unit_id
    entry = ledger.Subject("ticket", str(ticket.pk), ticket.numbered, ticket.unit_id, ticket)
    if leaves:
        leave_unit(actor, ticket, item)
    done = take(act)
    if leaves and entry.unit_id is not None:
        # The former unit reads that it left, and not where to: that is another unit's matter.
        ledger.record(
            chain=ledger.contract_chain(ticket.contract_id),
            actor=actor,
            verb="ticket.moved_away",
            subject=entry,
            changes={"item": former.numbered},
        )
    return done


def _check(ticket: Ticket, item: ServiceItem | None) -> None:
    if item is None:
        return
    if item.contract_id != ticket.contract_id:
        raise DomainError("ticket.unknown_item", no=item.no)
    if item.pk == ticket.item_id:
        raise DomainError("ticket.same_item", item=item.numbered)
    day = clock.local(ticket.reported_at).date()
    if not item.starts_on <= day <= item.ends_on:
        raise DomainError(
            "ticket.move_outside_period", item=item.numbered, first=item.starts_on, last=item.ends_on
        )


def _scope(ticket: Ticket, item: ServiceItem, scope: str | None) -> str:
    known = scopes_of(ticket.contract).get(item.pk, [])
    if scope and scope not in known:
        raise DomainError(
            "ticket.unknown_scope", scope=scope, item=item.numbered, allowed="、".join(known) or "无"
        )
    if scope is None:
        return ticket.scope if ticket.scope in known else ""
    return scope


def _say(act: Act, item: ServiceItem, severity: str, scope: str) -> None:
    """What is written on the ticket, in the fact and in the ledger."""
    ticket = act.ticket
    levels = {level.word: level for level in severities_of(item, ticket.kind)}
    wanted = severity or (ticket.severity if levels else "")
    if levels and wanted not in levels:
        allowed = "、".join(levels)
        raise DomainError("ticket.severity_there", item=item.numbered, allowed=allowed)
    act.facts |= {"severity": wanted, "allowed_severities": list(levels), "severity_asked": bool(levels)}
    act.fields |= {"item": item, "unit": item.unit, "scope": scope, "severity": wanted}
    act.fields["severity_rank"] = levels[wanted].rank if wanted in levels else 9
    if ticket.state == "resolved" and ticket.unit_id != item.unit_id:
        # Whoever has it only now has the whole time to look at it.
        act.fields |= {"confirm_due_at": confirm_moment(ticket.contract, clock.now(), 0), "reminders": 0}
    told = [
        ("item", "服务项", ticket.item.numbered, item.numbered),
        ("unit", "服务单位", str(ticket.unit or ""), str(item.unit or "")),
        ("severity", "等级", ticket.severity, wanted),
        ("scope", "涉及部分", ticket.scope, scope),
    ]
    changed = [
        {"field": name, "word": word, "was": was, "now": now} for name, word, was, now in told if was != now
    ]
    act.data |= {**fact_of(ticket.item, ticket.scope, item), "severity": wanted, "changed": changed}
    act.changes |= {
        str(one["field"]): {"from": one["was"] or "无", "to": one["now"] or "无"} for one in changed
    }
    act.changes["reason"] = act.note
