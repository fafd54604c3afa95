"""Ways in: telephone, codes on walls, chat robots and mail, the last through a real SMTP server on loopback."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from opsledger.apps.contracts.selectors import severities_of
from opsledger.apps.desk.models import MailTaken, ReportCode, Ticket
from opsledger.apps.desk.services.mail import MAX_PER_HOUR, subject_token, take_mail
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


# -- mail -----------------------------------------------------------------------------------------


@pytest.fixture
def mailbox(desk):
    """A real SMTP server; `deliver(mail)` goes over the wire, and what arrives is taken in."""
    users = desk.world.users
    for who in ("unit", "other_unit", "engineer"):
        users[who].email = f"{who}@example.invalid"
        users[who].save()
    arrived: list[bytes] = []

    class Handler:
        async def handle_DATA(self, server, session, envelope):
            arrived.append(envelope.content)
            return "250 taken"

    controller = Controller(Handler(), hostname="127.0.0.1", port=0)
    import socket

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        controller.port = held.getsockname()[1]
    controller.start()

    def deliver(mail: EmailMessage) -> MailTaken:
        with smtplib.SMTP("127.0.0.1", controller.port) as line:
            line.send_message(mail)
        return take_mail(contract=desk.world.contract, raw=arrived[-1])

    yield deliver
    controller.stop()


def letter(sender: str, subject: str, text: str = "二楼三个科室都打不开", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{sender}@example.invalid", "desk@example.invalid", subject
    mail["Message-ID"] = f"<{sender}-{hashlib.md5(subject.encode()).hexdigest()}@example.invalid>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def test_a_letter_becomes_a_ticket_with_its_files(desk, mailbox):
    mail = letter("unit", "系统打不开")
    mail.add_attachment(b"2026-03-11 error\n", maintype="text", subtype="plain", filename="日志.txt")
    mail.add_attachment(
        b"MZ\x90\x00" + b"\x00" * 50, maintype="application", subtype="x-msdownload", filename="a.exe"
    )
    taken = mailbox(mail)
    assert (taken.outcome, taken.ticket.source, taken.ticket.reporter) == (
        "reported",
        "mail",
        desk.world.users["unit"],
    )
    shown = desk.world.client("unit").get(f"{BASE}/tickets/{taken.ticket.number}/").content.decode()
    assert "日志.txt" in shown and "a.exe" not in shown and "二楼三个科室" in shown
    assert mailbox(mail).ticket == taken.ticket and Ticket.objects.count() == 1


def test_a_reply_goes_to_its_ticket_by_its_token(desk, mailbox):
    ticket = desk.report()
    subject = f"Re: {subject_token(ticket)} 请补充"
    taken = mailbox(letter("unit", subject, "只有二楼。\n\n> 请说明范围\n> 谢谢"))
    assert taken.outcome == "note"
    assert ticket.events.get(kind="noted").note == "只有二楼。"
    forged = f"[工单 {ticket.number} #00000000]"
    assert mailbox(letter("unit", forged)).outcome == "wrong_token"
    # The right token from a unit that may not see the ticket.
    assert mailbox(letter("other_unit", subject)).outcome == "wrong_token"
    assert ticket.events.filter(kind="noted").count() == 1


@pytest.mark.parametrize(
    ("sender", "headers", "outcome"),
    [
        ("nobody", {}, "unknown_sender"),
        ("unit", {"Auto_Submitted": "auto-replied"}, "automatic"),
        ("unit", {"Precedence": "bulk"}, "automatic"),
        ("unit", {"X_OpsLedger_Ticket": "2026-00001"}, "automatic"),
        ("unit", {"List_Id": "<x>"}, "automatic"),
    ],
)
def test_strangers_machines_and_loops_are_left_alone(desk, mailbox, sender, headers, outcome):
    assert mailbox(letter(sender, "自动回复", **headers)).outcome == outcome
    assert not Ticket.objects.exists()


def test_a_flood_is_stopped(desk, mailbox):
    for number in range(MAX_PER_HOUR + 3):
        mail = letter("unit", f"第{number}封")
        take_mail(contract=desk.world.contract, raw=mail.as_bytes())
    assert Ticket.objects.count() == MAX_PER_HOUR
    assert MailTaken.objects.filter(outcome="too_many").count() == 3


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff", b"Subject: =?utf-8?q?=FF?=\r\n\r\n", b"From: unit@example.invalid\r\n\r\n"]
)
def test_broken_mail_breaks_nothing(desk, mailbox, raw):
    assert take_mail(contract=desk.world.contract, raw=raw).outcome


def test_html_is_read_as_words(desk, mailbox):
    mail = letter("unit", "网页打不开", "x")
    mail.set_content("<style>p{}</style><p>打不开<script>alert(1)</script></p>", subtype="html")
    assert mailbox(mail).ticket.description == "打不开"
