"""The worker's part: read one document, with signs of life, whatever the file does."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django_tasks import task

import opsledger
from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.services import reading_intake as intake
from opsledger.apps.contracts.services import reading_making as making
from opsledger.apps.ledger import selectors as ledger_selectors
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock

log = logging.getLogger(__name__)
BEAT_SECONDS = 3.0
MOST_SECONDS = 600


@task
def read_document(reading_id: int) -> str:
    """Read the document of a queued reading; returns what became of it."""
    return run(reading_id=reading_id)


def run(*, reading_id: int) -> str:
    """Claim, read in a child process, store; a refusal or a crash ends in the reading's own sentence."""
    reading = intake.claim_reading(reading_id=reading_id, at=clock.now())
    if reading is None:
        return "skipped"
    try:
        told = _read(reading)
        intake.beat(reading=reading, at=clock.now(), progress=85, step="保存结果")
        return "read" if intake.finish_reading(reading=reading, told=told) else "overtaken"
    except DomainError as error:
        intake.fail_reading(reading=reading, error=error)
        return "failed"
    except Exception:
        # Whatever it was, the worker lives on and the person is told.
        log.exception("reading %s failed", reading_id)
        intake.fail_reading(reading=reading, error=DomainError("reading.crashed", filename=reading.filename))
        return "failed"


@task
def make_contract(reading_id: int) -> str:
    """Make the contract of a finished review; returns what became of it."""
    return make(reading_id=reading_id)


def make(*, reading_id: int) -> str:
    """Write the contract, then plan it; a refusal or a crash opens the review again with a sentence.

    Two transactions, so that the page shows how far it is and a worker that died goes on where it stopped.
    """
    reading = making.claim_making(reading_id=reading_id, at=clock.now())
    if reading is None:
        return "skipped"
    try:
        making.write_contract(reading=reading)
        making.finish_making(reading=reading)
        return "made"
    except DomainError as error:
        making.fail_making(reading=reading, error=error)
        return "failed"
    except Exception:
        log.exception("making the contract of reading %s failed", reading_id)
        making.fail_making(reading=reading, error=DomainError("reading.make_crashed"))
        return "failed"


def _read(reading: DocumentReading) -> dict[str, Any]:
    attachment = ledger_selectors.attachment_of("reading", str(reading.pk), reading.attachment_id or 0)
    if attachment is None:
        raise DomainError("ledger.file_missing", name=reading.filename)
    with tempfile.TemporaryDirectory(prefix="opsledger-read-") as folder:
        place = Path(folder) / "document"
        with place.open("wb") as out:
            for chunk in ledger.content(attachment):
                out.write(chunk)
        waited = 0

        def alive() -> None:
            nonlocal waited
            waited += 1
            intake.beat(
                reading=reading, at=clock.now(), progress=min(80, 10 + 5 * waited), step="识别服务项与条款"
            )

        alive()
        return in_child(place, reading.filename, alive)


def in_child(place: Path, filename: str, alive: Callable[[], None]) -> dict[str, Any]:
    """Read a file in a process of its own, calling `alive` every few seconds.

    Raises the reader's refusal, ``reading.too_slow`` after ten minutes, ``reading.crashed`` when the process
    ended without a word.
    """
    source = str(Path(opsledger.__file__).resolve().parent.parent)
    known = os.environ.get("PYTHONPATH")
    env = {**os.environ, "PYTHONPATH": f"{source}{os.pathsep}{known}" if known else source}
    command = [sys.executable, "-m", "opsledger.apps.contracts.review.child", str(place), filename]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(
            command, stdout=out, stderr=err, env=env, cwd=place.parent, start_new_session=True
        )
        spent = 0.0
        try:
            while True:
                try:
                    child.wait(timeout=BEAT_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    spent += BEAT_SECONDS
                    if spent >= MOST_SECONDS:
                        raise DomainError("reading.too_slow", filename=filename) from None
                    alive()
        finally:
            _end(child)
        out.seek(0)
        err.seek(0)
        return _answer(out.read(), err.read(), filename)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Nothing of the child's outlives the job."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _answer(out: bytes, err: bytes, filename: str) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(out)
    except ValueError:
        log.error(
            "the reader's process broke off on %s: %s", filename, err[-2000:].decode("utf-8", "replace")
        )
        raise DomainError("reading.crashed", filename=filename) from None
    if "error" in told:
        raise DomainError(told["error"]["code"], **told["error"]["facts"])
    return told
