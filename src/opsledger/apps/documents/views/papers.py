"""Downloads of papers."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from opsledger.adapters import docx_paper, xlsx_paper
from opsledger.apps.assessment import selectors as assessment
from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk.selectors import ticket_for
from opsledger.apps.documents import names, selectors, services
from opsledger.apps.documents.policies import PACKERS, SCORE_READERS
from opsledger.apps.duties.selectors import occurrence_for
from opsledger.kernel import clock
from opsledger.kernel.access import guard
from opsledger.kernel.tables import attachment

KINDS = {"docx": docx_paper.MEDIA_TYPE, "xlsx": xlsx_paper.MEDIA_TYPE}


def download(content: bytes, filename: str) -> HttpResponse:
    """A file that a person keeps; the media type follows from the name."""
    response = HttpResponse(content, content_type=KINDS[filename.rpartition(".")[2]])
    response["Content-Disposition"] = attachment(filename)
    return response


@guard(*SCORE_READERS)
def score_sheet(request: HttpRequest, slug: str, period_id: str, form: str) -> HttpResponse:
    """One period's score sheet as .docx or .xlsx, as it stands or (`edition`) as it was signed."""
    contract = contract_for(request.actor, slug)
    basis = basis_of(contract)
    if basis is None or form not in KINDS:
        raise Http404
    found = assessment.assessment_for(contract, period_id)
    edition = request.GET.get("edition", "")
    content = services.render_score_sheet(
        basis=basis, assessment=found, form=form, edition=int(edition) if edition.isdigit() else None
    )
    return download(content, names.score_sheet(found, form))


@guard(*SCORE_READERS)
def operations_report(request: HttpRequest, slug: str, period_id: str) -> HttpResponse:
    """The operations report of a period that has begun, drafted from the record."""
    contract = contract_for(request.actor, slug)
    span = selectors.begun_span(contract, period_id, at=clock.now())
    content = services.render_operations_report(contract=contract, span=span)
    return download(content, names.operations_report(span))


@require_POST
@guard(*PACKERS)
def audit_pack(request: HttpRequest, slug: str, period_id: str) -> HttpResponseBase:
    """The evidence of a period as a zip, with manifest and roots; taking it is an entry in the ledger."""
    contract = contract_for(request.actor, slug)
    span = selectors.begun_span(contract, period_id, at=clock.now())
    place = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    services.pack_evidence(actor=request.actor, contract=contract, span=span, target=place)
    place.seek(0)
    return FileResponse(place, as_attachment=True, filename=names.audit_pack(span))


@guard()
def fault_report(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The fault analysis report of a ticket that one may see."""
    contract = contract_for(request.actor, slug)
    ticket = ticket_for(request.actor, contract, number)
    content = services.render_fault_report(actor=request.actor, contract=contract, ticket=ticket)
    return download(content, names.fault_report(number))


@guard()
def task_report(request: HttpRequest, slug: str, occurrence_id: int) -> HttpResponse:
    """The report on a task that one may see and that has been done."""
    contract = contract_for(request.actor, slug)
    row = occurrence_for(request.actor, contract, occurrence_id)
    content = services.render_task_report(contract=contract, occurrence=row)
    return download(content, names.task_report(row))


@guard(*SCORE_READERS)
def acceptance_report(request: HttpRequest, slug: str) -> HttpResponse:
    """The acceptance report of the whole term."""
    contract = contract_for(request.actor, slug)
    return download(services.render_acceptance_report(contract=contract), names.ACCEPTANCE)
