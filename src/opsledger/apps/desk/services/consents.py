"""Consent before the act: what a ticket touches, whose consent that needs, what is had, and the way round in need.

Consent comes by an approval on the ticket; on a change the buyer's approval of it counts for what it then said.  In
an emergency, and only for acts for which the contract's settings allow it, the act may go before: on a named
person's word, with the approval asked for at once, marked as afterwards, and due within the agreed working days.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import notify, people
from opsledger.apps.contracts.selectors import consent_terms
from opsledger.apps.desk import agreements, policies
from opsledger.apps.desk.models import Approval, ApprovalVote, Ticket, TicketEvent
from opsledger.apps.desk.services.acting import check_open
from opsledger.apps.desk.services.approving import StepPlan, ask_approval, parties_of
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.consent import Demand, demands
from opsledger.core.errors import DomainError
from opsledger.core.terms import Act, Party
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

# What work on a ticket can touch; persons are replaced elsewhere, and a change is one by its kind.
_NOT_TOUCHED = frozenset({Act.REPLACE_PERSON, Act.SUBCONTRACT, Act.CHANGE})
_ALWAYS_ASKED = (Act.DATA_CHANGE, Act.SHUTDOWN, Act.REPLACE_PART)
_ROLES = {Party.BUYER: access.BUYER, Party.UNIT: access.UNIT, Party.SUPERVISOR: access.SUPERVISOR}


def demands_of(ticket: Ticket) -> dict[Act, Demand]:
    """What the contract, and what the parties agreed beyond it, want before acts on this ticket's item; one query."""
    agreed = agreements.agreement_of(ticket.contract)
    return demands(consent_terms(ticket.contract, ticket.item), agreed.consent_acts)


def touchable(ticket: Ticket) -> dict[str, str]:
    """The acts that the provider is asked about: on a change always the common ones, else what needs consent."""
    wanted = demands_of(ticket)
    acts = [act for act in Act if act in wanted or (ticket.kind == "change" and act in _ALWAYS_ASKED)]
    return {str(act): act.label for act in acts if act not in _NOT_TOUCHED and act is not Act.OTHER}


def given_for(ticket: Ticket, act: str, approvals: Sequence[Approval] | None = None) -> set[str]:
    """Which parties have consented to the act on this ticket, an emergency's word that still holds included."""
    if approvals is None:
        approvals = list(Approval.objects.filter(ticket=ticket))
    found: set[str] = set()
    for approval in approvals:
        if approval.act != act:
            continue
        if approval.state == Approval.State.APPROVED:
            found |= set(approval.given) or parties_of(approval)
        elif approval.after and approval.state == Approval.State.WAITING:
            found |= {str(party) for party in Party}
    if ticket.kind == "change" and act in _approved_acts(ticket):
        found.add(access.BUYER)
    return found


def _approved_acts(ticket: Ticket) -> set[str]:
    """What the buyer's last approval of a change consented to; a plan that was changed since is not approved."""
    last = (
        TicketEvent.objects.filter(
            ticket=ticket, action__in=["approve", "submit", "reschedule", "send_back", "submit_standard"]
        )
        .order_by("-id")
        .first()
    )
    if last is None or last.action != "approve":
        return set()
    return {"change", *filter(None, str(last.data.get("touches", "")).split(","))}


def buyers_word(ticket: Ticket, act: str) -> tuple[int | None, datetime] | None:
    """Who of the buyer's side consented to the act on this change, and when; None while nobody has."""
    if act in _approved_acts(ticket):
        event = TicketEvent.objects.filter(ticket=ticket, action="approve").order_by("-id").first()
        return (event.actor_id, event.recorded_at) if event else None
    rows = Approval.objects.filter(ticket=ticket, act=act, state=Approval.State.APPROVED, after=False)
    for approval in rows.order_by("decided_at"):
        buyers = {user.pk for user in people(ticket.contract_id, access.BUYER)}
        votes = ApprovalVote.objects.filter(step__approval=approval, answer="yes", user_id__in=buyers)
        vote = votes.order_by("answered_at").first()
        if vote is not None and approval.decided_at is not None:
            return vote.answered_by_id, approval.decided_at
    return None


def lacking(ticket: Ticket, acts: Collection[str]) -> list[str]:
    """Those of the acts for which somebody's consent is still missing."""
    wanted = demands_of(ticket) if acts else {}
    if not any(act in wanted for act in acts):
        return []
    approvals = list(Approval.objects.filter(ticket=ticket))
    return [
        act
        for act in dict.fromkeys(acts)
        if act in wanted and wanted[Act(act)].missing(given_for(ticket, act, approvals))
    ]


