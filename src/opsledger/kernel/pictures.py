"""How many points a picture has, from its head alone, and how many it may have here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Any

from PIL import Image, UnidentifiedImageError

MAX_PIXELS = 60_000_000
MAX_WHOLE_PIXELS = 16_000_000
"""Formats that can only be decoded whole cost four bytes a point; a JPEG is decoded small at once."""
BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, *BOMB)


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


def size(image: Image.Image) -> Size:
    """The size of an opened picture, with the bound of its format."""
    # The coefficients of a progressive JPEG have to be held whole as well.
    small_at_once = image.format == "JPEG" and not image.info.get("progressive")
    return Size(image.width * image.height, MAX_PIXELS if small_at_once else MAX_WHOLE_PIXELS)


def size_of(upload: IO[bytes] | Any) -> Size | None:
    """The size of a picture from its head alone; None for what is no picture.  The file is left at its start."""
    upload.seek(0)
    try:
        with Image.open(upload) as image:
            return size(image)
    except BOMB:
        return Size(MAX_PIXELS * 4, MAX_PIXELS)
    except BROKEN:
        return None
    finally:
        upload.seek(0)
