"""Watching a ticket that is not one's own, and bringing in others who should know of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import notify
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket, TicketEvent, Watcher
from opsledger.apps.desk.notices import clock_words, url_of
from opsledger.apps.desk.selectors.mentions import may_be_called
from opsledger.apps.desk.services.acting import check_open
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor


def watch(*, actor: Actor, ticket: Ticket, on: bool) -> None:
    """Be told of what happens to a ticket that one may see, or no longer."""
    if on:
        Watcher.objects.get_or_create(ticket=ticket, user_id=actor.user_id)
    else:
        Watcher.objects.filter(ticket=ticket, user_id=actor.user_id).delete()


@transaction.atomic
def bring_in(*, actor: Actor, ticket: Ticket, users: Iterable[User]) -> list[User]:
    """Have others told of a ticket from now on; gives those who were not told before.

    Only people who may see the ticket, and whom `actor` may know of, can be brought in.  That they were told is a
    fact of the story and of the ledger: who knew, and since when, is asked afterwards.
    """
    check_open(ticket.contract)
    if not policies.may_take_part(actor, ticket):
        raise DomainError("ticket.no_right_to_attach")
    wanted = {user.pk: user for user in users}
    if not wanted:
        raise DomainError("ticket.nobody_to_tell")
    known = {one.user.pk for one in may_be_called(ticket, by=actor)}
    for user in wanted.values():
        if user.pk not in known:
            raise DomainError("ticket.not_to_be_told", name=str(user))
    there = set(Watcher.objects.filter(ticket=ticket, user__in=wanted).values_list("user_id", flat=True))
    fresh = [user for pk, user in wanted.items() if pk not in there]
    if fresh:
        Watcher.objects.bulk_create(
            [Watcher(ticket=ticket, user=user) for user in fresh], ignore_conflicts=True
        )
        _tell(actor, ticket, fresh)
    return fresh


def _tell(actor: Actor, ticket: Ticket, users: list[User]) -> None:
    at, names = clock.now(), "、".join(str(user) for user in users)
    event = TicketEvent.objects.create(
        ticket=ticket,
        kind="brought_in",
        action="brought_in",
        happened_at=at,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        note=names,
    )
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb="ticket.brought_in",
        subject=subject(ticket),
        changes={"people": names},
    )
    notify(
        users=users,
        title=f"{actor.name}请您关注：{ticket.number} {ticket.title}",
        body=clock_words(ticket),
        url=url_of(ticket),
        contract_slug=ticket.contract.slug,
        dedupe=f"brought-in:{event.pk}",
        at=at,
    )


@transaction.atomic
def let_go(*, actor: Actor, ticket: Ticket, user: User) -> None:
    """Have somebody told no longer: oneself, or by the manager anybody."""
    if user.pk != actor.user_id and not actor.is_system:
        actor.must(ticket.contract_id, access.MANAGER)
    Watcher.objects.filter(ticket=ticket, user=user).delete()
