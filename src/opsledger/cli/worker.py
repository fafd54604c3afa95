"""opsledger worker: due moments are swept, queued jobs are run, until told to stop."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from types import FrameType

from django.db import close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from opsledger.kernel import clock, sweeps

log = logging.getLogger("opsledger.worker")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--once", action="store_true", help="run every sweep and every queued job once, then end"
    )
    parser.add_argument("--interval", type=float, default=2.0, help="seconds between two looks (default 2)")


def _drain() -> None:
    """Run every queued job that is ready."""
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="opsledger",
        excluded_queue_names=[],
    ).run()


def run(args: argparse.Namespace) -> int:
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    while True:
        at = clock.now()
        done = sweeps.run_due(at, force=args.once)
        sweeps.keep_runs(done, at)
        for name, count in done.items():
            if count:
                log.info("%s: %d", name, count)
        _drain()
        close_old_connections()
        if args.once or stop.wait(args.interval):
            return 0
