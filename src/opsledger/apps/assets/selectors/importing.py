"""What an import changes, in the words of the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opsledger.apps.assets.services.reading import HEADINGS
from opsledger.apps.assets.types import types

_YES_NO = {True: "是", False: "否", None: ""}


def changes_of(one: Mapping[str, Any], numbers: Mapping[int, str]) -> Iterator[tuple[str, Any, Any]]:
    """The changes of one asset of an import's plan: heading, before, after.  `numbers` names service items."""
    names = {key: head for head, key in HEADINGS.items()}
    kind = types().get(one.get("kind", ""))
    labels = {field.id: field.label for field in kind.fields} if kind else {}
    for key, new in one["after"].items():
        old = one["before"].get(key)
        if key == "fields":
            for name in new:
                if (old or {}).get(name) != new[name]:
                    yield labels.get(name, name), (old or {}).get(name), new[name]
        elif key == "kind":
            yield names[key], types()[old].name if old in types() else old, types()[new].name
        elif key == "domestic":
            yield names[key], _YES_NO[old], _YES_NO[new]
        elif key == "item":
            yield names[key], numbers.get(old), numbers.get(new)
        else:
            yield names[key], old, new
