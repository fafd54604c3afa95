"""From a user to the actor that the rules know."""

from __future__ import annotations

from opsledger.apps.accounts.models import Membership, User
from opsledger.kernel import recall
from opsledger.kernel.access import Actor, Grant


def actor_for(user: User) -> Actor:
    """Everything that this person may be; a role that was withdrawn ends with the next request."""
    return recall.known(("actor", user.pk), lambda: _read(user))


def _read(user: User) -> Actor:
    rows = Membership.objects.filter(user=user).values_list(
        "contract_id", "contract__slug", "role", "organisation_id"
    )
    return Actor(
        user_id=user.pk,
        name=str(user),
        grants=tuple(Grant(*row) for row in rows),
        is_admin=user.is_superuser,
    )
