"""Files of occurrences and findings."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from opsledger.apps.contracts import selectors as contracts
from opsledger.apps.duties import selectors
from opsledger.apps.ledger import selectors as ledger_rows
from opsledger.apps.ledger import services as ledger
from opsledger.apps.ledger.models import Attachment
from opsledger.kernel import tables, uploads
from opsledger.kernel.access import guard


@guard()
def evidence_file(request: HttpRequest, slug: str, occurrence_id: int, attachment_id: int) -> HttpResponse:
    """A file of an occurrence that one may see, or its signature."""
    contract = contracts.contract_for(request.actor, slug)
    row = selectors.occurrence_for(request.actor, contract, occurrence_id)
    found = ledger_rows.attachment_of("occurrence", str(row.pk), attachment_id)
    return _shown(found or ledger_rows.attachment_of("signature", str(row.pk), attachment_id))


@guard()
def finding_file(request: HttpRequest, slug: str, finding_id: int, attachment_id: int) -> HttpResponse:
    """A file of a finding that one may see."""
    contract = contracts.contract_for(request.actor, slug)
    row = selectors.finding_for(request.actor, contract, finding_id)
    return _shown(ledger_rows.attachment_of("finding", str(row.pk), attachment_id))


def _shown(found: Attachment | None) -> HttpResponse:
    """Pictures are shown, anything else is downloaded."""
    if found is None:
        raise Http404
    response = StreamingHttpResponse(ledger.content(found), content_type=found.file.media_type)
    response["Content-Length"] = str(found.file.size)
    response["Cache-Control"] = "private, max-age=3600"
    shown = found.file.media_type in uploads.IMAGES
    disposition = tables.attachment(found.name)
    response["Content-Disposition"] = disposition.replace("attachment", "inline", 1) if shown else disposition
    return response
