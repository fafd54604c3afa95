"""The usual time of an activity as a contract has it, in place of what rounds and checklists say."""

from __future__ import annotations

from django.db import transaction

from opsledger.apps.contracts import services as contracts
from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties import words
from opsledger.apps.duties.workload import BASES, MOST_MINUTES
from opsledger.core.errors import DomainError
from opsledger.kernel import access
from opsledger.kernel.access import Actor


@transaction.atomic
def set_minutes(
    *, actor: Actor, contract: Contract, activity: str, minutes: int | None, basis: str, note: str
) -> Contract:
    """Set how many minutes one task of `activity` takes in the forecast; None goes back to what was learned.

    The project manager's matter; `basis` says whether both sides agreed on it or the manager set it.
    ``workload.bad_minutes`` outside 1 to 9,600 (twenty working days), ``workload.reason_needed`` without a reason.
    """
    if minutes is not None and not 0 < minutes <= MOST_MINUTES:
        raise DomainError("workload.bad_minutes", most=MOST_MINUTES, found=minutes)
    if not note.strip():
        raise DomainError("workload.reason_needed")
    before = (contract.settings.get("workload") or {}).get(activity)
    return contracts.agree_setting(
        actor=actor,
        contract=contract,
        group="workload",
        name=activity,
        value=None if minutes is None else {"minutes": minutes, "basis": basis, "by": actor.name},
        note=note.strip()[:200],
        by=(access.MANAGER,),
        told={
            "workload.activity": words.activity_word(activity) or "交付物与其他",
            "workload.minutes": {
                "from": before["minutes"] if before else "按检查学习",
                "to": minutes if minutes is not None else "按检查学习",
            },
            "workload.basis": BASES[basis],
        },
    )
