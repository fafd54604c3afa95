"""Obligations on the small contract, and pictures to prove them with."""

from __future__ import annotations

import struct
import zlib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opsledger.apps.contracts.models import Obligation, Term
from opsledger.apps.duties import services
from opsledger.apps.duties.models import Occurrence
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM


def png(seed: int = 0) -> bytes:
    """A picture of one pixel; another seed is another picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixel = zlib.compress(b"\x00" + bytes([seed % 256, seed // 256 % 256, 7]))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


@pytest.fixture
def photo():
    """A maker of uploads that are pictures."""
    return lambda seed=0, name="现场.png": SimpleUploadedFile(name, png(seed), "image/png")


@pytest.fixture
def make_obligation(world):
    """An obligation of the world's first item, unless another is named."""
    count = 0

    def make(
        *,
        kind="duty",
        data=None,
        evidence=None,
        status="active",
        item=...,
        activity="inspection",
        agreed=None,
    ) -> Obligation:
        nonlocal count
        count += 1
        item = world.item if item is ... else item
        term = Term.objects.create(
            contract=world.contract,
            item=item,
            key=f"t{count}",
            kind=kind,
            data={
                "key": f"t{count}",
                **(data or {"activity": activity, "count": 1, "period": "month", "every": 1}),
            },
            clause="2.4 表 序号01",
            summary=f"每月巡检{count}",
        )
        return Obligation.objects.create(
            contract=world.contract,
            item=item,
            term=term,
            kind=kind,
            activity=activity if kind == "duty" else "",
            title=term.summary,
            evidence=evidence or {},
            status=status,
            agreed=agreed or {},
            starts_on=item.starts_on if item else date(2026, 1, 1),
            ends_on=item.ends_on if item else date(2026, 12, 31),
        )

    return make


@pytest.fixture
def march(world, make_obligation) -> Occurrence:
    """The open occurrence of March of a monthly round that needs a photo, a number and a check."""
    obligation = make_obligation(
        evidence={"note": True, "photos": 1, "numbers": ["室温"], "supervisor_verifies": True}
    )
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(clock.now())
    return Occurrence.objects.get(obligation=obligation, window_id="2026-03#1")
