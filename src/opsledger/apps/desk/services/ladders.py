"""Laying the escalation ladder."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import LadderStep
from opsledger.apps.desk.selectors import shared_channels
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.access import Actor


def _record(actor: Actor, contract: Contract, verb: str, words: str) -> None:
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb=verb,
        subject=ledger.Subject("ladder", str(contract.pk), "升级阶梯"),
        changes={"note": words},
    )


@transaction.atomic
def add_step(*, actor: Actor, contract: Contract, **said: Any) -> LadderStep:
    """Add a rung; the first one replaces the default ladder.

    Raises ``ladder.no_such_channel`` where it names a way that is not one of the contract's.
    """
    actor.must(contract.pk, access.MANAGER)
    by = said.get("by", LadderStep.By.ALL)
    ways = {*LadderStep.By.values, *(f"channel:{one.pk}" for one in shared_channels(contract))}
    if by not in ways:
        raise DomainError("ladder.no_such_channel")
    step = LadderStep.objects.create(contract=contract, **said)
    _record(actor, contract, "ladder.added", str(step))
    return step


@transaction.atomic
def remove_step(*, actor: Actor, contract: Contract, step_id: int | str) -> None:
    """Take a rung away; without any the default ladder holds again."""
    actor.must(contract.pk, access.MANAGER)
    if not str(step_id).isdigit():
        return
    step = LadderStep.objects.filter(contract=contract, pk=int(step_id)).first()
    if step is not None:
        words = str(step)
        step.delete()
        _record(actor, contract, "ladder.removed", words)
