"""Tickets of every kind as transition tables: the buttons, the diagram and the tests come from here.

Kinds: ``incident``, ``request``, ``question``, ``change``, ``problem``.  Every function raises
``tickets.unknown_kind`` for another word; the tables' own errors are those of `core.transitions`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from opsledger.core.errors import DomainError
from opsledger.core.tickets import change, incident, problem, question, request
from opsledger.core.tickets.facts import SUSPENSION_REASONS as SUSPENSION_REASONS
from opsledger.core.transitions import NEW as NEW
from opsledger.core.transitions import Table, Transition

KINDS: Mapping[str, str] = {
    "incident": "事件",
    "request": "服务请求",
    "question": "咨询",
    "change": "变更",
    "problem": "问题",
}
# What people report; changes are drafted and problems logged.
REPORTED = ("incident", "request", "question")

_TABLES: Mapping[str, Table] = {
    found.kind: found
    for found in (incident.TABLE, request.TABLE, question.TABLE, change.TABLE, problem.TABLE)
}


def table(kind: str) -> Table:
    """The whole table of `kind`."""
    try:
        return _TABLES[kind]
    except KeyError:
        raise DomainError("tickets.unknown_kind", kind=kind, kinds="、".join(KINDS.values())) from None


def allowed(kind: str, state: str, roles: Collection[str], done: Collection[str] = ()) -> list[Transition]:
    """The transitions open in `state` to one who holds `roles`, in the order in which buttons stand.

    `done` are the actions already taken since the report or the last reopening.
    """
    return table(kind).allowed(state, roles, done)


def why_not(
    kind: str, state: str, action: str, roles: Collection[str], done: Collection[str] = ()
) -> DomainError | None:
    """Why `action` is not open, as an error whose sentence says what is; None when it is open."""
    return table(kind).why_not(state, action, roles, done)


def step(
    kind: str,
    state: str,
    action: str,
    roles: Collection[str],
    facts: Mapping[str, object],
    done: Collection[str] = (),
) -> Transition:
    """The transition that `action` makes under `facts`, or the `DomainError` that says why there is none."""
    return table(kind).step(state, action, roles, facts, done)


def diagram(kind: str) -> str:
    """The table as mermaid text for the documentation."""
    return table(kind).diagram()
