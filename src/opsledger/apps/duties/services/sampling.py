"""Draw a sample of submissions to look at; the seed is kept, so that the draw can be checked."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction

from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.models import Occurrence, SampleDraw
from opsledger.apps.duties.selectors.rows import occurrence_for
from opsledger.apps.duties.selectors.samples import drawn, pool_of
from opsledger.apps.duties.services.acting import verify_occurrence
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor


@transaction.atomic
def draw_sample(
    *, actor: Actor, contract: Contract, how: str, count: int, activity: str = "", seed: str = ""
) -> SampleDraw:
    """Draw from what waits for a check now.

    Every draw is on record with its seed and the pool it was drawn from: drawing again until it suits can be seen.
    """
    actor.must(contract.pk, access.SUPERVISOR, access.BUYER)
    pool = pool_of(actor, contract, activity)
    seed = seed or secrets.token_hex(8)
    rows = drawn(pool, how, count, seed)
    made = SampleDraw.objects.create(
        contract=contract,
        drawn_by_id=actor.user_id,
        drawn_at=clock.now(),
        how=how,
        activity=activity,
        count=count,
        seed=seed,
        pool=sorted(pool),
        rows=rows,
    )
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="sample.drawn",
        subject=ledger.Subject("contract", str(contract.pk), contract.name),
        changes={"kind": made.get_how_display(), "count": len(pool), "drawn": len(rows), "seed": seed},
    )
    return made


def verify_sampled(
    *, actor: Actor, contract: Contract, ids: Iterable[int]
) -> tuple[list[Occurrence], list[tuple[Occurrence, DomainError]]]:
    """Verify several submissions; those that were, and each that could not be with its refusal.

    Http404 if one of them is hidden or missing.
    """
    done, failed = [], []
    for number in ids:
        row = occurrence_for(actor, contract, number)
        try:
            done.append(verify_occurrence(actor=actor, occurrence=row))
        except DomainError as error:
            failed.append((row, error))
    return done, failed
