"""Mail in and out, over the wire: our SMTP receiver and a real IMAP server, both on loopback."""

from __future__ import annotations

import contextlib
import hashlib
import queue
import smtplib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core import mail as outgoing

from opsledger.adapters import mail_server
from opsledger.adapters.mailbox import Address, Mailbox
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import mail_in, services
from opsledger.apps.desk.models import Channel, MailTaken, Ticket
from opsledger.apps.desk.services.channels import add_channel
from opsledger.apps.desk.services.mail import (
    MAX_BYTES,
    MAX_PER_HOUR,
    MAX_PER_HOUR_IN_ALL,
    subject_token,
    take_mail,
)
from opsledger.apps.desk.services.mail_marks import reply_address, thread_id
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026"
GATE = "mx.example.invalid"
PASSED = f"{GATE}; dmarc=pass header.from=example.invalid"


@pytest.fixture
def post(desk, settings):
    """People with addresses, the desk's own, and the gate that checks senders."""
    settings.MAIL_ADDRESS = "desk@example.invalid"
    settings.MAIL_AUTHSERV = GATE
    settings.EMAIL_HOST = "127.0.0.1"
    for who in ("unit", "other_unit", "engineer"):
        desk.world.users[who].email = f"{who}@example.invalid"
        desk.world.users[who].save()
    return desk


def letter(
    sender: str,
    subject: str,
    text: str = "二楼三个科室都打不开",
    to: str = "desk@example.invalid",
    gate: str = PASSED,
    **headers: str,
) -> EmailMessage:
    mail = EmailMessage()
    if gate:
        mail["Authentication-Results"] = gate
    mail["From"], mail["To"], mail["Subject"] = f"{sender}@example.invalid", to, subject
    ident = hashlib.md5(f"{subject}{text}{to}{gate}".encode()).hexdigest()
    mail["Message-ID"] = f"<{sender}-{ident}@example.invalid>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def take(mail: EmailMessage) -> MailTaken:
    return take_mail(raw=mail.as_bytes())


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


# -- what becomes of a letter ---------------------------------------------------------------------


def test_a_letter_becomes_a_ticket_with_its_files(post):
    mail = letter("unit", "系统打不开")
    mail.add_attachment(b"2026-03-11 error\n", maintype="text", subtype="plain", filename="日志.txt")
    mail.add_attachment(
        b"MZ\x90\x00" + b"\x00" * 50, maintype="application", subtype="x-msdownload", filename="a.exe"
    )
    taken = take(mail)
    ticket = taken.ticket
    assert (taken.outcome, taken.checked, ticket.source) == ("reported", True, "mail")
    assert ticket.reporter == post.world.users["unit"]
    shown = post.world.client("unit").get(f"{BASE}/tickets/{ticket.number}/").content.decode()
    assert "日志.txt" in shown and "二楼三个科室" in shown
    assert "未收下的附件：a.exe" in shown
    assert take(mail).ticket == ticket and Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "gate",
    [
        "",
        "mx.elsewhere.invalid; dmarc=pass header.from=example.invalid",
        f"{GATE}; dmarc=fail header.from=example.invalid",
        f"{GATE}; dkim=pass header.d=elsewhere.invalid; spf=pass smtp.mailfrom=a@elsewhere.invalid",
    ],
)
def test_a_sender_that_nobody_checked_does_not_speak_for_the_person(post, gate):
    taken = take(letter("unit", "系统打不开", gate=gate))
    assert (taken.outcome, taken.checked) == ("reported", False)
    ticket = taken.ticket
    assert ticket.reporter is None and ticket.contact_name == "演示unit（来信未核验）"
    entry = Entry.objects.get(verb="ticket.reported")
    assert (entry.actor_id, entry.actor_name) == (None, "来信“演示unit”（未核验）")
    # Nor is anything written back to an address that may not have written.
    assert not Channel.objects.exists()


def test_only_the_topmost_result_of_the_gate_counts(post):
    mail = letter("unit", "打不开", gate=f"{GATE}; dmarc=fail header.from=example.invalid")
    mail["Authentication-Results"] = PASSED
    assert not take(mail).checked


def test_an_address_that_two_people_share_names_neither(post):
    other = post.world.users["engineer"]
    other.email = "UNIT@example.invalid"
    other.save()
    assert not take(letter("unit", "打不开")).checked


