"""API tokens on one's own page: made and shown once, revoked and refused at the next request."""

from __future__ import annotations

import ast
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from opsledger import apps, cli
from opsledger.apps.accounts.models import ApiToken
from opsledger.apps.accounts.scopes import SCOPES
from opsledger.apps.accounts.services import issue_token
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError

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
    assert offered >= {"tickets:read", "tickets:write", "duties:read", "duties:write", "watch:read"}
    assert offered == {scope.code for scope in SCOPES if "unit" in scope.roles}
    assert not offered & {"assets:write", "assessment:read", "readings:write"}


# --- the command line -----------------------------------------------------------------------------------------------


def _cli(capsys, *words: str) -> tuple[int, str, str]:
    code = cli.main(["token", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_token_from_the_command_line_works_and_is_on_record(world, capsys):
    code, told, _ = _cli(capsys, "engineer", "--scope", "tickets:read", "--name", "夜间巡检", "--days", "365")
    assert code == 0 and _call(told.strip()) == 200
    token = ApiToken.objects.get()
    assert (token.name, token.scopes) == ("夜间巡检", ["tickets:read"])
    assert Entry.objects.get(verb="person.token_issued").changes["prefix"] == token.prefix


@pytest.mark.parametrize("wide", ["read", "write", "*"])
def test_the_wide_scopes_are_for_the_command_line_only(world, capsys, wide):
    assert _cli(capsys, "engineer", "--scope", wide)[0] == 0
    shown = world.client("engineer").post("/me/tokens/", {**NEW, "scopes": [wide]}).content.decode()
    assert "不在您的角色可用的权限内" in shown and ApiToken.objects.count() == 1
    with pytest.raises(SystemExit):
        cli.main(["token", "--help"])
    assert "wide scopes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["engineer", "--days", "366"], "有效期为 1 到 365 天"),
        (["engineer", "--days", "0"], "有效期为 1 到 365 天"),
        (["engineer", "--days", "9999999999999"], "有效期为 1 到 365 天"),
        (["engineer", "--scope", "tickets:eat"], "没有“tickets:eat”这项权限。可用的有：tickets:read"),
        (["engineer", "--scope", "assessment:read"], "不在此人角色可用的权限内"),
        (["engineer", "--name", " "], "请写明令牌的用途"),
        (["engineer", "--name", "长" * 81], "不超过 80 个字"),
        (["stranger", "--scope", "tickets:read"], "不在此人角色可用的权限内"),
        (["nobody"], "找不到用户“nobody”"),
        (["list", "nobody"], "找不到用户“nobody”"),
        (["revoke", "engineer", "77"], "没有编号为 77 的有效令牌"),
        (["revoke", "engineer", "x"], "没有编号为 x 的有效令牌"),
        (["revoke", "engineer"], "cannot take this call"),
        (["revoke", "engineer", "77", "--all"], "cannot take this call"),
    ],
)
def test_the_command_line_holds_the_limits_of_the_page(world, capsys, words, sentence):
    code, _, told = _cli(capsys, *words)
    assert code == 2 and sentence in told and not ApiToken.objects.exists()


def test_listing_and_revoking_from_the_command_line(world, capsys):
    first, second = (_cli(capsys, "engineer", "--name", name)[1].strip() for name in ("甲", "乙"))
    _, told, _ = _cli(capsys, "list", "engineer")
    assert [line.split("\t")[2] for line in told.splitlines()] == ["乙", "甲"]
    assert "全部查看" in told and first not in told
    number = told.splitlines()[1].split("\t")[0]
    assert _cli(capsys, "revoke", "manager", number)[0] == 2
    assert _cli(capsys, "revoke", "engineer", number)[0] == 0
    assert (_call(first), _call(second)) == (401, 200)
    rows = json.loads(_cli(capsys, "list", "engineer", "--json")[1])
    assert [row["name"] for row in rows] == ["乙"]
    assert "已撤销 1 个" in _cli(capsys, "revoke", "engineer", "--all")[1]
    assert _call(second) == 401 and "没有有效的令牌" in _cli(capsys, "list", "engineer")[1]
    assert Entry.objects.filter(verb="person.token_revoked").count() == 2


def test_the_service_holds_the_limits_for_every_person(world, at):
    """The form is not the only guard."""
    engineer = world.actor("engineer")
    for scopes, days in [
        (["*"], 30),
        (["assessment:read"], 30),
        (["tickets:read"], 366),
        (["tickets:read"], 0),
    ]:
        with pytest.raises(DomainError):
            issue_token(
                actor=engineer,
                user=world.users["engineer"],
                name="甲",
                scopes=scopes,
                expires_at=at + timedelta(days=days),
            )
    assert not ApiToken.objects.exists()


# --- the table of scopes --------------------------------------------------------------------------------------------


def _asked() -> set[str]:
    """Every scope that stands in the code of the API: in `must(request, "...")`, or under a name given to it."""
    found = set()
    for file in Path(apps.__path__[0]).rglob("*.py"):
        if {"api", "api.py"} & set(file.parts):
            said = (
                node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant)
            )
            found |= {
                one for one in said if isinstance(one, str) and re.fullmatch(r"[a-z]+:(read|write)", one)
            }
    return found


def test_the_table_of_scopes_is_what_the_api_asks_for():
    assert {scope.code for scope in SCOPES} == _asked()
