"""What every act of this room has in common on the wire: find, match the version, do once, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Status

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.once import once
from opsledger.apps.accounts.services import people
from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contract_at_hand
from opsledger.apps.duties import selectors
from opsledger.apps.duties.api import shown
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.ledger import services as ledger
from opsledger.apps.ledger.models import Attachment
from opsledger.core.errors import DomainError
from opsledger.kernel import access, tables
from opsledger.kernel.wire import must

READ, WRITE = "duties:read", "duties:write"
INSIDERS = (access.BUYER, access.MANAGER, access.ENGINEER, access.SUPERVISOR, access.AUDITOR)
WORKERS = (access.ENGINEER, access.MANAGER)


def open_contract(request: HttpRequest, slug: str, scope: str, *roles: str) -> Contract:
    """The contract, for a token with the scope and a person with one of `roles` (any, if none is named)."""
    must(request, scope)
    contract = contract_at_hand(request.actor, slug)
    if roles:
        request.actor.must(contract.pk, *roles)
    return contract


def find(request: HttpRequest, slug: str, occurrence_id: int, scope: str, *roles: str) -> Occurrence:
    """One occurrence; 404 if hidden or missing."""
    contract = open_contract(request, slug, scope, *roles)
    return selectors.occurrence_for(request.actor, contract, occurrence_id)


def tag(row: Any) -> str:
    """The ETag of a row that counts its changes."""
    return f'W/"{row.pk}.{row.version}"'


def if_match(request: HttpRequest, row: Any) -> None:
    """Refuse a change that was meant for an older state of the row."""
    wanted = request.headers.get("If-Match")
    if wanted and wanted != "*" and wanted != tag(row):
        raise DomainError("api.etag_mismatch")


def unchanged(request: HttpRequest, response: HttpResponse, row: Any) -> bool:
    """Tell the row's ETag; whether the caller has just this state."""
    response["ETag"] = tag(row)
    return request.headers.get("If-None-Match") == tag(row)


def doing_once(
    request: HttpRequest, key: str | None, asked: str, do: Callable[[], dict[str, Any]], status: int = 200
) -> Status[dict[str, Any]]:
    """Do it once under the key."""
    return Status(status, once(user_id=request.user.pk, key=key, asked=asked, do=do))


def on_occurrence(
    request: HttpRequest, slug: str, row: Occurrence, key: str | None, asked: str, do: Callable[[], object]
) -> Any:
    """Do something to an occurrence once; the answer is how it then stands."""

    def run() -> dict[str, Any]:
        do()
        return again(request, row)

    return doing_once(request, key, f"occurrence {slug} {row.pk} {asked}", run)


def again(request: HttpRequest, row: Occurrence) -> dict[str, Any]:
    """An occurrence as it stands now."""
    fresh = selectors.occurrence_for(request.actor, row.contract, row.pk)
    return shown.whole_occurrence(fresh, request.actor)


def worker_named(contract_id: int, username: str | None) -> User:
    """An engineer or project manager of the contract by user name."""
    able = {user.username: user for user in people(contract_id, access.ENGINEER, access.MANAGER)}
    if username not in able:
        raise DomainError("occurrence.not_on_contract", name=username or "")
    return able[username]


def content(found: Attachment | None) -> StreamingHttpResponse:
    """The content of a kept file; 404 for none."""
    if found is None:
        raise Http404
    answer = StreamingHttpResponse(ledger.content(found), content_type="application/octet-stream")
    answer["Content-Length"] = str(found.file.size)
    answer["Content-Disposition"] = tables.attachment(found.name)
    return answer
