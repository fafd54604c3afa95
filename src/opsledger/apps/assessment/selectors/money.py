"""Reading the payments, and what the scheme leaves open with the money each reading means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from opsledger.apps.assessment import computing
from opsledger.apps.assessment.basis import Basis, basis_of, calendar_of, plan_of
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.assessment.parts import money_of
from opsledger.apps.assessment.selectors.sheets import assessments_of
from opsledger.apps.contracts.models import Contract
from opsledger.core.payment import PaymentPlan, PaymentSheet, Trigger, payable
from opsledger.core.quantities import capitals
from opsledger.core.scoring import TermAssessment
from opsledger.core.scoring.scheme import OpenPoint, Reading
from opsledger.kernel import clock


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One instalment worked out; `final` once the sheet it rests on is signed (or it hangs on none)."""

    sheet: PaymentSheet
    capitals: str
    assessment: Assessment | None
    begun: bool
    final: bool


def payments(basis: Basis, *, at: datetime) -> list[PaymentLine]:
    """Every instalment with base, deduction, payable and due day, as it stands at `at`."""
    if basis.plan is None:
        return []
    rows = {row.period_id: row for row in assessments_of(basis.contract)}
    inputs = computing.whole_term(basis, at=at)
    wanted = {one.period_id for one in basis.plan.milestones if one.period_id}
    spans = [span for span in basis.spans() if span.id in wanted]
    live = {span.id: one.money for span, one in computing.series(basis, spans, inputs)}
    today = clock.local(at).date()
    found = []
    for one in basis.plan.milestones:
        row = rows.get(one.period_id)
        result = money_of(row.result["money"]) if row and row.result else live.get(one.period_id)
        sheet = payable(
            basis.plan,
            one.id,
            result=result,
            triggered_on=_triggered_on(one.trigger, row, today),
            add_workdays=calendar_of(basis.contract).add_working_days,
        )
        final = row is None or row.state == "signed"
        begun = row is None or row.starts_on <= today
        found.append(PaymentLine(sheet, capitals(sheet.payable), row, begun, final))
    return found


def plain_payments(plan: PaymentPlan | None) -> list[PaymentLine]:
    """The instalments of a contract that promises payment but no assessment: each is paid in full."""
    if plan is None or any(one.period_id for one in plan.milestones):
        return []
    sheets = [payable(plan, one.id) for one in plan.milestones]
    return [PaymentLine(sheet, capitals(sheet.payable), None, True, True) for sheet in sheets]


def _triggered_on(trigger: Trigger, row: Assessment | None, today: date) -> date | None:
    """The day that set an instalment going, where the platform knows it."""
    if row is None:
        return None
    if trigger is Trigger.ASSESSED and row.signed_at is not None:
        return clock.local(row.signed_at).date()
    if trigger is Trigger.PERIOD_ENDED and row.ends_on < today:
        return row.ends_on
    return None


def payment_lines(contract: Contract, *, at: datetime) -> tuple[bool, list[PaymentLine]] | None:
    """Whether the contract is assessed, and its instalments; None where neither is known.  Its periods are open."""
    basis = basis_of(contract)
    if basis is not None:
        return True, payments(basis, at=at)
    return (False, plain_payments(plan_of(contract))) if contract.payment else None


@dataclass(frozen=True, slots=True)
class OpenReadings:
    """An open point of the scheme: each reading, whether it is the one taken, and the term's money under it."""

    point: OpenPoint
    settled: bool
    readings: list[tuple[Reading, bool, TermAssessment]]


def open_readings(basis: Basis, *, at: datetime) -> list[OpenReadings]:
    """What the scheme leaves open, with the term as it would end under every reading."""
    outlook = computing.outlook(basis, at=at)
    under = {(other.point_id, other.reading_id): told.term for other, told in outlook.others}
    chosen = basis.settings.readings
    return [
        OpenReadings(
            point=point,
            settled=point.id in chosen,
            readings=[
                (
                    one,
                    one.id == chosen.get(point.id, point.default),
                    under.get((point.id, one.id), outlook.forecast.term),
                )
                for one in point.readings
            ],
        )
        for point in basis.scheme.open_points
    ]
