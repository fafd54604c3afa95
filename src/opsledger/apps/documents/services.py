"""Render papers from what the rooms below know."""

from __future__ import annotations

from typing import IO

from django.http import Http404

from opsledger.apps.assessment import selectors as assessments
from opsledger.apps.assessment import sheet as sheets
from opsledger.apps.assessment.basis import Basis, basis_of
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.assessment.periods import Span, spans
from opsledger.apps.assessment.services import open_periods
from opsledger.apps.assessment.services.signing import PARTIES
from opsledger.apps.assessment.states import STATES
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Ticket
from opsledger.apps.documents import packing, single
from opsledger.apps.documents.closing import closing
from opsledger.apps.documents.figures import operations
from opsledger.apps.documents.packing import Packed
from opsledger.apps.documents.papers import acceptance, score_docx, score_xlsx
from opsledger.apps.documents.papers import fault as fault_paper
from opsledger.apps.documents.papers import inspection as inspection_paper
from opsledger.apps.documents.papers import operations as operations_paper
from opsledger.apps.documents.papers.wording import moment
from opsledger.apps.documents.policies import PACKERS
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import Actor


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


def pack_evidence(*, actor: Actor, contract: Contract, span: Span, target: IO[bytes]) -> Packed:
    """Write the audit pack of a period to `target` and record who took it, with its roots.

    Only those who answer for the money or audit it may take evidence out in bulk.
    """
    actor.must(contract.pk, *PACKERS)
    at = clock.now()
    papers = {f"{span.title}运维报告.docx": render_operations_report(contract=contract, span=span)}
    basis = basis_of(contract)
    if basis is not None:
        found = assessments.assessment_for(contract, span.id)
        for form in ("docx", "xlsx"):
            papers[f"{span.title}考核表.{form}"] = render_score_sheet(
                basis=basis, assessment=found, form=form
            )
    packed = packing.write(target, actor=actor, contract=contract, span=span, papers=papers, at=at)
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="document.packed",
        subject=ledger.Subject("document", span.id, f"{span.title}审计包"),
        changes={
            "files": packed.files,
            "files_root": packed.files_root,
            "ledger_root": packed.ledger_root,
            "head_hash": packed.head_hash,
        },
    )
    return packed


def render_fault_report(*, actor: Actor, contract: Contract, ticket: Ticket) -> bytes:
    """The fault analysis report of a ticket that `actor` may see."""
    return fault_paper.render(single.fault(actor, contract, ticket, at=clock.now()))


def render_task_report(*, contract: Contract, occurrence: Occurrence) -> bytes:
    """The report on a task that has been done; raises ``document.not_done``."""
    if occurrence.submitted_at is None:
        raise DomainError("document.not_done", title=occurrence.title)
    return inspection_paper.render(single.inspection(contract, occurrence, at=clock.now()))


def render_acceptance_report(*, contract: Contract) -> bytes:
    """The acceptance report of the whole term, as it stands; a draft until the term is over."""
    open_periods(contract=contract)
    [term] = spans("term", contract.starts_on, contract.ends_on)
    return acceptance.render(closing(contract, term, at=clock.now()))