# -- replies --------------------------------------------------------------------------------------


def test_a_reply_goes_to_its_ticket_by_its_token(post):
    ticket = post.report()
    subject = f"Re: {subject_token(ticket)} 请补充"
    taken = take(letter("unit", subject, "只有二楼。\n\n> 请说明范围\n> 谢谢"))
    assert (taken.outcome, taken.checked) == ("note", True)
    note = ticket.events.get(kind="noted")
    assert (note.note, note.actor) == ("只有二楼。", post.world.users["unit"])
    forged = f"[工单 {ticket.number} #00000000]"
    assert take(letter("unit", forged)).outcome == "wrong_token"
    # The right token from a unit that may not see the ticket.
    assert take(letter("other_unit", subject)).outcome == "wrong_token"
    assert ticket.events.filter(kind="noted").count() == 1


def test_the_address_made_for_a_person_proves_the_person(post):
    ticket, users = post.report(), post.world.users
    mine = reply_address(ticket, users["unit"].pk)
    taken = take(letter("unit", "Re: 随便什么", "好的", to=mine, gate=""))
    assert (taken.outcome, taken.checked, taken.ticket) == ("note", True, ticket)
    theirs = reply_address(ticket, users["engineer"].pk)
    taken = take(letter("unit", "Re: 随便什么", "冒用", to=theirs, gate=""))
    assert (taken.outcome, taken.checked) == ("note", False)
    assert ticket.events.get(note="冒用").actor is None
    changed = mine.replace(f"t{ticket.pk}-", f"t{ticket.pk + 1}-")
    assert take(letter("unit", "Re: 01 别的", "x", to=changed)).outcome == "reported"


def test_a_reply_is_found_by_its_thread_alone(post):
    ticket = post.report()
    taken = take(letter("unit", "回复", "收到", In_Reply_To=thread_id(ticket, 7)))
    assert (taken.outcome, taken.ticket) == ("note", ticket)
    forged = thread_id(ticket).replace("-", "-0", 1)
    assert take(letter("unit", "回复", "x", References=forged)).outcome == "reported"


# -- machines, strangers, floods ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "headers", "outcome"),
    [
        ("nobody", {}, "unknown_sender"),
        ("unit", {"Auto_Submitted": "auto-replied"}, "automatic"),
        ("unit", {"Precedence": "bulk"}, "automatic"),
        ("unit", {"X_OpsLedger_Ticket": "2026-00001"}, "automatic"),
        ("unit", {"List_Id": "<x>"}, "automatic"),
        ("unit", {"Return_Path": "<>"}, "automatic"),
        ("mailer-daemon", {}, "automatic"),
        ("desk", {}, "automatic"),
    ],
)
def test_strangers_machines_and_loops_are_left_alone(post, sender, headers, outcome):
    assert take(letter(sender, "自动回复", **headers)).outcome == outcome
    assert not Ticket.objects.exists()


def test_a_bounce_is_known_by_its_empty_sender(post):
    assert take_mail(raw=letter("unit", "退信").as_bytes(), envelope_from="").outcome == "automatic"


def test_our_own_letter_coming_back_is_no_report(post):
    channel = add_channel(
        actor=post.actor("unit"), contract=post.world.contract, kind="mail", name="邮件", address="", personal=True
    )  # fmt: skip
    ticket = post.working()
    services.send_due(post.start)
    sent = outgoing.outbox[-1]
    assert channel.user == post.world.users["unit"] and sent.to == ["unit@example.invalid"]
    assert take_mail(raw=sent.message().as_bytes()).outcome == "automatic"
    assert ticket.events.filter(kind="noted").count() == 0


def test_a_flood_is_stopped(post):
    for number in range(MAX_PER_HOUR + 3):
        take(letter("unit", f"第{number}封"))
    assert Ticket.objects.count() == MAX_PER_HOUR
    assert MailTaken.objects.filter(outcome="too_many").count() == 3
    with post.later(hours=1, minutes=1):
        assert take(letter("unit", "一小时之后")).outcome == "reported"


