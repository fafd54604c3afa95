"""Pages of this room."""

from opsledger.apps.assets.views.map import asset_map
from opsledger.apps.assets.views.register import asset, assets, edit_asset, endings, new_asset
from opsledger.apps.assets.views.stock import import_, imports, labels, sample, spares
from opsledger.apps.assets.views.takeover import takeover

__all__ = [
    "asset",
    "asset_map",
    "assets",
    "edit_asset",
    "endings",
    "import_",
    "imports",
    "labels",
    "new_asset",
    "sample",
    "spares",
    "takeover",
]
