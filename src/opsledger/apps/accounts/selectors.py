"""Reading people and their messages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import ApiToken, Membership, Notice, User
from opsledger.kernel.access import Actor

PEOPLE_SEARCHED = ("user__full_name", "user__phone", "organisation__name")


def actor_of(user_id: int) -> Actor | None:
    """The actor of an active person; None if there is none."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return actor_for(user) if user else None


@dataclass(frozen=True, slots=True)
class Unread:
    """How many messages a person has not read, and the id of the newest of them (0: none)."""

    count: int = 0
    newest: int = 0


def unread(user_id: int | None) -> Unread:
    """What waits for a person, in one query."""
    if not user_id:
        return Unread()
    rows = Notice.objects.filter(user_id=user_id, read_at=None)
    told = rows.aggregate(count=Count("pk"), newest=Max("pk"))
    return Unread(told["count"], told["newest"] or 0)


def unread_count(user_id: int | None) -> int:
    """How many messages a person has not read."""
    return unread(user_id).count


def newest_unread(user_id: int) -> Notice | None:
    """The message that came last of those not read."""
    return Notice.objects.filter(user_id=user_id, read_at=None).order_by("-pk").first()


def was_told(dedupe: str) -> bool:
    """Whether a message with this mark has gone to anybody."""
    return Notice.objects.filter(dedupe=dedupe).exists()


def notices_of(user_id: int) -> QuerySet[Notice]:
    """A person's messages, newest first."""
    return Notice.objects.filter(user_id=user_id)


def memberships_of(contract_id: int) -> QuerySet[Membership]:
    """Who holds which role on a contract."""
    return (
        Membership.objects.filter(contract_id=contract_id)
        .select_related("user", "user__organisation", "organisation")
        .order_by("role", "user__full_name")
    )


def all_users() -> QuerySet[User]:
    """Everybody, with the number of roles held."""
    return User.objects.select_related("organisation").annotate(role_count=Count("memberships"))


def roles_of(user_id: int) -> QuerySet[Membership]:
    """The roles that one person holds, by contract."""
    rows = Membership.objects.filter(user_id=user_id).select_related("contract", "organisation")
    return rows.order_by("contract__slug", "role")


def tokens_of(user_id: int) -> QuerySet[ApiToken]:
    """A person's tokens that were not revoked, newest first."""
    rows = ApiToken.objects.filter(user_id=user_id, revoked_at=None).select_related("user")
    return rows.order_by("-created_at", "-id")
