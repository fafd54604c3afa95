"""What leaves the house: written in the act's transaction (`telling`), sent here by the worker, tried again with
growing pauses.

A delivery is unique per channel and occasion, so that a thing is told once; a worker that dies while sending leaves
it claimed, and it is taken up again when the claim is old.  (A message that was handed over just before the crash
may then be sent twice: exactly once ends at the network.)
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from opsledger.adapters import outgoing
from opsledger.apps.desk.models import Channel, Delivery
from opsledger.apps.desk.services.addresses import check_address
from opsledger.apps.desk.services.letters import send_letter
from opsledger.core.errors import DomainError
from opsledger.kernel import errors

MAX_TRIES = 8
_FIRST_PAUSE = timedelta(seconds=30)
_CLAIM_HOLDS = timedelta(minutes=5)
_BATCH = 50

Send = Callable[[Channel, Delivery], None]


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


@transaction.atomic
def _gather(delivery: Delivery, at: datetime) -> None:
    """Take the channel's other due messages into this one: all of them, or after a crash none."""
    others = Delivery.objects.filter(
        channel=delivery.channel, state=Delivery.State.WAITING, next_try_at__lte=at
    ).exclude(pk=delivery.pk)
    taken = [
        other
        for other in others.order_by("pk")
        if Delivery.objects.filter(pk=other.pk, state=Delivery.State.WAITING).update(
            state=Delivery.State.SENT, sent_at=at, next_try_at=None
        )
    ]
    if not taken:
        return
    already = int(delivery.payload.get("gathered", 0))
    first = [] if already else [delivery]
    parts = [delivery.body] if already else []
    delivery.body = "\n".join([*parts, *(text(one) for one in [*first, *taken])])
    number = (already or 1) + len(taken)
    about_tickets = all(one.payload.get("ticket", {}).get("number") for one in [*first, *taken])
    delivery.title = f"{number} 条{'工单' if about_tickets else ''}消息"
    delivery.payload["gathered"] = number
    Delivery.objects.filter(pk=delivery.pk).update(
        title=delivery.title, body=delivery.body, payload=delivery.payload
    )


def link(delivery: Delivery) -> str:
    """The address to which a message leads, "" where it leads nowhere or the installation knows none of its own."""
    told = delivery.payload
    path = str(told.get("url") or told.get("ticket", {}).get("url", ""))
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL and path else ""


def text(delivery: Delivery) -> str:
    """One message among others: what it says, what the clock says, where to read on."""
    return "\n".join(part for part in (f"{delivery.title}　{delivery.body}".strip(), link(delivery)) if part)


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


def understood(address: str) -> bool:
    """Whether messages can be sent in the form that this address asks for; nothing is sent."""
    import apprise

    return bool(apprise.Apprise().add(address))


def try_again(channel: Channel, at: datetime) -> int:
    """Give the failed messages of a channel another round; returns how many."""
    rows = Delivery.objects.filter(channel=channel, state=Delivery.State.FAILED)
    return rows.update(state=Delivery.State.WAITING, tries=0, next_try_at=at)


def signature(secret: str, body: bytes) -> str:
    """What a webhook's receiver checks: sha256=HMAC of the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _send(channel: Channel, delivery: Delivery) -> None:
    if channel.kind == Channel.Kind.MAIL:
        send_letter(channel, delivery, "" if delivery.payload.get("gathered") else link(delivery))
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
    where = "" if delivery.payload.get("gathered") else link(delivery)
    body = "\n".join(part for part in (delivery.body, where) if part)
    if not sender.notify(title=delivery.title, body=body or delivery.title):
        raise ConnectionError("通道没有接受消息")
