"""What a rule makes of the facts that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Tally:
    """The raw figure of a row, each fact's share with its words, and whether something is still awaited."""

    raw: Decimal
    shares: Mapping[str, tuple[Decimal, str]]
    text: str
    pending: bool = False
