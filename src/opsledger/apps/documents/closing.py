"""What the acceptance report prints: every clause with what became of it, deliverables, scores, money, leftovers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsledger.apps.assessment import selectors as assessments
from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.assessment.facts import moments
from opsledger.apps.assessment.periods import Span
from opsledger.apps.assessment.selectors import PaymentLine
from opsledger.apps.contracts.models import Contract, Term
from opsledger.apps.contracts.selectors import obligations_for, terms_for
from opsledger.apps.contracts.words import KIND_WORDS
from opsledger.apps.desk import selectors as desk
from opsledger.apps.duties import selectors as duties
from opsledger.kernel.access import SYSTEM

KEPT, FLAWED, OWED, OPEN, JOINTLY = "已履行", "有逾期", "有未完成", "尚未到期", "双方核验"
NEVER = "未发生"


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One binding term: where it stands, what it says, what was done, and the word for it."""

    item: str
    clause: str
    summary: str
    kind: str
    done: str
    verdict: str


@dataclass(frozen=True, slots=True)
class DeliverableLine:
    """One deliverable over the whole term."""

    item: str
    name: str
    due: int
    in_time: int
    late: int
    missing: int
    to_come: int


@dataclass(frozen=True, slots=True)
class Closing:
    """Everything that the acceptance report prints."""

    contract: Contract
    at: datetime
    clauses: tuple[ClauseLine, ...]
    deliverables: tuple[DeliverableLine, ...]
    sheet: Mapping[str, Any] | None
    payments: tuple[PaymentLine, ...]
    open_tickets: int
    open_findings: int
    owed: int
    gaps: int

    @property
    def verdicts(self) -> Mapping[str, int]:
        """How many clauses stand where."""
        return Counter(line.verdict for line in self.clauses)


def closing(contract: Contract, span: Span, *, at: datetime) -> Closing:
    """The contract's whole term as known at `at`."""
    outcomes, _ = duties.occurrence_outcomes(contract, span.starts_on, span.ends_on, at=at)
    obligations = {str(row.pk): row for row in obligations_for(SYSTEM, contract)}
    by_obligation: dict[str, Counter[str]] = {}
    for one in outcomes:
        by_obligation.setdefault(one.obligation_id, Counter())[one.outcome] += 1
    by_term: dict[int, Counter[str]] = {}
    for key, counts in by_obligation.items():
        by_term.setdefault(obligations[key].term_id, Counter()).update(counts)
    gaps = {row.term_id for row in obligations.values() if row.status == "gap"}
    timers = _timers(contract, span)
    clauses = tuple(
        _clause(term, by_term.get(term.pk), timers.get(term.pk), term.pk in gaps)
        for term in terms_for(SYSTEM, contract)
    )
    basis = basis_of(contract)
    whole = assessments.assessment_for(contract, span.id) if basis else None
    return Closing(
        contract=contract,
        at=at,
        clauses=clauses,
        deliverables=tuple(_deliverables(obligations.values(), by_obligation)),
        sheet=assessments.sheet_for(basis, whole, at=at) if basis and whole else None,
        payments=tuple(assessments.payments(basis, at=at)) if basis else (),
        open_tickets=desk.tickets_for(SYSTEM, contract).filter(over=False).count(),
        open_findings=duties.finding_counts(SYSTEM, contract, at)["open"],
        owed=sum(1 for one in outcomes if one.outcome == "missed"),
        gaps=len(gaps),
    )


def _timers(contract: Contract, span: Span) -> Mapping[int, tuple[int, int]]:
    """(kept, broken) by term."""
    found: dict[int, list[int]] = {}
    for row in desk.timer_outcomes(contract, *moments(contract, span.starts_on, span.ends_on)):
        if row.is_late or row.met_at is not None:
            found.setdefault(row.term_id, [0, 0])[1 if row.is_late else 0] += 1
    return {term: (kept, broken) for term, (kept, broken) in found.items()}


def _clause(term: Term, counts: Counter[str] | None, timer: tuple[int, int] | None, gap: bool) -> ClauseLine:
    if term.kind == "sla":
        done, verdict = _limit_said(timer)
    elif counts:
        done, verdict = _counts_said(counts)
    elif gap:
        done, verdict = "频次待双方约定，未排任务", JOINTLY
    else:
        done, verdict = "由双方对照条款核验", JOINTLY
    return ClauseLine(
        item=term.item.numbered if term.item else "合同整体",
        clause=term.clause,
        summary=term.summary,
        kind=KIND_WORDS.get(term.kind, term.kind),
        done=done,
        verdict=verdict,
    )


def _limit_said(timer: tuple[int, int] | None) -> tuple[str, str]:
    if timer is None:
        return "服务期内未发生", NEVER
    kept, broken = timer
    return f"考察{kept + broken}次，超时{broken}次", FLAWED if broken else KEPT


def _counts_said(counts: Counter[str]) -> tuple[str, str]:
    to_come = counts["due"] + counts["upcoming"]
    due = counts["fulfilled"] + counts["late"] + counts["missed"]
    said = f"到期{due}次，按期{counts['fulfilled']}次"
    said += f"，逾期{counts['late']}次" if counts["late"] else ""
    said += f"，未完成{counts['missed']}次" if counts["missed"] else ""
    said += f"，未到期{to_come}次" if to_come else ""
    said += f"，豁免{counts['waived']}次" if counts["waived"] else ""
    if counts["missed"]:
        return said, OWED
    if counts["late"]:
        return said, FLAWED
    return said, KEPT if due else OPEN


def _deliverables(
    obligations: Iterable[Any], by_obligation: Mapping[str, Counter[str]]
) -> Iterable[DeliverableLine]:
    for row in obligations:
        counts = by_obligation.get(str(row.pk))
        if row.kind != "deliverable" or counts is None:
            continue
        yield DeliverableLine(
            item=row.item.numbered if row.item else "合同整体",
            name=row.title,
            due=counts["fulfilled"] + counts["late"] + counts["missed"],
            in_time=counts["fulfilled"],
            late=counts["late"],
            missing=counts["missed"],
            to_come=counts["due"] + counts["upcoming"],
        )
