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
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from opsledger.kernel.models import SweepRun

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Sweep:
    """A function of the moment that returns how many rows it dealt with, run every so many seconds."""

    name: str
    run: Callable[[datetime], int]
    every_seconds: int
    label: str
    last_run: datetime | None = field(default=None)

    def due(self, at: datetime) -> bool:
        return self.last_run is None or (at - self.last_run).total_seconds() >= self.every_seconds


_sweeps: dict[str, Sweep] = {}


def register(name: str, run: Callable[[datetime], int], *, every_seconds: int, label: str = "") -> None:
    """Have the worker call `run(at)` every `every_seconds`; `label` is its name for people."""
    _sweeps[name] = Sweep(name, run, every_seconds, label)


def label_of(name: str) -> str:
    """What people call a sweep; its own name if it is no longer registered."""
    sweep = _sweeps.get(name)
    return sweep.label if sweep and sweep.label else name


def names() -> list[str]:
    """Every registered sweep."""
    return list(_sweeps)


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


def keep_runs(done: dict[str, int], at: datetime) -> None:
    """Write down what has run, for the administrator's page (the worker does; a play does not)."""
    for sweep in _sweeps.values():
        if sweep.last_run == at:
            failed = sweep.name not in done
            SweepRun.objects.update_or_create(
                name=sweep.name,
                defaults={
                    "every_seconds": sweep.every_seconds,
                    "last_run": at,
                    "count": done.get(sweep.name, 0),
                    "error": "failed" if failed else "",
                },
            )


# A sweep that has not run for this many of its own turns is told as standing still.
_STILL_AFTER = 10


def last_runs(at: datetime) -> list[dict[str, object]]:
    """The sweeps as the worker left them: name, last run, and a tone with a word."""
    rows: list[dict[str, object]] = []
    for row in SweepRun.objects.order_by("name"):
        still = (at - row.last_run).total_seconds() > max(_STILL_AFTER * row.every_seconds, 120)
        tone, state = ("late", "停止") if still else ("late", "出错") if row.error else ("ok", "正常")
        rows.append({"word": label_of(row.name), "last_run": row.last_run, "tone": tone, "state": state})
    return rows


def queue_state() -> list[tuple[str, int]]:
    """How many queued jobs wait, run, are done, have failed."""
    words = {
        TaskResultStatus.READY: "等待",
        TaskResultStatus.RUNNING: "运行",
        TaskResultStatus.SUCCESSFUL: "完成",
        TaskResultStatus.FAILED: "失败",
    }
    return [(word, DBTaskResult.objects.filter(status=status).count()) for status, word in words.items()]
