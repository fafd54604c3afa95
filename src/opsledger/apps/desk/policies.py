"""Which tickets an actor may see, and which roles they hold towards one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from opsledger.apps.contracts.policies import sees_whole, unit_ids
from opsledger.apps.desk.models import KeptSight, Ticket, TicketEvent, TicketTask
from opsledger.kernel import access, recall
from opsledger.kernel.access import Actor

PROVIDER_ROLES = frozenset({access.MANAGER, access.ENGINEER})
TAGGING_ROLES = frozenset({access.MANAGER, access.ENGINEER, access.BUYER})
TEMPLATE_ROLES = frozenset({access.MANAGER, access.BUYER})
REPORTING_ROLES = frozenset({access.UNIT, access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR})


# Facts whose words name other tickets, or what a unit's people are to do: on a ticket that has gone from unit to unit
# they are the other unit's matters.
_OF_ONE_UNIT = frozenset({"linked", "unlinked", "absorbed", "divided", "task", "update"})


def visible_tickets(actor: Actor, contract_id: int) -> Q:
    """The tickets of one contract that `actor` may see: a service unit only its own.

    Who reported a ticket that was moved to another unit's item goes on reading it; the rest of their unit does not.
    """
    if actor.is_system or sees_whole(actor, contract_id):
        return Q()
    units = unit_ids(actor, contract_id)
    if not units:
        return Q(pk__in=[])
    kept = kept_by(actor.user_id, contract_id)
    return Q(unit_id__in=units) | Q(pk__in=kept) if kept else Q(unit_id__in=units)


def kept_by(user_id: int | None, contract_id: int) -> tuple[int, ...]:
    """The tickets that have gone to another unit and that this person, who reported them, still reads."""

    def read() -> dict[int, tuple[int, ...]]:
        found: dict[int, tuple[int, ...]] = {}
        rows = KeptSight.objects.filter(ticket__contract_id=contract_id).order_by("ticket_id")
        for user, ticket in rows.values_list("user_id", "ticket_id"):
            found[user] = (*found.get(user, ()), ticket)
        return found

    return recall.known(("desk.kept", contract_id), read).get(user_id or 0, ())


def roles_on(actor: Actor, ticket: Ticket) -> frozenset[str]:
    """The roles that `actor` holds towards this ticket, as the transition tables know them.

    A service unit's word counts only on its own tickets; an engineer's only on one that is nobody's yet or
    their own.
    """
    if actor.is_system:
        return frozenset({"system"})
    held = set(actor.roles(ticket.contract_id))
    if access.UNIT in held and ticket.unit_id not in unit_ids(actor, ticket.contract_id):
        held.discard(access.UNIT)
    if access.ENGINEER in held and ticket.assignee_id not in (None, actor.user_id):
        held.discard(access.ENGINEER)
    return frozenset(held)


def is_provider(actor: Actor, contract_id: int) -> bool:
    """Whether `actor` works for the provider on this contract, and so reads private notes."""
    return bool(actor.roles(contract_id) & PROVIDER_ROLES)


def sees_work(actor: Actor, contract_id: int) -> bool:
    """Whether `actor` reads the provider's hours: everyone on the contract but the service units."""
    return actor.is_system or sees_whole(actor, contract_id)


def may_enter_work(actor: Actor, ticket: Ticket) -> bool:
    """Whether `actor` may enter hours: a person of the provider, also on a colleague's ticket."""
    return actor.user_id is not None and is_provider(actor, ticket.contract_id)


def may_keep_tasks(actor: Actor, ticket: Ticket) -> bool:
    """Whether `actor` adds, gives and takes back tasks: a person of the provider, also on a colleague's ticket."""
    return actor.user_id is not None and is_provider(actor, ticket.contract_id)


def visible_tasks(actor: Actor, contract_id: int) -> Q:
    """The tasks of a visible ticket that `actor` sees: a service unit only its own part, everyone else all."""
    if actor.is_system or sees_whole(actor, contract_id):
        return Q()
    return Q(for_unit=True, ticket__unit_id__in=unit_ids(actor, contract_id))


def may_tick(actor: Actor, task: TicketTask) -> bool:
    """Whether `actor` ticks a task: the provider's people every one, the people of its unit the unit's part."""
    return may_keep_tasks(actor, task.ticket) or (task.for_unit and speaks_for_unit(actor, task.ticket))


def speaks_for_unit(actor: Actor, ticket: Ticket) -> bool:
    """Whether `actor` is one of the people of the ticket's service unit."""
    return ticket.unit_id in unit_ids(actor, ticket.contract_id)


def side_of(actor: Actor, contract_id: int, unit_id: int | None) -> str:
    """On whose side `actor` looks at a ticket of `unit_id`: the provider's, the buyer's with those who check for it, a unit's.

    People of the same side see each other look and write; neither the provider nor a service unit sees who of the
    other side has a ticket open, and nor does the unit that a ticket has gone to see who of the former one still
    follows it.  Who stands on several sides is counted to the first.
    """
    if is_provider(actor, contract_id):
        return "provider"
    if sees_whole(actor, contract_id):
        return "buyer"
    mine = unit_ids(actor, contract_id)
    return f"unit:{unit_id if unit_id in mine else min(mine, default=0)}"


def visible_anywhere(actor: Actor, prefix: str = "") -> Q:
    """The tickets of all contracts that `actor` may see; `prefix` leads to the ticket ("ticket__")."""
    whole = {grant.contract_id for grant in actor.grants if sees_whole(actor, grant.contract_id)}
    found = Q(**{f"{prefix}contract_id__in": whole})
    for contract_id in sorted(actor.contracts(access.UNIT) - whole):
        units = unit_ids(actor, contract_id)
        found |= Q(**{f"{prefix}contract_id": contract_id, f"{prefix}unit_id__in": units})
        kept = kept_by(actor.user_id, contract_id) if units else ()
        if kept:
            found |= Q(**{f"{prefix}pk__in": kept})
    return found


def may_tag(actor: Actor, ticket: Ticket) -> bool:
    """Whether `actor` may change the tags: the provider's people and the buyer."""
    return bool(actor.roles(ticket.contract_id) & TAGGING_ROLES)


def may_keep_templates(actor: Actor, contract_id: int) -> bool:
    """Whether `actor` keeps the templates of reports: the manager and the buyer."""
    return bool(actor.roles(contract_id) & TEMPLATE_ROLES)


def readable_events(actor: Actor, ticket: Ticket, events: Iterable[TicketEvent]) -> list[TicketEvent]:
    """Of a ticket's facts, what `actor` may read: private notes are for the provider's people.

    On a ticket that has gone from unit to unit neither unit reads what names other tickets or its people's tasks.
    """
    told = list(events)
    inside = is_provider(actor, ticket.contract_id)
    moved = any(event.data.get("between_units") for event in told)
    hidden = moved and not actor.is_system and not sees_whole(actor, ticket.contract_id)
    return [
        event
        for event in told
        if (inside or not event.private) and not (hidden and event.kind in _OF_ONE_UNIT)
    ]


def may_take_part(actor: Actor, ticket: Ticket) -> bool:
    """Whether `actor` may add notes and files: everyone who reads the ticket but the auditor."""
    held = actor.roles(ticket.contract_id)
    if held & (PROVIDER_ROLES | {access.BUYER, access.SUPERVISOR}):
        return True
    if access.UNIT not in held:
        return False
    own = ticket.unit_id in unit_ids(actor, ticket.contract_id)
    return own or ticket.pk in kept_by(actor.user_id, ticket.contract_id)
