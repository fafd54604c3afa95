"""The provider's acts: dispatch, accept, arrive, diagnose, mitigate, suspend, resume, resolve."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import people
from opsledger.apps.desk import agreements
from opsledger.apps.desk.closing_rules import confirm_moment
from opsledger.apps.desk.models import Approval, ApprovalVote, Ticket, TicketEvent
from opsledger.apps.desk.services.acting import Act, take
from opsledger.apps.desk.services.consents import declare, must_have_consent
from opsledger.apps.desk.services.work import enter_work
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor


def _engineer(ticket: Ticket, user: User | None) -> None:
    """Only an engineer or a manager of this contract can be given work."""
    if user is None:
        return
    allowed = people(ticket.contract_id, access.ENGINEER, access.MANAGER)
    if user.pk not in {person.pk for person in allowed}:
        raise DomainError("ticket.not_an_engineer", name=str(user))


def dispatch(
    *,
    actor: Actor,
    ticket: Ticket,
    assignee: User | None,
    note: str = "",
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """Give the ticket to an engineer."""
    _engineer(ticket, assignee)
    return take(
        Act(
            actor,
            ticket,
            "dispatch",
            {"assignee": assignee.pk if assignee else None},
            happened_at,
            version,
            note,
            fields={"assignee": assignee},
            data={"assignee": str(assignee or "")},
            changes={"assignee": str(assignee or "")},
        )
    )


def reassign(
    *, actor: Actor, ticket: Ticket, assignee: User | None, reason: str, version: int | None = None
) -> Ticket:
    """Give the ticket to another engineer, with the reason."""
    _engineer(ticket, assignee)
    return take(
        Act(
            actor,
            ticket,
            "reassign",
            {"assignee": assignee.pk if assignee else None, "reason": reason},
            None,
            version,
            reason,
            fields={"assignee": assignee},
            data={"assignee": str(assignee or "")},
            changes={"assignee": {"from": str(ticket.assignee or ""), "to": str(assignee or "")}},
        )
    )


def decline(*, actor: Actor, ticket: Ticket, reason: str, version: int | None = None) -> Ticket:
    """Hand a dispatched ticket back, with the reason."""
    fields = {"assignee": None}
    return take(Act(actor, ticket, "decline", {"reason": reason}, None, version, reason, fields=fields))


def accept(
    *, actor: Actor, ticket: Ticket, version: int | None = None, happened_at: datetime | None = None
) -> Ticket:
    """Take the ticket on: this answers the report.  One that is nobody's becomes the engineer's own."""
    fields: dict[str, object] = {}
    if ticket.assignee_id is None and actor.user_id:
        fields["assignee_id"] = actor.user_id
    return take(Act(actor, ticket, "accept", {}, happened_at, version, fields=fields))


def arrive(
    *,
    actor: Actor,
    ticket: Ticket,
    note: str = "",
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """On site."""
    return take(Act(actor, ticket, "arrive", {}, happened_at, version, note))


def diagnose(
    *,
    actor: Actor,
    ticket: Ticket,
    cause: str,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """The cause is known."""
    return take(Act(actor, ticket, "diagnose", {"cause": cause}, happened_at, version, cause))


def mitigate(
    *,
    actor: Actor,
    ticket: Ticket,
    measure: str,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """The users can work again, if only for the time being."""
    return take(Act(actor, ticket, "mitigate", {"measure": measure}, happened_at, version, measure))


def provide_spare(
    *,
    actor: Actor,
    ticket: Ticket,
    part: str,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """The spare part is there; where the contract wants the buyer's consent first, it must have been had."""
    must_have_consent(ticket, ["replace_part"])
    return take(
        Act(actor, ticket, "provide_spare", {"part": part}, happened_at, version, part, data={"part": part})
    )