def must_have_consent(ticket: Ticket, acts: Collection[str]) -> None:
    """Refuse acts for which the contract wants consent first, while this ticket has not got it."""
    for act in lacking(ticket, acts):
        demand = demands_of(ticket)[Act(act)]
        missing = "、".join(party.label for party in demand.missing(given_for(ticket, act)))
        raise DomainError("approval.needed", act=demand.act.label, who=missing, clause=demand.where)


@transaction.atomic
def declare(*, actor: Actor, ticket: Ticket, touches: Sequence[str]) -> Ticket:
    """Say what the work touches; each time is a fact of its own, and who must be told of it is told by the notice."""
    check_open(ticket.contract)
    if not actor.is_system:
        actor.must(ticket.contract_id, *policies.PROVIDER_ROLES)
    for act in touches:
        if act not in Act.__members__.values():
            raise DomainError("approval.unknown_act", act=str(act)[:40])
    kept = [str(act) for act in Act if act in touches]
    if kept == list(ticket.touches):
        return ticket
    _tell(ticket, [act for act in kept if act not in ticket.touches])
    at = clock.now()
    words = "、".join(Act(act).label for act in kept) or "无"
    TicketEvent.objects.create(
        ticket=ticket,
        kind="declared",
        action="declare",
        happened_at=at,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        note=words,
    )
    Ticket.objects.filter(pk=ticket.pk).update(touches=kept, updated_at=at)
    ticket.touches = kept
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb="ticket.declared",
        subject=subject(ticket),
        changes={"touches": words},
    )
    return ticket


def _tell(ticket: Ticket, acts: list[str]) -> None:
    """Tell those who by the contract need only be told."""
    wanted = demands_of(ticket)
    for act in acts:
        demand = wanted.get(Act(act))
        for party in demand.told if demand else ():
            notify(
                users=people_of(ticket, party),
                title=f"告知：{Act(act).label}（{ticket.number} {ticket.title}）",
                body="、".join(demand.what) if demand else "",
                url=reverse("desk:ticket", args=[ticket.contract.slug, ticket.number]),
                contract_slug=ticket.contract.slug,
                dedupe=f"declared:{ticket.pk}:{act}",
            )


@transaction.atomic
def emergency(*, actor: Actor, ticket: Ticket, act: str, consented_by: User, reason: str) -> Approval:
    """Go before the consent on a named person's word, where the contract allows it; the approval is asked for now."""
    actor.must(ticket.contract_id, *policies.PROVIDER_ROLES)
    demand = demands_of(ticket).get(Act(act)) if act in Act.__members__.values() else None
    if demand is None or not demand.parties:
        raise DomainError("approval.not_wanted", act=act)
    agreed = agreements.agreement_of(ticket.contract)
    label = demand.act.label
    if act not in agreed.emergency_acts:
        raise DomainError("approval.no_emergency", act=label, who=demand.who, clause=demand.where)
    if not reason.strip():
        raise DomainError("transitions.fact_missing", fact="reason", label="紧急情况", action="紧急处置")
    able = {party: people_of(ticket, party) for party in demand.missing(())}
    if consented_by.pk not in {user.pk for users in able.values() for user in users}:
        raise DomainError("approval.not_their_word", name=str(consented_by), who=demand.who, act=label)
    at = clock.now()
    TicketEvent.objects.create(
        ticket=ticket,
        kind="emergency",
        action="emergency",
        happened_at=at,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        note=f"{label}：{reason.strip()}（{consented_by}口头同意，须事后补批）",
    )
    ledger.record(
        chain=ledger.contract_chain(ticket.contract_id),
        actor=actor,
        verb="ticket.emergency",
        subject=subject(ticket),
        changes={"act": label, "reason": reason.strip(), "consented_by": str(consented_by)},
    )
    return ask_approval(
        actor=actor,
        ticket=ticket,
        act=act,
        subject_text=f"补批：{label}。{reason.strip()}"[:300],
        steps=[StepPlan(tuple(users)) for users in able.values() if users],
        deadline_at=_ratify_by(ticket, at, agreed.ratify_workdays),
        after=True,
    )


def people_of(ticket: Ticket, party: Party) -> list[User]:
    """Who can speak for a party on this ticket."""
    if party is Party.UNIT:
        return people(ticket.contract_id, access.UNIT, organisation_id=ticket.unit_id)
    return people(ticket.contract_id, _ROLES[party])


def _ratify_by(ticket: Ticket, at: datetime, workdays: int) -> datetime:
    """The close of business of the last working day on which the consent may follow."""
    office = agreements.clocks_of(ticket.contract)[agreements.OFFICE]
    return office.close_of(office.calendar.add_working_days(office.local_date(at), max(1, workdays)))
