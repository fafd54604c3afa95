"""Start web and worker at the demonstration's moment, and stop both when told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db.models import Max

from opsledger.apps.ledger.models import Entry


def offset_seconds(moment: datetime) -> float:
    """How far the clock is shifted: to the demonstration's `moment`, or to where the last run stood."""
    last = Entry.objects.aggregate(last=Max("recorded_at"))["last"]
    begins = max(moment, last) if last else moment
    # The one use of the machine's own time outside kernel/clock.py: this is what sets that clock.
    return (begins - datetime.now(UTC)).total_seconds()  # noqa: TID251


def is_taken(bind: str) -> bool:
    """Whether another program listens on the address already."""
    host, _, port = bind.rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host or "127.0.0.1", int(port))) == 0


def answers(bind: str, children: list[subprocess.Popen[bytes]]) -> bool:
    """Wait until the web server answers; False if a child ended before it did."""
    for _ in range(240):
        if any(child.poll() is not None for child in children):
            return False
        try:
            with urllib.request.urlopen(f"http://{bind}/healthz", timeout=2):
                return True
        except OSError:
            time.sleep(0.25)
    return False


@contextmanager
def processes(bind: str, moment: datetime) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Web and worker as children of this process; both are gone when the block ends."""
    environment = {
        **os.environ,
        "OPSLEDGER_DEMO": "1",
        "OPSLEDGER_CLOCK_OFFSET_SECONDS": f"{offset_seconds(moment):.3f}",
    }
    calls = (["serve", "--bind", bind], ["worker"])
    # Sessions of their own: Ctrl-C reaches this process alone, which then ends them in order.
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "opsledger.cli", *call], env=environment, start_new_session=True
        )
        for call in calls
    ]
    try:
        yield started
    finally:
        for child in started:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in started:
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()


def wait(children: list[subprocess.Popen[bytes]]) -> int:
    """Until one of them ends by itself, or Ctrl-C."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0
    return next((child.returncode or 1 for child in children if child.poll() is not None), 1)
