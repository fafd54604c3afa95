"""API tokens on one's own page: made and shown once, revoked and refused at the next request."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from opsledger.apps.accounts.models import ApiToken
from opsledger.apps.ledger.models import Entry

NEW = {"name": "监控平台", "scopes": ["tickets:read"], "days": "30"}
TICKETS = "/api/v1/contracts/demo-2026/tickets"


def _made(world, who="engineer") -> tuple[ApiToken, str]:
    shown = world.client(who).post("/me/tokens/", NEW)
    found = re.search(r'value="(ol_[\w-]+)"', shown.content.decode())
    assert found and "no-store" in shown["Cache-Control"]
    return ApiToken.objects.get(), found[1]


def _call(secret: str) -> int:
    return Client().get(TICKETS, headers={"authorization": f"Bearer {secret}"}).status_code


def test_a_token_is_made_shown_once_and_works(world):
    token, secret = _made(world)
    assert (token.expires_at - token.created_at).days in (29, 30) and token.scopes == ["tickets:read"]
    shown = world.client("engineer").get("/me/tokens/").content.decode()
    assert secret not in shown and "监控平台" in shown and "查看工单" in shown
    assert _call(secret) == 200
    entry = Entry.objects.get(verb="person.token_issued")
    assert entry.changes["prefix"] == token.prefix and secret not in str(entry.changes)


def test_a_revoked_token_is_refused_at_the_next_request(world):
    token, secret = _made(world)
    assert _call(secret) == 200
    engineer = world.client("engineer")
    assert engineer.get(f"/me/tokens/{token.pk}/revoke/").status_code == 405
    assert engineer.post(f"/me/tokens/{token.pk}/revoke/").status_code == 302
    assert _call(secret) == 401
    assert engineer.post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    assert Entry.objects.filter(verb="person.token_revoked").count() == 1


def test_only_the_owner_and_the_administrator_revoke(world):
    token, secret = _made(world)
    theirs = f"/admin/users/{token.user_id}/tokens/{token.pk}/revoke/"
    assert world.client("manager").post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    assert world.client("manager").post(theirs).status_code == 403
    assert _call(secret) == 200
    admin = world.client("admin")
    assert "监控平台" in admin.get(f"/admin/users/{token.user_id}/").content.decode()
    assert admin.post(theirs).status_code == 302
    assert _call(secret) == 401


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": ""}, "请填写用途"),
        ({"scopes": []}, "请至少勾选一项权限"),
        ({"scopes": ["assessment:read"]}, "不在您的角色可用的权限内"),
        ({"scopes": ["*"]}, "不在您的角色可用的权限内"),
        ({"days": "366"}, "1 到 365"),
        ({"days": "0"}, "1 到 365"),
        ({"days": "x"}, "1 到 365"),
    ],
)
def test_bad_input_makes_no_token_and_says_why(world, told, words):
    shown = world.client("engineer").post("/me/tokens/", {**NEW, **told}).content.decode()
    assert words in shown and not ApiToken.objects.exists()


def test_without_a_role_there_is_nothing_to_allow(world):
    stranger = world.client("stranger")
    assert "还没有任何合同的角色" in stranger.get("/me/tokens/").content.decode()
    stranger.post("/me/tokens/", NEW)
    assert not ApiToken.objects.exists()


def test_a_service_unit_is_offered_what_it_sees_of_its_own_items(world):
    shown = world.client("unit").get("/me/tokens/").content.decode()
    offered = set(re.findall(r'name="scopes" value="([^"]+)"', shown))
    assert offered == {"tickets:read", "tickets:write", "duties:read", "duties:write", "watch:read"}
