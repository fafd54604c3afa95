"""What waits for a check, what of it raises questions, and the samples that were drawn."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.models import Occurrence, Round, SampleDraw
from opsledger.apps.duties.policies import visible_occurrences
from opsledger.kernel.access import Actor


def flagged(actor: Actor, contract: Contract) -> QuerySet[Occurrence]:
    """Submissions that wait for a check and raise questions."""
    rounds = Round.objects.filter(contract=contract, state=Round.State.FINISHED).exclude(questions=[])
    return (
        Occurrence.objects.filter(contract=contract, state="submitted", rounds__in=rounds)
        .filter(visible_occurrences(actor, contract.pk))
        .select_related("item", "obligation")
        .distinct()
    )


def pool_of(actor: Actor, contract: Contract, activity: str = "") -> dict[int, int]:
    """The submissions that wait for a check, by id, with how many questions each raises; of one activity if named."""
    rows = Occurrence.objects.filter(contract=contract, state="submitted").filter(
        visible_occurrences(actor, contract.pk)
    )
    if activity:
        rows = rows.filter(obligation__activity=activity)
    found = dict.fromkeys(rows.order_by("pk").values_list("pk", flat=True), 0)
    rounds = Round.objects.filter(
        contract=contract, state=Round.State.FINISHED, occurrence_id__in=list(found)
    )
    for occurrence_id, questions in rounds.exclude(questions=[]).values_list("occurrence_id", "questions"):
        found[occurrence_id] += len(questions)
    return found


def drawn(pool: Mapping[int, int], how: str, count: int, seed: str) -> list[int]:
    """The sample that a seed gives from a pool: the same whenever and by whomever it is drawn again.

    "random" draws by lot, "flagged" puts those that raise most questions first and fills up by lot, "kind" takes
    all.  Pure.
    """
    ids = sorted(pool)
    if how == SampleDraw.How.KIND:
        return ids
    # The lot itself is no secret: it must be possible to draw it again.
    random.Random(seed).shuffle(ids)
    if how == SampleDraw.How.FLAGGED:
        ids.sort(key=lambda pk: -pool[pk])
    return ids[:count]


def draws_made(contract: Contract) -> Sequence[SampleDraw]:
    """The last samples that were drawn, the latest first."""
    return list(all_draws(contract)[:12])


def all_draws(contract: Contract) -> QuerySet[SampleDraw]:
    """Every sample that was drawn, the latest first."""
    return SampleDraw.objects.filter(contract=contract).select_related("drawn_by").defer("pool")


def draw_for(contract: Contract, draw_id: int) -> SampleDraw:
    """One sample; Http404 if it is missing."""
    found = SampleDraw.objects.filter(contract=contract, pk=draw_id).select_related("drawn_by").first()
    if found is None:
        raise Http404
    return found


def sample_rows(actor: Actor, contract: Contract, draw: SampleDraw) -> list[Occurrence]:
    """The occurrences of a sample in its order, each with `asked`, how many questions it raises."""
    rows = Occurrence.objects.filter(contract=contract, pk__in=draw.rows).filter(
        visible_occurrences(actor, contract.pk)
    )
    found = {row.pk: row for row in rows.select_related("item", "obligation", "submitted_by")}
    raised: dict[int, int] = dict.fromkeys(found, 0)
    for occurrence_id, questions in Round.objects.filter(
        occurrence_id__in=list(found), state=Round.State.FINISHED
    ).values_list("occurrence_id", "questions"):
        raised[occurrence_id] += len(questions)
    for pk, row in found.items():
        row.asked = raised[pk]  # type: ignore[attr-defined]
    return [found[pk] for pk in draw.rows if pk in found]
