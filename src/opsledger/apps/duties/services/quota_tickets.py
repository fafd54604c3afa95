"""Tickets draw on quotas when they close; what is beyond the bound waits for the buyer's word."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from opsledger.apps.accounts.services import notify, people
from opsledger.apps.contracts.models import Contract, Obligation
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.notices import ticket_of
from opsledger.apps.duties.models import QuotaDraw, QuotaRule
from opsledger.apps.duties.quotas import DrawRule, default_rule, limit_of, person_days
from opsledger.apps.duties.services.planning import calendar_of
from opsledger.apps.duties.services.quotas import balance_of, record, warn
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock, recall
from opsledger.kernel.access import SYSTEM, Actor
from opsledger.kernel.events import Event

_BEGINS, _ENDS = ("accepted", "change_started"), ("resolved", "change_finished", "change_rolled_back")
KINDS = ("incident", "request", "question", "change")


def rule_of(obligation: Obligation) -> DrawRule | None:
    """Which tickets draw on a quota: as the parties set it, else as the term's words say."""
    row: QuotaRule | None = getattr(obligation, "quota_rule", None)
    if row is None:
        return default_rule(obligation.term.data)
    return DrawRule(tuple(row.kinds), row.onsite, row.per_ticket) if row.kinds else None


@transaction.atomic
def set_rule(
    *, actor: Actor, obligation: Obligation, kinds: list[str], onsite: bool, per_ticket: Decimal | None
) -> QuotaRule:
    """Say which tickets draw on a quota from now on; no kinds: none does, uses are entered by hand."""
    actor.must(obligation.contract_id, access.MANAGER, access.BUYER)
    if any(kind not in KINDS for kind in kinds):
        raise DomainError("quota.bad_rule")
    said = {"kinds": kinds, "onsite": onsite, "per_ticket": per_ticket}
    row, _ = QuotaRule.objects.update_or_create(obligation=obligation, defaults=said)
    words = dict(Ticket._meta.get_field("kind").choices or [])
    record(
        actor,
        obligation,
        "quota.rule_set",
        {
            "kind": "、".join(str(words[one]) for one in kinds) or "不按工单扣减",
            "count": per_ticket or "按工单时间",
        },
    )
    return row


def _quotas_for(ticket: Ticket) -> list[tuple[Obligation, DrawRule]]:
    """The bounded quotas of the ticket's item, and of the contract as a whole, that its kind may draw on."""
    key = ("duties.quotas", ticket.contract_id, ticket.item_id, ticket.kind)
    return recall.known(key, lambda: _read_quotas(ticket))


def _read_quotas(ticket: Ticket) -> list[tuple[Obligation, DrawRule]]:
    rows = Obligation.objects.filter(
        Q(item=None) | Q(item_id=ticket.item_id),
        contract_id=ticket.contract_id,
        kind="quota",
        status=Obligation.Status.ACTIVE,
    ).select_related("term", "item", "contract", "quota_rule")
    found = []
    for row in rows:
        if limit_of(row.term.data) is None:
            continue
        rule = rule_of(row)
        if rule and ticket.kind in rule.kinds:
            found.append((row, rule))
    return found


def on_ticket(event: Event) -> None:
    """A closing ticket draws, a reopened one gives back, one new on its item is told when nothing is left."""
    if event.subject_type != "ticket":
        return
    ticket = ticket_of(event)
    if ticket.kind not in KINDS:
        return
    if event.verb in ("ticket.reported", "ticket.draft", "ticket.item_changed"):
        _forewarn(ticket, event.recorded_at)
    elif event.verb == "ticket.reopened":
        _give_back(ticket)
    elif ticket.state == "closed":
        _draw(ticket, event)


def _draw(ticket: Ticket, event: Event) -> None:
    facts: dict[str, datetime] = {}
    for kind, moment in ticket.events.order_by("happened_at").values_list("kind", "happened_at"):
        if kind in _BEGINS:
            facts.setdefault("begun", moment)
        elif kind in _ENDS:
            facts["ended"] = moment
        elif kind == "arrived":
            facts["arrived"] = moment
    on = clock.local(facts.get("ended") or event.happened_at).date()
    for obligation, rule in _quotas_for(ticket):
        if not rule.takes(ticket.kind, arrived="arrived" in facts):
            continue
        if obligation.starts_on <= on <= obligation.ends_on:
            days = _working_days(ticket.contract, facts.get("begun"), facts.get("ended"))
            effort = person_days(facts.get("begun"), facts.get("ended"), days)
            _keep(obligation, ticket, rule.per_ticket or effort, on, estimated=rule.per_ticket is None)


def _working_days(contract: Contract, begun: datetime | None, ended: datetime | None) -> int:
    if begun is None or ended is None:
        return 0
    first, last = clock.local(begun).date(), clock.local(ended).date()
    calendar = calendar_of(contract)
    return sum(
        calendar.is_working_day(first + timedelta(days=n)) for n in range(min(366, (last - first).days + 1))
    )


def _keep(obligation: Obligation, ticket: Ticket, amount: Decimal, on: date, *, estimated: bool) -> None:
    Contract.objects.select_for_update().get(pk=obligation.contract_id)
    known = QuotaDraw.objects.filter(obligation=obligation, ticket_ref=ticket.number).first()
    if known is not None:
        # Closed again after it was reopened; any other act on a closed ticket draws nothing more.
        if known.amount == 0 and known.correction == _REOPENED:
            _change(SYSTEM, known, amount, "工单再次关闭")
        return
    before = balance_of(obligation, on)
    beyond = before is not None and amount > before.left
    standing = QuotaDraw.Standing.PENDING if beyond else QuotaDraw.Standing.COUNTED
    row = QuotaDraw.objects.create(
        contract_id=obligation.contract_id, obligation=obligation, amount=amount, on=on, standing=standing,
        extra=beyond, estimated=estimated, ticket=ticket, ticket_ref=ticket.number, note=ticket.title[:300],
        recorded_at=clock.now(),
    )  # fmt: skip
    told = {"count": amount, "ticket": ticket.number, "note": ticket.title}
    record(SYSTEM, obligation, "quota.beyond" if beyond else "quota.drawn", told)
    if beyond:
        _ask_buyer(row, ticket)
    else:
        warn(obligation, before, on)