def test_a_flood_under_many_names_is_stopped_too(post):
    MailTaken.objects.bulk_create(
        MailTaken(
            message_id=f"x{number}",
            contract=post.world.contract,
            sender=f"{number}@example.invalid",
            outcome="reported",
            taken_at=post.start,
        )
        for number in range(MAX_PER_HOUR_IN_ALL)
    )
    assert take(letter("unit", "打不开")).outcome == "too_many"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff",
        b"Subject: =?utf-8?q?=FF?=\r\n\r\n",
        b"From: unit@example.invalid\r\n\r\n",
        b"From: =?x?b?!!?= <a\x00b@example.invalid>\r\nTo: <<>>,;\r\nReferences: <ticket-1-zz@x>\r\n\r\n",
        b"From: unit@example.invalid\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 200,
        b"From: unit@example.invalid\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=nope"
        b"\r\n\r\n\xff!!",
    ],
)
def test_broken_mail_breaks_nothing(post, raw):
    assert take_mail(raw=raw).outcome


def test_html_is_read_as_words(post):
    mail = letter("unit", "网页打不开", "x")
    mail.set_content("<style>p{}</style><p>打不开<script>alert(1)</script></p>", subtype="html")
    assert take(mail).ticket.description == "打不开"


def test_which_contract_a_letter_is_for(post):
    world = post.world
    second = Contract.objects.get(pk=world.contract.pk)
    second.pk, second.slug, second.settings = (
        None,
        "second-2026",
        {"desk": {"mail_address": "help@b.invalid"}},
    )
    second.save()
    world.users["unit"].memberships.create(contract=second, role="unit", organisation=world.item.unit)
    assert take(letter("unit", "打不开")).outcome == "which_contract"
    assert (
        take(letter("unit", "打不开", to="desk+demo-2026@example.invalid")).ticket.contract == world.contract
    )
    # It has no items: heard as that contract's, and left for a person.
    taken = take(letter("unit", "打不开", to="help@b.invalid"))
    assert (taken.contract, taken.outcome) == (second, "which_item")
    ticket = post.report()
    assert take(letter("unit", subject_token(ticket), "在这里")).ticket == ticket


