"""Acts by the name that the table gives them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import people
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.contracts.selectors import items_for
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.forms.more import NUMBERS, PEOPLE
from opsledger.apps.desk.models import Ticket
from opsledger.core import tickets
from opsledger.core.errors import DomainError
from opsledger.core.needs import Need
from opsledger.kernel import access
from opsledger.kernel.access import Actor

_PLANNED = ("change", "problem")
# Acts with a service of their own on tickets of every kind.
_OWN = ("change_item", "amend")


def _correct(*, actor: Actor, ticket: Ticket, event: int | None, **told: Any) -> Ticket:
    return services.correct_time(actor=actor, ticket=ticket, event=str(event or ""), **told)


def _report(*, actor: Actor, ticket: Ticket, attachment: int | None, **told: Any) -> Ticket:
    files = selectors.file_of(ticket, attachment) if attachment else None
    given = str(files.pk) if files else ""
    return services.submit_report(actor=actor, ticket=ticket, attachment=given, **told)


def _convert(
    *, actor: Actor, ticket: Ticket, to: str = "", severity: str = "", version: int | None = None
) -> Ticket:
    services.convert(actor=actor, ticket=ticket, kind=to, severity=severity, version=version)
    return ticket


def _approve(*, actor: Actor, ticket: Ticket, version: int | None = None) -> Ticket:
    return services.table_act(actor=actor, ticket=ticket, action="approve", given={}, version=version)


def _reject(*, actor: Actor, ticket: Ticket, reason: str, version: int | None = None) -> Ticket:
    given = {"reason": reason}
    return services.table_act(actor=actor, ticket=ticket, action="reject", given=given, version=version)


_DO: dict[str, Callable[..., Ticket]] = {
    "dispatch": services.dispatch,
    "accept": services.accept,
    "decline": services.decline,
    "send_back": services.send_back,
    "complete": services.complete,
    "reassign": services.reassign,
    "remind": services.remind,
    "escalate": services.escalate,
    "arrive": services.arrive,
    "diagnose": services.diagnose,
    "mitigate": services.mitigate,
    "provide_spare": services.provide_spare,
    "suspend": services.suspend,
    "resume": services.resume,
    "resolve": services.resolve,
    "answer_at_once": services.resolve,
    "submit_report": _report,
    "confirm": services.confirm,
    "rate": services.rate,
    "reopen": services.reopen,
    "cancel": services.withdraw,
    "change_severity": services.change_severity,
    "change_item": services.change_item,
    "amend": services.amend,
    "correct_time": _correct,
    "merge": services.merge,
    "convert": _convert,
    "approve": _approve,
    "reject": _reject,
}
_ASKED: dict[str, Callable[..., Any]] = {
    "correct_time": services.correct_time,
    "submit_report": services.submit_report,
}
_NOTHING = ("item", "assignee", "into", "rating", "event", "attachment", "happened_at")


def act_by_name(actor: Actor, ticket: Ticket, action: str, told: dict[str, Any]) -> Ticket:
    """Take the action with the facts that its service knows; a fact it lacks counts as empty."""
    table = tickets.table(ticket.kind)
    if action not in table.actions:
        raise DomainError("transitions.unknown_action", noun=table.noun, action=action)
    facts = told.pop("facts", {})
    if ticket.kind in _PLANNED and action not in _OWN:
        return _planned(actor, ticket, action, {**told, **facts})
    do = _DO.get(action)
    if do is None:
        raise DomainError("api.act_not_offered", action=table.actions[action])
    given = _rows(ticket, actor, {**told, **facts})
    asked = inspect.signature(_ASKED.get(action, do)).parameters
    missing = {
        name: None if name in _NOTHING else ""
        for name, parameter in asked.items()
        if parameter.default is inspect.Parameter.empty and name not in ("actor", "ticket")
    }
    for name, label in (("into", "目标工单"), ("happened_at", "实际时间"), ("rating", "满意度")):
        if name in missing and given.get(name) is None:
            raise DomainError(
                "transitions.fact_missing", fact=name, label=label, action=table.actions[action]
            )
    extra = sorted(set(given) - set(asked))
    if extra:
        raise DomainError("api.fact_unknown", action=table.actions[action], facts="、".join(extra))
    return do(actor=actor, ticket=ticket, **{**missing, **given})


def _rows(ticket: Ticket, actor: Actor, told: dict[str, Any]) -> dict[str, Any]:
    """User names and ticket numbers become rows."""
    given = dict(told)
    if "assignee" in given:
        given["assignee"] = engineer(ticket.contract_id, given["assignee"])
    if "approved_by" in given:
        given["approved_by"] = person(ticket.contract_id, given["approved_by"], (access.BUYER, access.UNIT))
    if "item" in given:
        given["item"] = service_item(actor, ticket.contract, given["item"])
    if "into" in given:
        given["into"] = other_ticket(actor, ticket, given["into"])
    return given


def service_item(actor: Actor, contract: Contract, no: str) -> ServiceItem:
    """An item of the contract that the actor may see, by its number."""
    found = items_for(actor, contract).filter(no=no).first()
    if found is None:
        raise DomainError("ticket.unknown_item", no=no)
    return found


def engineer(contract_id: int, username: str) -> User:
    """One of the provider's people on the contract, by user name."""
    return person(contract_id, username, (access.ENGINEER, access.MANAGER))


def person(contract_id: int, username: str, roles: tuple[str, ...]) -> User:
    """One who holds one of the roles on the contract, by user name."""
    able = {user.username: user for user in people(contract_id, *roles)}
    if username not in able:
        code = "ticket.not_an_engineer" if access.ENGINEER in roles else "ticket.approver_unknown"
        raise DomainError(code, name=username)
    return able[username]


def other_ticket(actor: Actor, ticket: Ticket, number: str) -> Ticket:
    """Another ticket of the contract that the actor may see, by its number."""
    return selectors.ticket_numbered(actor, ticket.contract, number)


def _planned(actor: Actor, ticket: Ticket, action: str, told: dict[str, Any]) -> Ticket:
    """An act of a change or a problem: what its table asks for, read by kind."""
    version = told.pop("version", None)
    table = tickets.table(ticket.kind)
    found = table.find(ticket.state, action)
    needs = {need.name: need for need in found.needs} if found else {}
    extra = sorted(set(told) - set(needs) - {"note", "reason"})
    if found and extra:
        raise DomainError("api.fact_unknown", action=table.actions[action], facts="、".join(extra))
    given = {name: _read(ticket, needs.get(name), value) for name, value in told.items()}
    if action == "link_incident" and given.get("incident"):
        incident = other_ticket(actor, ticket, str(given["incident"]))
        services.link(actor=actor, ticket=incident, other=ticket, kind="caused_by")
        given["incident"] = incident.number
    elif given.get("change") and "change" in NUMBERS:
        given["change"] = other_ticket(actor, ticket, str(given["change"])).number
    return services.table_act(actor=actor, ticket=ticket, action=action, given=given, version=version)


def _read(ticket: Ticket, need: Need | None, value: Any) -> Any:
    if need is None or not isinstance(value, str):
        return value
    if need.kind == "moment":
        return _moment(need, value)
    if need.name in PEOPLE:
        return person(ticket.contract_id, value, PEOPLE[need.name])
    return value


def _moment(need: Need, text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1970 <= found.year <= 2400:
        raise DomainError("api.not_a_moment", label=need.label, given=text[:40])
    return found
