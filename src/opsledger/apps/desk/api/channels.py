"""Ways out of the house: channels of a contract, and one's own.

Neither the address nor the secret of a channel is given back: an address may carry a robot's key.  A webhook's secret
is told once, to whoever made it.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.tokens import must
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import selectors
from opsledger.apps.desk.api.routes import contract_with
from opsledger.apps.desk.models import Channel
from opsledger.apps.desk.services.channel_changes import change_channel
from opsledger.apps.desk.services.channels import (
    add_channel,
    drop_channel,
    retry_channel,
    test_channel,
)
from opsledger.kernel import access
from opsledger.kernel.wire import REFUSALS, Id, Key, Line, PageOf, Paging, Slug, Strict, Words, paged

router = Router(tags=["channels"])
_HAS = (access.MANAGER, access.BUYER, access.ENGINEER, access.SUPERVISOR, access.UNIT)
Hour = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Digest = Literal[0, 15, 60, 1440]
Topic = Literal["reported", "hands", "limits", "escalated", "paused", "done", "said", "rules", "tasks"]


class Habits(Strict):
    """When, and how often, a message is sent."""

    quiet_from: Hour | None = Field(None, description="免打扰起，如 22:00")
    quiet_to: Hour | None = Field(None, description="免打扰止")
    digest_minutes: Digest = Field(0, description="合并发送：0 逐条，15、60、1440 分钟一次")

    def kept(self) -> dict[str, Any]:
        """As the services take it."""
        return {
            "quiet_from": time.fromisoformat(self.quiet_from) if self.quiet_from else None,
            "quiet_to": time.fromisoformat(self.quiet_to) if self.quiet_to else None,
            "digest_minutes": self.digest_minutes,
        }


class ChannelIn(Habits):
    kind: Literal["apprise", "webhook", "mail"]
    name: Annotated[Line, StringConstraints(min_length=1, max_length=60)]
    address: Words = Field(
        "", max_length=500, description="消息通道、回调地址或邮箱；本人的邮件可不填，用资料里的邮箱"
    )
    topics: list[Topic] = Field(default_factory=list, max_length=9, description="只发哪些消息；不填为全部")
    personal: bool = Field(False, description="仅发与我有关的消息；非项目经理、采购人的一律如此")


class ChannelChange(Strict):
    """Only what is to change is sent; null takes the hours of quiet away."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=60)] | None = None
    address: Words | None = Field(None, max_length=500, description="新地址；不传为不变，检查与新建时相同")
    topics: list[Topic] | None = Field(None, max_length=9, description="只发哪些消息；空为全部")
    quiet_from: Hour | None = Field(None, description="免打扰起；null 为取消")
    quiet_to: Hour | None = Field(None, description="免打扰止；null 为取消")
    digest_minutes: Digest | None = None

    def changed(self) -> dict[str, Any]:
        """What was sent, as the services take it."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        hours = {
            name: time.fromisoformat(sent[name]) if sent[name] else None
            for name in ("quiet_from", "quiet_to")
            if name in sent
        }
        return {name: value for name, value in sent.items() if value is not None} | hours


class ChannelOut(Schema):
    """A channel, without its address and its secret."""

    id: int
    kind: str
    kind_word: str
    name: str
    personal: bool
    topics: list[str] = Field(description="只发这些消息；空为全部")
    quiet_from: str | None
    quiet_to: str | None
    digest_minutes: int
    last_sent_at: datetime | None
    waiting: int = Field(description="待发送的消息")
    failed: int = Field(description="发送失败的消息")
    last_error: str


class ChannelMade(ChannelOut):
    secret: str = Field(description="回调的签名密钥，只在新建时给出一次；其他类型为空")


class RetryOut(Schema):
    again: int = Field(description="将重新发送的消息条数")


def hour(moment: time | None) -> str | None:
    """An hour of the day as it is sent."""
    return moment.strftime("%H:%M") if moment else None


def _channel(row: Channel) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "kind_word": row.get_kind_display(),
        "name": row.name,
        "personal": row.user_id is not None,
        "topics": row.topics,
        "last_sent_at": getattr(row, "last_at", None),
        "quiet_from": hour(row.quiet_from),
        "quiet_to": hour(row.quiet_to),
        "digest_minutes": row.digest_minutes,
        "waiting": getattr(row, "waiting", 0),
        "failed": getattr(row, "failed", 0),
        "last_error": getattr(row, "last_error", "") or "",
    }


def _known(request: HttpRequest, contract: Contract, channel_id: int) -> None:
    """Http404 unless the actor sees the channel."""
    if not selectors.channels_of(request.actor, contract).filter(pk=channel_id).exists():
        raise Http404


@router.get(
    "/contracts/{slug}/channels",
    response={200: PageOf[ChannelOut], **REFUSALS},
    summary="消息通道：本人的，及（项目经理、采购人）合同的",
)
def channels(
    request: HttpRequest,
    slug: Slug,
    paging: Query[Paging],
) -> Any:
    """The channels with what waits and what failed."""
    must(request, "settings:read")
    rows = selectors.channels_of(request.actor, contract_with(request, slug, *_HAS)).order_by("name", "pk")
    return Status(200, paged(rows, **paging.model_dump(), show=_channel))


@router.post(
    "/contracts/{slug}/channels",
    response={201: ChannelMade, **REFUSALS},
    summary="增加消息通道、回调地址或邮件",
)
def make_channel(request: HttpRequest, slug: Slug, told: ChannelIn, key: Key = None) -> Any:
    """A new channel; the next message goes there too."""
    must(request, "settings:write")
    contract = contract_with(request, slug, *_HAS)
    manages = bool(request.actor.roles(contract.pk) & selectors.MANAGES_CHANNELS)
    secret = ""

    def do() -> dict[str, Any]:
        nonlocal secret
        made = add_channel(
            actor=request.actor,
            contract=contract,
            kind=told.kind,
            name=told.name,
            address=told.address,
            topics=told.topics,
            personal=told.personal or not manages,
            **told.kept(),
        )
        secret = made.secret
        return _channel(made)

    asked = f"channel {slug} {told.model_dump_json()}"
    answer = once(user_id=request.user.pk, key=key, asked=asked, do=do)
    # Beside what is kept under the key: asked again, the call gives all but the secret.
    return Status(201, {**answer, "secret": secret})


@router.patch(
    "/contracts/{slug}/channels/{channel_id}",
    response={200: ChannelOut, **REFUSALS},
    summary="修改通道的名称、地址、消息种类、免打扰和合并发送；只传要改的",
)
def edit_channel(request: HttpRequest, slug: Slug, channel_id: Id, told: ChannelChange) -> Any:
    """Change one's own channel, or one of the contract; its kind and a webhook's secret stay."""
    must(request, "settings:write")
    contract = contract_with(request, slug, *_HAS)
    row = selectors.channels_of(request.actor, contract).filter(pk=channel_id).first()
    if row is None:
        raise Http404
    known = {
        **{name: getattr(row, name) for name in ("name", "topics", "digest_minutes")},
        "quiet_from": row.quiet_from,
        "quiet_to": row.quiet_to,
    }
    change_channel(
        actor=request.actor, contract=contract, channel_id=channel_id, **{**known, **told.changed()}
    )
    return Status(200, _channel(selectors.channels_of(request.actor, contract).get(pk=channel_id)))


@router.delete(
    "/contracts/{slug}/channels/{channel_id}", response={204: None, **REFUSALS}, summary="停用通道"
)
def close_channel(request: HttpRequest, slug: Slug, channel_id: Id) -> Any:
    """Close a channel: one's own, or one of the contract."""
    must(request, "settings:write")
    contract = contract_with(request, slug, *_HAS)
    _known(request, contract, channel_id)
    drop_channel(actor=request.actor, contract=contract, channel_id=channel_id)
    return Status(204, None)


@router.post(
    "/contracts/{slug}/channels/{channel_id}/test",
    response={202: None, **REFUSALS},
    summary="发一条测试消息；结果见 last_sent_at 与 last_error",
)
def test(request: HttpRequest, slug: Slug, channel_id: Id) -> Any:
    """One message by this way at once, sent by the worker."""
    must(request, "settings:write")
    contract = contract_with(request, slug, *_HAS)
    _known(request, contract, channel_id)
    test_channel(actor=request.actor, contract=contract, channel_id=channel_id)
    return Status(202, None)


@router.post(
    "/contracts/{slug}/channels/{channel_id}/retry",
    response={200: RetryOut, **REFUSALS},
    summary="重新发送失败的消息",
)
def retry(request: HttpRequest, slug: Slug, channel_id: Id) -> Any:
    """Give what was given up another round."""
    must(request, "settings:write")
    contract = contract_with(request, slug, *_HAS)
    _known(request, contract, channel_id)
    number = retry_channel(actor=request.actor, contract=contract, channel_id=channel_id)
    return Status(200, {"again": number})
