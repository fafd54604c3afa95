"""Whom a rule of the contract gives a new ticket."""

from __future__ import annotations

from datetime import datetime

from opsledger.apps.accounts.models import User
from opsledger.apps.desk.agreements import FIRST_LINE, Agreement
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.selectors.lists import engineers_with_load
from opsledger.apps.desk.selectors.rosters import on_duty


def chosen_by_rule(ticket: Ticket, agreed: Agreement, at: datetime) -> tuple[User, str] | None:
    """The person whom the contract's rule names, and the rule in words; None where nobody fits.

    Only active engineers and managers of the contract: an owner or a shift that has lost the role gets nothing.
    """
    load = engineers_with_load(ticket.contract)
    able = {user.pk: user for user, _ in load}
    if agreed.auto_dispatch == "owner" and ticket.item.owner_id in able:
        return able[ticket.item.owner_id], "系统负责人"
    if agreed.auto_dispatch in ("owner", "duty"):
        duty = on_duty(ticket.contract_id, at)
        word = "值班人员" if agreed.auto_dispatch == "duty" else "系统负责人不能接，改派值班人员"
        return (able[duty.pk], word) if duty is not None and duty.pk in able else None
    if agreed.auto_dispatch == "least":
        team = agreed.teams.get(FIRST_LINE, ())
        # The least in hand comes first.
        return next(((user, "第一线在办最少的人") for user, _ in load if user.pk in team), None)
    return None
