"""Every operation of the API with generated input: no 500, no undocumented status, nothing outside the schema."""

from __future__ import annotations

import re

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from ninja import Schema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.apps.assets.known import one_of_the_estate
from tests.apps.duties.known import one_of_everything

from opsledger.apps.accounts.services import issue_token
from opsledger.apps.desk.services import add_report_template, add_step, write_article
from opsledger.apps.desk.services.channels import add_channel
from opsledger.apps.desk.services.habits import keep_filter, keep_reply
from opsledger.apps.desk.services.ways_in import make_code
from opsledger.kernel.access import SYSTEM
from opsledger.site.api import api
from opsledger.site.api_page import GROUPS

CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]


@pytest.fixture
def kept_connection():
    """A request through WSGI would close the connection that holds the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def known(desk):
    """Names in addresses that lead somewhere: generated ones would all end in a 404."""
    world = desk.world
    own = {"actor": desk.actor("manager"), "contract": world.contract}
    return {
        "slug": "demo-2026",
        "number": desk.working().number,
        "no": "01",
        "article_id": write_article(title="白屏", solution="清缓存", **own).pk,
        "report_code": make_code(actor=own["actor"], item=world.item, place="三楼").code,
        "filter_id": keep_filter(name="超时的", query="due=late", **own).pk,
        "reply_id": keep_reply(name="已派人", text="您好", **own).pk,
        "report_template_id": add_report_template(name="加粉", kind="request", title="加粉", **own).pk,
        "channel_id": add_channel(kind="mail", name="值班", address="desk@example.gov.cn", **own).pk,
        "step_id": add_step(percent=80, to="manager", **own).pk,
        **one_of_everything(world),
        **one_of_the_estate(world),
    }


def test_every_operation_has_its_group_on_the_page():
    tags = {
        operation["tags"][0]
        for operations in api.get_openapi_schema()["paths"].values()
        for operation in operations.values()
    }
    assert tags == set(GROUPS)


def test_a_name_in_the_description_means_one_thing():
    homes: dict[str, set[str]] = {}
    waiting = [Schema]
    while waiting:
        for made in waiting.pop().__subclasses__():
            waiting.append(made)
            if made.__module__.startswith("opsledger."):
                homes.setdefault(made.__name__, set()).add(made.__module__)
    told = api.get_openapi_schema()["components"]["schemas"]
    assert {name: homes[name] for name in told.keys() & homes.keys() if len(homes[name]) > 1} == {}


def test_every_operation_asks_for_a_scope(desk, known):
    """A token that may do nothing is refused for it everywhere, or for what it sent; it may ask who it is."""
    _, secret = issue_token(
        actor=SYSTEM, user=desk.world.users["manager"], name="测试", scopes=[], expires_at=None
    )
    open_to_it = set()
    for path, operations in api.get_openapi_schema()["paths"].items():
        address = re.sub(r"{(\w+)}", lambda found: str(known.get(found[1], "x")), path)
        for method in operations:
            answer = Client().generic(
                method.upper(),
                address,
                "" if method == "get" else "{}",
                content_type="application/json",
                headers={"authorization": f"Bearer {secret}"},
            )
            told = answer.json() if "json" in answer["Content-Type"] else {}
            if told.get("code") not in ("api.scope_missing", "input.invalid"):
                open_to_it.add((method, path, answer.status_code))
    assert open_to_it == {("get", "/api/v1/my/profile", 200)}


# Every group of operations in one of a few shares: what they are tried on is laid once a share.
SHARES = [list(GROUPS)[first::5] for first in range(5)]


@pytest.mark.parametrize("share", SHARES, ids=lambda tags: "-".join(tags))
def test_nothing_outside_the_schema(share, desk, known, kept_connection):
    from opsledger.site.wsgi import application

    _, secret = issue_token(
        actor=SYSTEM, user=desk.world.users["manager"], name="测试", scopes=["*"], expires_at=None
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application).include(tag=share)
    seen = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=12,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def check(case):
            for name in case.path_parameters.keys() & known.keys():
                case.path_parameters[name] = known[name]
            case.headers["Authorization"] = f"Bearer {secret}"
            answer = case.call()
            assert answer.status_code < 500, (case.method, case.path, case.body)
            case.validate_response(answer, checks=CHECKS)

        check()
        seen += 1
    assert seen
