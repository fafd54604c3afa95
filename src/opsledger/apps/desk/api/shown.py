"""Rows as they go over the wire."""

from __future__ import annotations

from typing import Any

from opsledger.apps.desk import folding, policies, selectors
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.selectors.story_files import StoryFiles
from opsledger.apps.desk.services.acting import done_actions
from opsledger.apps.desk.words import ACT_WORDS, METRIC_WORDS
from opsledger.core import tickets
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


def row(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """A ticket in a list, as the actor may read it."""
    return {
        "number": ticket.number,
        "kind": ticket.kind,
        "title": ticket.title,
        "state": ticket.state,
        "state_word": ticket.state_word,
        "severity": ticket.severity,
        "item": ticket.item.no,
        "item_name": ticket.item.name,
        "unit": ticket.unit.name if ticket.unit else None,
        "assignee": str(ticket.assignee) if ticket.assignee else None,
        "reported_at": ticket.reported_at,
        "due_at": ticket.due_at,
        "due_metric": ticket.due_metric,
        "breached": ticket.breached,
        "version": ticket.version,
        "tags": ticket.tags,
        "worked_minutes": ticket.worked_minutes if policies.sees_work(actor, ticket.contract_id) else None,
    }


_SAID = (
    "description",
    "scope",
    "device",
    "place",
    "contact_name",
    "contact_phone",
    "source",
    "cause",
    "solution",
    "fault",
    "resolved_at",
    "confirmed_at",
    "interrupted_from",
    "interrupted_to",
    "rating",
    "rating_note",
    "touches",
    "report_due_at",
    "details",
)


# A ticket made just now: its files are read when it is read again.
_NO_FILES = StoryFiles([], {})


def whole(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """A ticket with its clocks as they stand now, its story as the actor may read it, its files."""
    events = selectors.events_of(ticket)
    files = _NO_FILES if ticket.just_told else selectors.story_files(actor, ticket, events)
    roles = policies.roles_on(actor, ticket)
    ways = tickets.allowed(ticket.kind, ticket.state, roles, done_actions(ticket, events))
    return {
        **row(ticket, actor),
        **{name: getattr(ticket, name) for name in _SAID},
        "callback_due": ticket.over and ticket.sampled and ticket.called_back_at is None,
        "timers": _timers(ticket, events),
        "events": [_event(event, files) for event in selectors.readable(actor, ticket, events)],
        "files": [
            {"id": file.pk, "name": file.name, "size": file.file.size, "media_type": file.file.media_type}
            for file in files.all
        ],
        "open_tasks": getattr(ticket, "tasks_open", 0),
        "allowed": [way.action for way in ways],
    }


def _timers(ticket: Ticket, events: list[TicketEvent]) -> list[dict[str, Any]]:
    folded = folding.fold_ticket(ticket, events, clock.now())
    return [
        {
            "metric": timer.metric,
            "word": METRIC_WORDS[timer.metric],
            "cycle": timer.cycle,
            "state": str(timer.state),
            "limit": folded.term(timer).limit.text,
            "clause": folded.row(timer).clause,
            "started_at": timer.started_at,
            "due_at": timer.due,
            "met_at": timer.met_at,
            "breached_at": timer.breached_at,
            "elapsed_seconds": int(timer.elapsed.total_seconds()),
            "paused_seconds": int(timer.paused.total_seconds()),
            "remaining_seconds": int(timer.remaining.total_seconds()),
        }
        for timer in folded.timers
    ]


def _event(event: TicketEvent, files: StoryFiles) -> dict[str, Any]:
    words = tickets.table(event.ticket.kind).actions
    return {
        "id": event.pk,
        "action": event.action,
        "word": ACT_WORDS.get(event.action) or words.get(event.action, event.action),
        "happened_at": event.happened_at,
        "recorded_at": event.recorded_at,
        "actor": event.actor_name,
        "note": event.note,
        "needs_confirmation": event.needs_confirmation,
        "private": event.private,
        "changed": event.data.get("changed", []),
        "files": [file.pk for file in files.by_event.get(event.pk, ())],
    }
