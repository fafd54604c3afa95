"""What the screens do, the API does: every address of a room names its operations, or the reason why it has none.

The answers stand in `api_screens/<room>.yaml`: the name of an address, then either a list of operations
("POST /contracts/{slug}/tickets", without the /api/v1) or one sentence why a program has no use for it.
`site.yaml` holds the addresses that belong to no room.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.urls import URLPattern, URLResolver, get_resolver

from opsledger.site.api import api

FOLDER = Path(__file__).parent / "api_screens"
ROOMS = sorted(file.stem for file in FOLDER.glob("*.yaml"))


def addresses(resolver: URLResolver, room: str = "") -> set[tuple[str, str]]:
    """(room, name) of every address of the screens."""
    found = set()
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            found.add((room, one.name or str(one.pattern)))
        elif one.namespace != "api":
            found |= addresses(one, one.namespace or room)
    return found


def operations() -> set[str]:
    paths = api.get_openapi_schema()["paths"]
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}" for path, told in paths.items() for method in told
    }


@pytest.mark.parametrize("room", ROOMS)
def test_every_screen_has_its_operations(room):
    told = yaml.safe_load((FOLDER / f"{room}.yaml").read_text())
    names = {name for space, name in addresses(get_resolver()) if space == (room if room != "site" else "")}
    assert set(told) == names
    known = operations()
    for name, answer in told.items():
        if isinstance(answer, list):
            assert answer and set(answer) <= known, (name, set(answer) - known)
        else:
            assert len(answer) > 20, f"{name}: say why a program has no use for it"


def test_an_address_of_the_api_is_answered_in_one_place():
    """Two routers with the same path: the first answers 405 to what only the second can do."""
    homes: dict[str, set[str]] = {}
    for _, router in api._routers:
        for path, view in router.path_operations.items():
            homes.setdefault(path, set()).add(view.operations[0].view_func.__module__)
    assert {path: found for path, found in homes.items() if len(found) > 1} == {}
