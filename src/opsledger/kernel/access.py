"""Who acts, and what a page asks of them: the one door for access.

An `Actor` is who a request (or a job) acts for, with every grant they hold.  Every view carries a `Guard`,
put there by `guard` or `public`; a test walks the URL table and fails on a view without one.  Rows are
narrowed by the policies of the apps (a `Q` per role); hidden and missing look the same (404).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from opsledger.core.errors import DomainError

BUYER, UNIT, MANAGER, ENGINEER = "buyer", "unit", "manager", "engineer"
SUPERVISOR, AUDITOR, ADMIN = "supervisor", "auditor", "admin"
CONTRACT_ROLES = frozenset({BUYER, UNIT, MANAGER, ENGINEER, SUPERVISOR, AUDITOR})

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Grant:
    """One role on one contract; `organisation_id` is the body for which it is held."""

    contract_id: int
    contract_slug: str
    role: str
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.  `user_id` is None for the system itself and for a visitor who is not signed in."""

    user_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    is_admin: bool = False
    is_system: bool = False

    def roles(self, contract_id: int) -> frozenset[str]:
        """The roles held on one contract (all of them for the system itself)."""
        if self.is_system:
            return CONTRACT_ROLES
        return frozenset(grant.role for grant in self.grants if grant.contract_id == contract_id)

    def roles_on(self, slug: str) -> frozenset[str]:
        """The roles held on the contract with this slug."""
        return frozenset(grant.role for grant in self.grants if grant.contract_slug == slug)

    def contract_id(self, slug: str) -> int:
        """The id of the contract with this slug, on which some role is held; Http404 if none is."""
        for grant in self.grants:
            if grant.contract_slug == slug:
                return grant.contract_id
        raise Http404

    def contracts(self, *roles: str) -> frozenset[int]:
        """Ids of the contracts on which one of `roles` is held (any role if none is named)."""
        return frozenset(g.contract_id for g in self.grants if not roles or g.role in roles)

    def organisations(self, *roles: str) -> frozenset[int]:
        """Ids of the bodies for which one of `roles` is held."""
        return frozenset(
            g.organisation_id for g in self.grants if g.organisation_id and (not roles or g.role in roles)
        )

    def must(self, contract_id: int, *roles: str) -> None:
        """Refuse unless one of `roles` is held on the contract."""
        if not self.roles(contract_id) & set(roles):
            raise DomainError("access.denied")


SYSTEM = Actor(user_id=None, name="系统", is_system=True)
VISITOR = Actor(user_id=None, name="访客")


@dataclass(frozen=True, slots=True)
class Guard:
    """What a view asks: nothing (`open_because`), a login, an administrator, or roles on the contract."""

    roles: frozenset[str] = frozenset()
    admin: bool = False
    open_because: str = ""


def public(reason: str) -> Callable[[View], View]:
    """Mark a view as open to everybody, and say why."""

    def mark(view: View) -> View:
        view.guard = Guard(open_because=reason)  # type: ignore[attr-defined]
        return view

    return mark


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    sign_in = reverse(settings.LOGIN_URL) + "?" + urlencode({"next": request.get_full_path()})
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = sign_in
        return answer
    return redirect(sign_in)


def guard(*roles: str, admin: bool = False) -> Callable[[View], View]:
    """Ask for a login; with `roles`, one of them on the contract named by the view's `slug`.

    Without roles a view that has a `slug` asks for any role on it.  No role on the contract: 404, as if it
    did not exist.  A role, but none of those asked: 403.  `admin` asks for a system administrator.
    """
    asked = Guard(roles=frozenset(roles), admin=admin)

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor = request.actor  # type: ignore[attr-defined]
            if actor.user_id is None:
                return _sign_in_first(request)
            if asked.admin and not actor.is_admin:
                raise DomainError("access.denied")
            slug = kwargs.get("slug")
            if slug is not None and not (asked.admin and actor.is_admin):
                held = actor.roles_on(str(slug))
                if not held:
                    raise Http404
                if asked.roles and not held & asked.roles:
                    raise DomainError("access.denied")
            return view(request, *args, **kwargs)

        guarded.guard = asked  # type: ignore[attr-defined]
        return guarded

    return mark
