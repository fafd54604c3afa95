"""The desk's settings of a contract: what the parties agree on, and how the provider is set up; each change on record."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.agreements import DISPATCH_RULES, FIRST_LINE, Agreement, agreement_of
from opsledger.apps.desk.services.acting import check_open
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.access import Actor

# What touches the buyer's rights is the buyer's to change; the manager sets up the provider's own side.
AGREED = (
    "confirm_after_workdays",
    "confirm_sample_percent",
    "at_once_minutes",
    "late_entry_minutes",
    "retarget",
    "pause_reasons",
    "pause_approval",
    "pause_metrics",
    "consent_acts",
    "emergency_acts",
    "ratify_workdays",
    "replace_count",
    "replace_days",
    "repeat_count",
    "repeat_days",
    "report_rank",
    "report_workdays",
    "open_codes",
)
OWN = ("lines", "teams", "auto_dispatch", "mail_address", "away_note", "away_until")


def may_change(actor: Actor, contract: Contract) -> frozenset[str]:
    """The settings that the actor may change."""
    roles = actor.roles(contract.pk)
    found: tuple[str, ...] = AGREED if access.BUYER in roles else ()
    return frozenset((*found, *(OWN if access.MANAGER in roles else ())))


@transaction.atomic
def change_settings(*, actor: Actor, contract: Contract, given: Mapping[str, Any]) -> Contract:
    """Set what is given and the actor may set; what is as it was leaves no entry.

    Refused: a field that is another's, a mail address that another contract has, a closed contract, settings that
    somebody else changed in the meantime.
    """
    check_open(contract)
    if set(given) - may_change(actor, contract):
        raise DomainError("access.denied")
    known = dict((contract.settings or {}).get("desk", {}))
    agreed = agreement_of(contract)
    changed = {name: value for name, value in given.items() if not _same(getattr(agreed, name), value, name)}
    if not changed:
        return contract
    _check(contract, agreed, changed)
    return _write(actor, contract, known, changed, changed)


def _same(holds: Any, value: Any, name: str) -> bool:
    """Whether a setting is as it is, its default included; the order matters only of the lines of support."""
    if name == "teams":
        return {key: list(ids) for key, ids in holds.items()} == value
    if isinstance(holds, tuple) and name != "lines":
        return set(holds) == set(value)
    return (list(holds) if isinstance(holds, tuple) else str(holds)) == (
        value if isinstance(value, list) else str(value)
    )


def _check(contract: Contract, agreed: Agreement, changed: Mapping[str, Any]) -> None:
    address = changed.get("mail_address")
    others = Contract.objects.exclude(pk=contract.pk)
    if address and others.filter(settings__desk__mail_address=address).exists():
        raise DomainError("settings.mail_taken", address=address)
    if "lines" in changed and not changed["lines"]:
        raise DomainError("settings.no_line")
    rule = changed.get("auto_dispatch", agreed.auto_dispatch)
    if rule not in DISPATCH_RULES:
        raise DomainError("settings.unknown_rule", rule=rule)
    concerned = {"auto_dispatch", "teams"} & changed.keys()
    if concerned and rule == "least" and not changed.get("teams", agreed.teams).get(FIRST_LINE):
        raise DomainError("settings.no_first_line")


@transaction.atomic
def renew_chat_secret(*, actor: Actor, contract: Contract) -> str:
    """A new secret with which a chat robot signs; the old one is void at once.  It is not in the ledger."""
    actor.must(contract.pk, access.MANAGER, access.BUYER)
    check_open(contract)
    secret = secrets.token_urlsafe(24)
    known = dict((contract.settings or {}).get("desk", {}))
    _write(actor, contract, known, {"chat_secret": secret}, {"chat_secret": "已更换"})
    return secret


def _word(name: str, value: Any) -> Any:
    """A value as the ledger is read."""
    return DISPATCH_RULES.get(value, value) if name == "auto_dispatch" else value


def _write(
    actor: Actor,
    contract: Contract,
    known: dict[str, Any],
    changed: Mapping[str, Any],
    told: Mapping[str, Any],
) -> Contract:
    settings = {**(contract.settings or {}), "desk": {**known, **changed}}
    if Contract.objects.filter(pk=contract.pk, settings=contract.settings).update(settings=settings) != 1:
        raise DomainError("page.stale", by="他人", what="服务台设置已修改")
    contract.settings = settings
    secret = "chat_secret" in changed
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="desk.settings_changed",
        subject=ledger.Subject("contract", str(contract.pk), contract.name),
        changes={
            name: value
            if secret
            else {"from": _word(name, known.get(name, "缺省")), "to": _word(name, value)}
            for name, value in told.items()
        },
    )
    return contract
