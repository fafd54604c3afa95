"""Ways in besides the form: codes on walls, chat robots, mail."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import segno
from django.db import transaction

from opsledger.apps.contracts.models import Contract, ServiceItem
from opsledger.apps.desk.agreements import agreement_of
from opsledger.apps.desk.models import CodeUse, ReportCode, Ticket
from opsledger.apps.desk.services.reporting import report_ticket
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import SYSTEM, Actor

CODE_LIMIT, CODE_HOURS = 5, 1
_SKEW = timedelta(minutes=5)


@transaction.atomic
def make_code(
    *, actor: Actor, item: ServiceItem, place: str = "", device: str = "", open_to_all: bool = False
) -> ReportCode:
    """A code for a device or a wall.  Only the buyer may let people report without signing in."""
    actor.must(item.contract_id, access.MANAGER, access.BUYER)
    if open_to_all:
        actor.must(item.contract_id, access.BUYER)
        if not agreement_of(item.contract).open_codes:
            raise DomainError("code.not_open")
    made = ReportCode.objects.create(
        contract_id=item.contract_id,
        item=item,
        code=secrets.token_urlsafe(9),
        place=place.strip(),
        device=device.strip(),
        open_to_all=open_to_all,
        created_at=clock.now(),
    )
    ledger.record(
        chain=ledger.contract_chain(item.contract_id),
        actor=actor,
        verb="code.made",
        subject=ledger.Subject("code", str(made.pk), f"{item.numbered} {made}", item.unit_id),
        changes={"open_to_all": open_to_all},
    )
    return made


@transaction.atomic
def change_code(
    *, actor: Actor, code: ReportCode, place: str = "", device: str = "", open_to_all: bool = False
) -> ReportCode:
    """Say anew where a code hangs, on which device, and who may report by it; its print stays good.

    Opening it to all is the buyer's alone, as on creation; closing it again is the manager's too.
    """
    actor.must(code.contract_id, access.MANAGER, access.BUYER)
    if open_to_all and not code.open_to_all:
        actor.must(code.contract_id, access.BUYER)
        if not agreement_of(code.contract).open_codes:
            raise DomainError("code.not_open")
    before = {"place": code.place, "device": code.device, "open_to_all": code.open_to_all}
    said = {"place": place.strip()[:120], "device": device.strip()[:120], "open_to_all": open_to_all}
    if ReportCode.objects.filter(pk=code.pk, active=True, **before).update(**said) != 1:
        raise DomainError("code.moved_on")
    for key, value in said.items():
        setattr(code, key, value)
    if said != before:
        ledger.record(
            chain=ledger.contract_chain(code.contract_id),
            actor=actor,
            verb="code.changed",
            subject=ledger.Subject("code", str(code.pk), f"{code.item.numbered} {code}", code.item.unit_id),
            changes={key: {"from": before[key], "to": said[key]} for key in said if said[key] != before[key]},
        )
    return code


def code_image(address: str) -> str:
    """The address of a code as SVG, to be printed and put up."""
    held = segno.make(address, error="m").svg_inline(scale=5, omitsize=True)
    if "xmlns" in held:
        return str(held)
    return f'<?xml version="1.0"?>{held}'.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


@transaction.atomic
def report_by_code(
    *, code: ReportCode, title: str, description: str, name: str, phone: str, address: str
) -> Ticket:
    """A first report by somebody not signed in: few per address and hour, and a name and number to call back."""
    if not code.active or not code.open_to_all or not agreement_of(code.contract).open_codes:
        raise DomainError("code.closed")
    at = clock.now()
    since = at - timedelta(hours=CODE_HOURS)
    if CodeUse.objects.filter(address=address, used_at__gt=since).count() >= CODE_LIMIT:
        raise DomainError("code.too_many", limit=CODE_LIMIT, hours=CODE_HOURS)
    if not name.strip() or not phone.strip():
        raise DomainError("transitions.fact_missing", fact="phone", label="姓名与电话", action="报修")
    CodeUse.objects.create(code=code, address=address, used_at=at)
    levels = _levels(code.item)
    return report_ticket(
        actor=SYSTEM,
        item=code.item,
        title=title,
        description=description,
        severity=levels[-1] if levels else "",
        contact_name=name.strip()[:60],
        contact_phone=phone.strip()[:40],
        place=code.place,
        device=code.device,
        source=Ticket.Source.QR,
    )


def _levels(item: ServiceItem) -> list[str]:
    """The item's levels of faults, the worst first: who reports without signing in gets the mildest, the desk raises it."""
    from opsledger.apps.contracts.selectors import severities_of

    return [level.word for level in severities_of(item)]


def check_signature(secret: str, stamp: str, body: bytes, given: str, at: datetime) -> None:
    """A chat robot signs "stamp.body" with the shared secret; old stamps are refused, so that none is replayed."""
    try:
        sent = datetime.fromtimestamp(int(stamp), tz=at.tzinfo)
    except (ValueError, OverflowError, OSError):
        raise DomainError("chat.bad_signature") from None
    wanted = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if (
        abs(at - sent) > _SKEW
        or not secret
        or not hmac.compare_digest(wanted.encode(), given.removeprefix("sha256=").encode())
    ):
        raise DomainError("chat.bad_signature")


def report_from_chat(*, contract: Contract, text: str, sender: str, message_id: str) -> Ticket | None:
    """A chat message that begins with 报修 becomes a ticket; others are none of ours.

    The first word after it may be an item's number ("报修 03 登录后白屏").  The same message twice is one ticket.
    """
    words = text.strip()
    if not words.startswith("报修"):
        return None
    rest = words.removeprefix("报修").strip(" ：:，,")
    number, _, told = rest.partition(" ")
    items = {
        item.no: item for item in ServiceItem.objects.filter(contract=contract).select_related("contract")
    }
    item = items.get(number.zfill(2)) or items.get(number)
    if item is None or not told.strip():
        raise DomainError("chat.not_understood")
    from opsledger.apps.desk.models import MailTaken

    with transaction.atomic():
        taken, fresh = MailTaken.objects.get_or_create(
            message_id=f"chat:{contract.pk}:{message_id}"[:300],
            defaults={
                "sender": sender[:254],
                "subject": told[:300],
                "outcome": "chat",
                "taken_at": clock.now(),
            },
        )
        if not fresh:
            return taken.ticket
        levels = _levels(item)
        taken.ticket = report_ticket(
            actor=SYSTEM,
            item=item,
            title=told.strip(),
            description=words,
            severity=levels[-1] if levels else "",
            contact_name=sender[:60],
            source=Ticket.Source.CHAT,
        )
        taken.save(update_fields=["ticket"])
        return taken.ticket
