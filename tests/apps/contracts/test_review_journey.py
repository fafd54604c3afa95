"""From the upload to the contract, as a project manager goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.contracts.reading_samples import make_reading, upload

from opsledger.apps.contracts.models import Contract, DocumentReading, Obligation, ProposedTerm
from opsledger.apps.contracts.review import jobs
from opsledger.apps.contracts.services import reading_intake, reading_making
from opsledger.apps.ledger.models import Entry

ENDING = {
    "name": "测试市信息系统运维合同",
    "slug": "test-2026",
    "buyer": "演示市数据局",
    "provider": "演示运维公司",
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "price_cny": "1200000",
    "default_window": "7x24",
    "role": "manager",
}


def test_upload_is_queued_read_in_a_process_and_opens_for_review(world, django_capture_on_commit_callbacks):
    client = world.client("manager")
    answer = client.post("/readings/new/", {"document": upload()})
    reading = DocumentReading.objects.get()
    assert answer["Location"] == f"/readings/{reading.pk}/"
    waiting = client.get(f"/readings/{reading.pk}/").content.decode()
    assert "等待读取" in waiting and 'hx-trigger="every 2s"' in waiting

    assert jobs.run(reading_id=reading.pk) == "read"
    reading.refresh_from_db()
    assert reading.state == "review"
    assert [item.name for item in reading.items.all()] == ["门户网站运维", "档案系统运维", "机房环境运维"]
    polled = client.get(f"/readings/{reading.pk}/status/", headers={"HX-Request": "true"})
    assert polled["HX-Redirect"] == f"/readings/{reading.pk}/"
    page = client.get(f"/readings/{reading.pk}/").content.decode()
    assert "已处理" in page and "门户网站运维" in page and "<mark" in page
    # Run again by a queue that delivers twice: nothing happens.
    assert jobs.run(reading_id=reading.pk) == "skipped"


@pytest.mark.parametrize("act, state", [("accept", "accepted"), ("reject", "rejected")])
def test_one_press_decides_a_term(world, act, state):
    reading = make_reading(world.actor("manager"))
    term = reading.terms.first()
    address = f"/readings/{reading.pk}/terms/{term.pk}/"
    client = world.client("manager")
    answer = client.post(address, {"act": act, "version": 1}, headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert answer.status_code == 200 and f'id="term-{term.pk}"' in body and 'id="progress"' in body
    term.refresh_from_db()
    assert (term.state, term.version, str(term.acted_by)) == (state, 2, "演示manager")
    entry = Entry.objects.filter(chain__name=f"reading:{reading.pk}").latest("seq")
    assert entry.verb == f"reading.{act}" and entry.changes["name"] == term.summary
    # The same without JavaScript: back to the item, at the term.
    answer = client.post(address, {"act": "reset", "version": 2})
    assert answer["Location"].endswith(f"?item={term.item_id}#term-{term.pk}")


def test_the_whole_way_to_a_planned_contract(world):
    reading = make_reading(world.actor("manager"))
    client = world.client("manager")
    preview = client.get(f"/readings/{reading.pk}/accept/?minimum=0").content.decode()
    count = reading.terms.filter(problem="").count()
    assert f"<strong>{count}</strong> 条" in preview
    client.post(f"/readings/{reading.pk}/accept/", {"minimum": 0, "expected": count})
    assert reading.terms.filter(state="accepted").count() == count

    answer = client.post(f"/readings/{reading.pk}/finish/", ENDING)
    assert answer["Location"] == f"/readings/{reading.pk}/", answer.content.decode()
    waiting = client.get(f"/readings/{reading.pk}/").content.decode()
    assert "正在生成合同" in waiting and 'hx-trigger="every 2s"' in waiting
    assert jobs.make(reading_id=reading.pk) == "made"
    # Run again by a queue that delivers twice: nothing happens.
    assert jobs.make(reading_id=reading.pk) == "skipped"
    polled = client.get(f"/readings/{reading.pk}/status/", headers={"HX-Request": "true"})
    assert polled["HX-Redirect"] == "/c/test-2026/"
    contract = Contract.objects.get(slug="test-2026")
    assert [item.no for item in contract.items.all()] == ["1", "2", "3"]
    assert contract.provider.name == "演示运维公司" and contract.price_cny == 1200000
    levels = contract.severities.filter(ticket="incident").values_list("set_id", "word", "rank")
    first = contract.items.get(no="1").severity_sets
    assert [(word, rank) for set_id, word, rank in levels if set_id in first] == [
        ("重大故障", 1),
        ("一般故障", 2),
    ]
    obligations = Obligation.objects.filter(contract=contract)
    assert obligations.count() == count
    # 定期备份 has no frequency: it waits for an agreement instead of a plan.
    assert obligations.get(activity="backup").status == "gap"
    # 每月巡检 over 2026: twelve due windows, planned by the listener of contract.read.
    inspection = obligations.get(activity="inspection")
    assert inspection.occurrences.count() == 12
    reading.refresh_from_db()
    assert reading.state == "done" and reading.contract == contract
    assert client.get("/c/test-2026/").status_code == 200
    entry = Entry.objects.get(verb="contract.read")
    assert entry.changes["review_hash"] == Entry.objects.get(verb="reading.finished").hash


def test_open_terms_hold_the_contract_back_and_what_was_typed_stays(world):
    reading = make_reading(world.actor("manager"))
    client = world.client("manager")
    term = reading.terms.filter(problem="").first()
    client.post(f"/readings/{reading.pk}/terms/{term.pk}/", {"act": "accept", "version": 1})
    answer = client.post(f"/readings/{reading.pk}/finish/", ENDING)
    body = answer.content.decode()
    still = ProposedTerm.objects.filter(reading=reading, state="proposed").count()
    assert f"还有 {still} 条条款没有处理" in body and "测试市信息系统运维合同" in body
    assert not Contract.objects.filter(slug="test-2026").exists()
    answer = client.post(f"/readings/{reading.pk}/finish/", {**ENDING, "leave_open": "on"})
    assert jobs.make(reading_id=reading.pk) == "made"
    assert Contract.objects.get(slug="test-2026").terms.count() == 1


def test_an_existing_contract_cannot_be_taken_over(world):
    reading = make_reading(world.actor("manager"))
    client = world.client("manager")
    count = reading.terms.filter(problem="").count()
    client.post(f"/readings/{reading.pk}/accept/", {"minimum": 0, "expected": count})
    body = client.post(f"/readings/{reading.pk}/finish/", {**ENDING, "slug": "demo-2026"}).content.decode()
    assert "已有合同使用" in body
    assert world.contract.terms.count() == 0


def _ready(world):
    reading = make_reading(world.actor("manager"))
    client = world.client("manager")
    count = reading.terms.filter(problem="").count()
    client.post(f"/readings/{reading.pk}/accept/", {"minimum": 0, "expected": count})
    return reading, client


def test_what_fell_due_before_the_take_over_is_not_planned(world):
    reading, client = _ready(world)
    client.post(f"/readings/{reading.pk}/finish/", {**ENDING, "tracked_from": "2026-09-10"})
    jobs.make(reading_id=reading.pk)
    contract = Contract.objects.get(slug="test-2026")
    assert str(contract.tracked_from) == "2026-09-10"
    inspection = Obligation.objects.get(contract=contract, activity="inspection")
    # 每月巡检 over 2026: September's window is still open on the 10th, those of January to August are past.
    assert sorted(one.opens_on.month for one in inspection.occurrences.all()) == [9, 10, 11, 12]
    planned = Entry.objects.get(verb="contract.planned")
    assert planned.changes["接手前"] >= 8
    assert "2026年9月10日起在本系统记录履约" in client.get("/c/test-2026/").content.decode()


def test_a_refusal_in_the_worker_opens_the_review_again_and_says_why(world):
    reading, client = _ready(world)
    client.post(f"/readings/{reading.pk}/finish/", ENDING)
    # Somebody else's contract has taken the address in the meantime.
    Contract.objects.filter(pk=world.contract.pk).update(slug="test-2026")
    assert jobs.make(reading_id=reading.pk) == "failed"
    reading.refresh_from_db()
    assert (reading.state, reading.contract) == ("review", None)
    page = client.get(f"/readings/{reading.pk}/finish/").content.decode()
    assert "上次没有生成" in page and "已有合同使用" in page and "测试市信息系统运维合同" in page


def test_a_making_whose_worker_died_goes_on_where_it_stopped(world, at):
    reading, client = _ready(world)
    client.post(f"/readings/{reading.pk}/finish/", ENDING)
    claimed = reading_making.claim_making(reading_id=reading.pk, at=at)
    contract = reading_making.write_contract(reading=claimed)
    # The process ends here.  The next sweep after ten minutes queues it again.
    assert reading_intake.revive_readings(at + timedelta(minutes=9)) == 0
    later = DocumentReading.objects.get(pk=reading.pk).heartbeat_at + timedelta(minutes=11)
    assert reading_intake.revive_readings(later) == 1
    assert jobs.make(reading_id=reading.pk) == "made"
    reading.refresh_from_db()
    assert (reading.state, reading.contract) == ("done", contract)
    assert Contract.objects.filter(slug="test-2026").count() == 1
