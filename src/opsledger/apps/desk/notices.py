"""Who is told of what: subscribers of the ledger's entries on tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import notify, people
from opsledger.apps.desk import agreements
from opsledger.apps.desk.ladder import FULL, Rung
from opsledger.apps.desk.models import LadderStep, Reminder, Ticket, TicketEvent, TicketTask, Watcher
from opsledger.apps.desk.policies import kept_by
from opsledger.apps.desk.selectors.mentions import called
from opsledger.apps.desk.selectors.rosters import on_duty
from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.kernel import access, clock, shown
from opsledger.kernel.events import Event

_ROLES = {
    "managers": access.MANAGER,
    "manager": access.MANAGER,
    "buyer": access.BUYER,
    "supervisor": access.SUPERVISOR,
}

# How messages about tasks and reminders are named, so that the ways out know what they are.
TASK, REMINDER = "task:", "reminder:"

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
    "ticket.escalated": (("managers", "line"), "工单升级：{ticket}"),
    "ticket.severity_changed": (("assignee", "reporter"), "等级已调整：{ticket}"),
    "ticket.item_changed": (("assignee", "managers", "reporter", "unit"), "已改到“{item}”{then}：{ticket}"),
    "ticket.amended": (("assignee", "reporter"), "{who}更正了信息：{ticket}"),
    "ticket.noted": (("assignee", "reporter"), "{who}补充了说明：{ticket}"),
    "ticket.joined": (("assignee", "reporter"), "又有人反映同一情况：{ticket}"),
    "ticket.update_told": (("reporter",), "处理有新进展：{ticket}"),
    "ticket.time_corrected": (("unit",), "请认可更正的时间：{ticket}"),
    "ticket.time_refused": (("assignee", "managers"), "{who}不认可补登的时间：{ticket}"),
    "ticket.merged": (("reporter",), "已并入另一张工单：{ticket}"),
    "ticket.linked": (("assignee",), "已关联其他工单：{ticket}"),
    "ticket.rule_hit": (("managers", "buyer", "assignee"), "{rule}：{ticket}"),
    "ticket.rated": (("assignee",), "{who}已评价：{ticket}"),
    "ticket.confirm_reminded": (("unit",), "请尽快确认办结：{ticket}"),
    "ticket.confirmed_by_rule": (("unit", "assignee"), "到期自动确认：{ticket}"),
    "ticket.breached": (("assignee", "managers"), "{metric}已超时：{ticket}"),
}


# The same for whoever reported what has gone to another unit.
_TOLD_AWAY = {
    "ticket.resolved": "您报的工单已办结：{ticket}",
    "ticket.confirmed": "您报的工单已确认：{ticket}",
    "ticket.confirmed_by_rule": "您报的工单已到期自动确认：{ticket}",
}


def words_for(event: Event, ticket: Ticket) -> str | None:
    """What is said of an entry, or None if nothing is."""
    told = _TOLD.get(event.verb)
    if told is None:
        return None
    return told[1].format(
        who=event.actor.name,
        ticket=f"{ticket.number} {ticket.title}",
        metric=event.changes.get("metric", ""),
        rule=event.changes.get("rule", ""),
        item=_now(event.changes.get("item")),
        then="，请确认办结" if ticket.state == "resolved" else "",
    )


def _now(changed: object) -> str:
    """What a changed field says now."""
    return str(changed["to"]) if isinstance(changed, Mapping) else ""


def concerned(event: Event, ticket: Ticket) -> dict[int, User]:
    """The people whom an entry concerns, but the one who acted; by their ids."""
    told = _TOLD.get(event.verb)
    if told is None:
        return {}
    # Nobody watches yet what was reported just now.
    groups = told[0] if event.verb == "ticket.reported" else (*told[0], "watchers")
    if event.changes.get("private"):
        groups = tuple(group for group in groups if group in ("assignee", "managers"))
    users = _once(user for group in groups for user in _group(ticket, group))
    if event.verb == "ticket.noted":
        users = _once([*users, *_called(event, ticket)])
    return {user.pk: user for user in users if user.pk != event.actor.user_id}


def ticket_of(event: Event) -> Ticket:
    """The ticket of an entry: the row that the act has in hand, or read anew."""
    if isinstance(event.about, Ticket):
        return event.about
    rows = Ticket.objects.select_related("contract", "item", "unit", "assignee", "reporter")
    return rows.get(pk=event.subject_id)


def tell(event: Event) -> None:
    """Tell the people concerned of an entry inside the application."""
    if event.subject_type != "ticket" or event.verb not in _TOLD:
        return
    ticket = ticket_of(event)
    _tell_once(event, ticket, concerned(event, ticket).values(), words_for(event, ticket) or "")
    if event.verb in _TOLD_AWAY:
        # Who reported a ticket that has gone to another unit is not asked to confirm it, but wants to know.
        away = [ticket.reporter] if ticket.reporter and _is_away(ticket) else []
        users = [user for user in away if user.pk != event.actor.user_id]
        _tell_once(
            event, ticket, users, _TOLD_AWAY[event.verb].format(ticket=f"{ticket.number} {ticket.title}")
        )


def _tell_once(event: Event, ticket: Ticket, users: Iterable[User], title: str) -> None:
    notify(
        users=users,
        title=title,
        body=clock_words(ticket),
        url=url_of(ticket),
        contract_slug=ticket.contract.slug,
        dedupe=f"entry:{event.entry_id}",
        at=event.recorded_at,
    )


def _is_away(ticket: Ticket) -> bool:
    return bool(ticket.reporter_id and ticket.pk in kept_by(ticket.reporter_id, ticket.contract_id))


def tell_rungs(ticket: Ticket, rungs: Sequence[Rung], at: datetime) -> None:
    """Tell the people of the rungs that have come; several rungs of one timer make one message a person."""
    told: set[tuple[int, int]] = set()
    for rung in sorted(rungs, key=lambda one: (-one.step.percent, one.moment)):
        users = [user for user in _once(_group(ticket, rung.step.to)) if (user.pk, rung.row.pk) not in told]
        told |= {(user.pk, rung.row.pk) for user in users}
        late = rung.step.percent >= FULL
        if late and not rung.number and rung.step.to in ("assignee", "manager"):
            continue  # the breach itself was told by its entry
        title, body = rung_words(ticket, rung, at)
        notify(
            users=users,
            title=title,
            body=body,
            url=url_of(ticket),
            contract_slug=ticket.contract.slug,
            dedupe=f"rung:{rung.row.pk}:{rung.step.key}:{rung.number}:{rung.row.due_at:%m%d%H%M%S}",
            at=at,
            outward=rung.step.by != LadderStep.By.APP,
        )


def tell_task_given(tasks: Sequence[TicketTask], who: str, at: datetime) -> None:
    """Tell a person of tasks given to them, several at once in one message."""
    first, ticket = tasks[0], tasks[0].ticket
    many = len(tasks) > 1
    _tell_one(
        first.assignee,
        ticket,
        title=f"给您的{len(tasks)}项待办" if many else f"给您的待办：{first.words}",
        body="\n".join([f"{who}交办，{_until(first)}", *(f"· {task.words}" for task in tasks if many)]),
        dedupe=f"{TASK}{first.pk}:given:{at:%Y%m%d%H%M%S%f}",
        at=at,
    )


def tell_task_due(task: TicketTask, user: User, moment: datetime, at: datetime) -> None:
    """Tell of a task whose moment has come, by that moment: however late the worker is, it is one message."""
    title = f"待办到期：{task.words}"
    _tell_one(
        user, task.ticket, title=title, body="", dedupe=f"{TASK}{task.pk}:due:{moment:%Y%m%d%H%M%S}", at=at
    )


def tell_reminder(reminder: Reminder, at: datetime) -> None:
    """Tell a person of what they wanted to be reminded of."""
    words = reminder.words or "您要看的工单"
    _tell_one(
        reminder.user,
        reminder.ticket,
        title=f"提醒：{words}",
        body="",
        dedupe=f"{REMINDER}{reminder.pk}",
        at=at,
    )


def _tell_one(user: User | None, ticket: Ticket, *, title: str, body: str, dedupe: str, at: datetime) -> None:
    notify(
        users=[user] if user else [],
        title=f"{title}（{ticket.number}）",
        body="\n".join(part for part in (f"{ticket.number} {ticket.title}", body) if part),
        url=url_of(ticket),
        contract_slug=ticket.contract.slug,
        dedupe=dedupe,
        at=at,
    )


def _until(task: TicketTask) -> str:
    if task.due_at is None:
        return "没有期限"
    today = clock.local(clock.now()).date()
    return f"期限{shown.moment(task.due_at, zone=clock.zone(), today=today)}"


def rung_words(ticket: Ticket, rung: Rung, at: datetime) -> tuple[str, str]:
    """What is said of a rung that has come: a title, and what the clock says."""
    metric, due = METRIC_WORDS[rung.row.metric], rung.row.due_at
    late = rung.step.percent >= FULL
    state = f"仍未{metric}" if late and rung.number else "已超时" if late else "时限将到"
    return (
        f"{metric}{state}：{ticket.number} {ticket.title}",
        f"{metric}时限{rung.row.limit_text}，已过{rung.step.percent}%，{shown.remaining(due, at)}。",
    )


def url_of(ticket: Ticket) -> str:
    """The address of a ticket's page."""
    return reverse("desk:ticket", kwargs={"slug": ticket.contract.slug, "number": ticket.number})


