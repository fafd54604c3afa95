"""opsledger worker: due moments are swept, queued jobs are run, until told to stop."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from types import FrameType

from django.db import close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from opsledger.apps.desk import mail_in
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


def _jobs(stop: threading.Event, interval: float) -> None:
    """Run queued jobs until told to stop; in a thread of its own, so that a long one stops no clock."""
    while not stop.is_set():
        try:
            _drain()
        except Exception:
            log.exception("the queue could not be worked off")
        close_old_connections()
        stop.wait(interval)


def _sweep(force: bool) -> None:
    at = clock.now()
    done = sweeps.run_due(at, force=force)
    sweeps.keep_runs(done, at)
    for name, count in done.items():
        if count:
            log.info("%s: %d", name, count)
    close_old_connections()


def run(args: argparse.Namespace) -> int:
    if args.once:
        _sweep(force=True)
        _drain()
        return 0
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    jobs = threading.Thread(target=_jobs, args=(stop, args.interval), name="jobs", daemon=True)
    jobs.start()
    if mail_in.address() is not None:
        # In a thread of its own too: a mail server that hangs stops no clock.
        threading.Thread(target=mail_in.watch, args=(stop,), name="mail", daemon=True).start()
    while True:
        _sweep(force=False)
        if stop.wait(args.interval):
            # A short grace; a job that is cut off is found by its heartbeat and run again.
            jobs.join(timeout=5)
            return 0
