"""Ways in: telephone, codes on walls, chat robots."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from opsledger.apps.contracts.selectors import severities_of
from opsledger.apps.desk.models import ReportCode, Ticket
from opsledger.apps.desk.services.ways_in import CODE_LIMIT, make_code
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026"


# -- telephone ------------------------------------------------------------------------------------


def test_a_call_is_noted_in_one_form(desk):
    manager = desk.world.client("manager")
    told = {
        "caller": "演示unit",
        "item": "档案",
        "severity": "一般故障",
        "title": "打不开",
        "minutes_ago": "5",
    }
    assert "演示unit" in manager.get(f"{BASE}/phone/").content.decode()
    assert manager.post(f"{BASE}/phone/", told).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.reporter, ticket.item) == (
        "phone",
        desk.world.users["unit"],
        desk.world.item,
    )
    assert (desk.start - ticket.reported_at).total_seconds() == 300
    shown = manager.post(f"{BASE}/phone/", {**told, "item": "平台"}).content.decode()
    assert "对应 2 个系统" in shown and "打不开" in shown
    assert desk.world.client("unit").get(f"{BASE}/phone/").status_code == 403


# -- codes ----------------------------------------------------------------------------------------


def test_a_code_opens_the_form_filled_in(desk, client):
    code = make_code(actor=desk.actor("manager"), item=desk.world.item, place="三楼", device="UPS-02")
    unit = desk.world.client("unit")
    answer = unit.get(f"/r/{code.code}/")
    assert answer.status_code == 302
    told = {"item": desk.world.item.pk, "severity": "一般故障", "title": "告警"}
    unit.post(answer["Location"], told)
    ticket = Ticket.objects.get()
    assert (ticket.device, ticket.place, ticket.source) == ("UPS-02", "三楼", "qr")
    assert client.get(f"/r/{code.code}/")["Location"].startswith("/login/")
    assert client.get("/r/no-such/").status_code == 404
    image = desk.world.client("manager").get(f"{BASE}/codes/{code.code}.svg")
    assert image["Content-Type"] == "image/svg+xml" and b"<svg" in image.content


def test_only_the_buyer_opens_a_code_to_all_and_reports_are_limited(desk, client):
    with pytest.raises(DomainError, match=r"access\.denied"):
        make_code(actor=desk.actor("manager"), item=desk.world.item, open_to_all=True)
    code = make_code(actor=desk.actor("buyer"), item=desk.world.item, device="自助机", open_to_all=True)
    told = {"title": "屏幕不亮", "name": "路人甲", "phone": "138-0000-0009"}
    assert "请填写电话" in client.post(f"/r/{code.code}/", {**told, "phone": ""}).content.decode()
    for _ in range(CODE_LIMIT):
        assert "已登记" in client.post(f"/r/{code.code}/", told).content.decode()
    assert "最多扫码报修" in client.post(f"/r/{code.code}/", told).content.decode()
    assert Ticket.objects.count() == CODE_LIMIT
    with desk.later(hours=2):
        assert "已登记" in client.post(f"/r/{code.code}/", told).content.decode()
    # Who does not sign in cannot choose the level: it is the mildest.
    assert Ticket.objects.first().severity == severities_of(desk.world.item)[-1].word
    ReportCode.objects.update(active=False)
    assert client.get(f"/r/{code.code}/").status_code == 404


# -- chat -----------------------------------------------------------------------------------------


def say(desk, client, text, ident="m1", secret="群机器人密钥", shift=0):
    body = json.dumps({"id": ident, "text": text, "sender": "王"}).encode()
    stamp = str(int(desk.start.timestamp()) + shift)
    mark = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return client.post(
        "/hooks/chat/demo-2026/", body, content_type="application/json",
        HTTP_X_TIMESTAMP=stamp, HTTP_X_SIGNATURE=f"sha256={mark}",
    )  # fmt: skip


def test_a_chat_message_becomes_a_ticket_once(desk, client):
    # Without a secret nobody can sign.
    assert say(desk, client, "报修 01 白屏", secret="").status_code == 403
    desk.world.contract.settings = {"desk": {"chat_secret": "群机器人密钥"}}
    desk.world.contract.save()
    assert say(desk, client, "大家好").json() == {"reply": ""}
    first = say(desk, client, "报修 01 登录后白屏")
    assert first.status_code == 201 and first.json()["number"] == "2026-00001"
    assert say(desk, client, "报修 01 登录后白屏").json()["number"] == "2026-00001"
    assert Ticket.objects.get().source == "chat"
    assert "没有听懂" in say(desk, client, "报修 坏了", "m2").json()["reply"]
    assert say(desk, client, "报修 01 x", "m3", secret="错的").status_code == 403
    assert say(desk, client, "报修 01 x", "m3", shift=-600).status_code == 403
    assert client.post("/hooks/chat/demo-2026/", b"{", content_type="application/json").status_code == 403
