"""scheme.yaml and payment.yaml: plain data, tried on the engines of core so that mistakes show at loading."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from opsledger.apps.contracts.packs.cursor import Cursor
from opsledger.apps.contracts.packs.located import Path_
from opsledger.core.errors import DomainError
from opsledger.core.payment import parse_plan
from opsledger.core.scoring import parse_scheme

# Stands in for a price that the text does not have while the shares of a plan are checked.
TRIAL_PRICE = Decimal(1_000_000)
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def read_scheme(place: Cursor) -> dict[str, Any] | None:
    """The scheme's data as `opsledger.core.scoring.parse_scheme` takes it."""
    return _tried(place, parse_scheme)


def read_payment(place: Cursor, price_cny: Decimal | None) -> dict[str, Any] | None:
    """The plan's data as `opsledger.core.payment.parse_plan` takes it, without the price."""
    price = price_cny if price_cny is not None else TRIAL_PRICE
    return _tried(place, lambda data: parse_plan({"price_cny": price, **data}))


def _tried(place: Cursor, parse: Callable[[dict[str, Any]], object]) -> dict[str, Any] | None:
    data = place.value
    if not isinstance(data, dict):
        place.report("not_mapping")
        return None
    try:
        parse(data)
    except DomainError as error:
        path, problem = error.facts.get("path", ""), error.facts.get("problem", error.code)
        place.sheet.report_text((*place.path, *path_of(str(path), data)), str(problem))
    return data


def path_of(text: str, data: object) -> Path_:
    """``categories[0].title`` as ("categories", 0, "title"), as far as `data` has such a place."""
    path: list[str | int] = []
    for index, name in _STEP.findall(text):
        if index and isinstance(data, list) and int(index) < len(data):
            path.append(int(index))
            data = data[int(index)]
        elif name and isinstance(data, dict):
            path.append(name)
            data = data.get(name)
        else:
            break
    return tuple(path)
