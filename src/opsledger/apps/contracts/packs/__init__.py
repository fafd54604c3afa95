"""Contract packs: whole contracts as reviewed data in YAML, checked and typed.  No Django in here.

`load_pack` reads one directory; `docs/packs.md` says how to write one.
"""

from __future__ import annotations

from opsledger.apps.contracts.packs.load import list_packs, load_pack, summary
from opsledger.apps.contracts.packs.model import Item, Pack

__all__ = ["Item", "Pack", "list_packs", "load_pack", "summary"]
