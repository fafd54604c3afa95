"""The stories of changes, problems and articles go their way through the services to where they are told to end."""

from __future__ import annotations

from datetime import timedelta

from opsledger.apps.desk.models import Article, ReportTemplate, Ticket
from opsledger.demo import MOMENT, knowledge, year
from opsledger.demo.play import Stage
from opsledger.demo.stories import story


def test_every_story_ends_where_it_is_told_to(db, monkeypatch):
    monkeypatch.setattr(year, "plan_contract", lambda **said: None)
    stage = Stage(year.KICK_OFF)
    # Only the stories: the worker's sweeps of eleven months have nothing to find here.
    stage._next_sweep = MOMENT + timedelta(days=1)
    cast = year.load()
    knowledge.schedule(stage, cast, MOMENT)
    stage.run(MOMENT)

    told = story("desk")
    for kind, rows in (("change", told["changes"]), ("problem", told["problems"])):
        states = dict(Ticket.objects.filter(kind=kind).values_list("title", "state"))
        assert states == {row["title"]: row["ends"] for row in rows}
    assert set(Article.objects.values_list("state", flat=True)) == {"published"}
    assert Article.objects.count() == len(told["articles"])
    assert list(ReportTemplate.objects.values_list("name", flat=True)) == [
        row["name"] for row in told["templates"]
    ]
