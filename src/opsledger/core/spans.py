"""Half-open spans of microseconds: joining them, and the open time outside them."""

from __future__ import annotations

from collections.abc import Iterable

from opsledger.core.clock import ServiceClock

Span = tuple[int, int]


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, overlapping and touching ones made one, empty ones dropped."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def lost_open(clock: ServiceClock | None, spans: Iterable[Span], start: int, end: int) -> int:
    """Open microseconds of [start, end) that lie in `spans`; without a clock all time is open."""
    total = 0
    for opens, closes in spans:
        first, last = max(opens, start), min(closes, end)
        if first < last:
            total += last - first if clock is None else clock.between_micros(first, last)
    return total


def net_open(clock: ServiceClock | None, spans: Iterable[Span], start: int, end: int) -> int:
    """Open microseconds of [start, end) outside `spans`; nothing when `end` is not after `start`."""
    if end <= start:
        return 0
    whole = end - start if clock is None else clock.between_micros(start, end)
    return whole - lost_open(clock, spans, start, end)
