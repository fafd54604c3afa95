"""A change is drafted, a problem logged."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.consents import declare
from opsledger.apps.desk.services.reporting import report_ticket
from opsledger.kernel.access import Actor


@transaction.atomic
def draft_plan(
    *,
    actor: Actor,
    item: ServiceItem,
    kind: str,
    title: str,
    description: str,
    reporter: User | None = None,
    touches: Sequence[str] = (),
    source: str = Ticket.Source.PORTAL,
) -> Ticket:
    """A new change or problem on an item; of a change also what it touches."""
    actor.must(item.contract_id, *policies.PROVIDER_ROLES)
    said = {"title": title, "description": description, "reporter": reporter, "source": source}
    made = report_ticket(actor=actor, item=item, kind=kind, **said)
    return declare(actor=actor, ticket=made, touches=touches)
