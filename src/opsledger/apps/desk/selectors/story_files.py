"""Which file came with which entry of a ticket's story, and who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.ledger.models import Attachment
from opsledger.apps.ledger.selectors import attachment_of, attachments_of
from opsledger.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class StoryFiles:
    """The files that somebody may read: all of them, and by the id of the entry with which they came."""

    all: list[Attachment]
    by_event: dict[int, list[Attachment]]


def story_files(actor: Actor, ticket: Ticket, events: Sequence[TicketEvent]) -> StoryFiles:
    """The files of a ticket without those of private notes, where these are not for `actor`; one query."""
    rows = attachments_of("ticket", [str(ticket.pk)]).get(str(ticket.pk), [])
    by_event = _paired(events, rows)
    read = {event.pk for event in policies.readable_events(actor, ticket, events)}
    unread = [event for event in events if event.pk not in read]
    return StoryFiles(_without(unread, by_event, rows), by_event)


def open_files(events: Sequence[TicketEvent], rows: Sequence[Attachment]) -> list[Attachment]:
    """Of the files of one ticket those that everybody on it may read; `events` are all its facts."""
    private = [event for event in events if event.private]
    return _without(private, _paired(events, rows), rows) if private else list(rows)


def open_files_of(ticket_ids: Iterable[int]) -> dict[str, list[Attachment]]:
    """`open_files` of several tickets by their ids, as `attachments_of` gives them; two queries."""
    found = attachments_of("ticket", map(str, ticket_ids))
    events: dict[str, list[TicketEvent]] = {}
    told = TicketEvent.objects.filter(ticket_id__in=[int(key) for key in found])
    for event in told.order_by("recorded_at", "id"):
        events.setdefault(str(event.ticket_id), []).append(event)
    return {key: open_files(events.get(key, ()), rows) for key, rows in found.items()}


def file_for(actor: Actor, ticket: Ticket, file_id: int) -> Attachment | None:
    """One file of a ticket, or None if there is none that `actor` may read."""
    if policies.is_provider(actor, ticket.contract_id):
        return attachment_of("ticket", str(ticket.pk), file_id)
    events = list(TicketEvent.objects.filter(ticket=ticket).order_by("recorded_at", "id"))
    readable = story_files(actor, ticket, events).all
    return next((file for file in readable if file.pk == file_id), None)


def _without(
    events: Iterable[TicketEvent], by_event: Mapping[int, list[Attachment]], rows: Iterable[Attachment]
) -> list[Attachment]:
    hidden = {file.pk for event in events for file in by_event.get(event.pk, ())}
    return [file for file in rows if file.pk not in hidden]


def _paired(events: Sequence[TicketEvent], rows: Sequence[Attachment]) -> dict[int, list[Attachment]]:
    """Notes name their files by id; older ones by name, and took the first of that name that came after them.

    What belongs to no note came with the report.
    """
    left = {file.pk: file for file in rows}
    found: dict[int, list[Attachment]] = {}
    for event in events:
        for number in event.data.get("file_ids", ()):
            if number in left:
                found.setdefault(event.pk, []).append(left.pop(number))
    for event in events:
        for name in event.data.get("files", ()) if "file_ids" not in event.data else ():
            match = (
                one for one in left.values() if one.name == name and one.uploaded_at >= event.recorded_at
            )
            file = next(match, None)
            if file is not None:
                found.setdefault(event.pk, []).append(left.pop(file.pk))
    if left and events and events[0].action != "note":
        found.setdefault(events[0].pk, [])[:0] = left.values()
    return found
