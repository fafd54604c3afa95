"""What core's error codes say to people, in Chinese: one module per part of core, merged here.

A sentence says what happened and what to do, and is a ``str.format`` template over the error's facts.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def _merged() -> dict[str, str]:
    merged: dict[str, str] = {}
    for module in sorted(found.name for found in iter_modules(__path__)):
        told: dict[str, str] = import_module(f"{__name__}.{module}").SENTENCES
        twice = merged.keys() & told.keys()
        if twice:
            raise ValueError(f"{module}: these codes have a sentence already: {sorted(twice)}")
        merged |= told
    return merged


SENTENCES: dict[str, str] = _merged()
