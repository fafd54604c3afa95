"""Acts by the name that the table gives them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.models import Ticket
from opsledger.core import tickets
from opsledger.core.errors import DomainError
from opsledger.kernel.access import Actor

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
    "confirm": services.confirm,
    "rate": services.rate,
    "reopen": services.reopen,
    "cancel": services.withdraw,
    "change_severity": services.change_severity,
    "merge": services.merge,
}


def act_by_name(actor: Actor, ticket: Ticket, action: str, told: dict[str, Any]) -> Ticket:
    """Take the action with the facts that its service knows; a fact it lacks counts as empty."""
    table = tickets.table(ticket.kind)
    if action not in table.actions:
        raise DomainError("transitions.unknown_action", noun=table.noun, action=action)
    if ticket.kind in ("change", "problem"):
        version = told.pop("version", None)
        return services.table_act(actor=actor, ticket=ticket, action=action, given=told, version=version)
    do = _DO.get(action)
    if do is None:
        raise DomainError("api.act_not_offered", action=table.actions[action])
    given = _people(ticket, actor, told)
    asked = inspect.signature(do).parameters
    missing = {
        name: None if name in ("assignee", "into", "rating") else ""
        for name, parameter in asked.items()
        if parameter.default is inspect.Parameter.empty and name not in ("actor", "ticket")
    }
    if "into" in missing and given.get("into") is None:
        raise DomainError(
            "transitions.fact_missing", fact="into", label="目标工单", action=table.actions[action]
        )
    extra = sorted(set(given) - set(asked))
    if extra:
        raise DomainError("api.fact_unknown", action=table.actions[action], facts="、".join(extra))
    return do(actor=actor, ticket=ticket, **{**missing, **given})


def _people(ticket: Ticket, actor: Actor, told: dict[str, Any]) -> dict[str, Any]:
    """User names and ticket numbers become rows."""
    given = dict(told)
    if "assignee" in given:
        able = {user.username: user for user, _ in selectors.engineers_with_load(ticket.contract)}
        if given["assignee"] not in able:
            raise DomainError("ticket.not_an_engineer", name=given["assignee"])
        given["assignee"] = able[given["assignee"]]
    if "into" in given:
        other = selectors.tickets_for(actor, ticket.contract).filter(number=given["into"]).first()
        if other is None:
            raise DomainError("ticket.unknown_number", number=given["into"])
        given["into"] = other
    return given
