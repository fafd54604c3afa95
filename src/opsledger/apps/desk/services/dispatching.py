"""A new report is dispatched by the contract's rule, where it has one, with the ordinary act."""

from __future__ import annotations

from datetime import datetime

from opsledger.apps.desk.agreements import agreement_of
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.selectors.dispatching import chosen_by_rule
from opsledger.apps.desk.services.working import dispatch
from opsledger.kernel.access import SYSTEM


def dispatch_by_rule(ticket: Ticket, at: datetime) -> None:
    """Give a ticket just reported to whom the rule names; without a rule, or a person who fits, nothing happens.

    Call it inside the transaction of the report.
    """
    agreed = agreement_of(ticket.contract)
    if not agreed.auto_dispatch or ticket.state != "reported":
        return
    found = chosen_by_rule(ticket, agreed, at)
    if found is None:
        return
    assignee, word = found
    dispatch(actor=SYSTEM, ticket=ticket, assignee=assignee, note=f"自动派单：{word}")
    # More has happened than the first fact.
    ticket.just_told = None
