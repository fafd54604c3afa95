"""Who may be called by name (@) in a note of a ticket, and who is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from opsledger.apps.accounts.models import Membership, User
from opsledger.apps.accounts.services import people
from opsledger.apps.contracts.policies import sees_whole, unit_ids
from opsledger.apps.desk.models import Ticket, Watcher
from opsledger.core.initials import initials
from opsledger.kernel import access
from opsledger.kernel.access import Actor

_INSIDE = (access.MANAGER, access.ENGINEER, access.BUYER, access.SUPERVISOR)
_PROVIDER = (access.MANAGER, access.ENGINEER)
_WORDS = dict(Membership.Role.choices)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be called, and as what."""

    user: User
    role: str

    @property
    def letters(self) -> str:
        return initials(str(self.user))


def may_be_called(ticket: Ticket, *, private: bool = False, by: Actor | None = None) -> list[Person]:
    """The people of the contract who may see the ticket, those who have to do with it first.

    Of the units only its own people; in a private note only the provider's.  Who holds several roles is named once,
    the caller not at all; and one unit is not told of another's people, on a ticket that has gone to that.
    """
    found: dict[int, Person] = {}
    for role in _PROVIDER if private else _INSIDE:
        for user in people(ticket.contract_id, role):
            found.setdefault(user.pk, Person(user, _WORDS[role]))
    if not private and not (by and _from_elsewhere(by, ticket)):
        for user in _of_unit(ticket):
            found.setdefault(user.pk, Person(user, _WORDS[access.UNIT]))
    first = {ticket.assignee_id: 0, ticket.reporter_id: 1}
    if by is not None:
        found.pop(by.user_id or 0, None)
    return sorted(found.values(), key=lambda one: first.get(one.user.pk, 2))


def followers_of(actor: Actor, ticket: Ticket) -> list[User]:
    """Who wants to be told of a ticket, as far as `actor` may know of them; oneself among them."""
    rows = Watcher.objects.filter(ticket=ticket).select_related("user__organisation").order_by("pk")
    known = {one.user.pk for one in may_be_called(ticket, by=actor)} | {actor.user_id}
    return [row.user for row in rows if row.user_id in known]


def called(ticket: Ticket, words: str, *, private: bool = False) -> list[User]:
    """The people whose names follow an @ in `words`; the longer of two names that begin alike is meant."""
    if "@" not in words and "＠" not in words:
        return []
    known = may_be_called(ticket, private=private)
    names = sorted({str(one.user) for one in known}, key=len, reverse=True)
    if not names:
        return []
    said = set(re.findall(f"[@＠]({'|'.join(re.escape(name) for name in names)})", words))
    return [one.user for one in known if str(one.user) in said]


def _from_elsewhere(actor: Actor, ticket: Ticket) -> bool:
    if actor.is_system or sees_whole(actor, ticket.contract_id):
        return False
    return ticket.unit_id not in unit_ids(actor, ticket.contract_id)


def _of_unit(ticket: Ticket) -> Iterable[User]:
    unit = people(ticket.contract_id, access.UNIT, organisation_id=ticket.unit_id) if ticket.unit_id else []
    return [*([ticket.reporter] if ticket.reporter and ticket.reporter.is_active else []), *unit]
