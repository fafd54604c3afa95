"""A call is noted while the telephone is at the ear."""

from __future__ import annotations

from datetime import timedelta

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.selectors.intake import caller_named, system_meant, systems_of
from opsledger.apps.desk.services.reporting import report_ticket
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


def note_call(
    *,
    actor: Actor,
    contract: Contract,
    caller: str,
    item: str,
    title: str,
    phone: str = "",
    severity: str = "",
    minutes_ago: int | None = None,
    kind: str = "incident",
    description: str = "",
) -> Ticket:
    """A report by telephone: `caller` and `item` are words as typed, the item's must fit one item alone.

    A caller whom the contract knows becomes the reporter, with the telephone of their account unless another is told.
    """
    actor.must(contract.pk, *policies.PROVIDER_ROLES)
    hits = system_meant(systems_of(actor, contract), item)
    if len(hits) != 1:
        raise DomainError("phone.which_item", found=item, number=len(hits))
    known = caller_named(contract, caller, phone)
    ago = minutes_ago or 0
    return report_ticket(
        actor=actor,
        item=hits[0],
        title=title,
        kind=kind,
        description=description,
        severity=severity,
        reporter=known,
        contact_name=caller,
        contact_phone=phone or (known.phone if known else ""),
        source=Ticket.Source.PHONE,
        happened_at=clock.now() - timedelta(minutes=ago) if ago else None,
    )
