"""Idempotency keys: the same call twice does its work once and is answered the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from ninja import Schema

from opsledger.apps.accounts.models import ApiOnce
from opsledger.core.errors import DomainError
from opsledger.kernel import clock
from opsledger.kernel.wire import MAX_KEY


def once(*, user_id: int, key: str | None, asked: str, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do it, unless this key has been used: then the first answer again.

    The key is claimed in the same transaction as the work, so that a call that failed may be tried again.
    The same key with another request is refused.
    """
    if not key:
        with transaction.atomic():
            return do()
    digest = sha256(asked.encode()).hexdigest()
    try:
        with transaction.atomic():
            claim = ApiOnce.objects.create(
                user_id=user_id, key=key[:MAX_KEY], digest=digest, created_at=clock.now()
            )
            answer: dict[str, Any] = json.loads(json.dumps(do(), cls=DjangoJSONEncoder))
            ApiOnce.objects.filter(pk=claim.pk).update(body=answer, status=200)
            return answer
    except IntegrityError:
        known = ApiOnce.objects.filter(user_id=user_id, key=key[:MAX_KEY]).first()
        if known is None:
            raise
        if known.digest != digest:
            raise DomainError("api.key_reused") from None
        return dict(known.body)


def once_for(
    request: HttpRequest, key: str | None, told: Schema | None, do: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """`once` for one call of the API: the same key, address and body are the same call."""
    asked = f"{request.method} {request.path} {told.model_dump_json() if told is not None else ''}"
    return once(user_id=request.user.pk, key=key, asked=asked, do=do)  # type: ignore[arg-type]
