"""The supervisor, the auditor, and the administrator's view of the platform."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import selectors as desk
from opsledger.apps.duties import selectors as duties
from opsledger.apps.ledger import selectors as ledger
from opsledger.kernel import clock, sweeps
from opsledger.kernel.access import Actor, guard
from opsledger.kernel.pages import page


def supervisor(actor: Actor, contract: Contract, contracts: list[Contract], at: datetime) -> dict[str, Any]:
    """What waits to be verified, and what went wrong."""
    return {
        "queue": duties.to_verify(actor, contract)[:12],
        "states": duties.counts_by_state(actor, contract, at),
        "breaches": desk.recent_breaches(contract, at - timedelta(days=7), at)[:8],
        "missed": duties.recently_missed(contract, at - timedelta(days=7), at)[:8],
        "progress": duties.month_progress(contract, clock.local(at).date(), at=at),
    }


def auditor(actor: Actor, contract: Contract, contracts: list[Contract], at: datetime) -> dict[str, Any]:
    """The ledger: how long, how whole, what was entered last."""
    return {
        "latest": ledger.entries_of(actor, contract.pk)[:12],
        "summary": ledger.chain_summary(contract.pk),
        "backdated": ledger.entered_later(actor, contract.pk)[:8],
    }


@guard(admin=True)
def health(request: HttpRequest) -> HttpResponse:
    """Whether database, worker and queue do their work."""
    at = clock.now()
    told = {
        "database": connection.vendor,
        "sweeps": sweeps.last_runs(at),
        "queue": sweeps.queue_state(),
        "at": at,
    }
    return page(request, "home/health.html", told)
