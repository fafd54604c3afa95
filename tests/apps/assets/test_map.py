"""The map of a system: layers, how far a failure carries, what one may see of it."""

from __future__ import annotations

import json
import re

import pytest

from opsledger.apps.assets import selectors, services
from opsledger.apps.assets.mapping import layers, spread

BASE = "/c/demo-2026/assets/map/"
WEB, APP, DB, VM, HOST, CERT, SPARE, SWITCH, ALONE = range(1, 10)
EDGES = [
    (WEB, APP, "depends_on"),
    (WEB, CERT, "depends_on"),
    (APP, DB, "depends_on"),
    (DB, VM, "runs_on"),
    (VM, HOST, "runs_on"),
    (SPARE, HOST, "backs_up"),
    (HOST, SWITCH, "connects"),
]


def test_a_failure_carries_upwards_and_not_over_wires_or_backups():
    assert [(who, steps, by) for who, steps, by, _ in spread(EDGES, HOST)] == [
        (VM, 1, HOST), (DB, 2, VM), (APP, 3, DB), (WEB, 4, APP),
    ]  # fmt: skip
    assert spread(EDGES, SWITCH) == [] and spread(EDGES, SPARE) == []
    assert [who for who, *_ in spread(EDGES, CERT)] == [WEB]


def test_a_circle_in_old_data_ends():
    circle = [(1, 2, "depends_on"), (2, 3, "depends_on"), (3, 1, "depends_on")]
    assert {who for who, *_ in spread(circle, 1)} == {2, 3}
    assert sorted(node for row in layers([1, 2, 3], circle) for node in row) == [1, 2, 3]


def test_what_is_used_stands_below_what_uses_it():
    rows = layers(list(range(1, 10)), EDGES)
    depth = {node: n for n, row in enumerate(rows) for node in row}
    for source, target, kind in EDGES:
        if kind in ("runs_on", "depends_on"):
            assert depth[source] < depth[target], (source, target)
    assert depth[CERT] == depth[WEB] + 1
    assert depth[SPARE] == depth[HOST] == depth[SWITCH]
    assert rows[-1] == [ALONE] and sorted(depth) == list(range(1, 10))
    assert layers([], []) == [] and layers([4], []) == [[4]]


@pytest.fixture
def estate(world):
    """web (item 02) on app (item 01) on a host without an item."""
    actor = world.actor("engineer")

    def make(name, kind, item):
        said = {"kind": kind, "name": name, "item": item, "quantity": 1}
        return services.register_asset(actor=actor, contract=world.contract, said=said)

    host = make("宿主机", "server", None)
    app = make("档案平台", "application", world.item)
    web = make("养老网站", "application", world.other_item)
    services.relate(actor=actor, source=app, target=host, kind="runs_on")
    services.relate(actor=actor, source=web, target=app, kind="depends_on")
    return host, app, web


def test_the_map_of_an_item_shows_what_it_hangs_on_wherever_that_belongs(world, estate):
    drawn = selectors.map_of(world.actor("engineer"), world.contract, "02")
    assert {one.name for one in drawn.nodes} == {"养老网站", "档案平台", "宿主机"}
    code = {one.name: one.code for one in drawn.nodes}
    assert drawn.data["layers"] == [[code["养老网站"]], [code["档案平台"]], [code["宿主机"]]]
    assert [hit[0] for hit in drawn.data["hits"][code["宿主机"]]] == [code["档案平台"], code["养老网站"]]


def test_a_unit_is_told_nothing_of_other_units(world, estate):
    drawn = selectors.map_of(world.actor("other_unit"), world.contract, "")
    assert [one.name for one in drawn.nodes] == ["养老网站"] and not drawn.relations


def test_the_page_says_in_words_what_the_picture_shows(world, estate):
    host, app, _ = estate
    text = world.client("buyer").get(f"{BASE}?focus={host.code}").content.decode()
    assert "它故障时，2项受影响" in text and "档案平台" in text and "间接2级" in text
    found = re.search(r'<script id="asset-map-data" type="application/json">(.*?)</script>', text)
    assert found and len(json.loads(found[1])["edges"]) == 2
    shown = world.client("buyer").get(f"{BASE}?item=01&focus={app.code}").content.decode()
    assert "它故障时，1项受影响" in shown
    for odd in ("?item=zz", "?focus=nothing", "?item=01&focus=%00"):
        assert world.client("unit").get(BASE + odd).status_code == 200
    assert world.client("stranger").get(BASE).status_code == 404
