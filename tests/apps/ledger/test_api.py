"""The ledger through the API: what each role reads on the page, narrowed, and the check of the whole chain."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.ledger import services
from opsledger.apps.ledger.models import Chain
from opsledger.kernel import clock

AT = "/contracts/demo-2026/ledger"


@pytest.fixture
def noted(world):
    """noted(verb, unit, type): append an entry in the manager's name."""

    def one(verb="asset.registered", unit=None, kind="asset", **changes):
        subject = services.Subject(kind, "1", "演示对象", unit.pk if unit else None)
        chain = services.contract_chain(world.contract.pk)
        return services.record(
            chain=chain, actor=world.actor("manager"), verb=verb, subject=subject, changes=changes
        )

    return one


def test_each_role_reads_what_the_page_shows(world, through, noted):
    noted(unit=world.item.unit, reason="给档案馆")
    noted(unit=world.other_item.unit)
    noted("contract.changed", kind="contract", count=3)
    for who in ("buyer", "manager", "engineer", "supervisor", "auditor"):
        assert [one["seq"] for one in through(who, "get", AT)["items"]] == [3, 2, 1]
    (mine,) = through("unit", "get", AT)["items"]
    assert (mine["seq"], mine["changes"], mine["text"]) == (1, {"reason": "给档案馆"}, "原因：给档案馆")
    assert mine["actor"] == "演示manager" and mine["hash"]
    through("stranger", "get", AT, status=404)
    through("stranger", "get", f"{AT}/check", status=404)
    refused = through("auditor", "get", AT, status=403, scopes=("tickets:read",))
    assert refused["code"] == "api.scope_missing" and refused["detail"]


def test_it_is_narrowed_paged_and_read_on(world, through, noted, at):
    noted("contract.changed", kind="contract")
    with clock.pinned(at + timedelta(days=1)):
        for _ in range(3):
            noted()

    def seqs(asked):
        return [one["seq"] for one in through("auditor", "get", f"{AT}?{asked}")["items"]]

    assert seqs("subject=contract") == [1] and seqs("q=contract") == [1]
    assert seqs("since=2026-03-12") == [4, 3, 2] and seqs("until=2026-03-11") == [1]
    assert seqs("after=3") == [4]
    page = through("auditor", "get", f"{AT}?limit=2&offset=2&count=true")
    assert ([one["seq"] for one in page["items"]], page["count"], page["next_offset"]) == ([2, 1], 4, None)
    for bad in ("subject=x", "since=soon", "limit=0", "after=-1", "since=9999-12-31"):
        told = through("auditor", "get", f"{AT}?{bad}", status=422)
        assert told["detail"] == "输入不符合接口说明，请核对各字段。"


def test_the_chain_is_checked_now(world, through, noted):
    assert through("auditor", "get", f"{AT}/check")["entries"] == 0
    assert world.client("auditor").get("/c/demo-2026/ledger/?verify=1").status_code == 200
    entry = noted()
    told = through("auditor", "get", f"{AT}/check")
    assert (told["whole"], told["checked"], told["head"]) == (True, 1, entry.hash)
    Chain.objects.update(head_hash="0" * 64)
    broken = through("auditor", "get", f"{AT}/check")
    assert broken["whole"] is False and broken["broken_code"]


def test_a_longer_ledger_costs_no_more_queries(through, noted):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            through("auditor", "get", f"{AT}?count=true")
        return len(seen)

    noted()
    cost()
    before = cost()
    for _ in range(5):
        noted()
    assert cost() == before
