"""A fortnight of the demonstration: everything through the services, in the order of time, the same each time."""

from __future__ import annotations

from datetime import date, datetime

from opsledger.apps.assets.models import Asset, Relation, SparePart
from opsledger.apps.desk.models import Shift, Ticket, TicketEvent, TicketTag, TicketTask, WorkEntry
from opsledger.apps.duties.models import Attendance, Occurrence, StaffMember
from opsledger.apps.ledger import services as ledger
from opsledger.apps.ledger.models import Entry
from opsledger.demo import MOMENT, year

UNTIL = datetime(2026, 1, 9, 10, 0, tzinfo=MOMENT.tzinfo)


def test_a_fortnight_is_whole_in_order_and_of_every_kind(db):
    played = year.play(lambda words, share: None, UNTIL)

    contract_id = Ticket.objects.values_list("contract_id", flat=True).first()
    report = ledger.verify_chain(ledger.contract_chain(contract_id))
    assert report.whole and report.entries > 100
    moments = list(Entry.objects.order_by("id").values_list("recorded_at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= UNTIL

    assert played["工单"] >= 14
    states = set(Ticket.objects.values_list("state", flat=True))
    assert "closed" in states and states - {"closed"}
    assert Occurrence.objects.filter(state="verified").exists()
    assert Occurrence.objects.filter(due_at__lt=UNTIL).count() > 20
    _has_what_the_pages_show(played)


def _has_what_the_pages_show(played):
    """No page of the demonstration is empty for want of data: estate, store, roster and people are there."""
    # Beside the contract's own equipment list, which waits for its take-over.
    assert Asset.objects.exclude(state="listed").count() == played["资产"] == 12 + 6 * 6
    # Every system: an application on two nodes on a host, a database on the array, and what it depends on.
    assert Relation.objects.filter(kind="runs_on").count() == 6 * (2 + 2)
    assert SparePart.objects.filter(stock__gt=0).count() == 5
    # One entry for every time a ticket was resolved, the reopened ones twice.
    assert WorkEntry.objects.count() == TicketEvent.objects.filter(action="resolve").count() > 5
    assert TicketTag.objects.exists()
    # What was shared is done by the time the ticket is.
    assert TicketTask.objects.filter(done_at__isnull=False).exists()
    assert not TicketTask.objects.filter(ticket__state="closed", done_at=None).exists()
    # Four weeks with a day and a night shift each day.
    assert Shift.objects.count() == 4 * 7 * 2
    assert StaffMember.objects.count() == played["驻场人员"] == 26
    # Sunday the 4th is a make-up day of New Year; on the 9th everybody has come in by ten.
    assert set(Attendance.objects.values_list("day", flat=True)) == {date(2026, 1, n) for n in range(4, 10)}
