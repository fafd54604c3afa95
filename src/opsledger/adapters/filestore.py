"""Files on disk under the digest of their content; the same content is kept once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

ALGORITHM = "sha256"


class FileStore:
    """A directory of immutable files named by their SHA-256, two levels deep."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, digest: str) -> Path:
        return self.root / digest[:2] / digest[2:4] / digest

    def put(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Keep the content and return its digest and size; safe against a crash half-way."""
        self.root.mkdir(parents=True, exist_ok=True)
        hasher, size = hashlib.new(ALGORITHM), 0
        descriptor, temporary = tempfile.mkstemp(dir=self.root, prefix=".in-")
        try:
            with os.fdopen(descriptor, "wb") as out:
                for chunk in chunks:
                    hasher.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            place = self.path(hasher.hexdigest())
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                Path(temporary).replace(place)
        finally:
            Path(temporary).unlink(missing_ok=True)
        return hasher.hexdigest(), size

    def open(self, digest: str) -> BinaryIO:
        """The content, from its start; FileNotFoundError if it is gone."""
        return self.path(digest).open("rb")

    def intact(self, digest: str) -> bool:
        """Whether the content is there and still has this digest."""
        try:
            return self._digest(self.chunks(digest)) == digest
        except FileNotFoundError:
            return False

    def chunks(self, digest: str) -> Iterator[bytes]:
        with self.open(digest) as handle:
            while chunk := handle.read(1 << 20):
                yield chunk

    @staticmethod
    def _digest(chunks: Iterable[bytes]) -> str:
        hasher = hashlib.new(ALGORITHM)
        for chunk in chunks:
            hasher.update(chunk)
        return hasher.hexdigest()
