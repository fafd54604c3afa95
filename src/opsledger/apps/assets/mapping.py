"""The map of a system: who stands above whom, and how far a failure carries.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

# Relations that carry a failure from the one below (target) to the one above (source).
CARRYING = ("runs_on", "part_of", "depends_on")
Edge = tuple[int, int, str]


def spread(edges: Iterable[Edge], start: int) -> list[tuple[int, int, int, str]]:
    """Everything that fails if `start` fails: (who, over how many steps, through whom, by which relation).

    Nearest first; connections and backups do not carry a failure.  A circle ends where it began.
    """
    above: dict[int, list[tuple[int, str]]] = {}
    for source, target, kind in edges:
        if kind in CARRYING:
            above.setdefault(target, []).append((source, kind))
    seen, found, layer, steps = {start}, [], [start], 0
    while layer:
        steps += 1
        following = []
        for below in layer:
            for who, kind in above.get(below, ()):
                if who not in seen:
                    seen.add(who)
                    found.append((who, steps, below, kind))
                    following.append(who)
        layer = following
    return found


def layers(nodes: Sequence[int], edges: Iterable[Edge]) -> list[list[int]]:
    """The nodes in layers, what is used below what uses it, neighbours close together.

    Those that hang on nothing and carry nothing form the last layer.  Same input, same picture.
    """
    known = set(nodes)
    down = [
        (source, target)
        for source, target, kind in edges
        if kind in CARRYING and {source, target} <= known and source != target
    ]
    depth = _depths(nodes, down)
    hanging = {node for pair in down for node in pair}
    side = [(a, b) for a, b, kind in edges if kind not in CARRYING and a in known and b in known]
    for one, other in [*side, *((b, a) for a, b in side)]:
        # A stand-by or a neighbour on the wire stands beside what it belongs to.
        if one not in hanging and other in hanging:
            depth[one] = depth[other]
    placed = hanging | {node for pair in side for node in pair}
    rows: dict[int, list[int]] = {}
    for node in nodes:
        if node in placed:
            rows.setdefault(depth[node], []).append(node)
    found = _ordered([rows[key] for key in sorted(rows)], down)
    alone = [node for node in nodes if node not in placed]
    return [*found, alone] if alone else found


def _depths(nodes: Sequence[int], down: Collection[tuple[int, int]]) -> dict[int, int]:
    """How far from the top each stands: as high as what it carries is deep, so that hosts stand in one row."""
    height = dict.fromkeys(nodes, 0)
    # As many passes as there are nodes reach the longest chain; a circle (bad old data) stops there as well.
    for _ in range(len(nodes)):
        moved = False
        for source, target in down:
            if height[source] < height[target] + 1 <= len(nodes):
                height[source] = height[target] + 1
                moved = True
        if not moved:
            break
    top = max(height.values(), default=0)
    depth = {node: top - tall for node, tall in height.items()}
    ground = {target for _, target in down} - {source for source, _ in down}
    for node in ground:
        # What hangs on nothing (a certificate) stands right under the lowest of what needs it.
        depth[node] = max(depth[source] for source, target in down if target == node) + 1
    return depth


def _ordered(rows: list[list[int]], down: Collection[tuple[int, int]]) -> list[list[int]]:
    """Each layer in the order of the middle of what its nodes hang on above: fewer lines cross."""
    near: dict[int, list[int]] = {}
    for source, target in down:
        near.setdefault(target, []).append(source)
    for above, row in pairwise(rows):
        place: Mapping[int, int] = {node: n for n, node in enumerate(above)}
        keys = {}
        for n, node in enumerate(row):
            seen = [place[one] for one in near.get(node, ()) if one in place]
            keys[node] = (sum(seen) / len(seen) if seen else n, n)
        row.sort(key=keys.__getitem__)
    return rows
