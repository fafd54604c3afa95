"""Consent first: who is asked in which order, who answered, and what becomes of the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import notify, people
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import Approval, ApprovalStep, ApprovalVote, RuleHit, Ticket
from opsledger.apps.desk.services.acting import Act, check_open, take
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.ledger import services as ledger
from opsledger.core import tickets
from opsledger.core.errors import DomainError
from opsledger.core.terms import Act as ConsentAct
from opsledger.kernel import access, clock
from opsledger.kernel.access import SYSTEM, Actor

ACTS = {
    **{str(act): act.label for act in ConsentAct if act is not ConsentAct.OTHER},
    "suspension": "挂起暂停计时",
    "request": "办理服务请求",
    "other": "其他",
}
_APPROVERS = (access.BUYER, access.UNIT, access.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step to be asked: `any` or `all` of `people`; `deputies` by the id of whom they stand for."""

    people: tuple[User, ...]
    mode: str = "any"
    deputies: tuple[tuple[int, User], ...] = ()


@transaction.atomic
def ask_approval(
    *,
    actor: Actor,
    ticket: Ticket,
    act: str,
    subject_text: str,
    steps: Sequence[StepPlan],
    deadline_at: datetime | None = None,
    after: bool = False,
) -> Approval:
    """Put a question for consent; the first step's people are told.  A request waits in its own state."""
    check_open(ticket.contract)
    if not actor.is_system:
        actor.must(ticket.contract_id, *policies.PROVIDER_ROLES)
    _check(ticket, act, subject_text, steps, deadline_at)
    if act == "request" and ticket.kind == "request":
        facts = {"subject": subject_text, "approver": steps[0].people[0].pk}
        take(Act(actor, ticket, "ask_approval", facts, note=subject_text))
    approval = Approval.objects.create(
        ticket=ticket,
        act=act,
        subject=subject_text.strip(),
        asked_at=clock.now(),
        asked_by_id=actor.user_id,
        deadline_at=deadline_at,
        after=after,
    )
    for number, plan in enumerate(steps, 1):
        step = ApprovalStep.objects.create(approval=approval, number=number, mode=plan.mode)
        deputies = dict(plan.deputies)
        for user in plan.people:
            ApprovalVote.objects.create(step=step, user=user, deputy=deputies.get(user.pk))
    told: dict[str, object] = {"subject": approval.subject, "act": ACTS[act]}
    if after:
        told["after"] = True
    _record(actor, approval, "approval.asked", told)
    _tell(approval)
    return approval


def _check(
    ticket: Ticket, act: str, text: str, steps: Sequence[StepPlan], deadline_at: datetime | None
) -> None:
    if act not in ACTS or not text.strip():
        raise DomainError("transitions.fact_missing", fact="subject", label="批准事项", action="提请批准")
    if not steps or any(not plan.people for plan in steps):
        raise DomainError("approval.nobody")
    if deadline_at is not None and deadline_at <= clock.now():
        raise DomainError("approval.deadline_past")
    able = {person.pk for person in people(ticket.contract_id, *_APPROVERS)}
    for plan in steps:
        for user in (*plan.people, *(deputy for _, deputy in plan.deputies)):
            if user.pk not in able:
                raise DomainError("ticket.approver_unknown")


def waiting_for(actor: Actor) -> QuerySet[ApprovalVote]:
    """What waits for this person's word, as asked or as deputy, in the steps now open."""
    mine = Q(user_id=actor.user_id) | Q(deputy_id=actor.user_id)
    rows = ApprovalVote.objects.filter(
        mine, answer=ApprovalVote.Answer.WAITING, step__approval__state=Approval.State.WAITING
    ).select_related("step__approval__ticket__contract", "user")
    open_now = [row.pk for row in rows if row.step.number == row.step.approval.step]
    return rows.filter(pk__in=open_now)


@transaction.atomic
def answer(*, actor: Actor, approval: Approval, yes: bool, note: str = "") -> Approval:
    """One answer; a step that is complete leads to the next, a refusal that decides it ends the whole."""
    asked = (
        ApprovalVote.objects.filter(step__approval=approval, step__number=approval.step)
        .filter(Q(user_id=actor.user_id) | Q(deputy_id=actor.user_id))
        .select_related("step")
    )
    # Who is asked twice, for themselves and as a deputy, answers what still waits.
    vote = asked.filter(answer=ApprovalVote.Answer.WAITING).first() or asked.first()
    if vote is None:
        raise DomainError("approval.not_asked")
    if not yes and not note.strip():
        raise DomainError("transitions.fact_missing", fact="note", label="理由", action="不同意")
    said = ApprovalVote.Answer.YES if yes else ApprovalVote.Answer.NO
    rows = ApprovalVote.objects.filter(pk=vote.pk, answer=ApprovalVote.Answer.WAITING)
    at = clock.now()
    open_now = Approval.objects.filter(pk=approval.pk, state=Approval.State.WAITING, step=vote.step.number)
    if (
        not open_now.exists()
        or rows.update(answer=said, answered_by_id=actor.user_id, answered_at=at, note=note.strip()[:500])
        != 1
    ):
        raise DomainError("approval.settled", state=Approval.objects.get(pk=approval.pk).get_state_display())
    told: dict[str, object] = {"subject": approval.subject, "answer": ApprovalVote.Answer(said).label}
    if vote.user_id != actor.user_id:
        told["deputy_for"] = str(vote.user)
    if note.strip():
        told["note"] = note.strip()
    _record(actor, approval, "approval.answered", told)
    _advance(actor, approval, vote.step)
    approval.refresh_from_db()
    return approval


