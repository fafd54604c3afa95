"""A document comes in: it is kept, read in the worker, and its reading stored as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.review.policies import may_create
from opsledger.apps.contracts.review.storing import store
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import clock, errors, uploads
from opsledger.kernel.access import SYSTEM, Actor

EXTENSIONS = ("docx", "doc", "wps", "pdf", "html", "htm", "txt", "md", "xlsx")
# A running job beats every few seconds; after this long without a beat it has died.
DEAD_AFTER = timedelta(seconds=60)
LOST_AFTER = timedelta(minutes=10)
MOST_ATTEMPTS = 3
_NOT_DOCUMENTS = (
    "image/",
    "video/",
    "audio/",
    "application/x-rar",
    "application/x-7z",
    "application/x-msdownload",
)
_OLDER_FORMATS = {"doc", "wps"}


def chain(reading_id: int) -> str:
    """The name of a reading's own ledger chain; its head goes into the chain of the contract it becomes."""
    return f"reading:{reading_id}"


def subject(reading: DocumentReading) -> ledger.Subject:
    return ledger.Subject("reading", str(reading.pk), reading.name)


@transaction.atomic
def start_reading(*, actor: Actor, upload: UploadedFile[Any], name: str = "") -> DocumentReading:
    """Keep the document and queue its reading.

    Refuses people who may not start a reading and files that cannot be a procurement document.
    """
    if not may_create(actor):
        raise DomainError("access.denied_reading")
    filename = _check(upload)
    creator = User.objects.get(pk=actor.user_id)
    at = clock.now()
    reading = DocumentReading.objects.create(
        name=(name.strip() or PurePath(filename).stem)[:200],
        organisation_id=creator.organisation_id,
        created_by=creator,
        created_at=at,
        filename=filename[:255],
        size=upload.size or 0,
        queued_at=at,
    )
    upload.seek(0)
    kept = ledger.attach(
        chunks=upload.chunks(),
        name=filename,
        media_type=uploads.media_type(_head(upload)) or "application/octet-stream",
        subject=subject(reading),
        actor=actor,
    )
    reading.attachment_id = kept.pk
    reading.save(update_fields=["attachment_id"])
    _note(reading, actor, "reading.started", {"name": filename, "digest": kept.file.digest})
    _enqueue(reading.pk)
    return reading


def _head(upload: UploadedFile[Any]) -> bytes:
    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    return bytes(head)


def _check(upload: UploadedFile[Any]) -> str:
    """The file's name, or a refusal of what cannot be read whatever the worker tries."""
    filename = PurePath((upload.name or "文件").replace("\\", "/")).name
    if not upload.size:
        raise DomainError("upload.empty", name=filename)
    if upload.size > settings.MAX_UPLOAD_MB * 1024 * 1024:
        raise DomainError("upload.too_large", name=filename, limit_mb=settings.MAX_UPLOAD_MB)
    if PurePath(filename).suffix.lower().lstrip(".") not in EXTENSIONS:
        raise DomainError("reading.type_refused", name=filename)
    if uploads.media_type(_head(upload)).startswith(_NOT_DOCUMENTS):
        raise DomainError("reading.not_document", name=filename)
    return filename


def _note(reading: DocumentReading, actor: Actor, verb: str, changes: dict[str, object]) -> None:
    ledger.record(chain=chain(reading.pk), actor=actor, verb=verb, subject=subject(reading), changes=changes)


def _enqueue(reading_id: int) -> None:
    from opsledger.apps.contracts.review.jobs import read_document

    transaction.on_commit(lambda: read_document.enqueue(reading_id))


@transaction.atomic
def restart_reading(*, actor: Actor, reading: DocumentReading) -> DocumentReading:
    """Queue a reading that failed, or whose job has died, once more."""
    at = clock.now()
    if not can_restart(reading, at):
        raise DomainError("reading.not_restartable", state=reading.get_state_display())
    changed = DocumentReading.objects.filter(
        pk=reading.pk, state=reading.state, attempt=reading.attempt, queued_at=reading.queued_at
    ).update(
        state=DocumentReading.State.QUEUED, queued_at=at, progress=0, step="", failure="", heartbeat_at=None
    )
    if changed != 1:
        raise DomainError("reading.not_restartable", state="已由他人重新开始")
    _note(reading, actor, "reading.restarted", {"attempt": reading.attempt + 1})
    _enqueue(reading.pk)
    reading.refresh_from_db()
    return reading


