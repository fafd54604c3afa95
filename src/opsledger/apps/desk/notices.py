"""Who is told of what: subscribers of the ledger's entries on tickets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import notify, people
from opsledger.apps.desk.models import Ticket, Timer
from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.kernel import access, clock, shown
from opsledger.kernel.events import Event

# Verb -> whom it concerns, and the words ({who} did it, {ticket} is the number and title).
_TOLD: dict[str, tuple[tuple[str, ...], str]] = {
    "ticket.reported": (("managers",), "新报修：{ticket}"),
    "ticket.dispatched": (("assignee",), "派给您的工单：{ticket}"),
    "ticket.reassigned": (("assignee",), "转派给您的工单：{ticket}"),
    "ticket.declined": (("managers",), "{who}退回了工单：{ticket}"),
    "ticket.sent_back": (("reporter",), "请补充情况：{ticket}"),
    "ticket.completed": (("managers",), "报修人已补充：{ticket}"),
    "ticket.accepted": (("reporter",), "{who}已接单：{ticket}"),
    "ticket.arrived": (("reporter",), "{who}已到场：{ticket}"),
    "ticket.mitigated": (("reporter",), "已应急恢复：{ticket}"),
    "ticket.suspended": (("reporter", "managers"), "已挂起并暂停计时：{ticket}"),
    "ticket.resumed": (("assignee",), "已恢复计时：{ticket}"),
    "ticket.resolved": (("unit",), "请确认办结：{ticket}"),
    "ticket.confirmed": (("assignee",), "{who}已确认：{ticket}"),
    "ticket.reopened": (("assignee", "managers"), "{who}重开了工单：{ticket}"),
    "ticket.cancelled": (("assignee", "managers"), "{who}撤销了工单：{ticket}"),
    "ticket.reminded": (("assignee", "managers"), "{who}催办：{ticket}"),
    "ticket.escalated": (("managers",), "工单升级：{ticket}"),
    "ticket.severity_changed": (("assignee", "reporter"), "等级已调整：{ticket}"),
    "ticket.noted": (("assignee", "reporter"), "{who}补充了说明：{ticket}"),
    "ticket.breached": (("assignee", "managers"), "{metric}已超时：{ticket}"),
}


def tell(event: Event) -> None:
    """Tell the people concerned of an entry; the one who acted is not told of their own act."""
    told = _TOLD.get(event.verb)
    if told is None or event.subject_type != "ticket":
        return
    ticket = Ticket.objects.select_related("contract", "assignee", "reporter").get(pk=event.subject_id)
    groups, words = told
    if event.changes.get("private"):
        groups = tuple(group for group in groups if group != "reporter")
    users = [user for group in groups for user in _group(ticket, group) if user.pk != event.actor.user_id]
    title = words.format(
        who=event.actor.name, ticket=f"{ticket.number} {ticket.title}", metric=event.changes.get("metric", "")
    )
    notify(
        users=_once(users),
        title=title,
        body=_clock_words(ticket),
        url=url_of(ticket),
        contract_slug=ticket.contract.slug,
        dedupe=f"entry:{event.entry_id}",
        at=event.recorded_at,
    )


def warn(ticket: Ticket, at: datetime) -> None:
    """Tell the assignee and the managers once when four fifths of a limit have passed."""
    rows = Timer.objects.filter(ticket=ticket, state=Timer.State.RUNNING, next_at__isnull=False)
    for row in rows:
        if row.next_at != row.due_at or row.warned_percent >= 80:
            continue  # still before the last warning, or told already
        if Timer.objects.filter(pk=row.pk, warned_percent__lt=80).update(warned_percent=80) != 1:
            continue
        metric = METRIC_WORDS[row.metric]
        notify(
            users=_once([*_group(ticket, "assignee"), *_group(ticket, "managers")]),
            title=f"{metric}时限将到：{ticket.number} {ticket.title}",
            body=f"{metric}时限{row.limit_text}，{shown.remaining(row.due_at, at)}。",
            url=url_of(ticket),
            contract_slug=ticket.contract.slug,
            dedupe=f"warn:{row.pk}:{row.due_at.isoformat()}",
            at=at,
        )


def url_of(ticket: Ticket) -> str:
    """The address of a ticket's page."""
    return reverse("desk:ticket", kwargs={"slug": ticket.contract.slug, "number": ticket.number})


def _group(ticket: Ticket, group: str) -> Iterable[User]:
    if group == "assignee":
        return [ticket.assignee] if ticket.assignee else []
    if group == "reporter":
        return [ticket.reporter] if ticket.reporter else []
    if group == "managers":
        return people(ticket.contract_id, access.MANAGER)
    unit = people(ticket.contract_id, access.UNIT, organisation_id=ticket.unit_id) if ticket.unit_id else []
    return [*([ticket.reporter] if ticket.reporter else []), *unit]


def _once(users: Iterable[User]) -> list[User]:
    return list({user.pk: user for user in users}.values())


def _clock_words(ticket: Ticket) -> str:
    """What the nearest clock says: "到场：今天 16:42前，还剩1小时12分"."""
    if ticket.due_at is None:
        return ""
    at = clock.now()
    moment = shown.moment(ticket.due_at, zone=clock.zone(), today=clock.local(at).date())
    return f"{METRIC_WORDS[ticket.due_metric]}：{moment}前，{shown.remaining(ticket.due_at, at)}"
