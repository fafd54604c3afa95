"""Mail out: a message of the outbox as a letter on its ticket's thread.

Every letter says that a machine wrote it (RFC 3834), names its thread (Message-ID, References), carries the
ticket's mark in its subject, and asks for answers at an address made for the person it goes to.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage

from opsledger.apps.accounts.models import User
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import Channel, Delivery, Ticket
from opsledger.apps.desk.services.mail_marks import reply_address, subject_token, thread_id


def can_send() -> bool:
    """Whether this installation has a server to hand mail to and an address of its own."""
    return bool(settings.EMAIL_HOST and "@" in settings.MAIL_ADDRESS)


def send_letter(channel: Channel, delivery: Delivery, where: str = "") -> None:
    """Hand the message to the mail server; raises whatever the server or the network says."""
    to = channel.address or (channel.user.email if channel.user else "")
    if not to:
        raise ValueError("没有填写邮箱地址")
    if not can_send():
        raise ConnectionError("没有配置发信服务器（OPSLEDGER_SMTP_HOST、OPSLEDGER_MAIL_ADDRESS）")
    letter(channel, delivery, to, where).send()


def letter(channel: Channel, delivery: Delivery, to: str, where: str = "") -> EmailMessage:
    """The letter for this message: on a ticket's thread, or for itself where it gathers several or is about
    something else; `where` is the address to which it leads."""
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    subject, ending, answer = delivery.title, "", ""
    ticket = _ticket(channel, delivery)
    if ticket is not None:
        subject = f"{subject_token(ticket)} {delivery.title}"
        answer = reply_address(ticket, channel.user_id or 0)
        headers |= {
            "Message-ID": thread_id(ticket, delivery.pk),
            "In-Reply-To": thread_id(ticket),
            "References": thread_id(ticket),
            "X-OpsLedger-Ticket": ticket.number,
        }
        if answer:
            ending = "\n\n直接回复本邮件，内容会补充到工单里。"
    if where:
        ending = f"\n\n{'查看工单' if ticket else '查看'}：{where}{ending}"
    return EmailMessage(
        # A subject is one line; what people typed may hold more.
        subject=" ".join(subject.split()),
        body=f"{delivery.title}\n{delivery.body}".strip() + ending,
        from_email=f"运维台账 <{settings.MAIL_ADDRESS}>",
        to=[to],
        reply_to=[answer] if answer else None,
        headers=headers,
    )


def _ticket(channel: Channel, delivery: Delivery) -> Ticket | None:
    if delivery.payload.get("gathered"):
        return None
    number = delivery.payload.get("ticket", {}).get("number", "")
    return Ticket.objects.filter(contract=channel.contract_id, number=number).first()


def write_back_by_mail(user: User, contract: Contract) -> None:
    """Who reports by mail hears by mail, unless they have closed that channel themselves."""
    if can_send() and user.email:
        Channel.objects.get_or_create(
            contract=contract, user=user, kind=Channel.Kind.MAIL, address="", defaults={"name": "邮件"}
        )