def can_restart(reading: DocumentReading, at: datetime) -> bool:
    """Whether the reading has failed, or its job is dead or lost."""
    if reading.state == DocumentReading.State.FAILED:
        return True
    return is_dead(reading, at) or is_lost(reading, at)


def is_dead(reading: DocumentReading, at: datetime) -> bool:
    """A running job whose last sign of life is too old."""
    beat = reading.heartbeat_at
    return reading.state == DocumentReading.State.RUNNING and (beat is None or at - beat > DEAD_AFTER)


def is_lost(reading: DocumentReading, at: datetime) -> bool:
    """Queued for so long that its place in the queue must be gone."""
    return bool(
        reading.state == DocumentReading.State.QUEUED
        and reading.queued_at
        and at - reading.queued_at > LOST_AFTER
    )


def claim_reading(*, reading_id: int, at: datetime) -> DocumentReading | None:
    """Take a queued reading for this worker; None when another has it or it is past reading."""
    found = DocumentReading.objects.filter(pk=reading_id).first()
    if found is None or found.state != DocumentReading.State.QUEUED:
        return None
    claimed = DocumentReading.objects.filter(
        pk=reading_id, state=DocumentReading.State.QUEUED, attempt=found.attempt
    ).update(
        state=DocumentReading.State.RUNNING,
        attempt=found.attempt + 1,
        heartbeat_at=at,
        progress=5,
        step="打开文件",
    )
    if claimed != 1:
        return None
    found.refresh_from_db()
    return found


def beat(*, reading: DocumentReading, at: datetime, progress: int, step: str) -> bool:
    """Say that the job lives; False when the reading has been taken from it."""
    return bool(
        DocumentReading.objects.filter(
            pk=reading.pk, state=DocumentReading.State.RUNNING, attempt=reading.attempt
        ).update(heartbeat_at=at, progress=progress, step=step)
    )


@transaction.atomic
def finish_reading(*, reading: DocumentReading, told: dict[str, Any]) -> bool:
    """Store what was read and open the review; False when the reading has been taken from this job."""
    taken = DocumentReading.objects.filter(
        pk=reading.pk, state=DocumentReading.State.RUNNING, attempt=reading.attempt
    ).update(
        state=DocumentReading.State.REVIEW,
        progress=100,
        step="",
        heartbeat_at=clock.now(),
        warnings=told["warnings"],
        characters=len(told["text"]),
    )
    if taken != 1:
        return False
    counts = store(reading, told)
    _note(reading, SYSTEM, "reading.read", {"characters": len(told["text"]), **counts})
    return True


@transaction.atomic
def fail_reading(*, reading: DocumentReading, error: DomainError) -> None:
    """Stop a reading with the sentence that says why."""
    sentence = errors.sentence(error)
    failed = DocumentReading.objects.filter(
        pk=reading.pk, state=DocumentReading.State.RUNNING, attempt=reading.attempt
    ).update(state=DocumentReading.State.FAILED, failure=sentence[:500], step="", progress=0)
    if failed:
        _note(reading, SYSTEM, "reading.failed", {"reason": sentence, "code": error.code})


def revive_readings(at: datetime) -> int:
    """The worker's sweep: jobs that died are queued again, and given up after three attempts."""
    dealt = 0
    live = (DocumentReading.State.RUNNING, DocumentReading.State.QUEUED)
    for reading in DocumentReading.objects.filter(state__in=live):
        if is_dead(reading, at) and reading.attempt >= MOST_ATTEMPTS:
            fail_reading(reading=reading, error=DomainError("reading.died", filename=reading.filename))
            dealt += 1
        elif is_dead(reading, at) or is_lost(reading, at):
            dealt += _quietly(lambda reading=reading: restart_reading(actor=SYSTEM, reading=reading))
    return dealt + _revive_makings(at)


def _revive_makings(at: datetime) -> int:
    """Contracts whose making was lost or broke off: made again, or given up after three attempts."""
    from opsledger.apps.contracts.services import reading_making

    dealt = 0
    late = at - LOST_AFTER
    making = DocumentReading.objects.filter(state=DocumentReading.State.MAKING)
    lost = Q(heartbeat_at=None, queued_at__lt=late) | Q(heartbeat_at__lt=late)
    for reading in making.filter(lost):
        if reading.attempt >= MOST_ATTEMPTS and reading.contract_id is None:
            reading_making.fail_making(reading=reading, error=DomainError("reading.make_crashed"))
            dealt += 1
        else:
            dealt += reading_making.restart_making(reading=reading)
    return dealt


def _quietly(act: Callable[[], object]) -> int:
    try:
        act()
    except DomainError:
        return 0  # another worker was faster
    return 1
