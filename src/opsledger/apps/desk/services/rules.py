"""Rules of the contracts over the run of tickets."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.contracts.selectors import live_terms
from opsledger.apps.desk import agreements
from opsledger.apps.desk.models import RuleHit, Ticket
from opsledger.apps.desk.notices import ticket_of
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.repeats import Rule, Same, rule_of
from opsledger.core.terms import KpiTerm, from_dict
from opsledger.kernel import events, recall
from opsledger.kernel.access import SYSTEM


def on_ticket(event: events.Event) -> None:
    """A report may be the third failure of a device, a resolution the third of the same fault."""
    if event.verb not in ("ticket.reported", "ticket.resolved") or event.subject_type != "ticket":
        return
    ticket = ticket_of(event)
    if ticket.kind != "incident":
        return
    for rule in rules_of(ticket.item):
        early = rule.same in (Same.DEVICE, Same.ANY)
        if early != (event.verb == "ticket.reported"):
            continue
        if (rule.same is Same.DEVICE and not ticket.device) or (rule.same is Same.FAULT and not ticket.fault):
            continue
        number = alike(ticket, rule).count()
        if number >= rule.reached:
            _hit(ticket, rule, number, event.recorded_at)


def rules_of(item: ServiceItem) -> list[Rule]:
    """The rules that bind an item: those of its terms, and the defaults where no term speaks of the same."""

    def read() -> list[Rule]:
        rows = live_terms(item.contract, "kpi").filter(
            Q(item=item) | Q(item=None), data__metric="fault_count"
        )
        chosen = (item.contract.settings or {}).get("readings", {})
        found = []
        for row in rows.order_by("key"):
            term = from_dict(row.kind, row.data)
            points = [point.get("what", "") for point in row.pack_data.get("open", ())]
            natural = any("自然" in str(chosen.get(point, "")) for point in points)
            rule = rule_of(term, term_id=row.pk, natural=natural) if isinstance(term, KpiTerm) else None
            if rule is not None:
                found.append(rule)
        agreed = agreements.agreement_of(item.contract)
        plain = [
            Rule(Same.DEVICE, agreed.replace_count, days=agreed.replace_days),
            Rule(Same.FAULT, agreed.repeat_count + 1, days=agreed.repeat_days),
        ]
        said = {rule.same for rule in found}
        return [*found, *(rule for rule in plain if rule.same not in said)]

    return recall.known(("desk.repeats", item.pk), read)


def alike(ticket: Ticket, rule: Rule) -> QuerySet[Ticket]:
    """The incidents that count together with this one, it included; withdrawn ones do not count."""
    rows = Ticket.objects.filter(
        contract_id=ticket.contract_id,
        item_id=ticket.item_id,
        kind="incident",
        reported_at__lte=ticket.reported_at,
    ).exclude(state__in=["cancelled", "merged"])
    since = rule.since(ticket.reported_at, ZoneInfo(ticket.contract.time_zone))
    if since is not None:
        rows = rows.filter(reported_at__gt=since)
    if rule.same is Same.DEVICE:
        rows = rows.filter(device=ticket.device)
    elif rule.same is Same.FAULT:
        rows = rows.filter(fault=ticket.fault)
    return rows


KINDS = {Same.DEVICE: RuleHit.Rule.REPLACE, Same.FAULT: RuleHit.Rule.REPEAT, Same.ANY: RuleHit.Rule.COUNT}


def _part(ticket: Ticket, rule: Rule) -> str:
    return {Same.DEVICE: ticket.device, Same.FAULT: ticket.fault, Same.ANY: ""}[rule.same]


def key_of(ticket: Ticket, rule: Rule) -> str:
    """What failed: the item with its device or the kind of fault."""
    return "／".join(word for word in (ticket.item.numbered, _part(ticket, rule)) if word)


def told_of(ticket: Ticket, rule: Rule, number: int) -> str:
    """What has happened, in words."""
    part = _part(ticket, rule)
    return f"{rule.words(number)}（{part}）" if part else rule.words(number)


def _hit(ticket: Ticket, rule: Rule, number: int, at: datetime) -> None:
    keep_hit(
        ticket,
        KINDS[rule.same],
        key_of(ticket, rule),
        number,
        at,
        words=told_of(ticket, rule, number),
        term_id=rule.term_id,
        clause=rule.clause,
    )


def keep_hit(
    ticket: Ticket,
    rule: RuleHit.Rule,
    key: str,
    number: int,
    at: datetime,
    *,
    words: str,
    term_id: int | None = None,
    clause: str = "",
) -> None:
    """Put on record, once for a ticket, that a rule was met; the people concerned are told by the entry."""
    _, fresh = RuleHit.objects.get_or_create(
        ticket=ticket,
        rule=rule,
        defaults={
            "contract_id": ticket.contract_id,
            "object_key": key[:200],
            "count": number,
            "hit_at": at,
            "words": words[:200],
            "term_id": term_id,
            "clause": clause[:200],
        },
    )
    if fresh:
        ledger.record(
            chain=ledger.contract_chain(ticket.contract_id),
            actor=SYSTEM,
            verb="ticket.rule_hit",
            subject=subject(ticket),
            changes={"rule": words, "object": key, "count": number, "clause": clause or "缺省提示，合同未写"},
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
