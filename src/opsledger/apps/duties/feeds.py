"""Signed addresses under which a calendar program finds one person's tasks: it carries no session."""

from __future__ import annotations

from django.core import signing

from opsledger.apps.contracts.models import Contract
from opsledger.kernel.access import Actor

_FEED = "duties.calendar"


def feed_key(actor: Actor, contract: Contract) -> str:
    """The key of one person's tasks on one contract."""
    return signing.dumps([actor.user_id, contract.slug], salt=_FEED, compress=True)


def feed_of(key: str) -> tuple[int, str] | None:
    """Whose tasks on which contract a key opens; None for a key that nobody gave."""
    try:
        user_id, slug = signing.loads(key, salt=_FEED)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return user_id, slug
