"""Who may start a reading, and which readings an actor may see."""

from __future__ import annotations

from django.db.models import Q

from opsledger.apps.contracts.models import DocumentReading
from opsledger.kernel import access
from opsledger.kernel.access import Actor


def may_create(actor: Actor) -> bool:
    """Managers and buyers of any contract, and administrators."""
    return actor.user_id is not None and (
        actor.is_admin or bool(actor.contracts(access.MANAGER, access.BUYER))
    )


def may_archive(actor: Actor, reading: DocumentReading) -> bool:
    """Whoever uploaded it, and administrators."""
    return actor.user_id is not None and (actor.is_admin or actor.user_id == reading.created_by_id)


def visible_readings(actor: Actor) -> Q:
    """One's own readings, those one is invited to, and, for people who may start some, their organisation's."""
    if actor.is_system:
        return Q()
    if actor.user_id is None:
        return Q(pk__in=[])
    seen = Q(created_by_id=actor.user_id) | Q(guests__user_id=actor.user_id)
    if may_create(actor):
        seen |= Q(organisation__people__pk=actor.user_id)
    return seen
