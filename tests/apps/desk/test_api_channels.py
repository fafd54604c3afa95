"""Channels, one's own mail and the mail that came in, for programs; no address and no secret is given back."""

from __future__ import annotations

import pytest
from tests.apps.desk.test_api_more import BASE, call, do  # noqa: F401

from opsledger.apps.accounts.models import ApiOnce
from opsledger.apps.desk.models import Channel, Delivery, MailTaken

AT = f"{BASE}/channels"
HOOK = {"kind": "webhook", "name": "统一门户", "address": "http://127.0.0.1:9/key-abc", "quiet_from": "22:00"}


@pytest.fixture(autouse=True)
def inside(settings):
    """The receiver stands on loopback, which an installation has to allow."""
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]


def test_a_webhook_tells_its_secret_to_its_maker_and_never_again(desk, do):  # noqa: F811
    made = do("manager", "post", AT, HOOK, HTTP_IDEMPOTENCY_KEY="h1")
    row = Channel.objects.get()
    assert made["secret"] == row.secret and (made["personal"], made["quiet_from"]) == (False, "22:00")
    again = do("manager", "post", AT, HOOK, HTTP_IDEMPOTENCY_KEY="h1")
    assert again["id"] == made["id"] and again["secret"] == ""
    assert row.secret not in str(ApiOnce.objects.values_list("body", flat=True))
    shown = do("buyer", "get", f"{AT}?count=true")
    assert shown["count"] == 1 and shown["items"][0]["name"] == "统一门户"
    assert row.secret not in str(shown) and "key-abc" not in str((made, shown))


def test_what_failed_is_sent_again_and_a_channel_is_closed(desk, do):  # noqa: F811
    made = do("manager", "post", AT, HOOK)
    Delivery.objects.create(
        channel_id=made["id"],
        dedupe="x",
        title="派单",
        state="failed",
        last_error="拒绝",
        created_at=desk.start,
    )
    (row,) = do("buyer", "get", AT)["items"]
    assert (row["failed"], row["last_error"]) == (1, "拒绝")
    assert do("buyer", "post", f"{AT}/{made['id']}/retry", status=200) == {"again": 1}
    assert Delivery.objects.get().state == "waiting"
    for who in ("unit", "engineer", "other_unit"):
        # A channel of the contract is not seen by those who do not manage it.
        assert do(who, "post", f"{AT}/{made['id']}/retry", status=404)
        assert do(who, "delete", f"{AT}/{made['id']}", status=404)
    do("buyer", "delete", f"{AT}/{made['id']}", status=204)
    do("buyer", "delete", f"{AT}/{made['id']}", status=404)
    assert not Channel.objects.get().active


def test_who_does_not_manage_has_channels_of_their_own(desk, do):  # noqa: F811
    mine = do("unit", "post", AT, {"kind": "mail", "name": "值班信箱", "address": "a@example.gov.cn"})
    assert mine["personal"] and mine["secret"] == ""
    assert [row["name"] for row in do("unit", "get", AT)["items"]] == ["值班信箱"]
    assert do("manager", "get", AT)["items"] == [] and do("other_unit", "get", AT)["items"] == []
    assert do("manager", "delete", f"{AT}/{mine['id']}", status=404)
    assert do("auditor", "get", AT, status=403) and do("auditor", "post", AT, HOOK, status=403)
    assert do("stranger", "get", AT, status=404)


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"address": "ftp://x"}, 400, "channel.bad_address"),
        ({"address": "http://10.0.0.1/"}, 400, "channel.inner_address"),
        ({"kind": "mail", "address": "nobody"}, 400, "channel.bad_mail"),
        ({"kind": "apprise", "address": "file:///etc"}, 400, "channel.bad_address"),
        ({"kind": "pigeon"}, 422, "input.invalid"),
        ({"name": " "}, 422, "input.invalid"),
        ({"quiet_to": "25:00"}, 422, "input.invalid"),
        ({"digest_minutes": 7}, 422, "input.invalid"),
    ],
)
def test_a_channel_that_cannot_be(desk, do, told, status, code):  # noqa: F811
    assert do("manager", "post", AT, {**HOOK, **told}, status=status)["code"] == code
    assert not Channel.objects.exists()


def test_ones_own_mail_on_and_off(desk, do):  # noqa: F811
    at = "/api/v1/my/mail"
    (row,) = do("unit", "get", at)["contracts"]
    assert (row["contract"], row["on"], row["digest_minutes"]) == ("demo-2026", False, 0)
    habits = {"on": True, "quiet_from": "22:00", "quiet_to": "07:30", "digest_minutes": 60}
    assert do("unit", "put", f"{at}/demo-2026", habits, status=400)["code"] == "channel.no_mail"
    desk.world.users["unit"].email = "unit@example.gov.cn"
    desk.world.users["unit"].save()
    told = do("unit", "put", f"{at}/demo-2026", habits)
    assert told == {"contract": "demo-2026", "others": [], **habits}
    assert do("unit", "get", at)["email"] == "unit@example.gov.cn"
    assert do("unit", "put", f"{at}/demo-2026", {"on": False})["on"] is False
    assert not Channel.objects.get().active
    assert do("stranger", "put", f"{at}/demo-2026", habits, status=404)
    assert do("stranger", "get", at)["contracts"] == []
    assert do("unit", "put", f"{at}/demo-2026", {**habits, "quiet_from": "late"}, status=422)


def test_the_mail_that_came_and_what_became_of_it(desk, do):  # noqa: F811
    ticket = desk.report()
    told = {"contract": desk.world.contract, "taken_at": desk.start}
    MailTaken.objects.create(
        message_id="1", sender="unit@example.gov.cn", subject="白屏", outcome="reported", ticket=ticket, checked=True, **told
    )  # fmt: skip
    MailTaken.objects.create(
        message_id="2", sender="x@example.org", subject="广告", outcome="unknown_sender", **told
    )
    page = do("manager", "get", f"{BASE}/mails?count=true")
    assert page["count"] == 2 and page["items"][1]["ticket"] == ticket.number
    (left,) = do("buyer", "get", f"{BASE}/mails?became=left")["items"]
    assert (left["sender"], left["word"]) == ("x@example.org", "发件人不是本合同人员，未处理")
    assert [row["subject"] for row in do("buyer", "get", f"{BASE}/mails?q=白")["items"]] == ["白屏"]
    assert do("buyer", "get", f"{BASE}/mails?became=lost", status=422)
    for who in ("unit", "engineer", "supervisor", "auditor"):
        assert do(who, "get", f"{BASE}/mails", status=403)["code"] == "access.denied"
    assert do("stranger", "get", f"{BASE}/mails", status=404)
