"""Tickets as one actor may see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract, ServiceItem, SeverityLevel
from opsledger.apps.contracts.policies import sees_whole, unit_ids
from opsledger.apps.contracts.selectors import items_for, live_terms
from opsledger.apps.desk import policies
from opsledger.apps.desk.models import (
    CannedReply,
    Channel,
    ColumnChoice,
    MailTaken,
    ReportCode,
    SavedFilter,
    Ticket,
    TicketEvent,
    Watcher,
)
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.apps.desk.search_index import matching
from opsledger.apps.desk.selectors.tasks import glimpse
from opsledger.apps.desk.words import TASK_FACT
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.access import Actor

_BESIDE = ("item", "unit", "assignee", "reporter")
_SHOWN = ("contract", *_BESIDE)
_HEAVY_ITEM = tuple(f"item__{name}" for name in ("facts", "open_points", "pack_data"))
# What a list never shows and what weighs most: a contract's scheme read fifty times is half of a page's cost.
_HEAVY = (
    *(
        f"contract__{name}"
        for name in [
            "windows",
            "office_hours",
            "scheme",
            "payment",
            "settings",
            "sources",
            "open_points",
            "pack_data",
        ]
    ),
    *_HEAVY_ITEM,
)


def tickets_for(actor: Actor, contract: Contract) -> QuerySet[Ticket]:
    """The tickets of a contract that `actor` may see."""
    # Asked through the contract, every row holds the contract in hand; nothing of it is read again.
    rows = contract.tickets.filter(policies.visible_tickets(actor, contract.pk))
    return rows.select_related(*_BESIDE).defer(*_HEAVY_ITEM)


# What a row of a list says, and nothing more.
_ROW = (
    *("number", "kind", "title", "state", "severity", "reported_at", "due_at", "due_metric", "breached"),
    *(
        "version",
        "over",
        "worked_minutes",
        "tags",
        "contract_id",
        "item__no",
        "item__name",
        "item__short_name",
    ),
    *("unit__name", "unit__short_name", "assignee__full_name", "assignee__username"),
)


def rows_for(actor: Actor, contract: Contract) -> QuerySet[Ticket]:
    """`tickets_for` with what a row of a list shows; anything else would be read one by one."""
    rows = contract.tickets.filter(policies.visible_tickets(actor, contract.pk))
    return rows.select_related("item", "unit", "assignee").only(*_ROW)


def found_by(actor: Actor, contract: Contract, words: str) -> Q:
    """The tickets that full text finds for `actor`, and those of an item or a person with such a name."""
    whole = actor.is_system or sees_whole(actor, contract.pk)
    units = None if whole else unit_ids(actor, contract.pk)
    found = matching(words, contract.pk, units, policies.kept_by(actor.user_id, contract.pk))
    items = list(contract.items.filter(name__icontains=words).values_list("pk", flat=True)[:50])
    if items:
        found |= Q(item_id__in=items)
    people = User.objects.filter(memberships__contract=contract, full_name__icontains=words)
    able = list(people.values_list("pk", flat=True).distinct()[:50])
    return found | Q(assignee_id__in=able) if able else found


def ticket_for(actor: Actor, contract: Contract, number: str) -> Ticket:
    """One ticket by its number, `watched` if the actor follows it; Http404 if hidden or missing.

    With it comes `glimpse`: how many tasks the actor sees on it, and when they want to be reminded.
    """
    watched = Exists(Watcher.objects.filter(ticket=OuterRef("pk"), user_id=actor.user_id))
    beside = glimpse(actor, contract.pk)
    rows = tickets_for(actor, contract).filter(number=number)
    found = rows.annotate(watched=watched, **beside).first()
    if found is None:
        raise Http404
    found.item.contract = contract
    return found


def ticket_numbered(actor: Actor, contract: Contract, number: str) -> Ticket:
    """One ticket by a number that somebody typed, as the actor may see it; refused in words otherwise."""
    found = ticket_or_none(actor, contract, number)
    if found is None:
        raise DomainError("ticket.unknown_number", number=_typed(number))
    return found


def ticket_or_none(actor: Actor, contract: Contract, number: str) -> Ticket | None:
    """One ticket by a number that somebody typed, or None."""
    return tickets_for(actor, contract).filter(number=_typed(number)).first()


def _typed(number: str) -> str:
    return number.replace("\x00", "").strip()[:40]


def story_of(actor: Actor, ticket: Ticket) -> list[TicketEvent]:
    """What happened, oldest first, for a paper: without what is not for `actor`, second facts of one act, and tasks.

    How people shared the work among them is no part of a report on a fault.
    """
    rows = TicketEvent.objects.filter(ticket=ticket).exclude(action="").exclude(kind=TASK_FACT)
    rows = rows.order_by("recorded_at", "id")
    return policies.readable_events(actor, ticket, rows)


def my_work(actor: Actor, contract: Contract | None = None) -> QuerySet[Ticket]:
    """The open tickets in the actor's hands, those due first on top.

    An engineer's own; for a manager also what nobody has; for a service unit what waits for its word.
    """
    mine = Q(assignee_id=actor.user_id) & Q(over__in=NOT_OVER) & ~Q(state="resolved")
    managed = actor.contracts(access.MANAGER)
    if managed:
        mine |= Q(contract_id__in=managed, state="reported")
    units = [g.organisation_id for g in actor.grants if g.role == access.UNIT and g.organisation_id]
    if units:
        mine |= Q(unit_id__in=units, contract_id__in=actor.contracts(access.UNIT)) & Q(
            state__in=["resolved", "returned"]
        )
    rows = Ticket.objects.filter(mine)
    if contract is not None:
        rows = rows.filter(contract=contract)
    return due_first(rows.select_related(*_SHOWN).defer(*_HEAVY))


def to_confirm(actor: Actor, contract: Contract) -> QuerySet[Ticket]:
    """What waits for the word of the actor's own units, the latest resolved first."""
    rows = tickets_for(actor, contract).filter(state="resolved", unit_id__in=unit_ids(actor, contract.pk))
    return rows.order_by("-resolved_at")


