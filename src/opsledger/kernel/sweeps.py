"""What the worker looks for again and again: rows whose next moment has come.

Each sweep is idempotent: it claims due rows by a conditional update, re-derives the truth, acts, and stamps
the deadline itself, so that two workers, or a worker killed half-way, do each thing once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import close_old_connections

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Sweep:
    """A function of the moment that returns how many rows it dealt with, run every so many seconds."""

    name: str
    run: Callable[[datetime], int]
    every_seconds: int
    last_run: datetime | None = field(default=None)

    def due(self, at: datetime) -> bool:
        return self.last_run is None or (at - self.last_run).total_seconds() >= self.every_seconds


_sweeps: dict[str, Sweep] = {}


def register(name: str, run: Callable[[datetime], int], *, every_seconds: int) -> None:
    """Have the worker call `run(at)` every `every_seconds`."""
    _sweeps[name] = Sweep(name, run, every_seconds)


def run_due(at: datetime, *, force: bool = False) -> dict[str, int]:
    """Run the sweeps whose turn has come; a failing one is logged and does not stop the others."""
    done: dict[str, int] = {}
    for sweep in _sweeps.values():
        if not force and not sweep.due(at):
            continue
        sweep.last_run = at
        try:
            done[sweep.name] = sweep.run(at)
        except Exception:
            log.exception("sweep %s failed", sweep.name)
            close_old_connections()
    return done
