"""Put the actor on the request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from opsledger.apps.accounts.actors import actor_for
from opsledger.kernel.access import VISITOR, Actor


class ActorMiddleware:
    """`request.actor`: who acts, with every grant; read once per request, when first asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def find() -> Actor:
            return actor_for(request.user) if request.user.is_authenticated else VISITOR  # type: ignore[arg-type]

        request.actor = SimpleLazyObject(find)  # type: ignore[attr-defined]
        return self.get_response(request)
