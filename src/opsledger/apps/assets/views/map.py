"""The map of one system and what fails if something on it fails."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from opsledger.apps.assets import selectors
from opsledger.apps.assets.types import classes
from opsledger.apps.contracts import selectors as contracts
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page


@guard()
def asset_map(request: HttpRequest, slug: str) -> HttpResponse:
    contract = contracts.contract_for(request.actor, slug)
    items = selectors.mapped_items(request.actor, contract)
    focus = request.GET.get("focus", "").replace("\x00", "")
    found = selectors.assets_for(request.actor, contract).filter(code=focus).first() if focus else None
    known = {no for no, _, _ in items}
    asked = request.GET.get("item")
    if asked is None:
        asked = found.item.no if found and found.item else (items[0][0] if items and found is None else "")
    item_no = asked if asked in known else ""
    drawn = selectors.map_of(request.actor, contract, item_no)
    counts: dict[str, int] = {}
    for one in drawn.nodes:
        counts[one.klass] = counts.get(one.klass, 0) + 1
    order = list(classes())
    told = {
        "contract": contract,
        "items": items,
        "item_no": item_no,
        "map": drawn,
        "focus": found,
        "impact": selectors.impact_of(found) if found else [],
        "classes": [
            (order.index(key), word, counts[key]) for key, word in classes().items() if key in counts
        ],
    }
    return page(request, "assets/map.html", told)
