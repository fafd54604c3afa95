"""Put the actor on the request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from opsledger.apps.accounts.actors import actor_for
from opsledger.kernel.access import VISITOR, Actor

# Where somebody with an initial password may still go.
_FREE = frozenset({"/me/password/", "/logout/", "/login/", "/healthz"})


def _must_change(request: HttpRequest) -> bool:
    """Whether this person still has the password that an administrator gave them."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path.startswith(settings.STATIC_URL):
        return False
    return bool(request.user.is_authenticated and request.user.must_change_password)  # type: ignore[union-attr]


class ActorMiddleware:
    """`request.actor`: who acts, with every grant; read once per request, when first asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def find() -> Actor:
            return actor_for(request.user) if request.user.is_authenticated else VISITOR  # type: ignore[arg-type]

        request.actor = SimpleLazyObject(find)  # type: ignore[attr-defined]
        if request.path not in _FREE and _must_change(request):
            messages.info(request, "这是初始密码，请先修改密码再继续。")
            return redirect("accounts:password")
        return self.get_response(request)
