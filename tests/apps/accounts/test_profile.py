"""One's own page, and what the administrator mends of an account: names, telephone, mail, ways of being told."""

from __future__ import annotations

import pytest

from opsledger.apps.desk.models import Channel
from opsledger.apps.ledger.models import Entry

ME = {"full_name": "演示工程师", "phone": "138-0000-0004", "email": "e@example.invalid", "title": "工程师"}


def test_a_person_keeps_their_own_address(world):
    engineer = world.client("engineer")
    assert engineer.post("/me/", ME).status_code == 302
    user = world.users["engineer"]
    user.refresh_from_db()
    assert (user.email, user.phone, str(user)) == ("e@example.invalid", "138-0000-0004", "演示工程师")
    assert "e@example.invalid" in engineer.get("/me/").content.decode()
    # Letters are believed by it, so that the change is on record; saving the same again is none.
    engineer.post("/me/", ME)
    assert Entry.objects.get(verb="person.changed").changes["email"] == "e@example.invalid"


@pytest.mark.parametrize("mail", ["x", "a@b c", "a" * 260 + "@example.invalid"])
def test_what_is_no_address_is_said_and_nothing_typed_is_lost(world, mail):
    shown = world.client("engineer").post("/me/", {**ME, "email": mail}).content.decode()
    assert "is-invalid" in shown and mail in shown and "138-0000-0004" in shown
    world.users["engineer"].refresh_from_db()
    assert world.users["engineer"].email == ""


def test_the_administrator_mends_an_account(world):
    admin, other = world.client("admin"), world.users["engineer"]
    told = {**ME, "is_active": "on", "organisation": other.organisation_id}
    assert admin.post(f"/admin/users/{other.pk}/", told).status_code == 302
    other.refresh_from_db()
    assert (other.email, other.title, other.is_active) == ("e@example.invalid", "工程师", True)
    shown = admin.post(f"/admin/users/{other.pk}/", {**told, "email": "x"}).content.decode()
    assert "不是邮箱地址" in shown
    assert "e@example.invalid" in admin.get("/admin/users/?q=e@example").content.decode()
    assert world.client("manager").post(f"/admin/users/{other.pk}/", told).status_code == 403


def test_mail_is_switched_on_with_quiet_hours(world):
    engineer = world.client("engineer")
    told = {"on": "on", "quiet_from": "22:00", "quiet_to": "07:00", "digest_minutes": "60"}
    refused = engineer.post("/c/demo-2026/my-mail/", told, follow=True).content.decode()
    assert "还没有填写邮箱" in refused and not Channel.objects.exists()
    engineer.post("/me/", ME)
    engineer.post("/c/demo-2026/my-mail/", told)
    row = Channel.objects.get()
    assert (row.user, row.kind, row.active, row.digest_minutes) == (world.users["engineer"], "mail", True, 60)
    shown = engineer.get("/me/").content.decode()
    assert 'value="22:00"' in shown and "没有配置发信服务器" in shown
    engineer.post("/c/demo-2026/my-mail/", {"digest_minutes": "0"})
    row.refresh_from_db()
    assert not row.active and Channel.objects.count() == 1
    assert world.client("stranger").post("/c/demo-2026/my-mail/", told).status_code == 404
    assert "通知方式" not in world.client("stranger").get("/me/").content.decode()
