"""Render papers from what the rooms below know."""

from __future__ import annotations

from django.http import Http404

from opsledger.apps.assessment import selectors as assessments
from opsledger.apps.assessment import sheet as sheets
from opsledger.apps.assessment.basis import Basis
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.assessment.periods import Span, spans
from opsledger.apps.assessment.services import open_periods
from opsledger.apps.assessment.services.signing import PARTIES
from opsledger.apps.assessment.states import STATES
from opsledger.apps.contracts.models import Contract
from opsledger.apps.documents.figures import operations
from opsledger.apps.documents.papers import operations as operations_paper
from opsledger.apps.documents.papers import score_docx, score_xlsx
from opsledger.apps.documents.papers.wording import moment
from opsledger.kernel import clock


def render_score_sheet(
    *, basis: Basis, assessment: Assessment, form: str, edition: int | None = None
) -> bytes:
    """The score sheet as ``docx`` or ``xlsx``: a draft as it stands now, an issued or signed one as it is kept."""
    at = clock.now()
    sheet, state = assessments.sheet_for(basis, assessment, at=at), STATES[assessment.state]
    number = assessment.edition
    if edition is not None:
        kept = assessment.editions.filter(number=edition).first()
        if kept is None:
            raise Http404
        sheet, state, number = kept.result, STATES["signed"], edition
    digest = sheets.digest(sheet)
    if form == "xlsx":
        return score_xlsx.render(sheet, digest=digest, state=state, at=at)
    signed = {
        PARTIES[one.party]: f"{one.name} 已于 {moment(one.signed_at)} 在平台签署"
        for one in assessment.signatures.filter(edition=number)
    }
    return score_docx.render(sheet, digest=digest, state=state, signatures=signed, at=at)


def render_operations_report(*, contract: Contract, span: Span) -> bytes:
    """The operations report (.docx) of a month, quarter, year or the term, drafted from the record as it stands."""
    at = clock.now()
    open_periods(contract=contract)
    comparison = None
    if span.kind in ("year", "term"):
        months = spans("month", span.starts_on, min(span.ends_on, clock.today()))
        comparison = [
            operations_paper.month_row(
                f"{month.starts_on.year}-{month.starts_on.month:02d}",
                operations(contract, month, at=at, brief=True),
            )
            for month in months
        ]
    return operations_paper.render(operations(contract, span, at=at), comparison=comparison)
