"""One's own mail, contract by contract, and the mail that came to the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.apps.desk import selectors
from opsledger.apps.desk.api.channels import Habits, hour
from opsledger.apps.desk.api.routes import contract_with
from opsledger.apps.desk.models import Channel, MailTaken
from opsledger.apps.desk.selectors import narrowing
from opsledger.apps.desk.services.channels import set_my_mail
from opsledger.apps.desk.services.letters import can_send
from opsledger.kernel import access
from opsledger.kernel.wire import REFUSALS, Line, PageOf, Paging, Slug, paged

router = Router(tags=["channels"])
_READS_MAIL = (access.MANAGER, access.BUYER)


class MyMailIn(Habits):
    on: bool


class MyMailOut(Schema):
    """How one hears by mail on a contract, and by which other ways."""

    contract: str
    on: bool
    quiet_from: str | None
    quiet_to: str | None
    digest_minutes: int
    others: list[str] = Field(description="本人的其他通道")


class MyMailsOut(Schema):
    can_send: bool = Field(description="系统是否配置了发信")
    email: str
    contracts: list[MyMailOut]


class MailsAsked(Paging):
    became: Literal["", "taken", "left"] = Field("", description="已受理、未受理")
    q: Line = Field("", max_length=100, description="发件人或主题中的字")


class MailOut(Schema):
    """A letter that came to the desk, and what became of it."""

    taken_at: datetime
    sender: str
    checked: bool = Field(description="发件人已核验")
    subject: str
    outcome: str
    word: str
    ticket: str | None


def _my_mail(contract: Contract, mail: Channel | None, others: list[Channel]) -> dict[str, Any]:
    return {
        "contract": contract.slug,
        "on": bool(mail and mail.active),
        "quiet_from": hour(mail.quiet_from) if mail else None,
        "quiet_to": hour(mail.quiet_to) if mail else None,
        "digest_minutes": mail.digest_minutes if mail else 0,
        "others": [row.name for row in others],
    }


def _my_mails(request: HttpRequest) -> list[dict[str, Any]]:
    return [_my_mail(*row) for row in selectors.my_channels(request.actor)]


@router.get(
    "/my/mail", response={200: MyMailsOut, **REFUSALS}, summary="我的邮件通知：各合同的开关、免打扰、合并"
)
def my_mail(request: HttpRequest) -> Any:
    """How one hears by mail of one's own matters, contract by contract."""
    must(request, "settings:read")
    return Status(200, {"can_send": can_send(), "email": request.user.email, "contracts": _my_mails(request)})


@router.put("/my/mail/{slug}", response={200: MyMailOut, **REFUSALS}, summary="设置我在一份合同中的邮件通知")
def set_mail(request: HttpRequest, slug: Slug, told: MyMailIn) -> Any:
    """Mail on or off, not at night, not one by one."""
    must(request, "settings:write")
    contract = contract_at_hand(request.actor, slug)
    set_my_mail(actor=request.actor, contract=contract, on=told.on, **told.kept())
    return Status(200, next(row for row in _my_mails(request) if row["contract"] == slug))


def _mail(row: MailTaken) -> dict[str, Any]:
    return {
        "taken_at": row.taken_at,
        "sender": row.sender,
        "checked": row.checked,
        "subject": row.subject,
        "outcome": row.outcome,
        "word": row.word,
        "ticket": row.ticket.number if row.ticket else None,
    }


@router.get(
    "/contracts/{slug}/mails",
    response={200: PageOf[MailOut], **REFUSALS},
    summary="来信及结果，新的在前；became=left 为未受理（含留在邮箱待人工处理的）",
)
def mails(
    request: HttpRequest,
    slug: Slug,
    asked: Query[MailsAsked],
) -> Any:
    """The mail of the contract, and that of its people from which no contract could be told."""
    must(request, "settings:read")
    rows = selectors.mails_of(contract_with(request, slug, *_READS_MAIL))
    if asked.became:
        rows = rows.filter(narrowing.mail_became(asked.became))
    if asked.q:
        rows = rows.filter(narrowing.mail_named(asked.q))
    found = rows.order_by("-taken_at", "-pk")
    page = {"limit": asked.limit, "offset": asked.offset, "count": asked.count}
    return Status(200, paged(found, **page, show=_mail))
