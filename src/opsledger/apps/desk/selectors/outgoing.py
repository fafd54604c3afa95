"""Ways out of the house as one actor may see them."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Channel, Delivery
from opsledger.kernel import access
from opsledger.kernel.access import Actor

MANAGES = frozenset({access.MANAGER, access.BUYER})


def channels_of(actor: Actor, contract: Contract) -> QuerySet[Channel]:
    """One's own channels, and those of the contract for who manages them; with what waits, what failed and why."""
    seen = Q(user_id=actor.user_id)
    if actor.roles(contract.pk) & MANAGES:
        seen |= Q(user_id=None)
    last = Delivery.objects.filter(channel=OuterRef("pk"), state__in=["failed", "waiting"])
    sent = Delivery.objects.filter(channel=OuterRef("pk"), state="sent").order_by("-id")
    return Channel.objects.filter(seen, contract=contract, active=True).annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state__in=["waiting", "sending"])),
        failed=Count("deliveries", filter=Q(deliveries__state="failed")),
        last_at=Subquery(sent.values("sent_at")[:1]),
        last_error=Subquery(last.exclude(last_error="").order_by("-id").values("last_error")[:1]),
    )


def shared_channels(contract: Contract) -> QuerySet[Channel]:
    """The channels of the contract itself, in use: those that a rung of the ladder may name."""
    return Channel.objects.filter(contract=contract, user=None, active=True).order_by("name", "pk")