def suspend(
    *,
    actor: Actor,
    ticket: Ticket,
    reason: str,
    waiting_for: str = "",
    approved_by: User | None = None,
    note: str = "",
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """Stop the clocks for a reason that the contract allows; a wait names who is waited for."""
    agreed = agreements.agreement_of(ticket.contract)
    if approved_by is not None:
        approvers = people(ticket.contract_id, access.BUYER, access.UNIT)
        if approved_by.pk not in {person.pk for person in approvers}:
            raise DomainError("ticket.approver_unknown")
    approver = str(approved_by) if approved_by else _consent_to_wait(ticket)
    word = agreed.reasons.get(reason, reason)
    changes: dict[str, object] = {"reason": word}
    data = {"reason": reason}
    if waiting_for:
        changes["waiting_for"] = data["waiting_for"] = waiting_for
    if approver:
        changes["approved_by"] = data["approved_by"] = approver
    facts = {
        "reason": reason,
        "waiting_for": waiting_for,
        "approved_by": approver or None,
        "allowed_reasons": agreed.reasons,
        "approval_required": reason in agreed.pause_approval,
    }
    return take(Act(actor, ticket, "suspend", facts, happened_at, version, note, data=data, changes=changes))


def _consent_to_wait(ticket: Ticket) -> str:
    """Who approved a suspension of this ticket that has not been used up by an earlier one."""
    last = TicketEvent.objects.filter(ticket=ticket, kind="suspended").order_by("-recorded_at").first()
    rows = Approval.objects.filter(ticket=ticket, act="suspension", state=Approval.State.APPROVED)
    if last is not None:
        rows = rows.filter(decided_at__gt=last.recorded_at)
    found = rows.order_by("-decided_at").first()
    if found is None:
        return ""
    votes = ApprovalVote.objects.filter(step__approval=found, answer="yes").select_related("answered_by")
    return "、".join(str(vote.answered_by) for vote in votes)


def resume(
    *,
    actor: Actor,
    ticket: Ticket,
    note: str = "",
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """Let the clocks run again."""
    return take(Act(actor, ticket, "resume", {}, happened_at, version, note))


def resolve(
    *,
    actor: Actor,
    ticket: Ticket,
    solution: str,
    cause: str = "",
    interrupted_from: datetime | None = None,
    interrupted_to: datetime | None = None,
    fault: str = "",
    touches: Sequence[str] | None = None,
    worked_minutes: int | None = None,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """Done, in the provider's view: cause, what was done, and how long the service was down.

    For a question `solution` is the answer, and it may be given at once before anyone has accepted it.  `touches`
    are the acts that need consent and were part of the work: without the consent it cannot be reported as done.
    `worked_minutes` are entered as the actor's hours of that day.
    """
    _check_interruption(interrupted_from, interrupted_to)
    if touches is not None:
        declare(actor=actor, ticket=ticket, touches=touches)
    must_have_consent(ticket, ticket.touches)
    action = "resolve"
    if ticket.kind == "question" and ticket.state in ("reported", "dispatched"):
        action = "answer_at_once"
    fields: dict[str, object] = {
        "cause": cause,
        "solution": solution,
        "interrupted_from": interrupted_from,
        "interrupted_to": interrupted_to,
        "fault": fault,
        "resolved_at": happened_at or clock.now(),
        "confirm_due_at": confirm_moment(ticket.contract, happened_at or clock.now(), 0),
        "reminders": 0,
    }
    if ticket.assignee_id is None and actor.user_id:
        fields["assignee_id"] = actor.user_id
    changes: dict[str, object] = {"cause": cause, "solution": solution}
    if fault:
        changes["fault"] = fault
    if interrupted_from:
        changes |= {"interrupted_from": interrupted_from, "interrupted_to": interrupted_to}
    facts = {"cause": cause, "solution": solution, "answer": solution}
    act = Act(actor, ticket, action, facts, happened_at, version, solution, fields=fields, changes=changes)
    return take(act) if worked_minutes is None else _with_hours(act, worked_minutes)


def _with_hours(act: Act, minutes: int) -> Ticket:
    """The act and the hours that it took, both or neither."""
    with transaction.atomic():
        done = take(act)
        day = clock.local(act.happened_at).date() if act.happened_at else None
        enter_work(actor=act.actor, ticket=done, minutes=minutes, note=act.note, on=day)
        return done


def _check_interruption(begun: datetime | None, ended: datetime | None) -> None:
    if begun and ended and ended < begun:
        raise DomainError("ticket.interruption_reversed")
    if any(moment and moment > clock.now() for moment in (begun, ended)):
        raise DomainError("ticket.interruption_future")


def send_back(*, actor: Actor, ticket: Ticket, reason: str, version: int | None = None) -> Ticket:
    """Ask the reporter for more words; the clocks go on."""
    return take(Act(actor, ticket, "send_back", {"reason": reason}, None, version, reason))


def submit_report(
    *, actor: Actor, ticket: Ticket, attachment: str, note: str = "", version: int | None = None
) -> Ticket:
    """Hand in the analysis report; `attachment` names the file that was attached."""
    return take(Act(actor, ticket, "submit_report", {"attachment": attachment}, None, version, note))
