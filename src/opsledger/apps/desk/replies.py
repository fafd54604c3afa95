"""Canned replies: words with places that are filled in from the ticket at hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opsledger.apps.desk.models import CannedReply, Ticket
from opsledger.apps.desk.notices import clock_words
from opsledger.kernel.access import Actor

_PLACES: dict[str, Callable[[Ticket, Actor], str]] = {
    "编号": lambda ticket, actor: ticket.number,
    "标题": lambda ticket, actor: ticket.title,
    "系统": lambda ticket, actor: str(ticket.item),
    "单位": lambda ticket, actor: str(ticket.unit or ""),
    "报修人": lambda ticket, actor: ticket.contact_name or str(ticket.reporter or ""),
    "处理人": lambda ticket, actor: str(ticket.assignee or ""),
    "等级": lambda ticket, actor: ticket.severity,
    "时限": lambda ticket, actor: clock_words(ticket),
    "我": lambda ticket, actor: actor.name,
}
PLACES = tuple(_PLACES)
_PLACE = re.compile(r"\{([^{}\n]{1,20})\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """One reply as it would be inserted now."""

    name: str
    text: str


def filled(rows: Iterable[CannedReply], ticket: Ticket, actor: Actor) -> list[Filled]:
    """The replies with every place filled in from the ticket; one that the ticket does not know becomes empty."""

    def put(found: re.Match[str]) -> str:
        tell = _PLACES.get(found[1])
        return tell(ticket, actor) if tell else found[0]

    return [Filled(row.name, _PLACE.sub(put, row.text)) for row in rows]


def unknown_places(text: str) -> list[str]:
    """Places in a text that nothing fills."""
    return [found[1] for found in _PLACE.finditer(text) if found[1] not in _PLACES]
