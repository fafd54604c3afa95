"""Acts in the order of their moments: a queue that holds the clock at each one.

Whatever an act schedules later is played later; between acts the worker's sweeps run every two hours of
the played time, as they would have.  Same seed, same year.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from random import Random

from django.db import transaction

from opsledger.demo import SEED
from opsledger.kernel import clock, sweeps

Act = Callable[[datetime], None]
SWEEP_EVERY = timedelta(hours=2)


class Stage:
    """The played time: `at(moment, act)` schedules, `run(until)` plays."""

    def __init__(self, begins: datetime) -> None:
        self.random = Random(SEED)
        self.now = begins
        self._queue: list[tuple[datetime, int, Act]] = []
        self._order = count()
        self._next_sweep = begins

    def at(self, moment: datetime, act: Act) -> None:
        """Play `act(moment)` when its moment comes (at once, if it has passed)."""
        heapq.heappush(self._queue, (max(moment, self.now), next(self._order), act))

    def run(self, until: datetime, progress: Callable[[datetime], None] = lambda at: None) -> int:
        """Play everything up to `until`; returns how many acts there were."""
        played = 0
        while self._queue and self._queue[0][0] <= until:
            day = clock.local(self._queue[0][0]).date()
            # One transaction for a played day: hours faster than one for each act.
            with transaction.atomic():
                while (
                    self._queue
                    and self._queue[0][0] <= until
                    and clock.local(self._queue[0][0]).date() == day
                ):
                    moment, _, act = heapq.heappop(self._queue)
                    self._sweep(moment)
                    self.now = moment
                    with clock.pinned(moment):
                        act(moment)
                    played += 1
            progress(self.now)
        self._sweep(until)
        self.now = until
        return played

    def _sweep(self, until: datetime) -> None:
        while self._next_sweep <= until:
            with clock.pinned(self._next_sweep):
                sweeps.run_due(self._next_sweep, force=True)
            self._next_sweep += SWEEP_EVERY

    def between(self, low: timedelta, high: timedelta) -> timedelta:
        """A random span, to the second."""
        return timedelta(seconds=self.random.randint(int(low.total_seconds()), int(high.total_seconds())))
