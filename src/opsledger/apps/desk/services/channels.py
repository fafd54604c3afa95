"""Ways out of the house, laid by the manager for the contract, or by a person for themselves."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import time

from django.db import transaction

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Channel, Delivery
from opsledger.apps.desk.services.addresses import check_address, robot_address
from opsledger.apps.desk.services.outbox import try_again, understood
from opsledger.apps.desk.words import TOPICS
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

_TEST = "test:"


def add_channel(
    *,
    actor: Actor,
    contract: Contract,
    kind: str,
    name: str,
    address: str,
    personal: bool = False,
    topics: Iterable[str] = (),
    quiet_from: time | None = None,
    quiet_to: time | None = None,
    digest_minutes: int = 0,
) -> Channel:
    """A new channel, of the topics named or of all; a webhook gets a secret of its own, shown to who may see it."""
    if not personal:
        actor.must(contract.pk, access.MANAGER, access.BUYER)
    address = robot_address(address) if kind == Channel.Kind.APPRISE else address.strip()
    check_address(kind, address, personal=personal)
    if kind == Channel.Kind.APPRISE and not understood(address):
        raise DomainError("channel.bad_address", address=address)
    made = Channel.objects.create(
        contract=contract,
        user_id=actor.user_id if personal else None,
        kind=kind,
        name=name.strip()[:60],
        address=address,
        secret=secrets.token_urlsafe(24) if kind == Channel.Kind.WEBHOOK else "",
        verbs=[verb for topic in topics for verb in TOPICS[topic][1]],
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        digest_minutes=digest_minutes,
    )
    # The address may carry a robot's key: the ledger names the channel, not where it leads.
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="channel.added",
        subject=ledger.Subject("channel", str(made.pk), made.name),
        changes={"kind": made.get_kind_display()},
    )
    return made


@transaction.atomic
def set_my_mail(
    *,
    actor: Actor,
    contract: Contract,
    on: bool,
    quiet_from: time | None = None,
    quiet_to: time | None = None,
    digest_minutes: int = 0,
) -> Channel | None:
    """Whether, and when, one hears by mail of one's own matters on a contract; the address is the account's."""
    if not actor.roles(contract.pk):
        raise DomainError("access.denied")
    rows = Channel.objects.filter(contract=contract, user_id=actor.user_id, kind=Channel.Kind.MAIL)
    known = rows.filter(address="").first()
    if known is None and not on:
        return None
    if on and not User.objects.filter(pk=actor.user_id).exclude(email="").exists():
        raise DomainError("channel.no_mail")
    told = {"quiet_from": quiet_from, "quiet_to": quiet_to, "digest_minutes": digest_minutes, "active": on}
    kept, _ = Channel.objects.update_or_create(
        contract=contract,
        user_id=actor.user_id,
        kind=Channel.Kind.MAIL,
        address="",
        defaults={"name": "邮件", **told},
    )
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="channel.added" if on else "channel.closed",
        subject=ledger.Subject("channel", str(kept.pk), kept.name),
        changes={"kind": kept.get_kind_display()} if on else {},
    )
    return kept


def drop_channel(*, actor: Actor, contract: Contract, channel_id: int) -> None:
    """Close a channel: one's own, or one of the contract."""
    found = Channel.objects.filter(contract=contract, pk=channel_id).first()
    if found is None:
        return
    if found.user_id != actor.user_id:
        actor.must(contract.pk, access.MANAGER, access.BUYER)
    Channel.objects.filter(pk=found.pk).update(active=False)
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="channel.closed",
        subject=ledger.Subject("channel", str(found.pk), found.name),
    )


def test_channel(*, actor: Actor, contract: Contract, channel_id: int) -> None:
    """Send one message by this way at once, whatever its quiet hours, so that one sees whether it arrives.

    Raises ``channel.test_waits`` while the last one has not gone out.
    """
    found = Channel.objects.filter(contract=contract, pk=channel_id, active=True).first()
    if found is None:
        raise DomainError("channel.gone")
    if found.user_id != actor.user_id:
        actor.must(contract.pk, access.MANAGER, access.BUYER)
    waiting = Delivery.objects.filter(
        channel=found, dedupe__startswith=_TEST, state__in=["waiting", "sending"]
    )
    if waiting.exists():
        raise DomainError("channel.test_waits")
    at = clock.now()
    Delivery.objects.create(
        channel=found,
        dedupe=f"{_TEST}{at:%Y%m%d%H%M%S%f}",
        title=f"测试消息：{contract}",
        body=f"由{actor.name}发出，用来确认“{found.name}”能收到消息，不必处理。",
        payload={"event": "channel.test"},
        created_at=at,
        next_try_at=at,
    )


def retry_channel(*, actor: Actor, contract: Contract, channel_id: int) -> int:
    """Send again what was given up: one's own channel, or one of the contract."""
    found = Channel.objects.filter(contract=contract, pk=channel_id, active=True).first()
    if found is None:
        return 0
    if found.user_id != actor.user_id:
        actor.must(contract.pk, access.MANAGER, access.BUYER)
    return try_again(found, clock.now())
