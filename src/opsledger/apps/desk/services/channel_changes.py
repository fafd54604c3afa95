"""A channel said anew: its name, where it leads, what it tells and when; the ledger hears what, never where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from django.db import transaction

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Channel
from opsledger.apps.desk.services.addresses import check_address, robot_address
from opsledger.apps.desk.services.outbox import understood
from opsledger.apps.desk.words import TOPICS
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.access import Actor


@transaction.atomic
def change_channel(
    *,
    actor: Actor,
    contract: Contract,
    channel_id: int,
    name: str,
    address: str | None = None,
    topics: Iterable[str] = (),
    quiet_from: time | None = None,
    quiet_to: time | None = None,
    digest_minutes: int = 0,
) -> Channel:
    """Change a channel in use: one's own, or one of the contract; what waits in it goes by the new way.

    `address` None leaves it as it is; a new one is checked as on creation.  What kind it is and whose stays, and so
    does a webhook's secret.  Raises ``channel.gone`` where it was closed, ``channel.moved_on`` where somebody else
    changed it meanwhile.
    """
    found = Channel.objects.filter(contract=contract, pk=channel_id, active=True).first()
    if found is None:
        raise DomainError("channel.gone")
    if found.user_id != actor.user_id:
        if found.user_id is not None:
            raise DomainError("channel.gone")
        actor.must(contract.pk, access.MANAGER, access.BUYER)
    before = _facts(found)
    said = {
        "name": name.strip()[:60] or found.name,
        "address": found.address if address is None else checked_address(found, address),
        "verbs": [verb for topic in topics for verb in TOPICS[topic][1]],
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "digest_minutes": digest_minutes,
    }
    row = Channel.objects.filter(pk=found.pk, active=True, name=found.name, address=found.address)
    if row.update(**said) != 1:
        raise DomainError("channel.moved_on")
    new_address = said["address"] != found.address
    for key, value in said.items():
        setattr(found, key, value)
    _record(actor, found, before, new_address)
    return found


def checked_address(channel: Channel, address: str) -> str:
    """A new address of a channel as it is kept, or the refusal that a new channel would meet."""
    robot = channel.kind == Channel.Kind.APPRISE
    kept = robot_address(address) if robot else address.strip()
    check_address(channel.kind, kept, personal=channel.user_id is not None)
    if robot and not understood(kept):
        raise DomainError("channel.bad_address", address=kept)
    return kept


def _facts(channel: Channel) -> dict[str, str]:
    hours = [moment.strftime("%H:%M") if moment else "" for moment in (channel.quiet_from, channel.quiet_to)]
    return {
        "name": channel.name,
        "topics": channel.topic_words,
        "quiet": "–".join(hours) if any(hours) else "无",
        "every": f"每{channel.digest_minutes}分钟" if channel.digest_minutes else "逐条",
    }


def _record(actor: Actor, channel: Channel, before: dict[str, str], new_address: bool) -> None:
    changes: dict[str, object] = {
        key: {"from": before[key], "to": value}
        for key, value in _facts(channel).items()
        if before[key] != value
    }
    if new_address:
        # An address may carry a robot's key.
        changes["address"] = "已更换"
    if changes:
        ledger.record(
            chain=ledger.contract_chain(channel.contract_id),
            actor=actor,
            verb="channel.changed",
            subject=ledger.Subject("channel", str(channel.pk), channel.name),
            changes=changes,
        )
