"""What a contract's assessment rests on: its scheme, payment plan, chosen readings and paid periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from opsledger.apps.assessment.periods import KINDS, Span, all_spans, span_of, spans
from opsledger.apps.contracts.models import Contract
from opsledger.core.calendars import WorkingCalendar
from opsledger.core.payment import PaymentPlan, money_at_stake, parse_plan
from opsledger.core.scoring import Money, Period, Scheme, Settings, parse_scheme

DEFAULT_OBJECTION_DAYS = 5


@dataclass(frozen=True, slots=True)
class Basis:
    """The rules under which a contract is assessed; `plan` is None where no price or plan is known."""

    contract: Contract
    scheme: Scheme
    plan: PaymentPlan | None
    settings: Settings

    @property
    def objection_days(self) -> int:
        """Working days in which the provider may object after the issue."""
        agreed = (self.contract.settings.get("assessment") or {}).get("objection_days")
        return int(agreed or self.scheme.objection_days or DEFAULT_OBJECTION_DAYS)

    @property
    def paid_kind(self) -> str:
        """The kind of period by which instalments are paid; months where the plan names none."""
        named = {one.period_id for one in self.plan.milestones if one.period_id} if self.plan else set()
        for span in all_spans(self.contract.starts_on, self.contract.ends_on):
            if span.id in named:
                return span.kind
        return "month"

    def paid_spans(self) -> list[Span]:
        """The periods by whose results the contract is paid."""
        return spans(self.paid_kind, self.contract.starts_on, self.contract.ends_on)

    def spans(self) -> list[Span]:
        """Every period that can be assessed."""
        return all_spans(self.contract.starts_on, self.contract.ends_on)

    def span(self, period_id: str) -> Span | None:
        """The period with this id, or None."""
        return span_of(period_id, self.contract.starts_on, self.contract.ends_on)

    def period(self, span: Span) -> Period:
        """The period as the scheme sees it, with the money that hangs on it."""
        money = money_at_stake(self.plan, span.id) if self.plan else None
        if money is None and self.plan and span.kind == "term" and self.scheme.pays_on_term:
            money = Money(total_cny=self.plan.price_cny, period_cny=self.plan.price_cny)
        return Period(id=span.id, title=span.title, start_on=span.starts_on, end_on=span.ends_on, money=money)

    def term_money(self) -> Money | None:
        """The money of the whole term, for schemes that pay on the rolled-up result."""
        if self.plan is None:
            return None
        return Money(total_cny=self.plan.price_cny, period_cny=self.plan.price_cny)

    def paid_span_of(self, day: date) -> Span | None:
        """The paid period in which a day lies."""
        return next((span for span in self.paid_spans() if span.holds(day)), None)


def basis_of(contract: Contract) -> Basis | None:
    """The basis of a contract's assessment; None where it has no scheme."""
    if not contract.scheme:
        return None
    scheme = parse_scheme(contract.scheme)
    known = {point.id: {one.id for one in point.readings} for point in scheme.open_points}
    chosen = contract.settings.get("readings") or {}
    readings = {point: one for point, one in chosen.items() if one in known.get(point, set())}
    return Basis(contract, scheme, plan_of(contract), Settings(readings=readings))


def plan_of(contract: Contract) -> PaymentPlan | None:
    """The payment plan with the contract's price; None without either."""
    if not contract.payment or contract.price_cny is None:
        return None
    return parse_plan({**contract.payment, "price_cny": str(contract.price_cny)})


def calendar_of(contract: Contract) -> WorkingCalendar:
    """The official calendar by which working days are counted."""
    return WorkingCalendar.china()


def kind_words() -> list[tuple[str, str]]:
    """Kinds of periods with their words, for choices."""
    return list(KINDS.items())
