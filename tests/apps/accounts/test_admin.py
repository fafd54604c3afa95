"""An administrator makes people and gives roles; nobody else does."""

from __future__ import annotations

import pytest

from opsledger.apps.accounts.models import Membership, User
from opsledger.apps.ledger.models import Entry

NEW = {"username": "wang", "full_name": "演示新人", "password": "Start-2026x", "title": "", "phone": ""}


def test_a_person_is_made_given_a_role_and_refused_after_it_is_withdrawn(world):
    admin = world.client("admin")
    assert admin.post("/admin/users/new/", NEW).status_code == 302
    user = User.objects.get(username="wang")
    assert user.must_change_password and user.check_password("Start-2026x")
    world.users["wang"] = user
    first = world.client("wang").get("/")
    assert first.status_code == 302 and first["Location"] == "/me/password/"
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    user.refresh_from_db()
    assert world.client("wang").get("/c/demo-2026/").status_code == 404

    role = {"user": user.pk, "role": "auditor", "organisation": ""}
    assert admin.post("/c/demo-2026/roles/", role).status_code == 302
    assert world.client("wang").get("/c/demo-2026/").status_code == 200

    membership = Membership.objects.get(user=user)
    assert admin.post(f"/c/demo-2026/roles/{membership.pk}/withdraw/").status_code == 302
    assert world.client("wang").get("/c/demo-2026/").status_code == 404
    verbs = list(Entry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["person.created", "person.role_granted", "person.role_withdrawn"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"username": "buyer"}, "已有人使用"),
        ({"password": "short"}, "8"),
        ({"username": "two words"}, "只能用字母"),
    ],
)
def test_bad_input_says_what_to_do_and_keeps_what_was_typed(world, told, words):
    answer = world.client("admin").post("/admin/users/new/", {**NEW, **told})
    shown = answer.content.decode()
    assert answer.status_code == 200 and words in shown and "演示新人" in shown


def test_a_unit_role_names_its_unit(world):
    role = {"user": world.users["stranger"].pk, "role": "unit", "organisation": ""}
    assert "必须选择代表哪个单位" in world.client("admin").post("/c/demo-2026/roles/", role).content.decode()


def test_an_account_is_stopped_but_not_ones_own(world):
    admin = world.client("admin")
    other = world.users["engineer"]
    admin.post(f"/admin/users/{other.pk}/", {"full_name": "演示某", "organisation": ""})
    other.refresh_from_db()
    assert not other.is_active
    own = admin.post(
        f"/admin/users/{world.users['admin'].pk}/", {"full_name": "演示某", "organisation": ""}
    ).content.decode()
    assert "不能停用自己的账户" in own
    admin.post(f"/admin/users/{other.pk}/", {"password": "Other-2026x"})
    other.refresh_from_db()
    assert other.check_password("Other-2026x")


@pytest.mark.parametrize(
    "address", ["/admin/users/", "/admin/users/new/", "/admin/contracts/", "/c/demo-2026/roles/"]
)
def test_nobody_else(world, address):
    for who in ("buyer", "manager", "engineer", "unit", "auditor"):
        assert world.client(who).get(address).status_code == 403
    assert world.client("admin").get(address).status_code == 200
