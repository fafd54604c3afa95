"""Rounds over several devices or systems: which, in which order, what is asked of each and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from opsledger.apps.assets.models import Asset
from opsledger.apps.duties import route, selectors, services
from opsledger.apps.duties.models import Answer, Finding, Occurrence, Round
from opsledger.apps.duties.route import Stop
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM
from opsledger.kernel.errors import sentence

CHECKS = [
    {"id": "door", "label": "门禁正常", "kind": "yes_no", "once": True},
    {"id": "lamp", "label": "指示灯", "kind": "choice", "options": ["正常", "!!红灯"], "photo": "none"},
    {"id": "why", "label": "什么灯", "kind": "text", "when": {"check": "lamp", "is": ["红灯"]}},
    {"id": "heat", "label": "温度", "kind": "number", "unit": "℃", "fail": [5, 40], "photo": "none"},
]


def stop(code: str, place: str = "") -> Stop:
    return Stop(f"a{code}", code, code, place)


@pytest.mark.parametrize(
    ("places", "order"),
    [
        (["十楼", "二楼", "十二楼", "一楼"], "一楼 二楼 十楼 十二楼"),
        (["3楼 A10柜", "3楼 A9柜", "3楼 A9柜 20U", "2楼"], "2楼 3楼_A9柜 3楼_A9柜_20U 3楼_A10柜"),
        (["", "配电间"], "配电间 "),
    ],
    ids=["storeys in words", "racks by number", "no place last"],
)
def test_devices_are_met_room_by_room_and_rack_by_rack(places, order):
    found = route.by_place([stop(f"X{n}", place) for n, place in enumerate(places)])
    assert [one.place.replace(" ", "_") for one in found] == order.split(" ")


def test_tags_in_one_rack_are_in_the_order_of_their_numbers():
    found = route.by_place([stop("SW-10", "A1"), stop("SW-9", "A1"), stop("FW-1", "A1")])
    assert [one.code for one in found] == ["FW-1", "SW-9", "SW-10"]


def test_the_order_of_last_time_holds_and_a_new_device_is_met_where_it_stands():
    before = [stop("C", "三楼").as_data(), stop("A", "一楼").as_data(), stop("GONE").as_data()]
    fresh = [stop("A", "一楼"), stop("B", "二楼"), stop("C", "三楼"), stop("0", "一楼")]
    # 0 precedes A by place and nothing precedes it; B stands behind A.
    assert [one.code for one in route.as_last_time(fresh, before)] == ["0", "C", "A", "B"]


def test_keys_that_are_not_named_keep_their_order_behind():
    rows = [stop(code).as_data() for code in "ABCD"]
    assert [row["code"] for row in route.reordered(rows, ["aC", "aZZ", "aA"])] == list("CABD")


@pytest.fixture
def devices(world):
    """Three devices of the first item, one of the other, one that is gone."""
    rows = [
        ("SW-2", "network", "switch", "三楼机房", "in_use", world.item),
        ("FW-1", "security", "firewall", "三楼机房", "in_use", world.item),
        ("UPS-1", "environment", "ups", "一楼配电间", "listed", world.item),
        ("SW-9", "network", "switch", "二楼", "in_use", world.other_item),
        ("SW-8", "network", "switch", "三楼机房", "retired", world.item),
    ]
    return {
        code: Asset.objects.create(
            contract=world.contract, item=item, code=code, klass=klass, kind=kind, name=f"设备{code}",
            place=place, state=state, created_at=world.contract.created_at,
        )
        for code, klass, kind, place, state, item in rows
    }  # fmt: skip


def template(world, each, checks=CHECKS):
    return services.save_template(
        actor=world.actor("manager"), contract=world.contract, key="own",
        data={"name": "逐台", "activities": ["inspection"], "each": each, "checks": checks},
    )  # fmt: skip


@pytest.fixture
def monthly(world, make_obligation, at):
    make_obligation()
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(at)
    return lambda month: Occurrence.objects.get(window_id=f"2026-{month}#1")


def begin(world, occurrence) -> Round:
    return services.start_round(actor=world.actor("engineer"), occurrence=occurrence, template_key="own")


def codes(round_) -> list[str]:
    return [one["code"] for one in round_.stops]


@pytest.mark.parametrize(
    ("each", "found"),
    [
        (["*"], ["UPS-1", "FW-1", "SW-2"]),
        (["network"], ["SW-2"]),
        (["ups", "security"], ["UPS-1", "FW-1"]),
    ],
)
def test_a_round_goes_over_the_devices_of_its_item_that_stand_there(world, devices, monthly, each, found):
    template(world, each)
    round_ = begin(world, monthly("03"))
    assert codes(round_) == found
    # Asked once, then three of each (one of them only under a condition).
    assert [one["id"] for one in round_.checklist["checks"]][:2] == ["door", f"{round_.stops[0]['key']}_lamp"]
    assert len(round_.checklist["checks"]) == 1 + 3 * len(found)


def test_a_duty_of_the_whole_contract_goes_over_all_its_systems(world, make_obligation, at):
    template(world, ["systems"])
    make_obligation(item=None)
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(at)
    round_ = begin(world, Occurrence.objects.get(window_id="2026-03#1"))
    assert codes(round_) == ["01", "02"]
    key = round_.stops[1]["key"]
    values = {
        f"{one['key']}_{name}": value
        for one in round_.stops
        for name, value in (("lamp", "正常"), ("heat", "20"))
    }
    fill(world, round_, {**values, "door": "yes", f"{key}_heat": "60"})
    services.finish_round(actor=world.actor("engineer"), round_=round_)
    assert Finding.objects.get().item == world.other_item


def test_a_checklist_over_devices_is_offered_only_where_there_are_some(world, monthly):
    template(world, ["*"])
    keys = [one.key for one in selectors.fitting(world.actor("engineer"), monthly("03"))]
    assert "own" not in keys and "machine-room" in keys
    with pytest.raises(DomainError) as refused:
        begin(world, monthly("03"))
    assert "没有相应的在用设备" in sentence(refused.value)
    assert not Round.objects.exists() and monthly("03").state == "open"


def test_more_than_a_round_can_hold_is_refused_in_words(world, monthly):
    rows = [
        Asset(contract=world.contract, item=world.item, code=f"PC-{n}", klass="endpoint", kind="endpoint",
              name="终端", state="in_use", created_at=world.contract.created_at)
        for n in range(400)
    ]  # fmt: skip
    Asset.objects.bulk_create(rows)
    template(world, ["endpoint"])
    with pytest.raises(DomainError) as refused:
        begin(world, monthly("03"))
    assert "400台设备共1201项" in sentence(refused.value)


def fill(world, round_, values):
    changes = [
        {"id": uuid4().hex, "check": check, "value": value, "at": clock.now().isoformat()}
        for check, value in values.items()
    ]
    result = services.save_answers(actor=world.actor("engineer"), round_=round_, changes=changes, device="p")
    assert not result.refused
    return result


def test_a_failed_device_is_named_asked_about_again_and_not_found_twice(world, devices, monthly, at):
    template(world, ["network", "security"])
    round_ = begin(world, monthly("03"))
    firewall, switch = (f"a{devices[code].pk}" for code in ("FW-1", "SW-2"))
    good = {"door": "yes", f"{firewall}_heat": "20", f"{switch}_lamp": "正常", f"{switch}_heat": "20"}
    fill(world, round_, {**good, f"{firewall}_lamp": "红灯"})
    with pytest.raises(DomainError) as refused:
        services.finish_round(actor=world.actor("engineer"), round_=round_)
    assert "FW-1 什么灯未填写" in sentence(refused.value)
    fill(world, round_, {f"{firewall}_why": "电源灯"})
    done = services.finish_round(actor=world.actor("engineer"), round_=round_)
    assert "2处，共7项" in done.note and "异常——FW-1 指示灯：红灯" in done.note
    found = Finding.objects.get()
    assert (found.asset_code, found.summary) == ("FW-1", "FW-1 设备FW-1：指示灯：红灯")
    with clock.pinned(at + timedelta(days=30)):
        services.open_due(clock.now())
        april = begin(world, monthly("04"))
        lines = selectors.lines_of(april)
        question = next(line for line in lines if line.check.id == f"finding_{found.pk}")
        assert question.stop["code"] == "FW-1"  # it is asked at the device
        fill(
            world,
            april,
            {**good, f"finding_{found.pk}": "仍存在", f"{firewall}_lamp": "红灯", f"{firewall}_why": "仍红"},
        )
        services.finish_round(actor=world.actor("engineer"), round_=april)
    found.refresh_from_db()
    assert (Finding.objects.count(), found.asked_again) == (1, 1)


def test_the_person_changes_the_order_and_the_next_round_begins_with_it(world, devices, monthly, at):
    template(world, ["*"])
    round_ = begin(world, monthly("03"))
    keys = {one["code"]: one["key"] for one in round_.stops}
    address = f"/c/demo-2026/rounds/{round_.pk}/order/"
    said = {f"place_{keys['SW-2']}": "1", f"place_{keys['UPS-1']}": "3", f"place_{keys['FW-1']}": "二"}
    assert world.client("supervisor").post(address, said).status_code == 403
    assert world.client("engineer").post(address, said).status_code == 302
    round_.refresh_from_db()
    assert codes(round_) == ["SW-2", "FW-1", "UPS-1"]
    assert [line.stop["code"] for line in selectors.lines_of(round_) if line.heads] == codes(round_)
    with clock.pinned(at + timedelta(days=30)):
        services.open_due(clock.now())
        assert codes(begin(world, monthly("04"))) == ["SW-2", "FW-1", "UPS-1"]


def test_a_table_has_a_row_per_device_and_asks_for_all_of_them(world, devices, monthly):
    columns = [
        {"id": "name", "label": "设备", "kind": "text"},
        {"id": "cpu", "label": "CPU", "kind": "number"},
    ]
    table = {
        "id": "rows",
        "label": "逐台",
        "kind": "table",
        "each": ["network", "security"],
        "rows": 1,
        "columns": columns,
    }
    template(world, [], [table])
    round_ = begin(world, monthly("03"))
    line = selectors.lines_of(round_)[0]
    assert [cells[0][1] for cells in line.rows] == ["FW-1 设备FW-1", "SW-2 设备SW-2"]
    fill(world, round_, {"rows": [{"name": "FW-1 设备FW-1", "cpu": "12"}, {"name": "SW-2 设备SW-2"}]})
    with pytest.raises(DomainError) as refused:
        services.finish_round(actor=world.actor("engineer"), round_=round_)
    assert "至少2行填满" in sentence(refused.value)
    fill(
        world,
        round_,
        {"rows": [{"name": "FW-1 设备FW-1", "cpu": "12"}, {"name": "SW-2 设备SW-2", "cpu": "9"}]},
    )
    assert services.finish_round(actor=world.actor("engineer"), round_=round_).state == "submitted"


# -- devices that could not be visited ---------------------------------------------------------------


def left_out(world, devices, round_, **reasons):
    fill(world, round_, {f"skip_a{devices[code.replace('_', '-')].pk}": why for code, why in reasons.items()})


def test_a_device_left_out_with_a_reason_keeps_no_round_and_is_asked_about(world, devices, monthly, at):
    template(world, ["network", "security"])
    round_ = begin(world, monthly("03"))
    firewall, switch = (f"a{devices[code].pk}" for code in ("FW-1", "SW-2"))
    fill(world, round_, {"door": "yes", f"{firewall}_lamp": "正常", f"{firewall}_heat": "20"})
    left_out(world, devices, round_, SW_2="送修")
    shown = {line.check.id for line in selectors.lines_of(round_) if line.asked}
    assert f"skip_{switch}" in shown and f"{switch}_lamp" not in shown and f"{firewall}_lamp" in shown
    # Taken back, its checks are asked again.
    left_out(world, devices, round_, SW_2="")
    with pytest.raises(DomainError) as refused:
        services.finish_round(actor=world.actor("engineer"), round_=round_)
    assert "SW-2 指示灯未填写" in sentence(refused.value)
    left_out(world, devices, round_, SW_2="送修")
    done = services.finish_round(actor=world.actor("engineer"), round_=round_)
    assert "2处，其中1处未查，" in done.note and "本次未查——SW-2 送修" in done.note
    round_.refresh_from_db()
    asked = [one.sentence for one in selectors.questions_asked(round_)]
    assert [one for one in asked if "1处本次未查：SW-2（送修）。" in one]
    assert Entry.objects.get(verb="round.finished").changes["skipped"] == 1
    assert not Finding.objects.exists()
    page = world.client("supervisor").get(f"/c/demo-2026/occurrences/{done.pk}/").content.decode()
    assert "SW-2（送修）" in page
    with clock.pinned(at + timedelta(days=30)):
        services.open_due(clock.now())
        april = begin(world, monthly("04"))
        assert {one["code"]: one.get("missed") for one in april.stops} == {"FW-1": None, "SW-2": "送修"}
        page = world.client("engineer").get(f"/c/demo-2026/rounds/{april.pk}/").content.decode()
        assert "上次未查：送修" in page
        fill(world, april, {"door": "yes", f"{firewall}_lamp": "正常", f"{firewall}_heat": "21"})
        left_out(world, devices, april, SW_2="仍在送修")
        services.finish_round(actor=world.actor("engineer"), round_=april)
        april.refresh_from_db()
    assert any("SW-2上次也未查" in one.sentence for one in selectors.questions_asked(april))


def test_what_is_asked_once_cannot_be_left_out_and_strange_devices_are_refused(world, devices, monthly):
    template(world, ["network"])
    round_ = begin(world, monthly("03"))
    left_out(world, devices, round_, SW_2="无法进入")
    with pytest.raises(DomainError) as refused:
        services.finish_round(actor=world.actor("engineer"), round_=round_)
    assert "门禁正常未填写" in sentence(refused.value)
    sent = [
        {"id": "m1", "check": f"skip_a{devices['SW-9'].pk}", "value": "送修"},
        {"id": "m2", "check": f"skip_a{devices['SW-2'].pk}", "value": "长" * 201},
    ]
    result = services.save_answers(actor=world.actor("engineer"), round_=round_, changes=sent)
    assert [one["problem"] for one in result.refused] == ["这一项不在本次检查表中", "原因不能超过200字"]


def test_leaving_out_works_without_the_script(world, devices, monthly):
    template(world, ["network"])
    round_ = begin(world, monthly("03"))
    address, name = f"/c/demo-2026/rounds/{round_.pk}/", f"v_skip_a{devices['SW-2'].pk}"
    client = world.client("engineer")
    assert client.post(address, {"action": "save", "v_door": "yes", name: ""}).status_code == 200
    assert not Answer.objects.filter(check_id__startswith="skip_").exists()
    assert client.post(address, {"action": "finish", "v_door": "yes", name: "已停用"}).status_code == 302
    round_.refresh_from_db()
    assert round_.state == "finished"


# -- places ------------------------------------------------------------------------------------------


HERE = {"latitude": 36.1, "longitude": 114.35, "accuracy_metres": 12}


@pytest.mark.parametrize(
    ("allowed", "place", "kept"),
    [
        (False, HERE, {}),
        (True, HERE, {"latitude": "36.100000", "longitude": "114.350000", "accuracy_metres": "12.000000"}),
        (True, {"latitude": 36.1}, {}),
        (True, {"latitude": 91, "longitude": 0}, {}),
        (True, {"latitude": "nan", "longitude": 0}, {}),
        (True, "北京", {}),
    ],
    ids=["the contract does not allow it", "kept", "half of it", "off the globe", "no number", "words"],
)
def test_a_place_is_kept_only_where_the_contract_allows_it(world, monthly, allowed, place, kept):
    template(world, [])
    if allowed:
        services.agree_places(
            actor=world.actor("buyer"), contract=world.contract, allowed=True, note="会议纪要"
        )
    round_ = begin(world, monthly("03"))
    change = {"id": "m", "check": "door", "value": "yes", "place": place}
    services.save_answers(actor=world.actor("engineer"), round_=round_, changes=[change])
    assert Answer.objects.get().place == kept
    page = world.client("engineer").get(f"/c/demo-2026/rounds/{round_.pk}/").content.decode()
    assert ("记录位置" in page) is allowed


def test_the_buyer_agrees_on_places_with_a_reason_on_record(world):
    address = "/c/demo-2026/templates/"
    said = {"action": "places", "allowed": "yes", "note": "3月例会纪要"}
    assert world.client("manager").post(address, said).status_code == 404
    assert "约定依据" in world.client("buyer").post(address, said | {"note": ""}).content.decode()
    assert world.client("buyer").post(address, said).status_code == 302
    world.contract.refresh_from_db()
    assert services.takes_places(world.contract)
    assert Entry.objects.get(verb="contract.changed").changes["note"] == "3月例会纪要"


def test_only_the_buyer_allows_places(world):
    for who in ("manager", "engineer", "supervisor"):
        with pytest.raises(DomainError, match=r"access\.denied"):
            services.agree_places(actor=world.actor(who), contract=world.contract, allowed=True, note="x")
