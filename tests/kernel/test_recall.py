"""What is remembered is forgotten with the first write to what it was read from, whoever writes and however."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from opsledger.apps.accounts.actors import actor_for
from opsledger.apps.accounts.models import Membership, Organisation, User
from opsledger.apps.accounts.services import people
from opsledger.apps.contracts.models import Contract
from opsledger.kernel import recall
from opsledger.kernel.wire import must

pytestmark = pytest.mark.django_db


def stamp():
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM kernel_stamp")
        (row,) = cursor.fetchall()
    return row[0]


@pytest.fixture
def body():
    return Organisation.objects.create(name="甲单位", kind="unit")


@pytest.mark.parametrize("way", ["save", "update", "bulk", "sql", "delete"])
def test_every_way_of_writing_takes_a_new_stamp(body, way):
    before = stamp()
    if way == "save":
        body.save()
    elif way == "update":
        Organisation.objects.update(name="乙单位")
    elif way == "bulk":
        Organisation.objects.bulk_create([Organisation(name="丙", kind="unit")])
    elif way == "sql":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_organisation SET name = 'x'")
    else:
        body.delete()
    assert stamp() != before


def test_it_is_read_once_until_then(body):
    asked = []

    def read():
        asked.append(1)
        return Organisation.objects.get(pk=body.pk).name

    assert [recall.known("name", read), recall.known("name", read), len(asked)] == ["甲单位", "甲单位", 1]
    Organisation.objects.update(name="乙单位")
    assert recall.known("name", read) == "乙单位"


def test_what_was_rolled_back_is_never_believed(body):
    def read():
        return Organisation.objects.get(pk=body.pk).name

    recall.known("name", read)
    with transaction.atomic():
        Organisation.objects.update(name="乙单位")
        assert recall.known("name", read) == "乙单位"
        transaction.set_rollback(True)
    assert recall.known("name", read) == "甲单位"


def test_a_request_that_only_reads_sees_one_state(body):
    def read():
        return Organisation.objects.get(pk=body.pk).name

    recall.hold()
    try:
        recall.known("name", read)
        Organisation.objects.update(name="乙单位")
        assert recall.known("name", read) == "甲单位"
    finally:
        recall.release()
    assert recall.known("name", read) == "乙单位"


def test_a_call_that_changes_settings_sees_what_it_changed(body):
    def read():
        return Organisation.objects.get(pk=body.pk).name

    def named(scope: str) -> str:
        recall.hold()
        try:
            recall.known("name", read)
            must(SimpleNamespace(api_token=SimpleNamespace(scopes=["*"])), scope)
            Organisation.objects.update(name=f"{read()}甲")
            return recall.known("name", read)
        finally:
            recall.release()

    assert named("tickets:write") != read()
    assert named("settings:write") == read()


def test_a_sign_in_forgets_nothing_and_a_stopped_account_does(body):
    user = User.objects.create(username="li", full_name="李")
    before = stamp()
    user.last_login = None
    user.save(update_fields=["last_login"])
    assert stamp() == before
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert stamp() != before


def test_a_withdrawn_role_ends_at_once(body, django_user_model):
    from opsledger.kernel.clock import now

    contract = Contract.objects.create(
        slug="c", name="合同", buyer=body, provider=body, price_cny="1.00", starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31), created_at=now(),
    )  # fmt: skip
    user = User.objects.create(username="li", full_name="李")
    held = Membership.objects.create(user=user, contract=contract, role="manager")
    assert actor_for(user).roles(contract.pk) == {"manager"} and people(contract.pk, "manager") == [user]
    held.delete()
    assert actor_for(user).roles(contract.pk) == frozenset() and people(contract.pk, "manager") == []


def test_without_a_stamp_everything_is_read_anew(body):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_stamp")
    asked = []
    for _ in range(2):
        recall.known("x", lambda: asked.append(1))
    assert len(asked) == 2
