"""Obligations by item, with clause, next due moment and history."""

from __future__ import annotations

from opsledger.apps.duties import services
from opsledger.apps.duties.models import Occurrence
from opsledger.kernel.access import SYSTEM


def test_an_obligation_shows_its_clause_its_next_due_and_its_history(world, make_obligation, at):
    obligation = make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(at)
    march = Occurrence.objects.get(obligation=obligation, window_id="2026-03#1")
    services.submit_occurrence(
        actor=world.actor("engineer"), occurrence=march, submission=services.Submission("已巡检")
    )
    client = world.client("buyer")
    listed = client.get("/c/demo-2026/obligations/").content.decode()
    assert obligation.title in listed and obligation.term.clause in listed
    # January and February are past and nobody did them; March is done; April is next.
    assert "4月30日" in listed
    shown = client.get(f"/c/demo-2026/obligations/{obligation.pk}/").content.decode()
    assert "按期 1 · 逾期 0 · 漏做 2" in shown
    assert "2026-03#1" in shown


def test_who_may_read_them(world, make_obligation):
    obligation = make_obligation()
    for who in ("buyer", "manager", "engineer", "supervisor", "auditor"):
        assert world.client(who).get("/c/demo-2026/obligations/?status=missed&sort=-next").status_code == 200
    assert world.client("unit").get("/c/demo-2026/obligations/").status_code == 403
    assert world.client("stranger").get(f"/c/demo-2026/obligations/{obligation.pk}/").status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_more_rows(
    world, make_obligation, django_assert_max_num_queries
):
    for _ in range(3):
        make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    client = world.client("buyer")
    client.get("/c/demo-2026/obligations/")
    with django_assert_max_num_queries(16):
        assert client.get("/c/demo-2026/obligations/").status_code == 200
