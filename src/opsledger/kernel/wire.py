"""What every part of the API shares on the wire: refusals, names in addresses, text and moments that can be kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Header, Path, Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints

from opsledger.core.errors import DomainError
from opsledger.kernel import recall
from opsledger.kernel.tables import attachment

MAX_KEY = 80
# What is done under these changes what is remembered: it must not be read as it stood when the request began.
_CHANGES_SETTINGS = frozenset({"settings:write"})
Row = TypeVar("Row")


def must(request: HttpRequest, scope: str) -> None:
    """Refuse a call whose token does not hold `scope` ("tickets:write"): itself, its verb alone, or "*"."""
    held = set(request.api_token.scopes)  # type: ignore[attr-defined]
    if not held & {"*", scope, scope.rpartition(":")[2]}:
        raise DomainError("api.scope_missing", scope=scope)
    if scope in _CHANGES_SETTINGS:
        recall.release()


def printable(text: str) -> str:
    """Characters that a database cannot hold are refused, as the forms do."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("含有不能保存的字符")
    return text


def sensible(moment: datetime) -> datetime:
    if not 1970 <= moment.year <= 2400:
        raise ValueError("时间超出可接受的范围")
    return moment


def sensible_day(day: date) -> date:
    if not 1970 <= day.year <= 2400:
        raise ValueError("日期超出可接受的范围")
    return day


Moment = Annotated[AwareDatetime, AfterValidator(sensible)]
Day = Annotated[date, AfterValidator(sensible_day)]
Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(printable)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), AfterValidator(printable)]
Words = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(printable)]
Said = Annotated[Words, StringConstraints(min_length=1)]
Slug = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]+$", max_length=80)]
Number = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]+$", max_length=20)]
Id = Annotated[int, Path(ge=1, le=9_000_000_000_000_000)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=MAX_KEY)]


class Strict(Schema):
    """What a caller sends: a name that is not known is refused, not dropped."""

    model_config = ConfigDict(extra="forbid")


class Paging(Schema):
    """Which page of a list is asked for."""

    count: bool = Field(False, description="是否给出总数")
    limit: int = Field(50, ge=1, le=200, description="一页的行数")
    offset: int = Field(0, ge=0, le=1_000_000, description="从第几行起")


class Problem(Schema):
    """Why something was not done: `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    fields: list[dict[str, str]] = []


REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 409, 412, 413, 422), Problem)


class PageOf(Schema, Generic[Row]):
    """One page of a list."""

    items: list[Row]
    next_offset: int | None = Field(description="下一页的起点；没有下一页时为空")
    count: int | None = Field(description="总数；仅在 count=true 时给出")


def paged(
    rows: Any, *, limit: int, offset: int, count: bool, show: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """The page of a queryset or a list that starts at `offset`, each row as `show` tells it."""
    found = list(rows[offset : offset + limit + 1])
    return {
        "items": [show(row) for row in found[:limit]],
        "next_offset": offset + limit if len(found) > limit else None,
        "count": (len(rows) if isinstance(rows, list) else rows.count()) if count else None,
    }


FILE: dict[str, Any] = {
    "responses": {
        200: {
            "description": "文件内容",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}
"""For `openapi_extra` of an operation that answers with a file."""


def file_answer(content: bytes, filename: str) -> HttpResponse:
    """An answer that is a file to be kept."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = attachment(filename)
    return response
