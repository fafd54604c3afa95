"""What every part of the API shares on the wire: refusals, names in addresses, text and moments that can be kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from ninja import Header, Path, Schema
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

MAX_KEY = 80
Row = TypeVar("Row")


def printable(text: str) -> str:
    """Characters that a database cannot hold are refused, as the forms do."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("含有不能保存的字符")
    return text


def sensible(moment: datetime) -> datetime:
    if not 1970 <= moment.year <= 2400:
        raise ValueError("时间超出可接受的范围")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(sensible)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), AfterValidator(printable)]
Words = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(printable)]
Said = Annotated[Words, StringConstraints(min_length=1)]
Slug = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]+$", max_length=80)]
Number = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]+$", max_length=20)]
Id = Annotated[int, Path(ge=1, le=9_000_000_000_000_000)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=MAX_KEY)]


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


def paged(rows: Any, *, limit: int, offset: int, count: bool, show: Any) -> dict[str, Any]:
    """The page of a queryset that starts at `offset`, each row as `show` tells it."""
    found = list(rows[offset : offset + limit + 1])
    return {
        "items": [show(row) for row in found[:limit]],
        "next_offset": offset + limit if len(found) > limit else None,
        "count": rows.count() if count else None,
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
