"""What is to leave the house, written in the act's transaction: from a ticket's entries, from what people are
told, and from the rungs of the ladder.

A delivery is unique per channel and occasion, so that nobody hears of one thing twice on one way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.urls import Resolver404, resolve

from opsledger.apps.desk import notices
from opsledger.apps.desk.ladder import FULL, Rung
from opsledger.apps.desk.models import Channel, Delivery, LadderStep, Ticket
from opsledger.apps.desk.words import DUE_SOON, TO_DO
from opsledger.apps.ledger.services import contract_chain
from opsledger.kernel import clock, recall
from opsledger.kernel.events import Event
from opsledger.kernel.telling import Told

# What is told by these names belongs to a topic, to which a channel may be limited.
_KINDS = {"rung:": DUE_SOON, notices.TASK: TO_DO, notices.REMINDER: TO_DO}
_CHAIN = contract_chain(0).removesuffix("0")


def on_event(event: Event) -> None:
    """Write a delivery for every channel that wants the entry."""
    if event.subject_type != "ticket" or not event.chain.startswith(_CHAIN):
        return
    channels = _channels(int(event.chain.removeprefix(_CHAIN)))
    if not channels:
        return
    ticket = notices.ticket_of(event)
    told = notices.words_for(event, ticket)
    for channel in channels:
        if not wants(channel, event.verb):
            continue
        if channel.kind != Channel.Kind.WEBHOOK and told is None:
            continue
        if event.changes.get("private"):
            continue
        if channel.user_id and channel.user_id not in notices.concerned(event, ticket):
            continue
        body = _body(event, ticket)
        payload = _payload(event, ticket)
        keep(channel, f"entry:{event.entry_id}", told or event.verb, body, payload, event.recorded_at)


def on_told(told: Told) -> None:
    """What people are told in the application goes to their own channels of that contract too.

    Entries on tickets are left to `on_event`, which has more to say of them.
    """
    if told.dedupe.startswith("entry:") or not told.contract_slug:
        return
    rows = Channel.objects.filter(
        contract__slug=told.contract_slug, user_id__in=told.user_ids, active=True
    ).exclude(kind=Channel.Kind.WEBHOOK)
    verb = next((word for begins, word in _KINDS.items() if told.dedupe.startswith(begins)), "")
    payload = {"url": told.url, "ticket": {"number": _number(told.url)}}
    for channel in rows.select_related("contract"):
        if not channel.verbs or verb in channel.verbs:
            keep(channel, told.dedupe, told.title, told.body, payload, told.at)


def tell_channels(ticket: Ticket, rungs: Sequence[Rung], at: datetime) -> None:
    """Tell the contract's own channels of the rungs that have come: those the steps name, or all that want it."""
    shared = [one for one in _channels(ticket.contract_id) if one.user_id is None]
    for rung in rungs:
        if rung.step.percent >= FULL and not rung.number:
            continue  # the breach itself was told by its entry
        title, body = notices.rung_words(ticket, rung, at)
        payload = {
            "event": DUE_SOON,
            "percent": rung.step.percent,
            "metric": rung.row.metric,
            "due_at": rung.row.due_at.isoformat(),
            "ticket": _ticket(ticket),
        }
        # Several people may be told at the same share of a limit: a group hears of it once.
        once = f"rung:{rung.row.pk}:{rung.step.percent}:{rung.number}:{rung.row.due_at:%m%d%H%M%S}"
        for channel in _named(shared, rung.step.by):
            keep(channel, once, title, body, payload, at)


def _named(channels: Iterable[Channel], by: str) -> list[Channel]:
    if by == LadderStep.By.APP:
        return []
    if by == LadderStep.By.ALL:
        return [one for one in channels if wants(one, DUE_SOON)]
    return [one for one in channels if by == f"channel:{one.pk}"]


def wants(channel: Channel, verb: str) -> bool:
    return not channel.verbs or verb in channel.verbs


def keep(
    channel: Channel, dedupe: str, title: str, body: str, payload: dict[str, object], at: datetime
) -> None:
    """Write down one message to one channel, once for its occasion."""
    Delivery.objects.get_or_create(
        channel=channel,
        dedupe=dedupe[:120],
        defaults={
            "title": title[:200],
            "body": body,
            "payload": payload,
            "created_at": at,
            "next_try_at": _when(channel, at),
        },
    )


def _body(event: Event, ticket: Ticket) -> str:
    """What the nearest clock says; of a note also its words, so that a reply can be written where it is read."""
    note = str(event.changes.get("note", "")) if event.verb == "ticket.noted" else ""
    return "\n".join(part for part in (note, notices.clock_words(ticket)) if part)


def _channels(contract_id: int) -> tuple[Channel, ...]:
    def read() -> tuple[Channel, ...]:
        return tuple(Channel.objects.filter(contract_id=contract_id, active=True))

    return recall.known(("desk.channels", contract_id), read)


def _payload(event: Event, ticket: Ticket) -> dict[str, object]:
    return {
        "event": event.verb,
        "entry": event.entry_id,
        "happened_at": event.happened_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "actor": event.actor.name,
        "ticket": _ticket(ticket),
    }


def _ticket(ticket: Ticket) -> dict[str, object]:
    return {
        "number": ticket.number,
        "title": ticket.title,
        "kind": ticket.kind,
        "state": ticket.state,
        "severity": ticket.severity,
        "item": ticket.item.no,
        "unit": ticket.unit.name if ticket.unit else None,
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
        "url": notices.url_of(ticket),
    }


def _number(url: str) -> str:
    """The ticket to whose page an address leads, "" for any other: its letters stay on the ticket's thread."""
    try:
        found = resolve(url.partition("?")[0].partition("#")[0])
    except Resolver404:
        return ""
    return str(found.kwargs["number"]) if found.view_name == "desk:ticket" else ""


def _when(channel: Channel, at: datetime) -> datetime:
    """At once; at the end of the channel's quiet hours; or with the next digest."""
    moment = at
    if channel.digest_minutes:
        every = channel.digest_minutes * 60
        moment = at + timedelta(seconds=every - int(at.timestamp()) % every)
    return quiet_end(moment, channel.quiet_from, channel.quiet_to)


def quiet_end(at: datetime, begins: time | None, ends: time | None) -> datetime:
    """`at`, or the end of the quiet hours that hold it; they may run over midnight."""
    if begins is None or ends is None or begins == ends:
        return at
    there = clock.local(at)
    now = there.time()
    held = begins <= now < ends if begins < ends else now >= begins or now < ends
    if not held:
        return at
    end = there.replace(hour=ends.hour, minute=ends.minute, second=0, microsecond=0)
    return end if end > there else end + timedelta(days=1)
