"""Who is on duty."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import Http404

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Shift, Swap
from opsledger.kernel import clock

DAY_BEGINS, NIGHT_BEGINS = 8, 20


def shift_at(at: datetime) -> tuple[date, str]:
    """The day and part to which a moment belongs; the small hours are the night of the day before."""
    there = clock.local(at)
    if there.hour < DAY_BEGINS:
        return there.date() - timedelta(days=1), Shift.Part.NIGHT
    return there.date(), Shift.Part.DAY if there.hour < NIGHT_BEGINS else Shift.Part.NIGHT


def on_duty(contract_id: int, at: datetime) -> User | None:
    """The person on duty at a moment, or None where the roster is empty."""
    day, part = shift_at(at)
    found = Shift.objects.filter(contract_id=contract_id, on=day, part=part).select_related("user").first()
    return found.user if found else None


def week_of(contract_id: int, monday: date) -> dict[tuple[date, str], Shift]:
    """The shifts of a week by day and part."""
    rows = Shift.objects.filter(contract_id=contract_id, on__gte=monday, on__lt=monday + timedelta(days=7))
    return {(row.on, row.part): row for row in rows.select_related("user")}


def shifts_between(contract_id: int, first: date, after: date) -> list[Shift]:
    """The shifts of the days [first, after), the day's before the night's."""
    rows = Shift.objects.filter(contract_id=contract_id, on__gte=first, on__lt=after).select_related("user")
    return list(rows.order_by("on", "part"))


def swaps_for(contract_id: int, user_id: int | None) -> QuerySet[Swap]:
    """The swaps in which a person takes part, the open ones first."""
    rows = Swap.objects.filter(shift__contract_id=contract_id).select_related("shift", "giver", "taker")
    return rows.filter(Q(giver_id=user_id) | Q(taker_id=user_id)).order_by("-state", "-asked_at")


def shift_for(contract: Contract, shift_id: int) -> Shift:
    """One shift of a contract; Http404 if there is none."""
    found = Shift.objects.filter(contract=contract, pk=shift_id).select_related("contract", "user").first()
    if found is None:
        raise Http404
    return found
