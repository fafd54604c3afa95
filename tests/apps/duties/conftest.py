"""Obligations on the small contract, and pictures to prove them with."""

from __future__ import annotations

import json
import re
import struct
import zlib
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.apps.duties import rounds

from opsledger.apps.accounts.services import issue_token
from opsledger.apps.contracts.models import Obligation, Term
from opsledger.apps.duties import services
from opsledger.apps.duties.models import Occurrence, Round
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


BASE = "/api/v1/contracts/demo-2026"


@pytest.fixture
def token(world, at):
    def make(who):
        _, secret = issue_token(
            actor=SYSTEM, user=world.users[who], name="测试", scopes=["duties:read", "duties:write"],
            expires_at=at + timedelta(days=1),
        )  # fmt: skip
        return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}

    return make


@pytest.fixture
def call(token):
    def do(who, method, path, body=None, **headers):
        told = {**token(who), **headers}
        if body is not None:
            told |= {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(Client(), method)(f"{BASE}{path}", **told)
        return answer.status_code, json.loads(answer.content) if answer.content else None, answer

    return do


@pytest.fixture
def do(call):
    """do(who, method, path, body, status) -> the answer; fails on another status, and on a refusal without words."""

    def run(who, method, path, body=None, status=200, **headers):
        code, told, _ = call(who, method, path, body, **headers)
        assert code == status, (code, told)
        if code >= 400:
            assert re.search("[\u4e00-\u9fff]", told["detail"]), told
        return told

    return run


@pytest.fixture
def send(token):
    """send(who, path, fields with files, status) -> the answer to a form that carries files."""

    def run(who, path, fields, status=200, **headers):
        answer = Client().post(f"{BASE}{path}", fields, **token(who), **headers)
        assert answer.status_code == status, (answer.status_code, answer.content.decode())
        return json.loads(answer.content)

    return run


@pytest.fixture
def asks(token):
    """How many queries a call costs once the settings are known."""

    def run(who, path):
        told = token(who)
        assert Client().get(f"{BASE}{path}", **told).status_code == 200
        with CaptureQueriesContext(connection) as seen:
            assert Client().get(f"{BASE}{path}", **told).status_code == 200
        return len(seen)

    return run


@pytest.fixture
def monthly(world, make_obligation, at):
    """A monthly inspection with a checklist of the contract's own."""
    services.save_template(
        actor=world.actor("manager"),
        contract=world.contract,
        key="own",
        data={"name": "小机房", "minutes": 20, "activities": ["inspection"], "checks": rounds.CHECKS},
    )
    make_obligation(evidence={"supervisor_verifies": True})
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    services.open_due(at)
    return Occurrence.objects.get(window_id="2026-03#1")


@pytest.fixture
def begun(world, monthly) -> Round:
    return services.start_round(actor=world.actor("engineer"), occurrence=monthly, template_key="own")
