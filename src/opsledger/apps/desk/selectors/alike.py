"""What is open on a system already, so that the same thing is not reported twice; who calls and what they reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Substr

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.models.tickets import NOT_OVER
from opsledger.apps.desk.selectors.intake import callers_named, system_meant, systems_of, told_apart
from opsledger.apps.desk.selectors.lists import rows_for
from opsledger.core import tickets
from opsledger.core.likeness import alike
from opsledger.kernel.access import Actor

# Of a system's open reports the newest so many are looked at, and so many shown.
_LOOKED_AT, _SHOWN, _LAST, _DESCRIBED = 200, 5, 5, 300
_MAX_NAMESAKES = 5


def _open_on(actor: Actor, contract: Contract, item: ServiceItem) -> QuerySet[Ticket]:
    rows = rows_for(actor, contract).filter(item=item, over__in=NOT_OVER, kind__in=tickets.REPORTED)
    return rows.exclude(state="resolved").order_by("-reported_at", "-pk")


def _likest_first(rows: QuerySet[Ticket], words: str) -> tuple[list[Ticket], int]:
    """The newest of the rows, those like `words` in front, and how many these are; one query."""
    known = list(rows.annotate(beginning=Substr("description", 1, _DESCRIBED))[:_LOOKED_AT])
    places = alike(words, [(row.title, getattr(row, "beginning", "")) for row in known])
    near = [known[place] for place in places]
    return [*near, *(row for place, row in enumerate(known) if place not in places)], len(near)


def alike_reports(actor: Actor, contract: Contract, item: ServiceItem | None, words: str) -> list[Ticket]:
    """The open reports on the same system that `actor` may see and that are like what is typed; one query or none.

    A service unit is shown its own alone.
    """
    if item is None or len(words.strip()) < 2:
        return []
    rows, near = _likest_first(_open_on(actor, contract, item), words)
    return rows[: min(near, _SHOWN)]


@dataclass(frozen=True, slots=True)
class AtThePhone:
    """What the desk sees while somebody calls: who it is, their last reports, what is open on the system.

    Of what is open the first `near` are like the title.  `namesakes` are there where several have the name and the
    telephone typed tells none of them apart.
    """

    caller: User | None
    namesakes: Sequence[User]
    last: Sequence[Ticket]
    item: ServiceItem | None
    number_open: int
    open_now: Sequence[Ticket]
    near: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing that was typed is known yet."""
        return not (self.caller or self.namesakes or self.item)


def at_the_phone(
    actor: Actor, contract: Contract, *, caller: str, phone: str = "", item: str = "", title: str = ""
) -> AtThePhone:
    """For the words typed so far: at most five queries, however much there is."""
    named = callers_named(contract, caller.strip())
    known = told_apart(named, phone.strip())
    meant = system_meant(systems_of(actor, contract), item.strip()) if item.strip() else []
    found = meant[0] if len(meant) == 1 else None
    rows: list[Ticket] = []
    near = number = 0
    if found:
        asked = _open_on(actor, contract, found)
        rows, near = _likest_first(asked, title)
        number = len(rows) if len(rows) < _LOOKED_AT else asked.count()
    return AtThePhone(
        caller=known,
        namesakes=() if known else named[:_MAX_NAMESAKES],
        last=_last_of(actor, contract, known) if known else (),
        item=found,
        number_open=number,
        open_now=rows[:_SHOWN],
        near=near,
    )


def _last_of(actor: Actor, contract: Contract, caller: User) -> list[Ticket]:
    rows = rows_for(actor, contract).filter(reporter=caller, kind__in=tickets.REPORTED)
    return list(rows.order_by("-reported_at", "-pk")[:_LAST])
