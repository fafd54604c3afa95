"""Draw down bounded amounts of service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse

from opsledger.apps.accounts.services import notify, people
from opsledger.apps.contracts.models import Contract, Obligation
from opsledger.apps.duties.models import QuotaDraw
from opsledger.apps.duties.quotas import WARN_PERCENT, Balance, limit_of, period_of
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

# In the order in which a balance takes them.
_STANDINGS = ("counted", "agreed", "pending")


def balance_of(obligation: Obligation, day: date) -> Balance | None:
    """How a quota stands in the period of `day`; None where the term bounds nothing."""
    return balances_of([obligation], day)[obligation.pk]


def balances_of(obligations: Sequence[Obligation], day: date) -> dict[int, Balance | None]:
    """How each of several quotas stands in the period of `day`, by id, in one query."""
    limits = {row.pk: limit_of(row.term.data) for row in obligations}
    spans = {row.pk: period_of(row.term.data, day, row.starts_on, row.ends_on) for row in obligations}
    used: dict[int, dict[str, Decimal]] = {pk: {} for pk in limits}
    bounded = [pk for pk, limit in limits.items() if limit is not None]
    if bounded:
        rows = QuotaDraw.objects.filter(
            obligation__in=bounded,
            on__gte=min(spans[pk][0] for pk in bounded),
            on__lte=max(spans[pk][1] for pk in bounded),
        )
        told = rows.values_list("obligation_id", "on", "standing").annotate(total=Sum("amount")).order_by()
        for pk, on, standing, total in told:
            if spans[pk][0] <= on <= spans[pk][1]:
                used[pk][standing] = used[pk].get(standing, Decimal(0)) + total
    return {
        pk: None if limit is None else Balance(limit, *(used[pk].get(one, Decimal(0)) for one in _STANDINGS))
        for pk, limit in limits.items()
    }


@transaction.atomic
def draw_quota(
    *,
    actor: Actor,
    obligation: Obligation,
    amount: Decimal,
    on: date,
    note: str,
    ticket_ref: str = "",
    agreement: str = "",
) -> QuotaDraw:
    """Use up a part of a quota.

    Beyond the bound it is refused, unless the buyer enters it with the agreement it rests on; then it counts as
    extra.  One ticket draws on one quota once.  At 80 % and at the end buyer and manager are told.
    """
    if not actor.is_system:
        actor.must(obligation.contract_id, access.MANAGER, access.ENGINEER, access.BUYER)
    if amount <= 0:
        raise DomainError("quota.bad_amount", found=str(amount))
    if not obligation.starts_on <= on <= obligation.ends_on:
        raise DomainError("quota.outside_period", first=obligation.starts_on, last=obligation.ends_on)
    # The row of the contract is held, so that two entries at once cannot both take the last of it.
    Contract.objects.select_for_update().get(pk=obligation.contract_id)
    if ticket_ref and QuotaDraw.objects.filter(obligation=obligation, ticket_ref=ticket_ref).exists():
        raise DomainError("quota.ticket_twice", ticket=ticket_ref)
    before = balance_of(obligation, on)
    extra = before is not None and amount > before.left
    if extra:
        unit = obligation.term.data.get("unit", "")
        if not agreement.strip():
            raise DomainError("quota.used_up", left=f"{before.left.normalize():f}", unit=unit)
        if not actor.is_system:
            actor.must(obligation.contract_id, access.BUYER)
    row = QuotaDraw.objects.create(
        contract_id=obligation.contract_id,
        obligation=obligation,
        amount=amount,
        on=on,
        standing=QuotaDraw.Standing.AGREED if extra else QuotaDraw.Standing.COUNTED,
        ticket_ref=ticket_ref[:60],
        note=note.strip()[:300],
        extra=extra,
        agreement=agreement.strip()[:200] if extra else "",
        by_id=actor.user_id,
        recorded_at=clock.now(),
    )
    changes: dict[str, object] = {"count": amount, "note": note.strip()}
    if extra:
        changes["agreement"] = agreement.strip()
    if ticket_ref:
        changes["ticket"] = ticket_ref
    record(actor, obligation, "quota.extra" if extra else "quota.drawn", changes)
    warn(obligation, before, on)
    return row


def record(actor: Actor, obligation: Obligation, verb: str, changes: dict[str, object]) -> None:
    """Put what happened to a quota on record."""
    unit_id = obligation.item.unit_id if obligation.item else None
    ledger.record(
        chain=ledger.contract_chain(obligation.contract_id),
        actor=actor,
        verb=verb,
        subject=ledger.Subject("obligation", str(obligation.pk), obligation.title, unit_id),
        changes=changes,
    )


def warn(obligation: Obligation, before: Balance | None, on: date) -> None:
    """Tell buyer and manager when the last draw has passed 80 % or the end of a quota."""
    after = balance_of(obligation, on)
    if before is None or after is None:
        return
    first, _ = period_of(obligation.term.data, on, obligation.starts_on, obligation.ends_on)
    for step, words in ((WARN_PERCENT, f"已用{after.percent}%"), (100, "已用完")):
        if before.percent < step <= after.percent:
            notify(
                users=people(obligation.contract_id, access.BUYER, access.MANAGER),
                title=f"限量服务{words}：{obligation.title}",
                body=f"剩余{after.left.normalize():f}{obligation.term.data.get('unit', '')}，超出须双方约定。",
                url=reverse("duties:quotas", args=[obligation.contract.slug]),
                contract_slug=obligation.contract.slug,
                dedupe=f"quota:{obligation.pk}:{first}:{step}",
            )