def _group(ticket: Ticket, group: str) -> Iterable[User]:
    if group == "assignee":
        return [ticket.assignee] if ticket.assignee else []
    if group == "reporter":
        return [ticket.reporter] if ticket.reporter else []
    if group == "on_duty":
        person = on_duty(ticket.contract_id, clock.now())
        return [person] if person else people(ticket.contract_id, access.MANAGER)
    if group == "watchers":
        return [row.user for row in Watcher.objects.filter(ticket=ticket).select_related("user")]
    if group == "line":
        team = agreements.agreement_of(ticket.contract).teams.get(str(ticket.line), ())
        inside = people(ticket.contract_id, access.ENGINEER, access.MANAGER) if team else []
        return [user for user in inside if user.pk in team]
    if group in _ROLES:
        return people(ticket.contract_id, _ROLES[group])
    unit = people(ticket.contract_id, access.UNIT, organisation_id=ticket.unit_id) if ticket.unit_id else []
    # Who still reads a ticket that has gone to another unit cannot speak for that one.
    return [*([ticket.reporter] if ticket.reporter and not _is_away(ticket) else []), *unit]


def _called(event: Event, ticket: Ticket) -> list[User]:
    """The people named with an @ in the note.

    What a private note says stands nowhere but in the note: the newest one, for its own transaction tells of it.
    """
    if not event.changes.get("private"):
        return called(ticket, str(event.changes.get("note", "")))
    notes = TicketEvent.objects.filter(ticket=ticket, action="note", private=True)
    said = notes.order_by("-pk").values_list("note", flat=True).first()
    return called(ticket, said or "", private=True)


def _once(users: Iterable[User]) -> list[User]:
    return list({user.pk: user for user in users}.values())


def clock_words(ticket: Ticket) -> str:
    """What the nearest clock says: "到场：今天 16:42前，还剩1小时12分"."""
    if ticket.due_at is None:
        return ""
    at = clock.now()
    moment = shown.moment(ticket.due_at, zone=clock.zone(), today=clock.local(at).date())
    return f"{METRIC_WORDS[ticket.due_metric]}：{moment}前，{shown.remaining(ticket.due_at, at)}"