def _outcome(step: ApprovalStep) -> bool | None:
    """True when the step consents, False when it refuses, None while it waits."""
    answers = list(ApprovalVote.objects.filter(step=step).values_list("answer", flat=True))
    if step.mode == ApprovalStep.Mode.ANY:
        if "yes" in answers:
            return True
        return False if "waiting" not in answers else None
    if "no" in answers:
        return False
    return True if "waiting" not in answers else None


def _advance(actor: Actor, approval: Approval, step: ApprovalStep) -> None:
    outcome = _outcome(step)
    if outcome is None:
        return
    last = not ApprovalStep.objects.filter(approval=approval, number__gt=step.number).exists()
    here = Approval.objects.filter(pk=approval.pk, state=Approval.State.WAITING, step=step.number)
    if outcome and not last:
        if here.update(step=step.number + 1) == 1:
            approval.refresh_from_db()
            _tell(approval)
        return
    state = Approval.State.APPROVED if outcome else Approval.State.REJECTED
    if here.update(state=state, decided_at=clock.now()) == 1:
        _finish(actor, approval, state)


def _finish(actor: Actor, approval: Approval, state: str) -> None:
    """Record the end, move a request that waited for it, tell who asked."""
    approval.refresh_from_db()
    _record(actor, approval, f"approval.{state}", {"subject": approval.subject})
    ticket = approval.ticket
    if state == Approval.State.APPROVED:
        approval.given = sorted(parties_of(approval))
        approval.save(update_fields=["given"])
    elif approval.after:
        _lacking(approval)
    if approval.act == "request" and ticket.kind == "request" and ticket.state == "approving":
        action = "approve" if state == Approval.State.APPROVED else "reject"
        if tickets.why_not(ticket.kind, ticket.state, action, policies.roles_on(actor, ticket)) is None:
            take(Act(actor, ticket, action, {"reason": approval.subject}, note=approval.subject))
    asked_by = [approval.asked_by] if approval.asked_by else []
    if approval.after:
        asked_by += people(ticket.contract_id, access.BUYER, access.MANAGER)
    notify(
        users={user.pk: user for user in asked_by}.values(),
        url=_url(ticket),
        title=f"{approval.get_state_display()}：{approval.subject}",
        dedupe=f"approval-end:{approval.pk}",
        contract_slug=ticket.contract.slug,
    )


def parties_of(approval: Approval) -> set[str]:
    """For whom those who agreed have spoken: the roles of whoever was asked, on this contract and this unit."""
    ticket = approval.ticket
    votes = ApprovalVote.objects.filter(step__approval=approval, answer=ApprovalVote.Answer.YES)
    asked = set(votes.values_list("user_id", flat=True))
    found = {role for role in (access.BUYER, access.SUPERVISOR) if _hold(ticket, asked, role)}
    unit = {user.pk for user in people(ticket.contract_id, access.UNIT, organisation_id=ticket.unit_id)}
    return found | ({access.UNIT} if asked & unit else set())


def _hold(ticket: Ticket, asked: set[int], role: str) -> bool:
    return any(user.pk in asked for user in people(ticket.contract_id, role))


def _lacking(approval: Approval) -> None:
    """What was done in an emergency has not been agreed to: it stands on the ticket and in the ledger."""
    _, fresh = RuleHit.objects.get_or_create(
        ticket=approval.ticket,
        rule=RuleHit.Rule.CONSENT,
        defaults={
            "contract_id": approval.ticket.contract_id,
            "object_key": approval.subject[:200],
            "count": 1,
            "hit_at": clock.now(),
            "words": f"紧急处置后未获补批：{approval.subject}"[:200],
        },
    )
    if fresh:
        told: dict[str, object] = {"rule": RuleHit.Rule.CONSENT.label, "object": approval.subject}
        _record(SYSTEM, approval, "ticket.rule_hit", told)


def _url(ticket: Ticket) -> str:
    return reverse("desk:ticket", args=[ticket.contract.slug, ticket.number])


def expire_due(at: datetime) -> int:
    """Approvals whose deadline has passed without a decision end as expired: silence is no consent."""
    done = 0
    for approval in Approval.objects.filter(state=Approval.State.WAITING, deadline_at__lt=at):
        with transaction.atomic():
            rows = Approval.objects.filter(pk=approval.pk, state=Approval.State.WAITING)
            if rows.update(state=Approval.State.EXPIRED, decided_at=approval.deadline_at) == 1:
                _finish(SYSTEM, approval, Approval.State.EXPIRED)
                done += 1
    return done


def _record(actor: Actor, approval: Approval, verb: str, changes: dict[str, object]) -> None:
    ledger.record(
        chain=ledger.contract_chain(approval.ticket.contract_id),
        actor=actor,
        verb=verb,
        subject=subject(approval.ticket),
        changes=changes,
    )


def _tell(approval: Approval) -> None:
    votes = ApprovalVote.objects.filter(step__approval=approval, step__number=approval.step).select_related(
        "user", "deputy"
    )
    users = {vote.user.pk: vote.user for vote in votes}
    users |= {vote.deputy.pk: vote.deputy for vote in votes if vote.deputy}
    notify(
        users=users.values(),
        url=_url(approval.ticket),
        title=f"请批准：{approval.subject}",
        body=f"工单{approval.ticket.number} {approval.ticket.title}",
        dedupe=f"approval:{approval.pk}:{approval.step}",
        contract_slug=approval.ticket.contract.slug,
    )
