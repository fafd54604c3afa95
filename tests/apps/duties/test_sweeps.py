"""What the worker does at due moments, once, however many workers there are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsledger.apps.accounts.models import Notice
from opsledger.apps.duties import services
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.services import sweeping
from opsledger.apps.ledger.models import Entry
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM


@pytest.fixture
def planned(world, make_obligation):
    make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    return world


def _hand_in(world, row):
    return services.submit_occurrence(
        actor=world.actor("engineer"), occurrence=row, submission=services.Submission("已巡检")
    )


def test_windows_open_when_they_begin(planned, at):
    assert services.open_due(at) == 3  # January to March
    assert services.open_due(at) == 0
    assert Occurrence.objects.filter(state="open").count() == 3


def test_missed_ones_are_stamped_with_the_deadline_not_the_sweep(planned, at):
    services.open_due(at)
    assert services.stamp_missed(at) == 2
    assert services.stamp_missed(at) == 0
    row = Occurrence.objects.get(window_id="2026-01#1")
    entry = Entry.objects.get(verb="occurrence.missed", subject_id=str(row.pk))
    assert row.missed_at == row.due_at == entry.happened_at and entry.recorded_at == at
    assert Notice.objects.filter(user=planned.users["manager"], title__contains="超期").count() == 2


def test_at_the_due_moment_itself_nothing_is_missed_yet(planned, at):
    services.open_due(at)
    row = Occurrence.objects.get(window_id="2026-03#1")
    services.stamp_missed(row.due_at)
    row.refresh_from_db()
    assert row.missed_at is None
    with clock.pinned(row.due_at + timedelta(seconds=1)):
        assert services.stamp_missed(row.due_at + timedelta(seconds=1)) == 1


def test_what_was_handed_in_is_not_missed(planned, at):
    services.open_due(at)
    row = _hand_in(planned, Occurrence.objects.get(window_id="2026-03#1"))
    services.stamp_missed(row.due_at + timedelta(days=3))
    row.refresh_from_db()
    assert row.missed_at is None


def test_unopposed_submissions_stand_after_three_days_with_one_entry(planned, at):
    services.open_due(at)
    for row in Occurrence.objects.filter(state="open"):
        _hand_in(planned, row)
    assert services.accept_unopposed(at + timedelta(days=2, hours=23)) == 0
    assert services.accept_unopposed(at + timedelta(days=3)) == 3
    entry = Entry.objects.get(verb="occurrence.accepted_by_rule")
    assert entry.changes["count"] == 3 and len(entry.changes["occurrences"]) == 3
    row.refresh_from_db()
    assert row.state == "verified" and row.verified_by is None


def test_a_submission_that_must_be_checked_waits_for_it(world, march, photo, at):
    services.submit_occurrence(
        actor=world.actor("engineer"),
        occurrence=march,
        submission=services.Submission("好", {"室温": "21"}, [photo()]),
    )
    assert services.accept_unopposed(at + timedelta(days=30)) == 0


def test_two_workers_that_read_the_same_rows_stamp_each_once(planned, at):
    services.open_due(at)
    late = at + timedelta(days=200)
    services.open_due(late)
    # Both have read the same rows before either has written: every interleaving comes down to this.
    read_by_one = list(Occurrence.objects.filter(due_at__lt=late).select_related("item"))
    read_by_other = list(Occurrence.objects.filter(due_at__lt=late).select_related("item"))
    assert len(read_by_one) > 5
    counts = [
        sweeping.stamp_one(row, late) for pair in zip(read_by_one, read_by_other, strict=True) for row in pair
    ]
    assert counts == [1, 0] * len(read_by_one)
    assert Entry.objects.filter(verb="occurrence.missed").count() == len(read_by_one)


def test_a_submission_between_reading_and_stamping_wins(planned, at):
    services.open_due(at)
    read = Occurrence.objects.get(window_id="2026-02#1")
    _hand_in(planned, Occurrence.objects.get(pk=read.pk))
    assert sweeping.stamp_one(read, at) == 0
    assert not Entry.objects.filter(verb="occurrence.missed").exists()
