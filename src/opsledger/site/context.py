"""What the frame of every page shows: menu, contract in view, the moment, messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest

import opsledger
from opsledger.apps.accounts.models import Membership
from opsledger.apps.accounts.selectors import Unread, unread
from opsledger.apps.contracts.selectors import contracts_for
from opsledger.kernel import clock, shown
from opsledger.site import navigation

ROLE_WORDS = dict(Membership.Role.choices)
# When a person holds several roles, the first of these decides their home and their bottom bar.
ROLE_ORDER = ("manager", "engineer", "unit", "buyer", "supervisor", "auditor")


@dataclass(slots=True)
class Frame:
    """The frame's own facts, made lazily so that fragments cost nothing."""

    request: HttpRequest
    _cache: dict[str, Any] = field(default_factory=dict)

    version = opsledger.__version__
    title = ""

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def now(self) -> datetime:
        return clock.now()

    @property
    def now_words(self) -> str:
        there = clock.local(clock.now())
        return f"{shown.day(there.date(), today=there.date())}{there:%H:%M}"

    @property
    def zone_word(self) -> str:
        return "北京时间" if settings.TIME_ZONE == "Asia/Shanghai" else settings.TIME_ZONE

    @property
    def contracts(self) -> list[Any]:
        if "contracts" not in self._cache:
            actor = self.request.actor  # type: ignore[attr-defined]
            self._cache["contracts"] = list(contracts_for(actor)) if actor.user_id else []
        return self._cache["contracts"]

    @property
    def contract(self) -> Any:
        """The contract in view: the one in the address, else the only (or latest seen) one of this person."""
        match = self.request.resolver_match
        slug = match.kwargs.get("slug") if match else None
        slug = slug or self.request.session.get("contract")
        found = next((c for c in self.contracts if c.slug == slug), None)
        if found is None and self.contracts:
            found = self.contracts[0]
        if found is not None and self.request.session.get("contract") != found.slug:
            self.request.session["contract"] = found.slug
        return found

    @property
    def roles(self) -> frozenset[str]:
        contract = self.contract
        return self.request.actor.roles(contract.pk) if contract else frozenset()  # type: ignore[attr-defined]

    @property
    def role(self) -> str:
        return next((role for role in ROLE_ORDER if role in self.roles), "")

    @property
    def role_words(self) -> str:
        if not self.roles and self.request.actor.is_admin:  # type: ignore[attr-defined]
            return "系统管理员"
        return "、".join(ROLE_WORDS[role] for role in ROLE_ORDER if role in self.roles)

    @property
    def waiting(self) -> Unread:
        if "unread" not in self._cache:
            self._cache["unread"] = unread(self.request.actor.user_id)  # type: ignore[attr-defined]
        return cast(Unread, self._cache["unread"])

    @property
    def unread(self) -> int:
        return self.waiting.count

    def _entry(self, entry: navigation.Entry) -> dict[str, Any] | None:
        url = navigation.link(entry.to, self.contract.slug if self.contract else None)
        if url is None:
            return None
        here = self.request.path
        match = self.request.resolver_match
        under = navigation.UNDER.get(match.view_name, "") if match else ""
        active = (
            entry.to == under
            if under
            else here == url or (entry.to != "home" and len(url) > 1 and here.startswith(url))
        )
        counted = entry.to == "accounts:notices"
        count = self.unread if counted else 0
        return {
            "label": entry.label,
            "icon": entry.icon,
            "url": url,
            "active": active,
            "counted": counted,
            "count": count,
            "key": navigation.KEYS.get(entry.to, ""),
        }

    @property
    def navigation(self) -> list[dict[str, Any]]:
        actor = self.request.actor  # type: ignore[attr-defined]
        if not actor.user_id:
            return []
        groups = [navigation.Group("", (navigation.Entry("工作台", "layout-dashboard", "home"),))]
        if self.contract:
            groups += navigation.CONTRACT_MENU
        groups.append(navigation.Group("工具", navigation.TOOLS))
        if actor.is_admin:
            groups.append(navigation.Group("设置", navigation.ADMIN))
        made: list[dict[str, Any]] = []
        for group in groups:
            seen = [
                self._entry(entry)
                for entry in group.entries
                if entry.roles & self.roles or group.label in ("", "工具", "设置")
            ]
            known = {entry["url"] for group_made in made for entry in group_made["entries"]}
            entries = [entry for entry in seen if entry and entry["url"] not in known]
            if entries:
                made.append({"label": group.label, "entries": entries})
        return _longest_active(made)

    @property
    def bottom(self) -> list[dict[str, Any]]:
        actor = self.request.actor  # type: ignore[attr-defined]
        if not actor.user_id:
            return []
        entries = navigation.BOTTOM.get(self.role, navigation.BOTTOM_ADMIN if actor.is_admin else ())
        return [made for made in map(self._entry, (*entries, *navigation.BOTTOM_END)) if made]


def _longest_active(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of several places that fit the address only the nearest is lit."""
    lit = [entry for group in groups for entry in group["entries"] if entry["active"]]
    best = max(lit, key=lambda entry: len(entry["url"]), default=None)
    for entry in lit:
        entry["active"] = entry is best
    return groups


def frame(request: HttpRequest) -> dict[str, Frame]:
    """`frame` in every template."""
    return {"frame": Frame(request)}
