"""Who may be given a ticket, and in which order they are offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from opsledger.apps.accounts.models import User
from opsledger.apps.desk import agreements
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.selectors.lists import engineers_with_load
from opsledger.apps.desk.selectors.rosters import on_duty


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may be given a ticket: the lines of support they belong to, whether on duty, what is in hand."""

    user: User
    lines: tuple[str, ...]
    on_duty: bool
    load: int

    @property
    def words(self) -> str:
        duty = ("值班",) if self.on_duty else ()
        return " · ".join((*self.lines, *duty, f"在办 {self.load} 张"))


def candidates(ticket: Ticket, at: datetime) -> list[Candidate]:
    """Everybody who may be given the ticket but the one who has it; three queries at most.

    First those of the line that the ticket stands in, among them the one on duty, then who has the least in hand.
    """
    agreed = agreements.agreement_of(ticket.contract)
    names = {str(number): word for number, word in enumerate(agreed.lines, start=1)}
    duty = on_duty(ticket.contract_id, at)
    here = agreed.teams.get(str(ticket.line), ())
    found = [
        Candidate(
            user=user,
            lines=tuple(word for number, word in names.items() if user.pk in agreed.teams.get(number, ())),
            on_duty=duty is not None and duty.pk == user.pk,
            load=load,
        )
        for user, load in engineers_with_load(ticket.contract)
        if user.pk != ticket.assignee_id
    ]
    # Sorting keeps the order of the load among equals.
    return sorted(found, key=lambda one: (one.user.pk not in here, not one.on_duty))
