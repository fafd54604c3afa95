"""A fortnight of the demonstration: everything through the services, in the order of time, the same each time."""

from __future__ import annotations

from datetime import datetime

from opsledger.apps.desk.models import Ticket
from opsledger.apps.duties.models import Occurrence
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
