"""Loading, binding and settling: idempotent, and what people have changed stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from opsledger.apps.contracts import packs, services
from opsledger.apps.contracts.models import Obligation, ServiceItem, Term
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def pack():
    return packs.load_pack(ROOT / "packs" / "anyang-2026")


@pytest.fixture
def anyang(db, at, pack):
    report = services.load_pack(actor=SYSTEM, pack=pack, overrides={"price_cny": "6000000"})
    services.bind_contract(actor=SYSTEM, contract=report.contract)
    return report.contract


def test_the_whole_pack_arrives(anyang):
    assert ServiceItem.objects.filter(contract=anyang).count() == 30
    assert len({item.unit_id for item in ServiceItem.objects.filter(contract=anyang)}) == 14
    archive = ServiceItem.objects.get(contract=anyang, no="03")
    urgent = Term.objects.get(contract=anyang, key="03.arrive.core.in")
    assert urgent.item == archive
    assert (urgent.data["value"], urgent.data["unit"], urgent.data["clock"]) == (15, "minute", "business")


def test_loading_twice_changes_nothing(anyang, pack):
    entries = Entry.objects.count()
    again = services.load_pack(actor=SYSTEM, pack=pack, overrides={"price_cny": "6000000"})
    bound = services.bind_contract(actor=SYSTEM, contract=anyang)
    assert (again.made, again.changed, again.kept, again.withdrawn) == (0, 0, 0, 0)
    assert set(bound.values()) == {0}
    assert Entry.objects.count() == entries


def test_what_people_changed_is_kept(anyang, pack):
    item = ServiceItem.objects.get(contract=anyang, no="03")
    item.name = "馆藏档案管理平台（含分馆）"
    item.save()
    report = services.load_pack(actor=SYSTEM, pack=pack, overrides={"price_cny": "6000000"})
    item.refresh_from_db()
    assert item.name == "馆藏档案管理平台（含分馆）"
    assert report.kept == 1


def test_what_the_pack_changes_is_followed(anyang, pack):
    term = Term.objects.get(contract=anyang, key="03.resolve.major")
    # As if an earlier pack had said six hours: neither the row nor what was said of it was touched by people.
    older = {**term.data, "value": 6}
    Term.objects.filter(pk=term.pk).update(data=older, pack_data={**term.pack_data, "data": older})
    report = services.load_pack(actor=SYSTEM, pack=pack, overrides={"price_cny": "6000000"})
    term.refresh_from_db()
    assert term.data["value"] == 4
    assert report.changed == 1


def test_a_frequency_that_is_open_becomes_an_obligation_when_it_is_agreed(world, anyang):
    gap = Obligation.objects.filter(contract=anyang, status="gap", kind="duty").first()
    manager = SYSTEM
    services.agree_frequency(actor=manager, obligation=gap, count=1, period="month", note="启动会纪要")
    gap.refresh_from_db()
    assert gap.status == "active"
    assert "待约定" not in gap.title and "每月" in gap.title
    services.bind_contract(actor=SYSTEM, contract=anyang)
    gap.refresh_from_db()
    assert gap.status == "active" and "每月" in gap.title
    assert Entry.objects.filter(verb="obligation.agreed", subject_id=str(gap.pk)).count() == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"count": 0, "period": "month", "note": "x"}, "obligation.bad_frequency"),
        ({"count": 1, "period": "lunar", "note": "x"}, "obligation.bad_frequency"),
        ({"count": 1, "period": "month", "note": " "}, "obligation.note_needed"),
    ],
)
def test_a_frequency_must_make_sense(anyang, facts, code):
    gap = Obligation.objects.filter(contract=anyang, status="gap").first()
    with pytest.raises(DomainError) as refused:
        services.agree_frequency(actor=SYSTEM, obligation=gap, **facts)
    assert refused.value.code == code


def test_only_the_parties_settle(world):
    term = Term.objects.create(
        contract=world.contract,
        item=world.item,
        key="x",
        kind="duty",
        data={"kind": "duty", "key": "x", "item": "01", "activity": "inspection", "period": "unspecified"},
        clause="c",
        summary="定期巡检",
    )
    services.bind_contract(actor=SYSTEM, contract=world.contract)
    gap = Obligation.objects.get(term=term)
    for who in ("engineer", "unit", "supervisor", "auditor", "stranger"):
        with pytest.raises(DomainError) as refused:
            services.agree_frequency(
                actor=world.actor(who), obligation=gap, count=1, period="month", note="x"
            )
        assert refused.value.code == "access.denied"
    services.agree_frequency(actor=world.actor("buyer"), obligation=gap, count=1, period="month", note="x")


def test_a_period_that_hung_on_an_event_is_confirmed(anyang):
    item = ServiceItem.objects.get(contract=anyang, no="30")
    assert item.period_provisional
    services.confirm_item_period(
        actor=SYSTEM, item=item, starts_on=date(2026, 2, 1), ends_on=date(2027, 1, 31), note="开始确认单"
    )
    item.refresh_from_db()
    assert not item.period_provisional and item.ends_on == date(2027, 1, 31)
    with pytest.raises(DomainError):
        services.confirm_item_period(
            actor=SYSTEM, item=item, starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1), note="x"
        )


@pytest.mark.parametrize(
    "page", ["", "items/", "items/01/", "terms/", "gaps/", "items/?q=档案&sort=-name", "terms/?kind=sla"]
)
def test_the_contracts_pages_answer_insiders(world, page):
    for who in ("buyer", "manager", "engineer", "supervisor", "auditor"):
        assert world.client(who).get(f"/c/demo-2026/{page}").status_code == 200, who


def test_a_unit_sees_only_its_own_items(world):
    shown = world.client("unit").get("/c/demo-2026/items/").content.decode()
    assert "档案管理平台" in shown and "养老服务平台" not in shown
    assert world.client("unit").get("/c/demo-2026/items/02/").status_code == 404
    assert world.client("unit").get("/c/demo-2026/gaps/").status_code == 403
