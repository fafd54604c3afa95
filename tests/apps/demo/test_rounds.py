"""The demonstration's rounds are handed in whole, and some of them find something."""

from __future__ import annotations

from datetime import timedelta

from opsledger.apps.contracts.models import Obligation
from opsledger.apps.duties.models import Finding, Occurrence, Round
from opsledger.apps.duties.services import plan_obligation
from opsledger.demo import duties, estate, rounds, year
from opsledger.demo.play import Stage
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM

# Of each item so many; with this seed one of the dozen finds something.
EACH = 4


def test_rounds_of_every_checklist_are_handed_in(db, monkeypatch):
    monkeypatch.setattr(year, "plan_contract", lambda **said: None)
    cast = year.load()
    with clock.pinned(year.KICK_OFF):
        estate.build(cast)
        for row in Obligation.objects.filter(item__no__in=rounds.CHECKLISTS, activity="inspection"):
            plan_obligation(actor=SYSTEM, obligation=row)
    stage = Stage(rounds.SINCE)
    stage._next_sweep = rounds.SINCE + timedelta(days=90)
    rows = Occurrence.objects.filter(begins_at__gte=rounds.SINCE).order_by("due_at", "pk")
    picked = [row for no in rounds.CHECKLISTS for row in rows.filter(item__no=no)[:EACH]]
    for row in picked:
        at = row.begins_at + timedelta(hours=9)
        stage.at(at, lambda at, pk=row.pk: duties._submit(stage, cast, pk, at, sent_back=False))
    stage.run(max(row.due_at for row in picked) + timedelta(days=5))

    played = Round.objects.filter(occurrence__in=picked)
    assert played.count() == len(picked) == EACH * len(rounds.CHECKLISTS)
    assert set(played.values_list("state", flat=True)) == {Round.State.FINISHED}
    states = Occurrence.objects.filter(pk__in=[row.pk for row in picked]).values_list("state", flat=True)
    assert set(states) == {"verified"}
    assert Finding.objects.count() <= EACH
