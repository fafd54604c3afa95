"""How a picture looks, as 64 bits: the difference hash over an 8 × 9 grey thumbnail."""

from __future__ import annotations

import io

from PIL import Image

from opsledger.kernel import pictures

NEAR = 4
"""Pictures whose hashes differ in at most so many bits look the same to a person."""


def looks_of(content: bytes) -> str:
    """16 hex digits; "" for what is no picture, is broken, is too large or shows nothing (one plain colour)."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if not pictures.size(image).fits:
                return ""
            image.draft("L", (72, 64))  # a JPEG is decoded small at once: 40 megapixels in a moment
            small = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
            grey = list(small.tobytes())
    except pictures.BROKEN:
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
