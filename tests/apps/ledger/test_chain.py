"""The ledger is appended to, never changed, and a change made behind its back is found."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from opsledger.apps.ledger import services
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM

SUBJECT = services.Subject("contract", "1", "第一份合同")


def _record(number: int) -> Entry:
    return services.record(
        chain="contract:1",
        actor=SYSTEM,
        verb="contract.noted",
        subject=SUBJECT,
        changes={"note": f"第{number}条"},
    )


@pytest.fixture
def three(db, at) -> list[Entry]:
    return [_record(number) for number in range(1, 4)]


def _unlock(table: str = "ledger_entry") -> None:
    """Do what a malicious administrator would: drop the triggers first."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER ledger_entry_no_update")
            cursor.execute("DROP TRIGGER ledger_entry_no_delete")
        else:
            cursor.execute("DROP TRIGGER ledger_entry_no_change ON ledger_entry")


def test_entries_are_numbered_and_linked(three):
    assert [entry.seq for entry in three] == [1, 2, 3]
    assert three[1].previous_hash == three[0].hash
    report = services.verify_chain("contract:1")
    assert report.whole and report.checked == 3


def test_neither_code_nor_sql_changes_an_entry(three):
    with pytest.raises(DomainError):
        Entry.objects.filter(seq=2).update(actor_name="别人")
    with pytest.raises(DomainError):
        three[0].delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET actor_name = 'x' WHERE seq = 2")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE seq = 2")


def test_a_change_behind_its_back_is_found(three):
    _unlock()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET actor_name = 'x' WHERE seq = 2")
    report = services.verify_chain("contract:1")
    assert (report.whole, report.broken_seq, report.checked) == (False, 2, 1)


def test_a_removed_tail_is_found(three):
    _unlock()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE seq = 3")
    report = services.verify_chain("contract:1")
    assert not report.whole
