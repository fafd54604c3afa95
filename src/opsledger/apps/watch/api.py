"""Values of monitoring for programs: a collector posts what it measured."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from opsledger.apps.accounts.tokens import allows
from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.watch import services
from opsledger.core.errors import DomainError

router = Router(tags=["watch"])
SCOPE = "readings:write"
Slug = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]+$", max_length=80)]


class ReadingIn(Schema):
    """One value of a metric of an asset (by its code) or of a service item (by its number)."""

    asset: str = Field("", max_length=40)
    item: str = Field("", max_length=40)
    metric: str = Field(max_length=60)
    value: str = Field(max_length=60)
    unit: str = Field("", max_length=20)
    at: datetime


class ReadingsIn(Schema):
    source: str = Field(max_length=60)
    readings: list[ReadingIn] = Field(max_length=services.MAX_READINGS)


class RefusedOut(Schema):
    place: int
    problem: str


class TakenOut(Schema):
    kept: int
    older: int
    refused: list[RefusedOut]


class ProblemOut(Schema):
    type: str
    title: str
    status: int
    code: str
    detail: str


_REFUSALS = dict.fromkeys((400, 401, 403, 404, 422), ProblemOut)


@router.post("/contracts/{slug}/readings", response={200: TakenOut, **_REFUSALS})
def readings(request: HttpRequest, slug: Slug, told: ReadingsIn) -> Any:
    """Keep the last value of each metric; what is older than the one known is counted and left aside."""
    if not allows(request.api_token, SCOPE):  # type: ignore[attr-defined]
        raise DomainError("api.scope_missing", scope=SCOPE)
    contract = contract_for(request.actor, slug)
    rows = [one.dict() for one in told.readings]
    return services.record_readings(actor=request.actor, contract=contract, rows=rows, source=told.source)
