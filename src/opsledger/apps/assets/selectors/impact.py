"""What fails if something fails."""

from __future__ import annotations

from dataclasses import dataclass

from opsledger.apps.assets.models import Asset, Relation


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that would fail as well: the asset, over how many steps, and by which one it hangs."""

    asset: Asset
    steps: int
    by: Asset
    word: str


def impact_of(asset: Asset) -> list[Hit]:
    """Everything that fails if `asset` fails, nearest first; connections and backups do not carry a failure."""
    rows = Relation.objects.filter(
        source__contract_id=asset.contract_id, kind__in=["runs_on", "part_of", "depends_on"]
    ).select_related("source", "source__item", "target")
    above: dict[int, list[Relation]] = {}
    for row in rows:
        above.setdefault(row.target_id, []).append(row)
    seen, hits, layer = {asset.pk}, [], [asset]
    steps = 0
    while layer:
        steps += 1
        following = []
        for below in layer:
            for row in above.get(below.pk, ()):
                if row.source_id not in seen:
                    seen.add(row.source_id)
                    hits.append(Hit(row.source, steps, below, row.get_kind_display()))
                    following.append(row.source)
        layer = following
    return hits
