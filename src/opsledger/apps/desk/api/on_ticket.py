"""What the operations on one ticket share: their address, doing a thing once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from opsledger.apps.accounts.once import once
from opsledger.apps.desk import selectors
from opsledger.apps.desk.api import shown
from opsledger.apps.desk.models import Ticket

AT = "/contracts/{slug}/tickets/{number}"
# These operations are known to programs by the name of the module in which they once stood.
BESIDE = "opsledger_apps_desk_api_beside_"


def must_be(request: HttpRequest, ticket: Ticket, *roles: str) -> None:
    """Refuse who holds none of the roles on the ticket's contract."""
    request.actor.must(ticket.contract_id, *roles)


def doing(
    request: HttpRequest, key: str | None, asked: str, do: Callable[[], object], ticket: Ticket
) -> dict[str, Any]:
    """Do it once under the key; the answer is the ticket as it then stands."""

    def run() -> dict[str, Any]:
        do()
        again = selectors.ticket_for(request.actor, ticket.contract, ticket.number)
        return shown.whole(again, request.actor)

    return once(user_id=request.user.pk, key=key, asked=asked, do=run)
