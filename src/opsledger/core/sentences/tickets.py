"""Sentences for `core.tickets`; what its tables refuse stands in `transitions`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "tickets.unknown_kind": "没有“{kind}”这种工单。请从这些类型中选择：{kinds}。",
}
