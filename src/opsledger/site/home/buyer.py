"""The buyer: one card for each contract, what waits for a decision, what went wrong this week."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from opsledger.apps.assessment import attention as assessment
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import counts_of
from opsledger.apps.desk import selectors as desk
from opsledger.apps.duties import selectors as duties
from opsledger.apps.watch import selectors as watch
from opsledger.kernel.access import Actor
from opsledger.site.home import figures


def told(actor: Actor, contract: Contract, contracts: list[Contract], at: datetime) -> dict[str, Any]:
    """What the buyer's home shows; the charts are those of the contract in view."""
    waits = []
    for one in contracts:
        waits += _waiting(actor, one)
    return {
        "cards": [figures.card(one, at) for one in contracts],
        "waits": waits,
        "breaches": desk.recent_breaches(contract, at - timedelta(days=7), at)[:8],
        "missed": duties.recently_missed(contract, at - timedelta(days=7), at)[:8],
        "months": assessment.score_by_month(contract, at),
        "counts": desk.open_counts(actor, contract, at),
    }


def _waiting(actor: Actor, contract: Contract) -> list[dict[str, Any]]:
    """What only the buyer can decide, each with where to do it."""
    gaps = counts_of(actor, contract)["gaps"]
    rows = [
        ("项义务没有写明频次，待双方约定", gaps, "contracts:gaps"),
        (
            "个剔除时段待批准",
            watch.exclusions_for(actor, contract).filter(state__in=["requested", "second"]).count(),
            "watch:exclusions",
        ),
        ("个任务申请免除", duties.pending_waivers(contract), "duties:occurrences"),
        ("条扣分异议待裁定", assessment.pending_objections(contract), "assessment:periods"),
        ("期考核待签认", assessment.unsigned(contract), "assessment:periods"),
    ]
    return [
        {"words": words, "count": count, "to": to, "contract": contract} for words, count, to in rows if count
    ]
