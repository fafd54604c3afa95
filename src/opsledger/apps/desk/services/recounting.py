"""Failures counted anew when a ticket turns out to be of another item, or of another device.

Failures count by item, and by device; so with a misfiled ticket the count of both items is another one from its
report on.  A hint that no longer holds is taken back, one that now holds is given, with the entry in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.desk.models import RuleHit, Ticket
from opsledger.apps.desk.moves import last_move
from opsledger.apps.desk.notices import ticket_of
from opsledger.apps.desk.services.rules import KINDS, alike, keep_hit, key_of, rules_of, told_of
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.repeats import Rule, Same
from opsledger.kernel.access import SYSTEM
from opsledger.kernel.events import Event


def on_put_right(event: Event) -> None:
    """Moved: both items are counted anew.  Another device: its own item is."""
    if event.subject_type != "ticket":
        return
    ticket = ticket_of(event)
    if ticket.kind != "incident":
        return
    if event.verb == "ticket.amended":
        if "device" in event.changes:
            recount(ticket.item, ticket.reported_at)
        return
    move = last_move(ticket.pk)
    if move is not None:
        recount(ServiceItem.objects.select_related("contract").get(pk=move.former_id), ticket.reported_at)
        recount(ticket.item, ticket.reported_at)


def recount(item: ServiceItem, since: datetime) -> None:
    """The hints on an item's failures reported from `since` on, as they now have to be."""
    rules = rules_of(item)
    rows = Ticket.objects.filter(item=item, kind="incident", reported_at__gte=since)
    rows = rows.exclude(state__in=["cancelled", "merged"]).select_related("contract", "item", "unit")
    for ticket in rows.order_by("reported_at", "pk"):
        _settle(ticket, rules)


def _settle(ticket: Ticket, rules: Iterable[Rule]) -> None:
    met: dict[str, tuple[Rule, int]] = {}
    for rule in rules:
        if (rule.same is Same.DEVICE and not ticket.device) or (rule.same is Same.FAULT and not ticket.fault):
            continue
        number = alike(ticket, rule).count()
        if number >= rule.reached:
            met.setdefault(KINDS[rule.same], (rule, number))
    known = {hit.rule: hit for hit in RuleHit.objects.filter(ticket=ticket, rule__in=KINDS.values())}
    for kind, hit in known.items():
        if kind in met:
            _correct(ticket, hit, *met[kind])
        else:
            hit.delete()
            _record(ticket, "ticket.rule_lifted", {"rule": hit.told, "object": hit.object_key})
    for kind in met.keys() - known.keys():
        rule, number = met[kind]
        # It happened when the failure did, not when somebody found the ticket misfiled.
        happened = (
            ticket.resolved_at if rule.same is Same.FAULT and ticket.resolved_at else ticket.reported_at
        )
        keep_hit(
            ticket,
            KINDS[rule.same],
            key_of(ticket, rule),
            number,
            happened,
            words=told_of(ticket, rule, number),
            term_id=rule.term_id,
            clause=rule.clause,
        )


def _correct(ticket: Ticket, hit: RuleHit, rule: Rule, number: int) -> None:
    said = {
        "object_key": key_of(ticket, rule)[:200],
        "count": number,
        "words": told_of(ticket, rule, number)[:200],
        "term_id": rule.term_id,
        "clause": rule.clause[:200],
    }
    was = {name: getattr(hit, name) for name in said}
    if was == said:
        return
    RuleHit.objects.filter(pk=hit.pk).update(**said)
    told = {
        "rule": said["words"],
        "count": {"from": was["count"], "to": number},
        "object": said["object_key"],
    }
    _record(ticket, "ticket.rule_recounted", told)


def _record(ticket: Ticket, verb: str, changes: dict[str, object]) -> None:
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=SYSTEM,
        verb=verb,
        subject=subject(ticket),
        changes=changes,
    )
