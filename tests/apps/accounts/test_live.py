"""What pages ask by themselves: the newest message, and no prolonging of a session that nobody uses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from opsledger.apps.accounts.services import notify


def _tell(world, who, title, at):
    notify(
        users=[world.users[who]],
        title=title,
        body="请看",
        url="/",
        contract_slug="demo-2026",
        dedupe=title,
        at=at,
    )


def test_the_newest_message_is_told_once_and_only_ones_own(world, at):
    client = world.client("engineer")
    assert client.get("/messages/news/").json() == {"unread": 0, "newest": None}
    _tell(world, "engineer", "第一条", at)
    _tell(world, "engineer", "第二条", at + timedelta(minutes=1))
    _tell(world, "manager", "给别人的", at)
    told = client.get("/messages/news/?since=0").json()
    assert (told["unread"], told["newest"]["title"]) == (2, "第二条")
    again = client.get(f"/messages/news/?since={told['newest']['id']}").json()
    assert again == {"unread": 2, "newest": None}
    # Opening the message reads it.
    client.get(told["newest"]["href"])
    assert client.get("/messages/news/").json()["unread"] == 1


@pytest.mark.parametrize("since", ["x", "-1", "٣", "9" * 40, "1.5"])
def test_nonsense_for_the_last_message_seen_is_taken_for_none(world, at, since):
    _tell(world, "engineer", "一条", at)
    assert (
        world.client("engineer").get("/messages/news/", {"since": since}).json()["newest"]["title"] == "一条"
    )


def test_a_stranger_is_asked_to_sign_in(world):
    from django.test import Client

    assert Client().get("/messages/news/").status_code == 302
    assert "login" in Client().get("/messages/news/", headers={"HX-Request": "true"})["HX-Redirect"]


def test_what_a_page_asks_by_itself_does_not_prolong_the_session(world):
    client = world.client("engineer")
    client.get(reverse("home"))
    session = Session.objects.get()
    long_ago = session.expire_date - timedelta(minutes=14)
    Session.objects.update(expire_date=long_ago)
    answer = client.get("/messages/news/", headers={"X-Background": "1"})
    assert (answer.status_code, Session.objects.get().expire_date) == (200, long_ago)
    assert "sessionid" not in answer.cookies
    client.get("/messages/news/")
    assert Session.objects.get().expire_date > long_ago


def test_every_page_carries_the_bell_with_the_last_message(world, at):
    _tell(world, "engineer", "一条", at)
    shown = world.client("engineer").get(reverse("home")).content.decode()
    assert 'data-news="/messages/news/"' in shown and "1条未读" in shown
