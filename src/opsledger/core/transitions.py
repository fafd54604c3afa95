"""Transition tables: one table of state × action answers what may be done, draws the buttons and the diagram.

A table is data; nothing here knows a ticket from an inspection.  Roles are those that the actor holds
*towards this object*: ``unit`` means the service unit concerned, ``engineer`` one of the provider's people on
it.  Whose object it is was decided before, by the policies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from opsledger.core.errors import DomainError
from opsledger.core.needs import Need

NEW = "new"
"""The state before the first action."""

ROLES: Mapping[str, str] = {
    "buyer": "采购人",
    "unit": "服务单位",
    "manager": "项目经理",
    "engineer": "工程师",
    "supervisor": "监理",
    "admin": "系统管理员",
    "auditor": "审计员",
    "system": "系统",
}
"""Roles and their words. ``system`` is the worker acting under a stated rule, never a person."""

Clock = Literal["", "start", "pause", "resume", "stop"]


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from one state: who may take it, what must be known, and what it tells the other rooms.

    `events` of tickets with clocks are exactly those that `core.sla` folds (a merged or converted ticket's
    timers end as cancelled, for they go on in another one); those of other objects are names to subscribe
    to.  The verb for the ledger is the action itself.  `clock` says what becomes of the timers: start, pause,
    resume, stop, or nothing.  An action that is `once` may be taken one time since the report or the last
    reopening; an action that leads back to its own state only adds to the record.
    """

    action: str
    label: str
    source: str
    target: str
    roles: frozenset[str]
    needs: tuple[Need, ...] = ()
    events: tuple[str, ...] = ()
    clock: Clock = ""
    once: bool = False

    @property
    def stays(self) -> bool:
        """True when the state does not change."""
        return self.source == self.target


@dataclass(frozen=True)
class Table:
    """The states, words and transitions of one kind of object; `noun` is what people call it.

    `over` are the states in which nothing more is expected of anyone, though some may be left again.
    """

    kind: str
    noun: str
    states: Mapping[str, str]
    transitions: tuple[Transition, ...]
    over: frozenset[str]

    @cached_property
    def _at(self) -> dict[tuple[str, str], Transition]:
        return {(found.source, found.action): found for found in self.transitions}

    @cached_property
    def actions(self) -> dict[str, str]:
        """Every action of the table with its verb, in the order of the table."""
        return {found.action: found.label for found in self.transitions}

    def find(self, state: str, action: str) -> Transition | None:
        """The transition, or None; unknown words raise ``transitions.unknown_state`` / ``_action``."""
        self._known(state)
        if action not in self.actions:
            raise DomainError("transitions.unknown_action", noun=self.noun, action=action)
        return self._at.get((state, action))

    def allowed(self, state: str, roles: Collection[str], done: Collection[str] = ()) -> list[Transition]:
        """What one who holds `roles` may do in `state`, in the order of the table.

        `done` are the actions already taken since the report or the last reopening; those that may be taken
        only once are then left out.
        """
        self._known(state)
        return [
            found
            for found in self.transitions
            if found.source == state
            and found.roles & set(roles)
            and not (found.once and found.action in done)
        ]

    def why_not(
        self, state: str, action: str, roles: Collection[str], done: Collection[str] = ()
    ) -> DomainError | None:
        """Why `action` cannot be taken, as an error that says what can be; None when it can."""
        found = self.find(state, action)
        label = self.actions[action]
        if found is None:
            open_now = _words(other.label for other in self.allowed(state, roles, done))
            return DomainError(
                "transitions.not_in_this_state",
                noun=self.noun,
                state=self.states[state],
                action=label,
                allowed=open_now,
            )
        if not found.roles & set(roles):
            who = _words(word for role, word in ROLES.items() if role in found.roles)
            return DomainError("transitions.not_your_role", noun=self.noun, action=label, who=who)
        if found.once and action in done:
            return DomainError("transitions.already_done", noun=self.noun, action=label)
        return None

    def step(
        self,
        state: str,
        action: str,
        roles: Collection[str],
        facts: Mapping[str, object],
        done: Collection[str] = (),
    ) -> Transition:
        """The transition that `action` makes, when state, role and facts allow it; else a `DomainError`.

        All needs are checked in the order of the table and the first unmet one is raised; `unmet` lists all.
        """
        refused = self.why_not(state, action, roles, done)
        if refused is not None:
            raise refused
        found = self._at[state, action]
        for unmet in self.unmet(found, facts):
            raise unmet
        return found

    def unmet(self, transition: Transition, facts: Mapping[str, object]) -> list[DomainError]:
        """Every fact that is missing or wrong, so that a form can mark all its fields at once."""
        found = (need.why_not(facts, transition.label) for need in transition.needs)
        return [error for error in found if error is not None]

    def diagram(self) -> str:
        """The table as a mermaid ``stateDiagram-v2``; actions that stay in a state share one loop."""
        arrows: dict[tuple[str, str], list[str]] = {}
        for found in self.transitions:
            source = "[*]" if found.source == NEW else found.source
            arrows.setdefault((source, found.target), []).append(found.label)
        lines = ["stateDiagram-v2"]
        lines += [f'    state "{word}" as {state}' for state, word in self.states.items() if state != NEW]
        lines += [
            f"    {source} --> {target}: {' / '.join(labels)}" for (source, target), labels in arrows.items()
        ]
        lines += [f"    {state} --> [*]" for state in self.states if state in self.over]
        return "\n".join(lines) + "\n"

    def _known(self, state: str) -> None:
        if state not in self.states:
            raise DomainError("transitions.unknown_state", noun=self.noun, state=state)


def rows(
    action: str,
    label: str,
    way: str,
    by: str,
    needs: tuple[Need, ...] = (),
    events: str = "",
    clock: Clock = "",
    once: bool = False,
) -> list[Transition]:
    """The transitions of one line of a table: ``way`` is "source source > target", or "> ." to stay.

    `by` and `events` are words apart by blanks.
    """
    sources, _, target = (part.strip() for part in way.partition(">"))
    return [
        Transition(
            action=action,
            label=label,
            source=source,
            target=source if target == "." else target,
            roles=frozenset(by.split()),
            needs=needs,
            events=tuple(events.split()),
            clock=clock,
            once=once,
        )
        for source in sources.split()
    ]


def build(
    kind: str, noun: str, states: Mapping[str, str], over: str, lines: Iterable[list[Transition]]
) -> Table:
    """A table, checked: each state and role is known, and no state has one action twice.

    Raises ``transitions.bad_table``, which is a mistake of the programmer and stops the program at once.
    """
    transitions = tuple(found for line in lines for found in line)
    table = Table(kind, noun, {NEW: "新建", **states}, transitions, frozenset(over.split()))
    seen: set[tuple[str, str]] = set()
    for found in table.transitions:
        words = {found.source, found.target} - table.states.keys() | found.roles - ROLES.keys()
        if words or not found.roles or (found.source, found.action) in seen:
            raise DomainError("transitions.bad_table", kind=kind, action=found.action, words=sorted(words))
        seen.add((found.source, found.action))
    return table


def _words(labels: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(labels)) or "无"
