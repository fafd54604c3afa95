"""Tags of a ticket: set, added, taken off; each change on record, nobody's page grows stale by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import F, Min

from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket, TicketTag
from opsledger.apps.desk.services.acting import check_open
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.desk.tagging import MAX_TAGS, fold, words_of
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor

Words = dict[str, str]


def set_tags(*, actor: Actor, ticket: Ticket, tags: Iterable[str]) -> Ticket:
    """The ticket has these tags and no others."""
    told = words_of(tags)
    return _change(actor, ticket, lambda known: told)


def add_tags(*, actor: Actor, ticket: Ticket, tags: Iterable[str]) -> Ticket:
    """The ticket has these tags too; one that it has already stays as it is."""
    told = words_of(tags)
    if not told:
        raise DomainError("tag.none")
    return _change(actor, ticket, lambda known: {**told, **known})


def drop_tag(*, actor: Actor, ticket: Ticket, tag: str) -> Ticket:
    """The ticket has this tag no more."""
    key = fold(tag)
    return _change(actor, ticket, lambda known: {one: word for one, word in known.items() if one != key})


@transaction.atomic
def _change(actor: Actor, ticket: Ticket, change: Callable[[Words], Words]) -> Ticket:
    check_open(ticket.contract)
    if not policies.may_tag(actor, ticket):
        raise DomainError("access.denied")
    # A write that changes nothing: of two who tag at once the second waits here and then reads the first's tags.
    Ticket.objects.filter(pk=ticket.pk).update(version=F("version"))
    known = dict(TicketTag.objects.filter(ticket=ticket).order_by("id").values_list("key", "word"))
    wanted = change(known)
    # What was there comes first, in its order.
    fresh = {key: word for key, word in wanted.items() if key not in known}
    kept = {key: word for key, word in known.items() if key in wanted}
    if len(kept) + len(fresh) > MAX_TAGS:
        raise DomainError("tag.too_many", limit=MAX_TAGS)
    if not fresh and len(kept) == len(known):
        return ticket
    _write(actor, ticket, known, kept, _as_known(ticket.contract_id, fresh))
    return ticket


def _as_known(contract_id: int, fresh: Words) -> Words:
    """New tags of a ticket in the spelling in which the contract knows them already."""
    if not fresh:
        return fresh
    rows = TicketTag.objects.filter(contract_id=contract_id, key__in=list(fresh)).order_by()
    return {**fresh, **dict(rows.values("key").annotate(first=Min("word")).values_list("key", "first"))}


def _write(actor: Actor, ticket: Ticket, known: Words, kept: Words, fresh: Words) -> None:
    at = clock.now()
    gone = [key for key in known if key not in kept]
    if gone:
        TicketTag.objects.filter(ticket=ticket, key__in=gone).delete()
    TicketTag.objects.bulk_create(
        TicketTag(contract_id=ticket.contract_id, ticket=ticket, key=key, word=word)
        for key, word in fresh.items()
    )
    tags = [*kept.values(), *fresh.values()]
    Ticket.objects.filter(pk=ticket.pk).update(tags=tags, updated_at=at)
    ticket.tags, ticket.updated_at = tags, at
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb="ticket.tagged",
        subject=subject(ticket),
        changes={"tags": {"from": list(known.values()), "to": tags}},
    )
