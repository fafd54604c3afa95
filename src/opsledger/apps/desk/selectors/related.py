"""What hangs on a ticket: links, approvals, rules met, watchers; and changes that are planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import Contract, ServiceItem, Term
from opsledger.apps.contracts.policies import sees_whole, unit_ids
from opsledger.apps.contracts.selectors import live_terms
from opsledger.apps.desk.models import Approval, ApprovalVote, RuleHit, Ticket, TicketLink, WorkEntry
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.apps.desk.policies import kept_by, visible_tickets
from opsledger.apps.ledger.models import Attachment
from opsledger.apps.ledger.selectors import attachment_of
from opsledger.kernel.access import Actor

# How a link reads from its other end.
_BACK = {
    "parent": "子工单",
    "duplicate": "重复的工单",
    "caused_by": "引起的工单",
    "blocks": "被其阻塞",
    "merged": "并入的工单",
    "split": "拆出的工单",
    "converted": "转自",
}


@dataclass(frozen=True, slots=True)
class Related:
    """One link as read from this ticket; `link_id` is None where it cannot be taken away here."""

    word: str
    ticket: Ticket
    link_id: int | None
    child: bool = False


# Of the other ticket only what a row says: a parent may have two hundred of them.
_OTHER = ("number", "kind", "title", "state", "severity", "over", "unit_id", "reported_at", "assignee_id")
_LINK = tuple(f"{end}__{name}" for end in ("ticket", "other") for name in _OTHER)


def links_of(ticket: Ticket, actor: Actor) -> list[Related]:
    """The tickets tied to this one that `actor` may see, in both directions; one query."""
    rows = TicketLink.objects.filter(Q(ticket=ticket) | Q(other=ticket)).select_related("ticket", "other")
    whole = actor.is_system or sees_whole(actor, ticket.contract_id)
    units = () if whole else unit_ids(actor, ticket.contract_id)
    kept = () if whole else kept_by(actor.user_id, ticket.contract_id)
    found = []
    for row in rows.only("kind", "ticket_id", "other_id", *_LINK):
        other = row.other if row.ticket_id == ticket.pk else row.ticket
        if not whole and other.unit_id not in units and other.pk not in kept:
            continue
        other.contract = ticket.contract
        if row.ticket_id == ticket.pk:
            fixed = row.kind in ("merged", "split", "converted")
            found.append(Related(row.get_kind_display(), other, None if fixed else row.pk))
        else:
            found.append(Related(_BACK[row.kind], other, None, row.kind == TicketLink.Kind.PARENT))
    return found


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """An approval with its votes, and whether the present actor is asked now."""

    approval: Approval
    votes: tuple[ApprovalVote, ...]
    mine: bool


def approvals_of(ticket: Ticket, actor: Actor) -> list[ApprovalView]:
    """The approvals of a ticket, the latest first."""
    approvals = list(Approval.objects.filter(ticket=ticket).select_related("asked_by"))
    if not approvals:
        return []
    votes: dict[int, list[ApprovalVote]] = {}
    rows = ApprovalVote.objects.filter(step__approval__in=approvals).select_related(
        "step", "user", "deputy", "answered_by"
    )
    for vote in rows.order_by("step__number", "id"):
        votes.setdefault(vote.step.approval_id, []).append(vote)
    return [_view(approval, tuple(votes.get(approval.pk, ())), actor) for approval in approvals]


def _view(approval: Approval, votes: tuple[ApprovalVote, ...], actor: Actor) -> ApprovalView:
    mine = approval.state == Approval.State.WAITING and any(
        vote.answer == "waiting"
        and vote.step.number == approval.step
        and actor.user_id in (vote.user_id, vote.deputy_id)
        for vote in votes
    )
    return ApprovalView(approval, votes, mine)


def rule_hits_of(ticket: Ticket) -> list[RuleHit]:
    return list(RuleHit.objects.filter(ticket=ticket))


def rule_hits_of_item(actor: Actor, item: ServiceItem) -> list[RuleHit]:
    """The last rules met on an item's tickets, as far as the actor sees them."""
    rows = RuleHit.objects.filter(contract=item.contract_id, ticket__item=item)
    seen = Ticket.objects.filter(visible_tickets(actor, item.contract_id), item=item).values("pk")
    return list(rows.filter(ticket__in=seen).select_related("ticket")[:5])


def term_hits(contract: Contract, since: datetime, until: datetime) -> list[RuleHit]:
    """Rules of the contract's own terms that were met in [since, until): defaults are no duty and not among them."""
    rows = RuleHit.objects.filter(contract=contract, hit_at__gte=since, hit_at__lt=until, term__isnull=False)
    return list(
        rows.exclude(ticket__state__in=["cancelled", "merged"])
        .select_related("ticket__item", "term")
        .order_by("hit_at", "pk")
    )


def planned_changes(contract: Contract, since: datetime, until: datetime) -> QuerySet[Ticket]:
    """Changes whose window touches [since, until), approved or under way or done: planned downtime."""
    rows = Ticket.objects.filter(
        contract=contract,
        kind="change",
        planned_from__lt=until,
        planned_to__gt=since,
        state__in=["approved", "implementing", "implemented", "closed", "rolled_back"],
    )
    return rows.select_related("item", "unit").order_by("planned_from")


def conflicting_changes(ticket: Ticket) -> QuerySet[Ticket]:
    """Other live changes of the same contract whose window overlaps with this one's."""
    if not ticket.planned_from or not ticket.planned_to:
        return Ticket.objects.none()
    rows = Ticket.objects.filter(
        contract_id=ticket.contract_id,
        kind="change",
        over__in=NOT_OVER,
        planned_from__lt=ticket.planned_to,
        planned_to__gt=ticket.planned_from,
    )
    return rows.exclude(pk=ticket.pk).select_related("item", "contract").order_by("planned_from")


def file_of(ticket: Ticket, file_id: int) -> Attachment | None:
    """One file of a ticket, or None."""
    return attachment_of("ticket", str(ticket.pk), file_id)


def work_of(ticket: Ticket) -> list[WorkEntry]:
    """The hours entered on a ticket by day, those withdrawn among them; one query."""
    return list(WorkEntry.objects.filter(ticket=ticket).select_related("user"))


def work_entry(ticket: Ticket, entry_id: int) -> WorkEntry:
    """One entry of hours; Http404 if the ticket has none such."""
    found = WorkEntry.objects.filter(ticket=ticket, pk=entry_id).select_related("user").first()
    if found is None:
        raise Http404
    found.ticket = ticket
    return found


@dataclass(frozen=True, slots=True)
class Fixed:
    """What clauses fix about one matter of the desk: a heading, and the terms that say so."""

    word: str
    terms: tuple[Term, ...]


def fixed_by_terms(contract: Contract) -> list[Fixed]:
    """The terms that the desk's settings cannot change: consent, faults counted, suspension of clocks, reports."""
    rows = (
        live_terms(contract, "approval", "kpi", "sla")
        .select_related("item")
        .order_by("item__position", "key")
    )
    found: dict[str, list[Term]] = {}
    for row in rows:
        if row.kind == "approval":
            found.setdefault("须先经同意或告知", []).append(row)
        elif row.kind == "kpi" and row.data.get("metric") == "fault_count":
            found.setdefault("故障次数", []).append(row)
        elif row.kind == "sla" and row.data.get("metric") == "report":
            found.setdefault("分析报告期限", []).append(row)
    return [Fixed(word, tuple(terms)) for word, terms in found.items()]
