"""What the contract leaves open is settled by the parties, and each settlement is an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract, Obligation, ServiceItem
from opsledger.apps.ledger import services as ledger
from opsledger.core import terms as vocabulary
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.access import Actor

PERIODS = {
    "day": "天",
    "workday": "工作日",
    "week": "周",
    "month": "月",
    "quarter": "季度",
    "halfyear": "半年",
    "year": "年",
    "term": "服务期",
}


def _subject(obligation: Obligation) -> ledger.Subject:
    unit = obligation.item.unit_id if obligation.item else None
    return ledger.Subject("obligation", str(obligation.pk), obligation.title, unit)


def _agreed_title(obligation: Obligation, count: int, period: str, every: int) -> str:
    """The obligation in words as it now stands, with the frequency agreed on instead of 定期."""
    term = vocabulary.from_dict(obligation.term.kind, obligation.term.data)
    if isinstance(term, vocabulary.DutyTerm):
        term = replace(term, count=count, period=vocabulary.Period(period), every=every)
    elif isinstance(term, vocabulary.DeliverableTerm):
        term = replace(term, cadence=vocabulary.Cadence("day" if period == "workday" else period))
    words = {key: window["name"] for key, window in obligation.contract.windows.items()}
    return vocabulary.describe(term, words)[:300]


@transaction.atomic
def agree_frequency(
    *, actor: Actor, obligation: Obligation, count: int, period: str, every: int = 1, note: str
) -> Obligation:
    """Settle how often an obligation is due where the text says none ("定期").

    The buyer or the manager enters what was agreed, with a note (which meeting, which letter).  Subscribers
    of ``obligation.agreed`` plan it.
    """
    actor.must(obligation.contract_id, access.BUYER, access.MANAGER)
    if count < 1 or every < 1 or period not in PERIODS:
        raise DomainError("obligation.bad_frequency", count=count, period=period)
    if not note.strip():
        raise DomainError("obligation.note_needed")
    before = dict(obligation.agreed)
    agreed: dict[str, Any] = {"count": count, "period": period, "every": every, "note": note.strip()}
    obligation.agreed = agreed
    obligation.title = _agreed_title(obligation, count, period, every)
    obligation.status = Obligation.Status.ACTIVE
    obligation.gap_reason = ""
    obligation.save(update_fields=["agreed", "title", "status", "gap_reason"])
    ledger.record(
        chain=ledger.contract_chain(obligation.contract_id),
        actor=actor,
        verb="obligation.agreed",
        subject=_subject(obligation),
        changes={
            "from": before or "未约定",
            "to": f"每{every if every > 1 else ''}{PERIODS[period]}{count}次",
            "note": note,
        },
    )
    return obligation


@transaction.atomic
def assign_item(*, actor: Actor, item: ServiceItem, owner: User | None) -> ServiceItem:
    """Name the engineer who answers for an item."""
    actor.must(item.contract_id, access.MANAGER)
    before = item.owner
    item.owner = owner
    item.save(update_fields=["owner"])
    ledger.record(
        chain=ledger.contract_chain(item.contract_id),
        actor=actor,
        verb="item.changed",
        subject=ledger.Subject("item", str(item.pk), item.numbered, item.unit_id),
        changes={"owner": {"from": str(before or "未指定"), "to": str(owner or "未指定")}},
    )
    return item


@transaction.atomic
def confirm_item_period(
    *, actor: Actor, item: ServiceItem, starts_on: date, ends_on: date, note: str
) -> ServiceItem:
    """Fix the period of an item whose start hung on an event (e.g. the confirmed start of operations)."""
    actor.must(item.contract_id, access.BUYER, access.MANAGER)
    if ends_on < starts_on:
        raise DomainError("contract.ends_before_start", starts_on=starts_on, ends_on=ends_on)
    before = f"{item.starts_on} 至 {item.ends_on}"
    item.starts_on, item.ends_on, item.period_provisional = starts_on, ends_on, False
    item.save(update_fields=["starts_on", "ends_on", "period_provisional"])
    ledger.record(
        chain=ledger.contract_chain(item.contract_id),
        actor=actor,
        verb="item.changed",
        subject=ledger.Subject("item", str(item.pk), item.numbered, item.unit_id),
        changes={"period": {"from": before, "to": f"{starts_on} 至 {ends_on}"}, "note": note},
    )
    return item


@transaction.atomic
def choose_reading(*, actor: Actor, contract: Contract, point: str, reading: str, note: str) -> Contract:
    """Choose one reading of an open point of the contract; the buyer decides, both readings stay shown."""
    actor.must(contract.pk, access.BUYER)
    before = contract.settings.get("readings", {}).get(point)
    settings = dict(contract.settings)
    settings["readings"] = {**settings.get("readings", {}), point: reading}
    contract.settings = settings
    contract.save(update_fields=["settings"])
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="contract.changed",
        subject=ledger.Subject("contract", str(contract.pk), contract.name),
        changes={"reading": {"point": point, "from": before or "默认", "to": reading}, "note": note},
    )
    return contract


@transaction.atomic
def agree_setting(
    *,
    actor: Actor,
    contract: Contract,
    group: str,
    name: str,
    value: bool | int | str | dict[str, Any] | None,
    note: str,
    by: Sequence[str] = (access.BUYER,),
    told: Mapping[str, object] | None = None,
) -> Contract:
    """Set what a later room asks of the contract (`settings[group][name]`); None takes it away.

    The buyer decides, with a reason, unless the room names others in `by`.  `told` is what the entry says where
    the plain values would tell a person nothing.
    """
    actor.must(contract.pk, *by)
    held = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    before = (held.settings.get(group) or {}).get(name)
    kept = {**(held.settings.get(group) or {}), name: value}
    held.settings = {**held.settings, group: {key: one for key, one in kept.items() if one is not None}}
    held.save(update_fields=["settings"])
    plain = {f"{group}.{name}": {"from": before if before is not None else "默认", "to": value}}
    ledger.record(
        chain=ledger.contract_chain(held.pk),
        actor=actor,
        verb="contract.changed",
        subject=ledger.Subject("contract", str(held.pk), held.name),
        changes={**(told if told is not None else plain), "note": note},
    )
    contract.settings = held.settings
    return held
