"""Rules of the contracts over the run of tickets."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from opsledger.apps.desk import agreements
from opsledger.apps.desk.models import RuleHit, Ticket
from opsledger.apps.desk.notices import ticket_of
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.ledger import services as ledger
from opsledger.kernel import events
from opsledger.kernel.access import SYSTEM


def on_ticket(event: events.Event) -> None:
    """A report may be the third failure of a device, a resolution the third of the same fault."""
    if event.verb not in ("ticket.reported", "ticket.resolved") or event.subject_type != "ticket":
        return
    if not (event.changes.get("device") or event.changes.get("fault")):
        return
    ticket = ticket_of(event)
    if ticket.kind != "incident":
        return
    agreed = agreements.agreement_of(ticket.contract)
    if event.verb == "ticket.reported" and ticket.device:
        rows = _incidents(ticket, agreed.replace_days).filter(device=ticket.device)
        number = rows.count()
        if number >= agreed.replace_count:
            _hit(
                ticket,
                RuleHit.Rule.REPLACE,
                f"{ticket.item.numbered}／{ticket.device}",
                number,
                event.recorded_at,
            )
    if event.verb == "ticket.resolved" and ticket.fault:
        rows = _incidents(ticket, agreed.repeat_days).filter(fault=ticket.fault)
        number = rows.count()
        if number > agreed.repeat_count:
            _hit(
                ticket,
                RuleHit.Rule.REPEAT,
                f"{ticket.item.numbered}／{ticket.fault}",
                number,
                event.recorded_at,
            )


def _incidents(ticket: Ticket, days: int) -> QuerySet[Ticket]:
    """The incidents of the same item in the days up to this one, it included; withdrawn ones do not count."""
    since = ticket.reported_at - timedelta(days=days)
    return Ticket.objects.filter(
        contract_id=ticket.contract_id,
        item_id=ticket.item_id,
        kind="incident",
        reported_at__gt=since,
        reported_at__lte=ticket.reported_at,
    ).exclude(state__in=["cancelled", "merged"])


def _hit(ticket: Ticket, rule: RuleHit.Rule, key: str, number: int, at: datetime) -> None:
    _, fresh = RuleHit.objects.get_or_create(
        ticket=ticket,
        rule=rule,
        defaults={"contract_id": ticket.contract_id, "object_key": key, "count": number, "hit_at": at},
    )
    if fresh:
        ledger.record(
            chain=ledger.contract_chain(ticket.contract_id),
            actor=SYSTEM,
            verb="ticket.rule_hit",
            subject=subject(ticket),
            changes={"rule": rule.label, "object": key, "count": number},
        )


def suggestions(contract_id: int, since: datetime, least: int = 3) -> list[dict[str, object]]:
    """Faults that come back often enough to be looked into as a problem: item, fault, how many."""
    rows = (
        Ticket.objects.filter(contract_id=contract_id, kind="incident", reported_at__gte=since)
        .exclude(fault="")
        .exclude(state__in=["cancelled", "merged"])
        .order_by()
        .values("item_id", "item__no", "item__name", "fault")
        .annotate(number=Count("pk"))
        .filter(number__gte=least)
        .order_by("-number", "item__no")
    )
    return list(rows)
