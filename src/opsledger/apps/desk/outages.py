"""What tickets tell the watch: interruptions that were resolved, and the planned downtime of approved changes."""

from __future__ import annotations

from datetime import datetime

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.moves import last_move
from opsledger.apps.desk.notices import ticket_of
from opsledger.apps.desk.services.consents import buyers_word
from opsledger.apps.watch import services as watch
from opsledger.core.terms import Act
from opsledger.kernel.access import SYSTEM
from opsledger.kernel.events import Event

_BEFORE = frozenset({"approved", "implementing"})
_AFTER = frozenset({"implemented", "rolled_back", "closed"})


def on_resolved(event: Event) -> None:
    """Tell the watch of the interruption that the resolving engineer stated, once per ticket."""
    ticket = Ticket.objects.select_related("item").filter(pk=event.subject_id).first()
    if ticket is None or ticket.interrupted_from is None or ticket.interrupted_to is None:
        return
    if ticket.interrupted_to <= ticket.interrupted_from:
        return
    watch.record_outage(
        actor=SYSTEM,
        item=ticket.item,
        starts_at=ticket.interrupted_from,
        ends_at=ticket.interrupted_to,
        cause=ticket.title,
        ticket_ref=ticket.number,
    )


def on_moved(event: Event) -> None:
    """An interruption that a misfiled ticket told of was the other item's."""
    move = last_move(int(event.subject_id))
    if move is not None:
        ticket = ticket_of(event)
        former = ServiceItem.objects.select_related("unit", "contract").get(pk=move.former_id)
        watch.refile_outage(actor=SYSTEM, former=former, item=ticket.item, ticket_ref=ticket.number)


def on_change(event: Event) -> None:
    """A change that stops the service is planned downtime from its approval on, as long as it comes about.

    While it is planned or under way its window is taken as approved; when it is done, from its real start to its real
    end, never beyond the window.  The buyer must have agreed to the shutdown itself: a standard change needs an approval
    for it, and what was added after the approval is not approved.  What was started as an emergency was not planned.
    """
    if event.subject_type != "ticket":
        return
    if ticket_of(event).kind != "change":
        return
    # Several acts may have moved it since the one that is told of: what it is now counts.
    ticket = Ticket.objects.select_related("item", "item__unit", "contract").get(pk=event.subject_id)
    downtime = _downtime(ticket)
    if downtime is None:
        watch.drop_downtime(
            item=ticket.item, change_ref=ticket.number, reason=f"变更{ticket.number}现为“{ticket.state_word}”"
        )
    else:
        watch.keep_downtime(item=ticket.item, downtime=downtime)


def _downtime(ticket: Ticket) -> watch.Downtime | None:
    begins, ends = ticket.planned_from, ticket.planned_to
    stops = str(Act.SHUTDOWN) in ticket.touches
    if begins is None or ends is None or not stops or ticket.state not in _BEFORE | _AFTER:
        return None
    events = list(TicketEvent.objects.filter(ticket=ticket).exclude(action="").order_by("id"))
    word = buyers_word(ticket, Act.SHUTDOWN)
    started = _last(events, "start")
    if word is None or (ticket.state != "approved" and started is None):
        return None
    closed: datetime | None = None
    if started is not None and ticket.state in _AFTER:
        begins = max(begins, started.happened_at)
        # What was finished and then rolled back was down until it was finished; the way back is not planned time.
        ended = [one for one in events if one.action in ("finish", "roll_back") and one.pk > started.pk]
        closed = ended[0].happened_at if ended else None
        if closed is not None and closed <= begins:
            return None
    return watch.Downtime(
        change_ref=ticket.number,
        title=ticket.title,
        starts_at=begins,
        ends_at=ends,
        approved_by_id=word[0],
        asked_at=ticket.reported_at,
        approved_at=word[1],
        closed_at=closed,
    )


def _last(events: list[TicketEvent], *actions: str) -> TicketEvent | None:
    return next((event for event in reversed(events) if event.action in actions), None)
