"""What becomes of a former unit's part in a ticket that goes to another unit's item.

Its people lose sight of it, all but who reported it; they hear and decide nothing of it any more, and what was theirs to
do is nobody's.  Call it before the ticket is moved, so that the message of the move reaches only those concerned.
"""

from __future__ import annotations

from opsledger.apps.accounts.services import notify, people
from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.contracts.policies import INSIDERS
from opsledger.apps.desk import notices
from opsledger.apps.desk.models import Approval, ApprovalVote, KeptSight, Ticket, TicketTask, Watcher
from opsledger.apps.desk.services.timing import subject
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor


def leave_unit(actor: Actor, ticket: Ticket, item: ServiceItem) -> None:
    """Prepare the ticket for the unit of `item`."""
    seeing = {user.pk for user in people(ticket.contract_id, *INSIDERS)}
    if item.unit_id:
        seeing |= {user.pk for user in people(ticket.contract_id, access.UNIT, organisation_id=item.unit_id)}
    _take_back(actor, ticket, seeing)
    _consents(ticket)
    _tasks(actor, ticket, seeing)
    units = {user.pk for user in people(ticket.contract_id, access.UNIT)}
    KeptSight.objects.filter(ticket=ticket, user_id__in=seeing).delete()
    if ticket.reporter_id in units - seeing:
        KeptSight.objects.get_or_create(ticket=ticket, user_id=ticket.reporter_id)
    kept = KeptSight.objects.filter(ticket=ticket).values("user_id")
    Watcher.objects.filter(ticket=ticket).exclude(user_id__in=seeing).exclude(user_id__in=kept).delete()


def _consents(ticket: Ticket) -> None:
    """What the former unit consented to is not the new one's consent."""
    for approval in Approval.objects.filter(ticket=ticket, state=Approval.State.APPROVED):
        left = [party for party in approval.given if party != access.UNIT]
        if left != approval.given:
            Approval.objects.filter(pk=approval.pk).update(given=left)


def _tasks(actor: Actor, ticket: Ticket, seeing: set[int]) -> None:
    """The tasks of the former unit's people: open ones are nobody's again, and the new unit sees none of them."""
    theirs = TicketTask.objects.filter(ticket=ticket, for_unit=True).exclude(assignee_id__in=seeing)
    waiting = theirs.filter(done_at=None, withdrawn_at=None)
    for task in waiting.select_related("assignee"):
        ledger.record(
            chain=ledger.contract_chain(ticket.contract_id),
            actor=actor,
            verb="ticket.task_changed",
            subject=subject(ticket),
            changes={"task": task.words, "person": {"from": str(task.assignee or ""), "to": ""}},
        )
    waiting.update(assignee=None, for_unit=False)
    theirs.update(for_unit=False)


def _take_back(actor: Actor, ticket: Ticket, seeing: set[int]) -> None:
    """Approvals still asked of people who will not see the ticket are withdrawn, and who asked is told.

    What was done in an emergency on such a person's word must be settled by them first.
    """
    waiting = ApprovalVote.objects.filter(
        step__approval__ticket=ticket, step__approval__state=Approval.State.WAITING, answer="waiting"
    ).select_related("step__approval__asked_by", "user")
    lost = {vote.step.approval: vote.user for vote in waiting if vote.user_id not in seeing}
    for approval, user in lost.items():
        if approval.after:
            raise DomainError("ticket.move_ratification", subject=approval.subject, who=str(user))
        here = Approval.objects.filter(pk=approval.pk, state=Approval.State.WAITING)
        if here.update(state=Approval.State.WITHDRAWN, decided_at=clock.now()) != 1:
            continue
        ledger.record(
            chain=ledger.contract_chain(ticket.contract_id),
            actor=actor,
            verb="approval.withdrawn",
            subject=subject(ticket),
            changes={"subject": approval.subject, "reason": "改系统"},
        )
        notify(
            users=[approval.asked_by] if approval.asked_by else [],
            url=notices.url_of(ticket),
            title=f"已撤回：{approval.subject}（工单改系统，如仍需要请重新提请）",
            dedupe=f"approval-end:{approval.pk}",
            contract_slug=ticket.contract.slug,
        )
