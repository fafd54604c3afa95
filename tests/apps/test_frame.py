"""Every view says who may use it, and the frame's own pages answer."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from opsledger.apps.accounts.models import Membership, Organisation, User
from opsledger.apps.contracts.models import Contract


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


def test_two_providers_never_see_each_other(world):
    rival = Organisation.objects.create(name="另一家运维公司", kind="provider")
    other = Contract.objects.create(
        slug="rival-2026",
        name="另一份合同",
        buyer=world.contract.buyer,
        provider=rival,
        starts_on=world.contract.starts_on,
        ends_on=world.contract.ends_on,
        created_at=world.contract.created_at,
    )
    user = User.objects.create(username="rival", full_name="演示对手", organisation=rival)
    Membership.objects.create(user=user, contract=other, role="manager", organisation=rival)
    world.users["rival"] = user
    for who, slug, words in (("manager", "rival-2026", "另一"), ("rival", "demo-2026", "演示市政务")):
        for page in (
            "",
            "items/",
            "terms/",
            "tickets/",
            "occurrences/",
            "matrix/",
            "assessment/",
            "ledger/",
            "people/",
        ):
            assert world.client(who).get(f"/c/{slug}/{page}").status_code == 404, (who, page)
        assert words not in world.client(who).get("/").content.decode()


@pytest.mark.parametrize("who", ["buyer", "unit", "manager", "engineer", "supervisor", "auditor"])
def test_a_home_asks_no_more_of_the_database_than_it_must(world, who, django_assert_max_num_queries):
    client = world.client(who)
    client.get("/")
    with django_assert_max_num_queries(70):
        assert client.get("/").status_code == 200
