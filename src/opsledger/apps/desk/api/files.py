"""Files of a ticket."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, StreamingHttpResponse
from ninja import Router

from opsledger.apps.accounts.tokens import must
from opsledger.apps.desk import selectors
from opsledger.apps.desk.api.on_ticket import AT, BESIDE
from opsledger.apps.desk.api.routes import find
from opsledger.apps.ledger import services as ledger
from opsledger.kernel import tables
from opsledger.kernel.wire import FILE, REFUSALS, Id, Number, Slug

router = Router(tags=["beside"])


@router.get(
    AT + "/files/{file_id}",
    response=REFUSALS,
    openapi_extra=FILE,
    summary="下载一个附件",
    operation_id=BESIDE + "download",
)
def download(request: HttpRequest, slug: Slug, number: Number, file_id: Id) -> Any:
    """The content of one attached file."""
    must(request, "tickets:read")
    _, found = find(request, slug, number)
    attached = selectors.file_for(request.actor, found, file_id)
    if attached is None:
        raise Http404
    answer = StreamingHttpResponse(ledger.content(attached), content_type="application/octet-stream")
    answer["Content-Length"] = attached.file.size
    answer["Content-Disposition"] = tables.attachment(attached.name)
    return answer