def due_first(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Those with the nearest deadline on top, those without one by age."""
    return rows.order_by(F("due_at").asc(nulls_last=True), "reported_at", "pk")


def reportable_items(actor: Actor, contract: Contract) -> QuerySet[ServiceItem]:
    """The items on which `actor` may report: a unit's own, everybody else's all."""
    return items_for(actor, contract)


def scopes_of(contract: Contract) -> dict[int, list[str]]:
    """The parts of items for which the contract sets limits of their own, by item id."""
    found: dict[int, list[str]] = {}
    for term in live_terms(contract, "sla").exclude(item=None).order_by("key"):
        scope = str(term.data.get("scope") or "")
        if scope and scope not in found.setdefault(int(term.item_id or 0), []):
            found[int(term.item_id or 0)].append(scope)
    return {item_id: scopes for item_id, scopes in found.items() if scopes}


def engineers_with_load(contract: Contract) -> list[tuple[User, int]]:
    """The engineers and managers of a contract, each with the number of open tickets in hand; one query."""
    rows = (
        User.objects.filter(
            is_active=True,
            memberships__contract=contract,
            memberships__role__in=[access.ENGINEER, access.MANAGER],
        )
        .order_by("pk")
        .distinct()
    )
    load = dict(
        Ticket.objects.filter(contract=contract, over__in=NOT_OVER, assignee__isnull=False)
        .exclude(state="resolved")
        .order_by()
        .values_list("assignee_id")
        .annotate(number=Count("pk"))
    )
    return sorted(((user, load.get(user.pk, 0)) for user in rows), key=lambda pair: (pair[1], pair[0].pk))


def events_of(ticket: Ticket) -> list[TicketEvent]:
    """Every fact about a ticket in the order of recording, private ones included; one query."""
    events = ticket.just_told or list(TicketEvent.objects.filter(ticket=ticket).order_by("recorded_at", "id"))
    for event in events:
        event.ticket = ticket
    return events


def readable(actor: Actor, ticket: Ticket, events: Iterable[TicketEvent]) -> list[TicketEvent]:
    """Of `events_of`, what the story of the ticket tells `actor`."""
    return policies.readable_events(actor, ticket, [event for event in events if event.action])


def severity_words(contract: Contract, kind: str = "") -> list[str]:
    """Every level that the contract names (for reports of one kind), the worst first, each once."""
    rows = SeverityLevel.objects.filter(contract=contract).order_by("rank", "set_id")
    rows = rows.filter(ticket=kind) if kind else rows
    return list(dict.fromkeys(rows.values_list("word", flat=True)))


def levels_by_item(
    items: Iterable[ServiceItem], contract: Contract, kind: str
) -> dict[int, list[SeverityLevel]]:
    """The levels from which a report of this kind chooses, by item id; one query."""
    sets: dict[str, list[SeverityLevel]] = {}
    for level in SeverityLevel.objects.filter(contract=contract, ticket=kind).order_by("set_id", "rank"):
        sets.setdefault(level.set_id, []).append(level)
    return {item.pk: [level for name in item.severity_sets for level in sets.get(name, ())] for item in items}


def saved_filters(actor: Actor, contract: Contract) -> list[SavedFilter]:
    """The lists that a person keeps under a name, and after them those that others share on the contract."""
    rows = SavedFilter.objects.filter(contract=contract).select_related("user")
    mine = Q(user_id=actor.user_id)
    found = list(rows.filter(mine | Q(shared=True)))
    return sorted(found, key=lambda one: (one.user_id != actor.user_id, one.name))


def chosen_columns(actor: Actor, list_name: str) -> list[str]:
    """The columns that a person has chosen for a list; none for the usual ones."""
    row = ColumnChoice.objects.filter(user_id=actor.user_id, list_name=list_name).first()
    return [str(key) for key in row.keys] if row else []


def due_between(actor: Actor, contract: Contract, since: datetime, until: datetime) -> QuerySet[Ticket]:
    """Open tickets whose nearest deadline lies in [since, until), due first."""
    rows = rows_for(actor, contract).filter(over__in=NOT_OVER, due_at__gte=since, due_at__lt=until)
    return rows.exclude(state="resolved").order_by("due_at", "pk")


def report_code(contract: Contract, code: str) -> ReportCode | None:
    """A live code of this contract, or None."""
    return ReportCode.objects.filter(contract=contract, code=code, active=True).first() if code else None


def mails_of(contract: Contract) -> QuerySet[MailTaken]:
    """The mail of a contract, and that of its people from which no contract could be told."""
    own = User.objects.filter(memberships__contract=contract).exclude(email="").values("email")
    lost = Q(contract=None, sender__in=own)
    return MailTaken.objects.filter(Q(contract=contract) | lost).select_related("ticket__contract")


def my_channels(actor: Actor) -> list[tuple[Contract, Channel | None, list[Channel]]]:
    """For every contract of an actor: the mail of their account, and their other ways; two queries."""
    contracts = list(Contract.objects.filter(pk__in=actor.contracts()).order_by("slug"))
    found: dict[int, list[Channel]] = {}
    for row in Channel.objects.filter(user_id=actor.user_id, contract__in=contracts):
        found.setdefault(row.contract_id, []).append(row)
    rows = []
    for contract in contracts:
        own = found.get(contract.pk, [])
        mail = next((row for row in own if row.kind == Channel.Kind.MAIL and not row.address), None)
        rows.append((contract, mail, [row for row in own if row is not mail and row.active]))
    return rows


def replies_of(contract: Contract) -> list[CannedReply]:
    """The canned replies of a contract, by name."""
    return list(CannedReply.objects.filter(contract=contract))