# -- the mailbox ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def imap_server() -> Iterator[tuple[int, int]]:
    """A real IMAP server, filled through its own SMTP: its two ports."""
    imap, smtp = free_port(), free_port()
    told = ["--host", "127.0.0.1", "--user", "desk@example.invalid", "--password", "geheim", "--no-http"]
    ports = ["--imap-port", str(imap), "--smtp-port", str(smtp)]
    run = subprocess.Popen(
        [sys.executable, "-m", "mail_devel", *told, *ports],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stop = threading.Event()
    for port in (imap, smtp):
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            stop.wait(0.05)
    yield imap, smtp
    run.terminate()
    run.wait(10)


@pytest.fixture
def inbox(post, imap_server):
    """An empty mailbox: `inbox.put(mail)`, `inbox.uids(query)`, `inbox.box`."""
    imap, smtp = imap_server
    box = Address("127.0.0.1", "desk@example.invalid", "geheim", imap, tls="none")

    class Inbox:
        def __init__(self) -> None:
            self.box = box

        def put(self, *mails: EmailMessage) -> None:
            with smtplib.SMTP("127.0.0.1", smtp) as line:
                for mail in mails:
                    line.send_message(mail, "relay@example.invalid", ["desk@example.invalid"])

        def uids(self, query: str, folder: str = "INBOX") -> list[bytes]:
            with Mailbox(box) as held:
                held._line.select(folder)
                return held._line.uid("SEARCH", query)[1][0].split()

    with Mailbox(box) as held:
        held._line.uid("STORE", "1:*", "+FLAGS", "(\\Deleted)")
        held._line.expunge()
        held._line.create("Done")
    return Inbox()


def test_the_mailbox_is_worked_off_and_marked(inbox):
    inbox.put(letter("unit", "打不开"), letter("nobody", "广告"))
    assert mail_in.poll(inbox.box) == 2
    assert [row.outcome for row in MailTaken.objects.order_by("pk")] == ["reported", "unknown_sender"]
    assert inbox.uids("UNSEEN") == [] and len(inbox.uids("SEEN")) == 2
    assert mail_in.poll(inbox.box) == 0


def test_what_a_person_must_look_at_stays_under_a_flag(post, inbox):
    world = post.world
    world.users["unit"].memberships.create(
        contract=world.contract, role="unit", organisation=world.other_item.unit
    )
    inbox.put(letter("unit", "打不开"))
    mail_in.poll(inbox.box)
    assert MailTaken.objects.get().outcome == "which_item"
    assert len(inbox.uids("FLAGGED")) == 1
    shown = world.client("manager").get(f"{BASE}/mails/").content.decode()
    assert "看不出是哪个系统" in shown and "unit@example.invalid" in shown
    assert world.client("unit").get(f"{BASE}/mails/").status_code == 403


def test_taken_letters_are_moved_where_the_settings_say(inbox):
    inbox.put(letter("unit", "打不开"))
    box = Address(
        "127.0.0.1", "desk@example.invalid", "geheim", inbox.box.port, tls="none", done_folder="Done"
    )
    mail_in.poll(box)
    assert inbox.uids("ALL") == [] and len(inbox.uids("ALL", "Done")) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_loses_no_letter_and_doubles_none(inbox, monkeypatch, when):
    """The process dies while the letter is taken, or just after, before the mailbox is told."""
    inbox.put(letter("unit", "打不开"))
    with monkeypatch.context() as broken:
        if when == "before":
            broken.setattr(mail_in, "take_mail", _die)
        else:
            broken.setattr(Mailbox, "done", _die)
        with pytest.raises(KeyboardInterrupt):
            mail_in.poll(inbox.box)
    assert len(inbox.uids("UNSEEN")) == 1
    assert Ticket.objects.count() == (0 if when == "before" else 1)
    mail_in.poll(inbox.box)
    assert inbox.uids("UNSEEN") == [] and Ticket.objects.count() == 1


def _die(*args: object, **told: object) -> None:
    raise KeyboardInterrupt


def test_a_letter_that_cannot_be_taken_stops_no_other(inbox, monkeypatch):
    inbox.put(letter("unit", "坏的"), letter("unit", "好的"))
    real = mail_in.take_mail

    def choosy(**told):
        if b"5Z2P55qE" in told["raw"].replace(b"\n", b""):  # 坏的
            raise RuntimeError
        return real(**told)

    monkeypatch.setattr(mail_in, "take_mail", choosy)
    assert mail_in.poll(inbox.box) == 1
    assert Ticket.objects.get().title == "好的" and len(inbox.uids("UNSEEN")) == 1


def test_of_a_huge_letter_only_the_head_is_read(inbox, monkeypatch):
    monkeypatch.setattr(mail_in, "MAX_BYTES", 2000)
    monkeypatch.setattr("opsledger.apps.desk.services.mail.MAX_BYTES", 2000)
    inbox.put(letter("unit", "附大文件", "很长\n" * 2000))
    mail_in.poll(inbox.box)
    taken = MailTaken.objects.get()
    assert (taken.outcome, taken.subject) == ("too_large", "附大文件")


def test_a_wrong_password_or_no_server_is_said(inbox, settings, capsys):
    from opsledger import cli

    assert cli.main(["mail", "--once"]) == 2
    assert "OPSLEDGER_IMAP_HOST" in capsys.readouterr().err
    told = {"host": "127.0.0.1", "port": inbox.box.port, "user": "desk@example.invalid", "tls": "none"}
    settings.IMAP = {**settings.IMAP, **told, "password": "falsch"}
    assert cli.main(["mail", "--once"]) == 1
    assert "无法读取邮箱" in capsys.readouterr().err
    settings.IMAP["password"] = "geheim"
    inbox.put(letter("unit", "打不开"))
    assert cli.main(["mail", "--once"]) == 0
    assert "收取 1 封" in capsys.readouterr().out


# -- the receiver ---------------------------------------------------------------------------------


@pytest.fixture
def bring(post):
    """`bring(mail, **envelope)` goes over SMTP to our receiver; the test's thread takes it in. → the answer."""
    asked: queue.Queue = queue.Queue()
    answers: queue.Queue = queue.Queue()

    def hand_over(raw, sender, recipients):
        asked.put((raw, sender, recipients))
        given = answers.get(timeout=20)
        if isinstance(given, Exception):
            raise given
        return given

    rules = mail_server.Rules(("127.0.0.1",), "desk@example.invalid", MAX_BYTES)
    port = free_port()
    server = mail_server.server("127.0.0.1", port, rules, hand_over)
    server.start()

    def do(mail, sender="unit@example.invalid", to="desk@example.invalid", take=mail_in.receive, host=None):
        said: list[tuple[int, bytes]] = []

        def talk() -> None:
            with smtplib.SMTP("127.0.0.1", port) as line:
                line.ehlo()
                for step in (line.mail(sender), line.rcpt(to)):
                    if step[0] >= 400:
                        said.append(step)
                        return
                said.append(line.data(mail.as_bytes()))

        thread = threading.Thread(target=talk)
        thread.start()
        while thread.is_alive():
            with contextlib.suppress(queue.Empty):
                told = asked.get(timeout=0.05)
                try:
                    answers.put(take(*told))
                except RuntimeError as error:
                    answers.put(error)
        thread.join()
        return said[0][0], said[0][1].decode()

    do.rules = rules
    yield do
    server.stop()


def test_a_relay_brings_mail_and_hears_when_it_is_taken(post, bring):
    assert bring(letter("unit", "打不开")) == (250, "2.0.0 taken")
    assert Ticket.objects.get().source == "mail"
    # The same again, as a relay does when our answer was lost.
    assert bring(letter("unit", "打不开"))[0] == 250
    assert Ticket.objects.count() == 1
    ticket = Ticket.objects.get()
    mine = reply_address(ticket, post.world.users["unit"].pk)
    assert bring(letter("unit", "Re", "好了", gate=""), to=mine)[0] == 250
    assert ticket.events.get(kind="noted").note == "好了"


def test_what_fails_is_left_with_the_relay(post, bring):
    def broken(*told):
        raise RuntimeError("the database is away")

    assert bring(letter("unit", "打不开"), take=broken)[0] == 451
    for number in range(MAX_PER_HOUR):
        take(letter("unit", f"第{number}封"))
    mail = letter("unit", "再一封")
    assert bring(mail)[0] == 450
    with post.later(hours=2):
        assert bring(mail)[0] == 250
    assert Ticket.objects.filter(title="再一封").count() == 1


def test_the_receiver_relays_nothing(bring):
    assert bring(letter("unit", "x"), to="somebody@elsewhere.invalid")[0] == 550
    object.__setattr__(bring.rules, "peers", ("10.0.0.1",))
    assert bring(letter("unit", "x"))[0] == 554


# -- letters out ----------------------------------------------------------------------------------


def test_a_letter_out_carries_its_marks_and_the_answer_finds_back(post, settings):
    settings.SITE_URL = "https://ops.example.invalid"
    ticket = take(letter("unit", "打不开")).ticket
    post.do(ticket, "dispatch", "manager", assignee=post.world.users["engineer"])
    post.do(ticket, "accept", "engineer")
    assert services.send_due(post.start) == 1
    sent = message_from_bytes(outgoing.outbox[0].message().as_bytes(), policy=policy.default)
    assert sent["Subject"].strip() == f"{subject_token(ticket)} 演示engineer已接单：{ticket.number} 打不开"
    assert sent["Auto-Submitted"] == "auto-generated" and sent["References"] == thread_id(ticket)
    body = sent.get_content()
    assert f"https://ops.example.invalid{BASE}/tickets/{ticket.number}/" in body and "回复本邮件" in body
    answer = letter("unit", "答复", "已恢复，谢谢", to=str(sent["Reply-To"]), gate="")
    taken = take(answer)
    assert (taken.ticket, taken.outcome, taken.checked) == (ticket, "note", True)


def test_who_closed_the_mail_channel_is_not_written_to_again(post):
    take(letter("unit", "打不开"))
    Channel.objects.update(active=False)
    take(letter("unit", "又打不开"))
    assert Channel.objects.get().active is False


def test_a_digest_by_mail_belongs_to_no_thread(post):
    add_channel(
        actor=post.actor("manager"), contract=post.world.contract, kind="mail", name="组",
        address="group@example.invalid", digest_minutes=15,
    )  # fmt: skip
    post.report()
    post.report(title="第二件")
    services.send_due(post.start + timedelta(minutes=15))
    sent = outgoing.outbox[0]
    assert sent.subject == "2 条工单消息" and "References" not in sent.extra_headers


def test_an_address_that_is_none_is_refused(post):
    with pytest.raises(DomainError, match=r"channel\.bad_mail"):
        add_channel(
            actor=post.actor("manager"), contract=post.world.contract, kind="mail", name="x", address="x"
        )
