"""What the scheme leaves open is settled by the buyer, one reading at a time."""

from __future__ import annotations

from django.db import transaction

from opsledger.apps.assessment.basis import basis_of
from opsledger.apps.contracts import services as contracts
from opsledger.apps.contracts.models import Contract
from opsledger.core.errors import DomainError
from opsledger.core.scoring import chosen_readings
from opsledger.kernel.access import Actor


@transaction.atomic
def choose_reading(*, actor: Actor, contract: Contract, point: str, reading: str, ground: str) -> Contract:
    """Settle one open point of the scheme; every figure that is not signed follows at once.

    Raises ``scoring.unknown_reading`` for what the scheme does not name, ``assessment.reason_needed``.
    """
    basis = basis_of(contract)
    if basis is None:
        raise DomainError("assessment.no_scheme")
    chosen_readings(basis.scheme, {point: reading})
    if not ground.strip():
        raise DomainError("assessment.reason_needed")
    return contracts.choose_reading(
        actor=actor, contract=contract, point=point, reading=reading, note=ground.strip()
    )
