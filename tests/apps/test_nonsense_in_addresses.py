"""Whatever stands behind the question mark of an address, a page answers: never a 500."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

# As they stand in an address: no days, no numbers, characters that nothing can hold.
NONSENSE = ["2026-13-40", "0001-01-01", "9999-12-31", "99999999999999999999", "-1%00%ED%A0%80%C2%B2"]
NAMES = """
    q page sort since until from to first last day on month week span view by show state standing kind type item unit
    due severity assignee line source fault tag callback mine activity category period year template subject run at
    reported_from reported_to add pack no times next code step seq verify
    parent caller phone title
""".split()  # noqa: SIM905  read like a sentence
LEFT = {"accounts:logout", "desk:metrics"}


def pages(resolver: URLResolver | None = None, space: str = "") -> list[str]:
    """The names of the addresses that need nothing but a contract."""
    found = []
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            name = f"{space}:{one.name}" if space else str(one.name)
            if set(one.pattern.converters) <= {"slug"} and one.name and name not in LEFT:
                found.append(name)
        elif one.namespace != "api":
            found += pages(one, one.namespace or space)
    return sorted(set(found))


def address(name: str) -> str:
    try:
        return reverse(name, kwargs={"slug": "demo-2026"})
    except Exception:  # noqa: BLE001  an address without a contract
        return reverse(name)


@pytest.mark.parametrize("name", pages())
def test_a_page_answers_nonsense(name, world):
    client = world.client("manager")
    path = address(name)
    for value in NONSENSE:
        answer = client.get(f"{path}?{'&'.join(f'{name}={value}' for name in NAMES)}")
        assert answer.status_code < 500, (path, value)
