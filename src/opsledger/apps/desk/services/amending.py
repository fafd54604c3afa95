"""What the report says is put right; no clock is touched, and what stood before stays in the story.

The part of the item is left out: a part may have limits of its own, so it goes with the item (`moving`).
"""

from __future__ import annotations

from opsledger.apps.desk.models import Ticket
from opsledger.apps.desk.services.acting import Act, take
from opsledger.core.errors import DomainError
from opsledger.kernel.access import Actor

# What may be amended: its word and how long it may be.
FIELDS = {
    "title": ("标题", 120),
    "description": ("情况描述", 20_000),
    "contact_name": ("联系人", 60),
    "contact_phone": ("联系电话", 40),
    "place": ("地点", 120),
    "device": ("设备", 120),
}
# A change and a problem are nobody's report: they have neither place nor telephone.
OF_PLANS = ("title", "description")


def amendable(ticket: Ticket) -> dict[str, tuple[str, int]]:
    """What may be amended on a ticket of this kind."""
    if ticket.kind in ("change", "problem"):
        return {name: FIELDS[name] for name in OF_PLANS}
    return FIELDS


def amend(
    *,
    actor: Actor,
    ticket: Ticket,
    title: str | None = None,
    description: str | None = None,
    contact_name: str | None = None,
    contact_phone: str | None = None,
    place: str | None = None,
    device: str | None = None,
    note: str = "",
    version: int | None = None,
) -> Ticket:
    """Put right what is given (None: as it is), and say why if one likes.  The old words stay in the story."""
    given = {
        "title": title,
        "description": description,
        "contact_name": contact_name,
        "contact_phone": contact_phone,
        "place": place,
        "device": device,
    }
    said = {name: value.strip() for name, value in given.items() if value is not None}
    changed = [
        {"field": name, "word": FIELDS[name][0], "was": getattr(ticket, name), "now": value}
        for name, value in said.items()
        if value != getattr(ticket, name)
    ]
    known = amendable(ticket)
    for one in changed:
        word, limit = FIELDS[one["field"]]
        if one["field"] not in known:
            raise DomainError("ticket.not_amendable", part=word, kind=ticket.get_kind_display())
        if len(one["now"]) > limit:
            raise DomainError("ticket.amend_too_long", part=word, limit=limit)
    act = Act(
        actor,
        ticket,
        "amend",
        {"title": said.get("title", ticket.title)},
        None,
        version,
        note.strip(),
        fields={one["field"]: one["now"] for one in changed},
        data={"changed": changed},
        changes={one["field"]: {"from": one["was"] or "无", "to": one["now"] or "无"} for one in changed},
    )
    if not changed and said.get("title", ticket.title):
        raise DomainError("ticket.nothing_amended")
    return take(act)
