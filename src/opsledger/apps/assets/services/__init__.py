"""Use cases on assets, imports and spare parts."""

from opsledger.apps.assets.services.equipment import accept_rows, confirm_takeover, load_equipment
from opsledger.apps.assets.services.importing import apply_import, preview_import, undo_import
from opsledger.apps.assets.services.reminding import remind_expiring
from opsledger.apps.assets.services.spares import add_part, move_part
from opsledger.apps.assets.services.working import (
    act_on_asset,
    change_asset,
    change_asset_parts,
    register_asset,
    relate,
    unrelate,
)

__all__ = [
    "accept_rows",
    "act_on_asset",
    "add_part",
    "apply_import",
    "change_asset",
    "change_asset_parts",
    "confirm_takeover",
    "load_equipment",
    "move_part",
    "preview_import",
    "register_asset",
    "relate",
    "remind_expiring",
    "undo_import",
    "unrelate",
]
