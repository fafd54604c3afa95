"""The weekly roster: the manager fills it, people swap among themselves."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import notify, people
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Shift, Swap
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor


def _record(actor: Actor, contract: Contract, verb: str, changes: dict[str, object]) -> None:
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb=verb,
        subject=ledger.Subject("roster", str(contract.pk), "值班表"),
        changes=changes,
    )


@transaction.atomic
def set_shift(*, actor: Actor, contract: Contract, on: date, part: str, user: User | None) -> None:
    """Put a person on a shift, or nobody."""
    actor.must(contract.pk, access.MANAGER)
    if user is not None and user.pk not in _able(contract):
        raise DomainError("ticket.not_an_engineer", name=str(user))
    if part not in Shift.Part.values:
        raise DomainError("roster.unknown_part")
    before = Shift.objects.filter(contract=contract, on=on, part=part).select_related("user").first()
    if (before.user_id if before else None) == (user.pk if user else None):
        return
    if user is None:
        Shift.objects.filter(contract=contract, on=on, part=part).delete()
    else:
        Shift.objects.update_or_create(contract=contract, on=on, part=part, defaults={"user": user})
    told = {
        "on": f"{on} {Shift.Part(part).label}",
        "from": str(before.user) if before else "",
        "to": str(user or ""),
    }
    _record(actor, contract, "roster.changed", told)


def _able(contract: Contract) -> set[int]:
    return {person.pk for person in people(contract.pk, access.ENGINEER, access.MANAGER)}


@transaction.atomic
def ask_swap(*, actor: Actor, shift: Shift, taker: User, reason: str) -> Swap:
    """Ask another to take one's own shift."""
    if shift.user_id != actor.user_id:
        raise DomainError("roster.not_yours")
    if taker.pk == actor.user_id or taker.pk not in _able(shift.contract):
        raise DomainError("ticket.not_an_engineer", name=str(taker))
    if not reason.strip():
        raise DomainError("transitions.fact_missing", fact="reason", label="理由", action="换班")
    if Swap.objects.filter(shift=shift, state=Swap.State.ASKED).exists():
        raise DomainError("roster.already_asked")
    swap = Swap.objects.create(
        shift=shift, giver_id=actor.user_id, taker=taker, reason=reason.strip(), asked_at=clock.now()
    )
    notify(
        users=[taker],
        title=f"{actor.name}请您替班：{shift}",
        body=reason.strip(),
        dedupe=f"swap:{swap.pk}",
        contract_slug=shift.contract.slug,
    )
    return swap


@transaction.atomic
def answer_swap(*, actor: Actor, swap: Swap, agree: bool) -> Swap:
    """The person asked agrees (the shift changes hands) or declines."""
    if swap.taker_id != actor.user_id:
        raise DomainError("roster.not_asked_of_you")
    state = Swap.State.AGREED if agree else Swap.State.DECLINED
    rows = Swap.objects.filter(pk=swap.pk, state=Swap.State.ASKED)
    if rows.update(state=state, decided_at=clock.now()) != 1:
        raise DomainError("roster.swap_settled")
    if agree:
        moved = Shift.objects.filter(pk=swap.shift_id, user_id=swap.giver_id).update(user_id=swap.taker_id)
        if moved != 1:
            raise DomainError("roster.swap_settled")
        told = {"on": str(swap.shift), "from": str(swap.giver), "to": str(swap.taker), "reason": swap.reason}
        _record(actor, swap.shift.contract, "roster.swapped", told)
    notify(
        users=[swap.giver],
        title=f"{actor.name}{'同意' if agree else '未同意'}换班：{swap.shift}",
        dedupe=f"swap-answer:{swap.pk}",
        contract_slug=swap.shift.contract.slug,
    )
    swap.refresh_from_db()
    return swap
