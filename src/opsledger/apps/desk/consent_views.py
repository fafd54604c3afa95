"""How the consents of a ticket stand, for its page: what the contract wants, what the work touches, what is had."""

from __future__ import annotations

from dataclasses import dataclass

from opsledger.apps.desk import agreements
from opsledger.apps.desk.models import Approval, Ticket
from opsledger.apps.desk.services.consents import demands_of, given_for
from opsledger.core.consent import Demand
from opsledger.core.terms import Act

_ELSEWHERE = frozenset({Act.REPLACE_PERSON, Act.SUBCONTRACT})


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One act: a tone with a word, whose consent, where it is written, and what can be done about it."""

    act: str
    word: str
    tone: str
    state: str
    demand: Demand
    touched: bool
    may_ask: bool
    may_hurry: bool


def consents_of(ticket: Ticket, approvals: list[Approval]) -> list[ConsentView]:
    """Every act that needs something first on this ticket's item, those that the work touches on top."""
    agreed = agreements.agreement_of(ticket.contract)
    rows = []
    for act, demand in demands_of(ticket).items():
        if act in _ELSEWHERE or (act is Act.CHANGE and ticket.kind != "change"):
            continue
        touched = act in ticket.touches or act is Act.CHANGE
        tone, state = _stands(ticket, act, demand, touched, approvals)
        open_still = bool(demand.parties) and tone in ("gap", "idle", "late") and not ticket.over
        hurry = open_still and act in agreed.emergency_acts and ticket.kind != "change"
        rows.append(ConsentView(str(act), act.label, tone, state, demand, touched, open_still, hurry))
    return sorted(rows, key=lambda row: not row.touched)


def _stands(
    ticket: Ticket, act: Act, demand: Demand, touched: bool, approvals: list[Approval]
) -> tuple[str, str]:
    if not demand.parties:
        return ("ok", "已告知") if touched else ("idle", "须告知")
    mine = [approval for approval in approvals if approval.act == act]
    after = next((approval for approval in mine if approval.after), None)
    if after and after.state == Approval.State.WAITING:
        return "soon", "先办后补，待补批"
    if after and after.state in (Approval.State.REJECTED, Approval.State.EXPIRED):
        return "late", "先办后补，未获补批"
    if not demand.missing(given_for(ticket, act, approvals)):
        return "ok", "已同意"
    if any(approval.state == Approval.State.WAITING for approval in mine):
        return "waiting", "待批准"
    return ("gap", "须先经同意") if touched else ("idle", "未涉及")
