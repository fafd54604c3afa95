"""Bearer tokens for programs: who the token speaks for, and what it may do."""

from __future__ import annotations

from datetime import datetime, timedelta

from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import ApiToken
from opsledger.apps.accounts.services import token_digest
from opsledger.kernel import recall
from opsledger.kernel.access import Actor
from opsledger.kernel.wire import must

__all__ = ["actor_of", "must", "token_for"]

_USE_NOTED_EVERY = timedelta(minutes=5)


def token_for(secret: str, at: datetime) -> ApiToken | None:
    """The live token with this secret: not revoked, not expired, of an active person; else None."""
    digest = token_digest(secret)
    token = recall.known(("token", digest), lambda: _live(digest))
    if token is None or not token.user.is_active or (token.expires_at and token.expires_at <= at):
        return None
    if token.last_used_at is None or at - token.last_used_at > _USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
        token.last_used_at = at
    return token


def _live(digest: str) -> ApiToken | None:
    return ApiToken.objects.select_related("user").filter(digest=digest, revoked_at=None).first()


def actor_of(token: ApiToken) -> Actor:
    """The person for whom the token speaks, with all their roles."""
    return actor_for(token.user)
