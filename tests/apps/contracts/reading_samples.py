"""Small documents of our own, and a reading made from one of them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.reader_sample import SAMPLE

from opsledger.apps.contracts.models import DocumentReading
from opsledger.apps.contracts.review import child
from opsledger.apps.contracts.services import reading_intake
from opsledger.kernel import clock
from opsledger.kernel.access import Actor
from opsledger.reader import read

__all__ = ["SAMPLE", "make_reading", "told_of", "upload"]


def upload(name: str = "需求.txt", content: bytes | str = SAMPLE) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def told_of(text: str, name: str = "需求.txt") -> dict:
    """What the child says of a text, without starting a process."""
    return child.as_json(read(text.encode(), name))


def make_reading(actor: Actor, text: str = SAMPLE) -> DocumentReading:
    """A reading under review, stored as the worker stores it."""
    reading = reading_intake.start_reading(actor=actor, upload=upload(content=text))
    claimed = reading_intake.claim_reading(reading_id=reading.pk, at=clock.now())
    assert claimed is not None
    assert reading_intake.finish_reading(reading=claimed, told=told_of(text))
    reading.refresh_from_db()
    return reading
