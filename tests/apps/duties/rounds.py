"""What the tests of rounds share: a checklist, answers and pictures for it."""

from __future__ import annotations

import io
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from opsledger.apps.duties import services
from opsledger.kernel import clock

CHECKS = [
    {"id": "temperature", "label": "室温", "kind": "number", "unit": "℃", "warn": [18, 27], "fail": [10, 35]},
    {"id": "humidity", "label": "湿度", "kind": "number", "warn": [40, 60], "photo": "none"},
    {"id": "leak", "label": "无漏水", "kind": "yes_no"},
    {"id": "note", "label": "其他", "kind": "text", "required": False},
]


def picture(seed: int, size=(320, 240), quality=90) -> bytes:
    """A drawing that differs by seed; the same drawing at another size or quality looks the same."""
    width, height = 320, 240
    image = Image.new("RGB", (width, height), (30 * seed % 255, 90, 160))
    pen = ImageDraw.Draw(image)
    for n in range(6):
        x, y = (seed * 53 + n * 97) % width, (seed * 31 + n * 71) % height
        box = [x - 60, y - 50, x + 60, y + 50]
        pen.ellipse(box, fill=(n * 40, 255 - n * 40, seed * 20 % 255))
    out = io.BytesIO()
    image.resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=quality)
    return out.getvalue()


def upload(content: bytes, name="现场.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def change(check, value, **more):
    return {"id": uuid4().hex, "check": check, "value": value, "at": clock.now().isoformat(), **more}


def save(world, round_, *changes, who="engineer", device="phone-1"):
    return services.save_answers(actor=world.actor(who), round_=round_, changes=changes, device=device)


GOOD = {"temperature": "22.5", "humidity": "51", "leak": "yes"}


def fill(world, round_, **values):
    rows = [change(check, value) for check, value in {**GOOD, **values}.items()]
    return save(world, round_, *rows)


def finish(world, round_, **more):
    return services.finish_round(actor=world.actor("engineer"), round_=round_, **more)
