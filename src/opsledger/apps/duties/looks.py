"""How a picture looks, as 64 bits: the difference hash over an 8 × 9 grey thumbnail."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, Any

from PIL import Image, UnidentifiedImageError

MAX_PIXELS = 60_000_000
MAX_WHOLE_PIXELS = 16_000_000
"""Formats that can only be decoded whole cost four bytes a point; a JPEG is decoded small at once."""
NEAR = 4
"""Pictures whose hashes differ in at most so many bits look the same to a person."""
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, *_BOMB)


@dataclass(frozen=True, slots=True)
class Size:
    """How many points a picture has, and how many its format may have here."""

    pixels: int
    most: int

    @property
    def fits(self) -> bool:
        return self.pixels <= self.most

    @property
    def megapixels(self) -> int:
        return round(self.pixels / 1_000_000)

    @property
    def limit(self) -> int:
        return self.most // 1_000_000


def _size(image: Image.Image) -> Size:
    # The coefficients of a progressive JPEG have to be held whole as well.
    small_at_once = image.format == "JPEG" and not image.info.get("progressive")
    return Size(image.width * image.height, MAX_PIXELS if small_at_once else MAX_WHOLE_PIXELS)


def size_of(upload: IO[bytes] | Any) -> Size | None:
    """The size of a picture from its head alone; None for what is no picture.  The file is left at its start."""
    upload.seek(0)
    try:
        with Image.open(upload) as image:
            return _size(image)
    except _BOMB:
        return Size(MAX_PIXELS * 4, MAX_PIXELS)
    except _BROKEN:
        return None
    finally:
        upload.seek(0)


def looks_of(content: bytes) -> str:
    """16 hex digits; "" for what is no picture, is broken, is too large or shows nothing (one plain colour)."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if not _size(image).fits:
                return ""
            image.draft("L", (72, 64))  # a JPEG is decoded small at once: 40 megapixels in a moment
            small = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
            grey = list(small.tobytes())
    except _BROKEN:
        return ""
    if max(grey) - min(grey) < 8:
        return ""
    bits = 0
    for row in range(8):
        for column in range(8):
            here = row * 9 + column
            bits = bits << 1 | (grey[here] > grey[here + 1])
    return f"{bits:016x}"


def apart(one: str, other: str) -> int:
    """In how many of the 64 bits two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
