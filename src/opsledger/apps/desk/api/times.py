"""Times that were entered or corrected afterwards, for the service unit to accept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from opsledger.apps.accounts.tokens import must
from opsledger.apps.desk import services
from opsledger.apps.desk.api.on_ticket import AT, BESIDE, doing, must_be
from opsledger.apps.desk.api.routes import find
from opsledger.apps.desk.api.schemas import TicketOut
from opsledger.kernel import access
from opsledger.kernel.wire import REFUSALS, Id, Key, Number, Slug, Strict, Words

router = Router(tags=["beside"])


class TimeIn(Strict):
    yes: bool
    reason: Words = ""


@router.post(
    AT + "/times/{event_id}",
    response={200: TicketOut, **REFUSALS},
    summary="服务单位认可或不认可补登、更正的时间",
    operation_id=BESIDE + "time",
)
def time(
    request: HttpRequest, slug: Slug, number: Number, event_id: Id, told: TimeIn, key: Key = None
) -> Any:
    """The service unit accepts or refuses a time that was entered or corrected afterwards."""
    must(request, "tickets:write")
    _, found = find(request, slug, number)
    must_be(request, found, access.UNIT)

    def do() -> object:
        if told.yes:
            return services.confirm_time(actor=request.actor, ticket=found, event_id=event_id)
        services.refuse_time(actor=request.actor, ticket=found, event_id=event_id, reason=told.reason)
        return found

    asked = f"time {slug} {number} {event_id} {told.model_dump_json()}"
    return Status(200, doing(request, key, asked, do, found))
