"""Fixtures for tests of the apps: a still clock, a small contract, an actor and a client per role."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django
import pytest

# A run of this folder alone loads this file before the plugin has set Django up.
django.setup()

from django.test import Client  # noqa: E402

from opsledger.apps.accounts import services as accounts  # noqa: E402
from opsledger.apps.accounts.actors import actor_for  # noqa: E402
from opsledger.apps.accounts.models import Membership, Organisation, User  # noqa: E402
from opsledger.apps.contracts.models import Contract, ServiceItem, SeverityLevel  # noqa: E402
from opsledger.kernel import clock  # noqa: E402
from opsledger.kernel.access import SYSTEM, Actor  # noqa: E402

# A Wednesday, 10:00 in Shanghai.
AT = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fast_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def at() -> Iterator[datetime]:
    """The present moment, held still."""
    with clock.pinned(AT):
        yield AT


@dataclass
class World:
    """One small contract with a person for every role; a second unit and a second provider to be refused."""

    contract: Contract
    item: ServiceItem
    other_item: ServiceItem
    users: dict[str, User] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        return actor_for(self.users[who])

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.users[who], backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def world(db, at) -> World:
    """People: buyer, unit, other_unit, manager, engineer, engineer2, supervisor, auditor, admin, stranger."""
    bureau = Organisation.objects.create(name="演示市数据局", kind="buyer")
    provider = Organisation.objects.create(name="演示运维公司", kind="provider")
    unit = Organisation.objects.create(name="演示档案馆", kind="unit")
    other_unit = Organisation.objects.create(name="演示民政局", kind="unit")
    contract = Contract.objects.create(
        slug="demo-2026",
        name="演示市政务信息化运维项目",
        buyer=bureau,
        provider=provider,
        price_cny="6000000.00",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        created_at=at,
    )
    period = {"starts_on": contract.starts_on, "ends_on": contract.ends_on}
    item = ServiceItem.objects.create(
        contract=contract,
        no="01",
        position=1,
        name="档案管理平台",
        unit=unit,
        severity_sets=["core"],
        **period,
    )
    other_item = ServiceItem.objects.create(
        contract=contract,
        no="02",
        position=2,
        name="养老服务平台",
        unit=other_unit,
        severity_sets=["core"],
        **period,
    )
    for rank, word in enumerate(["严重故障", "一般故障"], start=1):
        SeverityLevel.objects.create(contract=contract, set_id="core", word=word, rank=rank)
    made = World(contract, item, other_item)
    roles: list[tuple[str, str | None, Organisation | None]] = [
        ("buyer", "buyer", bureau),
        ("unit", "unit", unit),
        ("other_unit", "unit", other_unit),
        ("manager", "manager", provider),
        ("engineer", "engineer", provider),
        ("engineer2", "engineer", provider),
        ("supervisor", "supervisor", None),
        ("auditor", "auditor", None),
        ("stranger", None, None),
    ]
    for name, role, organisation in roles:
        user = User.objects.create(username=name, full_name=f"演示{name}", organisation=organisation)
        made.users[name] = user
        if role:
            Membership.objects.create(user=user, contract=contract, role=role, organisation=organisation)
    made.users["admin"] = User.objects.create(username="admin", full_name="演示管理员", is_superuser=True)
    return made


@pytest.fixture
def client_for(world: World) -> Callable[[str], Client]:
    """A signed-in client per role."""
    return world.client


@pytest.fixture
def through(world: World, at: datetime) -> Callable[..., Any]:
    """through(who, method, path, body, status, scopes) -> the API's answer; fails on another status than asked for."""
    made: dict[tuple[str, tuple[str, ...]], str] = {}

    def do(
        who: str,
        method: str,
        path: str,
        body: Any = None,
        status: int = 200,
        scopes: tuple[str, ...] = ("*",),
        files: Any = None,
        **headers: str,
    ) -> Any:
        if (who, scopes) not in made:
            _, made[who, scopes] = accounts.issue_token(
                actor=SYSTEM,
                user=world.users[who],
                name="测试",
                scopes=list(scopes),
                expires_at=at + timedelta(days=1),
            )
        told: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {made[who, scopes]}", **headers}
        if files is not None:
            told["data"] = files
        elif body is not None:
            told |= {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(Client(), method)(f"/api/v1{path}", **told)
        content = answer.getvalue()
        is_json = "json" in answer["Content-Type"] if content else False
        shown = json.loads(content) if is_json else content
        assert answer.status_code == status, (answer.status_code, shown)
        return shown

    return do
