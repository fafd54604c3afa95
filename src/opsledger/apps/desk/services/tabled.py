"""Acts of changes and problems, straight from the table: what it needs is kept by name in the ticket's details."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from opsledger.apps.accounts.models import User
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.acting import Act, take
from opsledger.apps.desk.services.consents import emergency, lacking, must_have_consent
from opsledger.core import tickets
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


def known_facts(ticket: Ticket) -> dict[str, Any]:
    """What the ticket already says, as the table's needs ask for it."""
    facts: dict[str, Any] = dict(ticket.details)
    for name in ("window_begin", "window_end"):
        if isinstance(facts.get(name), str):
            facts[name] = parse_datetime(facts[name])
    return facts


@transaction.atomic
def table_act(
    *, actor: Actor, ticket: Ticket, action: str, given: Mapping[str, Any], version: int | None = None
) -> Ticket:
    """Take `action` of the ticket's own table with the facts `given`; a `User` may stand for a reference."""
    found = tickets.table(ticket.kind).find(ticket.state, action)
    wanted = {need.name for need in found.needs} if found else set()
    _consent_first(actor, ticket, action, given)
    facts = {**known_facts(ticket), **{name: _fact(value) for name, value in given.items()}}
    if action == "start":
        facts["at"] = clock.now()
    told = {name: _plain(given[name]) for name in wanted if given.get(name) not in (None, "")}
    details = {**ticket.details, **told}
    if action == "start_emergency":
        details["emergency"] = True
    fields: dict[str, Any] = {"details": details}
    if given.get("window_begin") and given.get("window_end"):
        fields |= {"planned_from": given["window_begin"], "planned_to": given["window_end"]}
    if action in ("assign", "reassign") and isinstance(given.get("assignee"), User):
        fields["assignee"] = given["assignee"]
    if action in ("finish", "resolve") and ticket.kind in ("change", "problem"):
        fields["resolved_at"] = clock.now()
    note = next((str(given[name]) for name in ("note", "reason", *sorted(wanted)) if given.get(name)), "")
    # Whoever approves consents to what the change says now, not to what is added to it later.
    data = {"touches": ",".join(ticket.touches)} if action == "approve" else {}
    return take(Act(actor, ticket, action, facts, None, version, note, fields, data, dict(told)))


def _consent_first(actor: Actor, ticket: Ticket, action: str, given: Mapping[str, Any]) -> None:
    """A change begins with every consent that the contract wants, or as an emergency where it allows that."""
    if ticket.kind != "change" or action not in ("start", "start_emergency"):
        return
    acts = ["change", *ticket.touches]
    if action == "start":
        must_have_consent(ticket, acts)
        return
    word, reason = given.get("consented_by"), str(given.get("reason", ""))
    if isinstance(word, User) and reason.strip():
        for act in lacking(ticket, acts):
            emergency(actor=actor, ticket=ticket, act=act, consented_by=word, reason=reason)


def _fact(value: Any) -> Any:
    return value.pk if isinstance(value, User) else value


def _plain(value: Any) -> str:
    """As it is kept: moments in ISO form, people by name."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
