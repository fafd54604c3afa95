"""Reading assets."""

from opsledger.apps.assets.selectors.endings import Ending, domestic_share, endings
from opsledger.apps.assets.selectors.impact import Hit, SystemMap, impact_of, map_of, mapped_items
from opsledger.apps.assets.selectors.rows import (
    asset_for,
    assets_for,
    batch_for,
    batches_of,
    counts_of,
    relations_of,
)
from opsledger.apps.assets.selectors.spares import part_for, parts_of
from opsledger.apps.assets.selectors.takeover import (
    Discrepancy,
    Takeover,
    discrepancies,
    list_for,
    takeover_of,
    takeovers,
)

__all__ = [
    "Discrepancy",
    "Ending",
    "Hit",
    "SystemMap",
    "Takeover",
    "asset_for",
    "assets_for",
    "batch_for",
    "batches_of",
    "counts_of",
    "discrepancies",
    "domestic_share",
    "endings",
    "impact_of",
    "list_for",
    "map_of",
    "mapped_items",
    "part_for",
    "parts_of",
    "relations_of",
    "takeover_of",
    "takeovers",
]
