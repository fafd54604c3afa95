"""People and messages for programs: who one is, who is on a contract, what one was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.db.models import Q
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from opsledger.apps.accounts import selectors, services
from opsledger.apps.accounts.models import Membership, Notice
from opsledger.apps.accounts.policies import PEOPLE_READERS
from opsledger.kernel.wire import REFUSALS, Id, PageOf, Paging, Slug, Strict, Text, must, paged

router = Router(tags=["people"])
RoleCode = Literal[tuple(Membership.Role.values)]  # type: ignore[valid-type]


class RoleOut(Schema):
    contract: str
    contract_name: str
    role: str
    role_word: str
    organisation: str | None


class MeOut(Schema):
    """The person for whom the token speaks, and the token itself."""

    username: str
    name: str
    title: str
    phone: str
    email: str
    organisation: str | None
    roles: list[RoleOut]
    token_name: str
    token_scopes: list[str]
    token_expires_at: datetime | None


class PersonOut(Schema):
    username: str
    name: str
    role: str
    role_word: str
    organisation: str
    title: str
    phone: str


class MessageOut(Schema):
    id: int
    title: str
    body: str
    contract: str
    url: str = Field(description="消息所指的页面")
    created_at: datetime
    read_at: datetime | None


class ReadIn(Strict):
    ids: list[int] | None = Field(None, max_length=500, description="消息号；不填即全部")


class ReadOut(Schema):
    marked: int = Field(description="由未读变为已读的条数")
    unread: int


@router.get(
    "/my/profile", response={200: MeOut, **REFUSALS}, summary="令牌代表谁、有哪些角色和权限、何时到期"
)
def profile(request: HttpRequest) -> Any:
    """Who one is here; any token may ask."""
    user, token = request.user, request.api_token  # type: ignore[attr-defined]
    return {
        **{name: getattr(user, name) for name in ("username", "title", "phone", "email")},
        "name": str(user),
        "organisation": str(user.organisation) if user.organisation_id else None,
        "roles": [
            {
                "contract": row.contract.slug,
                "contract_name": row.contract.name,
                "role": row.role,
                "role_word": row.get_role_display(),
                "organisation": str(row.organisation) if row.organisation else None,
            }
            for row in selectors.roles_of(user.pk)
        ],
        "token_name": token.name,
        "token_scopes": token.scopes,
        "token_expires_at": token.expires_at,
    }


class PeopleAsked(Paging):
    role: RoleCode | None = None
    q: Text = Field("", max_length=100, description="姓名、电话、单位中的文字")


@router.get(
    "/contracts/{slug}/people",
    response={200: PageOf[PersonOut], **REFUSALS},
    summary="合同的人员、角色和电话",
)
def people(request: HttpRequest, slug: Slug, asked: Query[PeopleAsked]) -> Any:
    """Who holds which role on a contract."""
    must(request, "contracts:read")
    contract_id = request.actor.contract_id(slug)
    request.actor.must(contract_id, *PEOPLE_READERS)
    rows = selectors.memberships_of(contract_id).order_by("role", "user__full_name", "pk")
    if asked.role:
        rows = rows.filter(role=asked.role)
    if asked.q:
        found = Q()
        for name in selectors.PEOPLE_SEARCHED:
            found |= Q(**{f"{name}__icontains": asked.q})
        rows = rows.filter(found)
    return paged(rows, limit=asked.limit, offset=asked.offset, count=asked.count, show=_person)


def _person(row: Membership) -> dict[str, Any]:
    return {
        "username": row.user.username,
        "name": str(row.user),
        "role": row.role,
        "role_word": row.get_role_display(),
        "organisation": str(row.organisation or row.user.organisation or ""),
        "title": row.user.title,
        "phone": row.user.phone,
    }


class MessagesAsked(Paging):
    unread: bool = Field(False, description="只要未读的")


@router.get("/my/messages", response={200: PageOf[MessageOut], **REFUSALS}, summary="我的消息，新的在前")
def messages(request: HttpRequest, asked: Query[MessagesAsked]) -> Any:
    """One's own messages."""
    must(request, "messages:read")
    rows = selectors.notices_of(request.actor.user_id).order_by("-created_at", "-id")
    if asked.unread:
        rows = rows.filter(read_at=None)
    return paged(rows, limit=asked.limit, offset=asked.offset, count=asked.count, show=_message)


def _message(row: Notice) -> dict[str, Any]:
    names = "title body url created_at read_at"
    return {
        "id": row.pk,
        "contract": row.contract_slug,
        **{name: getattr(row, name) for name in names.split()},
    }


@router.post("/my/messages/read", response={200: ReadOut, **REFUSALS}, summary="把消息标为已读，可指定或全部")
def read_all(request: HttpRequest, told: ReadIn) -> Any:
    """Mark messages as read; those that are not one's own are left alone."""
    must(request, "messages:write")
    known = None if told.ids is None else [number for number in told.ids if 0 < number < 2**63]
    return _marked(request, known)


@router.post(
    "/my/messages/{message_id}/read", response={200: ReadOut, **REFUSALS}, summary="把一条消息标为已读"
)
def read_one(request: HttpRequest, message_id: Id) -> Any:
    """Mark one message as read."""
    must(request, "messages:write")
    if not selectors.notices_of(request.actor.user_id).filter(pk=message_id).exists():
        raise Http404
    return _marked(request, [message_id])


def _marked(request: HttpRequest, ids: list[int] | None) -> dict[str, int]:
    marked = services.mark_read(user=request.user, notice_ids=ids)  # type: ignore[arg-type]
    return {"marked": marked, "unread": selectors.unread_count(request.actor.user_id)}
