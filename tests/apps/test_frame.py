"""Every view says who may use it, and the frame's own pages answer."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver


def _views(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern.callback


def test_every_view_has_a_guard():
    unguarded = [
        address
        for address, view in _views(get_resolver().url_patterns)
        if not hasattr(view, "guard") and not address.startswith("api/")
    ]
    assert unguarded == []


@pytest.mark.parametrize(
    "address", ["/", "/me/", "/messages/", "/c/demo-2026/ledger/", "/c/demo-2026/people/"]
)
def test_signing_in_comes_first(client, db, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("address", ["/", "/me/", "/me/password/", "/messages/", "/c/demo-2026/ledger/"])
def test_the_frame_answers_every_role(world, address):
    for who in ("buyer", "unit", "manager", "engineer", "supervisor", "auditor"):
        assert world.client(who).get(address).status_code == 200, who


def test_a_contract_that_is_not_ones_own_looks_missing(world):
    assert world.client("stranger").get("/c/demo-2026/ledger/").status_code == 404
    assert world.client("stranger").get("/c/no-such/ledger/").status_code == 404


def test_a_page_beyond_ones_role_is_refused(world):
    answer = world.client("engineer").get("/c/demo-2026/people/")
    assert answer.status_code == 403
    assert "不能执行" in answer.content.decode()


def test_wrong_password_says_so_and_five_lock(client, world):
    world.users["buyer"].set_password("Right-2026")
    world.users["buyer"].save()
    for _ in range(4):
        answer = client.post("/login/", {"username": "buyer", "password": "wrong"})
        assert answer.status_code == 401
        assert "用户名或密码不正确" in answer.content.decode()
    client.post("/login/", {"username": "buyer", "password": "wrong"})
    answer = client.post("/login/", {"username": "buyer", "password": "Right-2026"})
    assert answer.status_code == 429
    assert "15 分钟" in answer.content.decode()


def test_security_policy_allows_nothing_inline(world):
    answer = world.client("buyer").get("/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy and "script-src 'self'" in policy
