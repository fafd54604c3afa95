"""Ways out of the house, laid by the manager for the contract, or by a person for themselves."""

from __future__ import annotations

import secrets
from datetime import time

from django.db import transaction

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Channel
from opsledger.apps.desk.services.addresses import check_address
from opsledger.apps.desk.services.outbox import try_again
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor


def add_channel(
    *,
    actor: Actor,
    contract: Contract,
    kind: str,
    name: str,
    address: str,
    personal: bool = False,
    verbs: list[str] | None = None,
    quiet_from: time | None = None,
    quiet_to: time | None = None,
    digest_minutes: int = 0,
) -> Channel:
    """A new channel; a webhook gets a secret of its own, shown to who may see the channel."""
    if not personal:
        actor.must(contract.pk, access.MANAGER, access.BUYER)
    check_address(kind, address, personal=personal)
    made = Channel.objects.create(
        contract=contract,
        user_id=actor.user_id if personal else None,
        kind=kind,
        name=name.strip()[:60],
        address=address.strip(),
        secret=secrets.token_urlsafe(24) if kind == Channel.Kind.WEBHOOK else "",
        verbs=verbs or [],
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


def retry_channel(*, actor: Actor, contract: Contract, channel_id: int) -> int:
    """Send again what was given up: one's own channel, or one of the contract."""
    found = Channel.objects.filter(contract=contract, pk=channel_id, active=True).first()
    if found is None:
        return 0
    if found.user_id != actor.user_id:
        actor.must(contract.pk, access.MANAGER, access.BUYER)
    return try_again(found, clock.now())
