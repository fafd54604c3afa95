"""The estate: made-up devices and programs of some systems, what hangs on what, and the parts in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from opsledger.apps.assets import services as assets
from opsledger.apps.assets.models import Asset, SparePart
from opsledger.apps.contracts.models import ServiceItem
from opsledger.demo.people import Cast
from opsledger.demo.play import Stage
from opsledger.demo.stories import story
from opsledger.kernel import clock


@dataclass(slots=True)
class _Estate:
    """What has been registered, by key."""

    cast: Cast
    found: dict[str, Asset]

    def add(self, key: str, item: ServiceItem | None, said: dict[str, Any]) -> Asset:
        said = {name: value for name, value in said.items() if value not in (None, "", {})}
        made = assets.register_asset(
            actor=self.cast.manager, contract=self.cast.contract, said={"item": item, **said}
        )
        self.found[key] = made
        return made

    def tie(self, source: str, target: str, kind: str) -> None:
        assets.relate(
            actor=self.cast.manager, source=self.found[source], target=self.found[target], kind=kind
        )


def build(cast: Cast) -> int:
    """Register the room and the systems on it, tie them together, fill the store; returns how many assets."""
    estate = _Estate(cast, {})
    told = story("estate")
    items = {item.no: item for item in ServiceItem.objects.filter(contract=cast.contract)}
    for place, said in enumerate(told["shared"]):
        where = f"{told['room']} A{place // 4 + 1}机柜"
        estate.add(said.pop("key"), items["21"], {**said, "serial": f"DEMO-{place + 1:04d}", "place": where})
    for host in ("host1", "host2", "host3"):
        estate.tie(host, "array", "depends_on")
        estate.tie(host, "core1", "connects")
        estate.tie(host, "ups", "depends_on")
    estate.tie("tape", "array", "backs_up")
    estate.tie("fw", "core1", "connects")
    estate.tie("core1", "core2", "connects")
    for position, system in enumerate(told["systems"]):
        _system(estate, items[system["item"]], system, told, position)
    _store(cast, told["parts"])
    return len(estate.found)


def _system(
    estate: _Estate, item: ServiceItem, system: dict[str, str], told: dict[str, Any], position: int
) -> None:
    prefix = f"{item.no}-"
    for part in told["stack"]:
        said = {**part, "name": system["short"] + part["name"]}
        key = said.pop("key")
        if key == "app":
            said["fields"] = {"mlps": system["mlps"], "address": f"https://demo-{item.no}.example.gov.cn"}
        elif key == "cert":
            # One after the other, so that the time line of endings has something to tell.
            said["expires_on"] = date(2026, 12, 5) + timedelta(days=24 * position)
        else:
            said["place"] = told["room"]
        estate.add(prefix + key, item, said)
    for node in ("vm1", "vm2"):
        estate.tie(f"{prefix}app", prefix + node, "runs_on")
        estate.tie(prefix + node, f"host{position % 3 + 1}", "runs_on")
    for needed in ("db", "mw", "cert"):
        estate.tie(f"{prefix}app", prefix + needed, "depends_on")
    estate.tie(f"{prefix}db", "array", "depends_on")


def _store(cast: Cast, parts: list[dict[str, Any]]) -> None:
    for said in parts:
        stock, price = said.pop("stock"), Decimal(said.pop("price_cny"))
        part = assets.add_part(
            actor=cast.manager, contract=cast.contract, place="驻场办公室备件柜", price_cny=price, **said
        )
        assets.move_part(actor=cast.manager, part=part, kind="in", quantity=stock, note="年初盘点入库")


def schedule(stage: Stage, cast: Cast) -> int:
    """Register everything now; later in the year a disk is changed, a stand-by switch is lent, a server retires."""
    number = build(cast)
    zone = clock.zone()
    stage.at(datetime(2026, 5, 19, 15, 20, tzinfo=zone), lambda at: _use_disk(cast))
    stage.at(datetime(2026, 11, 3, 9, 40, tzinfo=zone), lambda at: _lend_switch(cast))
    stage.at(datetime(2026, 11, 12, 16, 5, tzinfo=zone), lambda at: _repair(cast))
    return number


def _part(cast: Cast, name: str) -> SparePart:
    return SparePart.objects.get(contract=cast.contract, name=name)


def _asset(cast: Cast, name: str) -> Asset:
    return Asset.objects.get(contract=cast.contract, name=name)


def _use_disk(cast: Cast) -> None:
    host = _asset(cast, "虚拟化主机3")
    part = _part(cast, "服务器硬盘")
    assets.move_part(
        actor=cast.engineers[0],
        part=part,
        kind="use",
        quantity=1,
        asset=host,
        note="3号槽位硬盘预警，更换后重建完成",
    )


def _lend_switch(cast: Cast) -> None:
    part = _part(cast, "千兆交换机")
    assets.move_part(
        actor=cast.engineers[1], part=part, kind="loan", quantity=1, note="市图书馆楼层交换机返修期间顶用"
    )


def _repair(cast: Cast) -> None:
    assets.act_on_asset(
        actor=cast.manager,
        asset=_asset(cast, "精密空调2"),
        action="repair",
        reason="压缩机高压报警，厂家检修",
    )