def _ask_buyer(row: QuotaDraw, ticket: Ticket) -> None:
    unit = row.obligation.term.data.get("unit", "")
    notify(
        users=people(row.contract_id, access.BUYER, access.MANAGER),
        title=f"限量服务超额待约定：{row.obligation.title}",
        body=f"工单{ticket.number}用{row.amount.normalize():f}{unit}，已超出约定数量。请采购人写明约定依据，或不同意。",
        url=reverse("duties:quotas", args=[ticket.contract.slug]) + f"#draw-{row.pk}",
        contract_slug=ticket.contract.slug,
        dedupe=f"quota:beyond:{row.pk}",
    )


def _forewarn(ticket: Ticket, at: datetime) -> None:
    for obligation, rule in _quotas_for(ticket):
        balance = balance_of(obligation, clock.local(at).date())
        # Whether somebody will go there is not known yet: a visit quota is warned of when it is drawn.
        if balance is None or balance.left > 0 or rule.onsite:
            continue
        notify(
            users=people(ticket.contract_id, access.BUYER, access.MANAGER),
            title=f"限量服务已用完，又有新单：{obligation.title}",
            body=f"工单{ticket.number} {ticket.title}。办理前请双方约定超额如何计。",
            url=reverse("duties:quotas", args=[ticket.contract.slug]),
            contract_slug=ticket.contract.slug,
            dedupe=f"quota:used:{obligation.pk}:{ticket.pk}",
        )


_REOPENED = "工单重开"


def _give_back(ticket: Ticket) -> None:
    for row in QuotaDraw.objects.filter(ticket=ticket, amount__gt=0).select_related("obligation"):
        _change(SYSTEM, row, Decimal(0), _REOPENED)


def _change(actor: Actor, row: QuotaDraw, amount: Decimal, reason: str) -> QuotaDraw:
    before = row.amount
    standing = row.standing
    if amount == 0:
        standing = QuotaDraw.Standing.COUNTED
    elif standing == QuotaDraw.Standing.COUNTED:
        # What this very row had taken is free for it again.
        balance = balance_of(row.obligation, row.on)
        if balance is not None and amount - before > balance.left:
            standing = QuotaDraw.Standing.PENDING
    wrote = QuotaDraw.objects.filter(pk=row.pk, amount=before, standing=row.standing).update(
        amount=amount,
        standing=standing,
        extra=standing != "counted",
        estimated=False,
        correction=reason[:200],
    )
    if wrote != 1:
        raise DomainError("page.stale", by="他人", what="这条使用记录已更新")
    row.refresh_from_db()
    told = {
        "count": {"from": before, "to": amount},
        "reason": reason,
        "ticket": row.ticket_ref,
        "note": row.note,
    }
    record(actor, row.obligation, "quota.corrected", {key: value for key, value in told.items() if value})
    return row


@transaction.atomic
def correct_draw(*, actor: Actor, draw: QuotaDraw, amount: Decimal, reason: str) -> QuotaDraw:
    """Set a draw right; 0 takes it back.  The reason and both amounts stay in the ledger.

    Buyer and project manager may.  To lower a use is in the provider's interest, so it takes the buyer, except
    for an estimate that nobody has looked at yet.
    """
    Contract.objects.select_for_update().get(pk=draw.contract_id)
    actor.must(draw.contract_id, access.BUYER, access.MANAGER)
    if amount < 0:
        raise DomainError("quota.bad_amount", found=str(amount))
    if not reason.strip():
        raise DomainError("quota.reason_needed")
    if amount < draw.amount and not draw.estimated and access.BUYER not in actor.roles(draw.contract_id):
        raise DomainError("quota.lower_by_buyer")
    return _change(actor, draw, amount, reason.strip())


@transaction.atomic
def decide_extra(*, actor: Actor, draw: QuotaDraw, agree: bool, agreement: str) -> QuotaDraw:
    """The buyer agrees to what is beyond the bound, naming what that rests on, or refuses with the reason."""
    actor.must(draw.contract_id, access.BUYER)
    if not agreement.strip():
        raise DomainError("quota.agreement_needed")
    standing = QuotaDraw.Standing.AGREED if agree else QuotaDraw.Standing.REFUSED
    wrote = QuotaDraw.objects.filter(pk=draw.pk, standing=QuotaDraw.Standing.PENDING).update(
        standing=standing, extra=True, agreement=agreement.strip()[:200], by_id=actor.user_id
    )
    if wrote != 1:
        raise DomainError("quota.decided_already")
    draw.refresh_from_db()
    record(
        actor,
        draw.obligation,
        "quota.extra" if agree else "quota.extra_refused",
        {"count": draw.amount, "agreement": draw.agreement, "ticket": draw.ticket_ref},
    )
    notify(
        users=people(draw.contract_id, access.MANAGER),
        title=f"超额{'已约定' if agree else '未获同意'}：{draw.obligation.title}",
        body=f"{draw.note}（{draw.amount.normalize():f}{draw.obligation.term.data.get('unit', '')}）：{draw.agreement}",
        url=reverse("duties:quotas", args=[draw.obligation.contract.slug]),
        contract_slug=draw.obligation.contract.slug,
        dedupe=f"quota:decided:{draw.pk}:{standing}",
    )
    return draw
