"""Reading assets."""

from opsledger.apps.assets.selectors.endings import Ending, domestic_share, endings, time_line
from opsledger.apps.assets.selectors.impact import Hit, SystemMap, impact_of, map_of, mapped_items
from opsledger.apps.assets.selectors.rows import (
    asset_for,
    assets_for,
    batch_for,
    batches_of,
    counts_of,
    relations_of,
)
from opsledger.apps.assets.selectors.spares import (
    ForTicket,
    Held,
    held_of,
    moves_of,
    part_for,
    parts_for_ticket,
    parts_of,
    parts_used_on,
)
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
    "ForTicket",
    "Held",
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
    "held_of",
    "impact_of",
    "list_for",
    "map_of",
    "mapped_items",
    "moves_of",
    "part_for",
    "parts_for_ticket",
    "parts_of",
    "parts_used_on",
    "relations_of",
    "takeover_of",
    "takeovers",
    "time_line",
]
