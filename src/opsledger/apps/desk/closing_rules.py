"""When the unit is reminded, and when silence counts as consent; which closed tickets are called back."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import agreements
from opsledger.apps.desk.agreements import OFFICE

REMINDERS = 2


def confirm_moment(contract: Contract, resolved_at: datetime, reminders: int) -> datetime:
    """The next moment for a ticket resolved then, of which `reminders` have been sent.

    With N working days allowed: reminders after a third and two thirds of them (at least one day apart), the
    end at the close of business of the Nth.
    """
    days = max(agreements.agreement_of(contract).confirm_after_workdays, REMINDERS + 1)
    clock = agreements.clocks_of(contract)[OFFICE]
    share = days if reminders >= REMINDERS else max(1, days * (reminders + 1) // (REMINDERS + 1))
    day = clock.calendar.add_working_days(clock.local_date(resolved_at), share)
    return clock.close_of(day)


def is_sampled(contract: Contract, number: str) -> bool:
    """Whether a closed ticket is among those called back: by its number, so that nobody can choose."""
    percent = agreements.agreement_of(contract).confirm_sample_percent
    return int(sha256(f"{contract.slug}/{number}".encode()).hexdigest(), 16) % 100 < percent
