"""From one line of support to the next."""

from __future__ import annotations

from opsledger.apps.desk import agreements
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.acting import Act, take
from opsledger.apps.desk.services.timing import on_raise
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM, Actor


def escalate(*, actor: Actor, ticket: Ticket, note: str = "", version: int | None = None) -> Ticket:
    """Hand up to the next line of support (first, second, developer, maker)."""
    lines = agreements.agreement_of(ticket.contract).lines
    if ticket.line >= len(lines):
        raise DomainError("ticket.top_line", line=lines[-1])
    level = lines[ticket.line]
    return take(
        Act(
            actor,
            ticket,
            "escalate",
            {"level": level},
            None,
            version,
            note,
            fields={"line": ticket.line + 1},
            data={"level": level},
            changes={"level": level},
        )
    )


def raise_line(ticket: Ticket) -> None:
    """The ladder's own escalation, where the state allows one and there is a line above."""
    lines = agreements.agreement_of(ticket.contract).lines
    if ticket.line < len(lines) and ticket.state in ("reported", "dispatched", "working"):
        escalate(actor=SYSTEM, ticket=ticket, note="到达时限阶梯，系统自动升级")


on_raise(raise_line)
