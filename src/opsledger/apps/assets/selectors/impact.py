"""What fails if something fails, and the map of one system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from opsledger.apps.assets.mapping import CARRYING, layers, spread
from opsledger.apps.assets.models import Asset, Relation
from opsledger.apps.assets.selectors.rows import assets_for
from opsledger.apps.assets.types import classes
from opsledger.apps.contracts.models import Contract
from opsledger.kernel.access import Actor

MOST_NODES = 200
"""More than this on one picture is a carpet: then the map shows those that have relations first."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that would fail as well: the asset, over how many steps, and by which one it hangs."""

    asset: Asset
    steps: int
    by: Asset
    word: str


def impact_of(asset: Asset) -> list[Hit]:
    """Everything that fails if `asset` fails, nearest first; connections and backups do not carry a failure."""
    edges = list(
        Relation.objects.filter(source__contract_id=asset.contract_id, kind__in=CARRYING)
        .order_by("id")
        .values_list("source_id", "target_id", "kind")
    )
    found = spread(edges, asset.pk)
    rows = Asset.objects.filter(pk__in=[who for who, *_ in found]).select_related("item").in_bulk()
    rows[asset.pk] = asset
    words = dict(Relation.Kind.choices)
    return [Hit(rows[who], steps, rows[by], words[kind]) for who, steps, by, kind in found]


@dataclass(frozen=True, slots=True)
class SystemMap:
    """What is drawn: the assets in layers, the relations among them, how far each failure carries."""

    nodes: list[Asset]
    relations: list[Relation]
    left_out: int
    data: dict[str, Any]


def map_of(actor: Actor, contract: Contract, item_no: str) -> SystemMap:
    """The assets of a service item ("" for all of the contract) with what they hang on, wherever that belongs."""
    seen = assets_for(actor, contract).exclude(state="retired")
    every = {one.pk: one for one in seen.order_by("code")}
    relations = [
        one
        for one in Relation.objects.filter(source__contract=contract).order_by("id")
        if one.source_id in every and one.target_id in every
    ]
    chosen = {pk for pk, one in every.items() if not item_no or (one.item and one.item.no == item_no)}
    if item_no:
        chosen |= _reached(chosen, relations)
    related = {pk for one in relations for pk in (one.source_id, one.target_id)}
    order = sorted(chosen, key=lambda pk: (pk not in related, every[pk].code))
    nodes = [every[pk] for pk in order[:MOST_NODES]]
    shown = {one.pk for one in nodes}
    drawn = [one for one in relations if one.source_id in shown and one.target_id in shown]
    for one in drawn:
        one.source, one.target = every[one.source_id], every[one.target_id]
    return SystemMap(nodes, drawn, len(order) - len(nodes), _data(nodes, drawn))


def _reached(chosen: set[int], relations: list[Relation]) -> set[int]:
    """What the chosen hang on, all the way down, and what hangs on, backs up or connects to them directly."""
    found, todo = set(), set(chosen)
    while todo:
        below = {one.target_id for one in relations if one.source_id in todo and one.kind in CARRYING}
        todo = below - found - chosen
        found |= todo
    near = {one.source_id for one in relations if one.target_id in chosen}
    near |= {one.target_id for one in relations if one.source_id in chosen}
    return found | near


def _data(nodes: list[Asset], drawn: list[Relation]) -> dict[str, Any]:
    edges = [(one.source_id, one.target_id, one.kind) for one in drawn]
    code = {one.pk: one.code for one in nodes}
    order = list(classes())
    return {
        "nodes": [
            {
                "code": one.code, "name": one.name, "kind": one.kind_word, "klass": one.klass,
                "word": one.class_word, "state": one.get_state_display(),
                "hue": order.index(one.klass) if one.klass in order else len(order),
            }
            for one in nodes
        ],
        "edges": [[code[a], code[b], kind] for a, b, kind in edges],
        "words": dict(Relation.Kind.choices),
        "layers": [[code[pk] for pk in row] for row in layers([one.pk for one in nodes], edges)],
        "hits": {
            one.code: [[code[who], steps, code[by], kind] for who, steps, by, kind in spread(edges, one.pk)]
            for one in nodes
        },
    }  # fmt: skip


def mapped_items(actor: Actor, contract: Contract) -> list[tuple[str, str, int]]:
    """The service items that have assets: number, name, how many."""
    rows = assets_for(actor, contract).exclude(state="retired").exclude(item=None)
    found = rows.order_by("item__position").values_list("item__no", "item__name").annotate(count=Count("pk"))
    return list(found)
