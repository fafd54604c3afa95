"""Reading assets."""

from opsledger.apps.assets.selectors.endings import Ending, domestic_share, endings, time_line
from opsledger.apps.assets.selectors.impact import Hit, SystemMap, impact_of, map_of, mapped_items
from opsledger.apps.assets.selectors.importing import changes_of
from opsledger.apps.assets.selectors.rows import (
    SEARCHED,
    asset_for,
    assets_for,
    assets_found_by,
    batch_for,
    batches_of,
    counts_of,
    listed_assets,
    out_of_warranty,
    relations_of,
)
from opsledger.apps.assets.selectors.spares import (
    ForTicket,
    Held,
    held_of,
    move_rows,
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
    "SEARCHED",
    "Discrepancy",
    "Ending",
    "ForTicket",
    "Held",
    "Hit",
    "SystemMap",
    "Takeover",
    "asset_for",
    "assets_for",
    "assets_found_by",
    "batch_for",
    "batches_of",
    "changes_of",
    "counts_of",
    "discrepancies",
    "domestic_share",
    "endings",
    "held_of",
    "impact_of",
    "list_for",
    "listed_assets",
    "map_of",
    "mapped_items",
    "move_rows",
    "moves_of",
    "out_of_warranty",
    "part_for",
    "parts_for_ticket",
    "parts_of",
    "parts_used_on",
    "relations_of",
    "takeover_of",
    "takeovers",
    "time_line",
]
