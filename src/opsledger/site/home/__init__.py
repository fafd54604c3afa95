"""The first page of each role: what was promised, done and late, and what waits for this person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from opsledger.apps.contracts.models import Contract
from opsledger.apps.contracts.selectors import contracts_for
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor, guard
from opsledger.kernel.pages import page
from opsledger.site.home import buyer, engineer, manager, others, unit

# When a person holds several roles the first of these decides; ?as=role shows another of theirs.
ORDER = (access.MANAGER, access.ENGINEER, access.UNIT, access.BUYER, access.SUPERVISOR, access.AUDITOR)
PAGES: dict[str, tuple[str, Callable[..., dict[str, Any]]]] = {
    access.BUYER: ("home/buyer.html", buyer.told),
    access.MANAGER: ("home/manager.html", manager.told),
    access.ENGINEER: ("home/engineer.html", engineer.told),
    access.UNIT: ("home/unit.html", unit.told),
    access.SUPERVISOR: ("home/supervisor.html", others.supervisor),
    access.AUDITOR: ("home/auditor.html", others.auditor),
}


def role_of(actor: Actor, contracts: list[Contract], asked: str) -> str:
    """The role whose home is shown."""
    held = {grant.role for grant in actor.grants if grant.contract_id in {c.pk for c in contracts}}
    if asked in held:
        return asked
    return next((role for role in ORDER if role in held), "")


@guard()
def home(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    contracts = list(contracts_for(actor))
    role = role_of(actor, contracts, request.GET.get("as", ""))
    if not role:
        return redirect("health") if actor.is_admin else page(request, "home/start.html")
    slug = request.session.get("contract")
    chosen = next((c for c in contracts if c.slug == slug and role in actor.roles(c.pk)), None)
    chosen = chosen or next(c for c in contracts if role in actor.roles(c.pk))
    template, told = PAGES[role]
    mine = [c for c in contracts if role in actor.roles(c.pk)]
    at = clock.now()
    return page(
        request, template, {**told(actor, chosen, mine, at), "contract": chosen, "at": at, "role": role}
    )
