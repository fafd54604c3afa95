"""What leaves the house: written in the act's transaction, sent by the worker, tried again with growing pauses.

A delivery is unique per channel and entry, so that an event is told once; a worker that dies while sending leaves
it claimed, and it is taken up again when the claim is old.  (A message that was handed over just before the crash
may then be sent twice: exactly once ends at the network.)
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Q

from opsledger.adapters import outgoing
from opsledger.apps.desk import notices
from opsledger.apps.desk.models import Channel, Delivery, Ticket
from opsledger.apps.desk.services.addresses import check_address
from opsledger.apps.desk.services.letters import send_letter
from opsledger.apps.ledger.services import contract_chain
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, errors, recall
from opsledger.kernel.events import Event

MAX_TRIES = 8
_FIRST_PAUSE = timedelta(seconds=30)
_CLAIM_HOLDS = timedelta(minutes=5)
_BATCH = 50
_CHAIN = contract_chain(0).removesuffix("0")

Send = Callable[[Channel, Delivery], None]


def on_event(event: Event) -> None:
    """Write a delivery for every channel that wants the entry."""
    if event.subject_type != "ticket":
        return
    if not event.chain.startswith(_CHAIN):
        return
    contract_id = int(event.chain.removeprefix(_CHAIN))
    channels = recall.known(("desk.channels", contract_id), lambda: _channels(contract_id))
    if not channels:
        return
    ticket = notices.ticket_of(event)
    told = notices.words_for(event, ticket)
    for channel in channels:
        if channel.verbs and event.verb not in channel.verbs:
            continue
        if channel.kind != Channel.Kind.WEBHOOK and told is None:
            continue
        if event.changes.get("private"):
            continue
        if channel.user_id and channel.user_id not in notices.concerned(event, ticket):
            continue
        Delivery.objects.get_or_create(
            channel=channel,
            dedupe=f"entry:{event.entry_id}",
            defaults={
                "title": (told or event.verb)[:200],
                "body": _body(event, ticket),
                "payload": _payload(event, ticket),
                "created_at": event.recorded_at,
                "next_try_at": _when(channel, event.recorded_at),
            },
        )


def _body(event: Event, ticket: Ticket) -> str:
    """What the nearest clock says; of a note also its words, so that a reply can be written where it is read."""
    note = str(event.changes.get("note", "")) if event.verb == "ticket.noted" else ""
    return "\n".join(part for part in (note, notices.clock_words(ticket)) if part)


def _channels(contract_id: int) -> tuple[Channel, ...]:
    return tuple(Channel.objects.filter(contract_id=contract_id, active=True))


def _payload(event: Event, ticket: Ticket) -> dict[str, object]:
    return {
        "event": event.verb,
        "entry": event.entry_id,
        "happened_at": event.happened_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "actor": event.actor.name,
        "ticket": {
            "number": ticket.number,
            "title": ticket.title,
            "kind": ticket.kind,
            "state": ticket.state,
            "severity": ticket.severity,
            "item": ticket.item.no,
            "unit": ticket.unit.name if ticket.unit else None,
            "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
            "url": notices.url_of(ticket),
        },
    }


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


def send_due(at: datetime, send: Send | None = None) -> int:
    """Send what is due, each claimed by a conditional update; a digest's messages go as one."""
    do = send or _send
    done = 0
    rows = Delivery.objects.filter(
        Q(state=Delivery.State.WAITING) | Q(state=Delivery.State.SENDING), next_try_at__lte=at
    ).select_related("channel__user")
    for delivery in rows.order_by("next_try_at", "pk")[:_BATCH]:
        claim = Delivery.objects.filter(
            pk=delivery.pk, state=delivery.state, next_try_at=delivery.next_try_at
        )
        if claim.update(state=Delivery.State.SENDING, next_try_at=at + _CLAIM_HOLDS) != 1:
            continue
        if delivery.channel.digest_minutes:
            _gather(delivery, at)
        done += _try(delivery, do, at)
    return done


def _gather(delivery: Delivery, at: datetime) -> None:
    """Take the channel's other due messages into this one."""
    others = Delivery.objects.filter(
        channel=delivery.channel, state=Delivery.State.WAITING, next_try_at__lte=at
    ).exclude(pk=delivery.pk)
    lines = [
        f"{other.title} {other.body}".strip()
        for other in others.order_by("pk")
        if Delivery.objects.filter(pk=other.pk, state=Delivery.State.WAITING).update(
            state=Delivery.State.SENT, sent_at=at, next_try_at=None
        )
    ]
    if lines:
        delivery.body = "\n".join([f"{delivery.title} {delivery.body}".strip(), *lines])
        delivery.title = f"{len(lines) + 1} 条工单消息"
        delivery.payload["gathered"] = len(lines) + 1
        Delivery.objects.filter(pk=delivery.pk).update(
            title=delivery.title, body=delivery.body, payload=delivery.payload
        )


def _try(delivery: Delivery, send: Send, at: datetime) -> int:
    own = Delivery.objects.filter(pk=delivery.pk)
    try:
        send(delivery.channel, delivery)
    except Exception as error:  # noqa: BLE001  whatever the network does, the outbox goes on
        tries = delivery.tries + 1
        failed = tries >= MAX_TRIES
        own.update(
            state=Delivery.State.FAILED if failed else Delivery.State.WAITING,
            tries=tries,
            next_try_at=None if failed else at + _FIRST_PAUSE * 2**delivery.tries,
            last_error=_said(error)[:300],
        )
        return 0
    own.update(state=Delivery.State.SENT, sent_at=at, next_try_at=None, tries=delivery.tries + 1)
    return 1


def _said(error: Exception) -> str:
    """Why a message did not go out, for the people who look after the channel."""
    if isinstance(error, outgoing.Refused):
        return f"地址 {error} 不是公网地址，且不在允许的网段内"
    return errors.sentence(error) if isinstance(error, DomainError) else str(error) or type(error).__name__


def try_again(channel: Channel, at: datetime) -> int:
    """Give the failed messages of a channel another round; returns how many."""
    rows = Delivery.objects.filter(channel=channel, state=Delivery.State.FAILED)
    return rows.update(state=Delivery.State.WAITING, tries=0, next_try_at=at)


def signature(secret: str, body: bytes) -> str:
    """What a webhook's receiver checks: sha256=HMAC of the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _send(channel: Channel, delivery: Delivery) -> None:
    if channel.kind == Channel.Kind.MAIL:
        send_letter(channel, delivery)
        return
    if channel.kind == Channel.Kind.WEBHOOK:
        body = json.dumps(delivery.payload, ensure_ascii=False, sort_keys=True).encode()
        headers = {
            "Content-Type": "application/json",
            "X-OpsLedger-Event": str(delivery.payload.get("event", "")),
            "X-OpsLedger-Delivery": str(delivery.pk),
            "X-OpsLedger-Signature": signature(channel.secret, body),
        }
        outgoing.post(channel.address, body, headers, allowed=settings.OUTGOING_NETWORKS)
        return
    import apprise

    check_address(channel.kind, channel.address)
    sender = apprise.Apprise()
    if not sender.add(channel.address):
        raise ValueError("通道地址无法识别")
    if not sender.notify(title=delivery.title, body=delivery.body or delivery.title):
        raise ConnectionError("通道没有接受消息")
