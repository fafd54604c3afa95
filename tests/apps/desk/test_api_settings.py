"""The desk's settings for programs: who sets what, the form's own words, what is remembered, the robot's secret."""

from __future__ import annotations

import pytest
from tests.apps.desk.test_api_more import BASE, call, do  # noqa: F401

from opsledger.apps.accounts.models import ApiOnce
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import agreements
from opsledger.apps.ledger.models import Entry

AT = f"{BASE}/desk-settings"


def agreed() -> agreements.Agreement:
    return agreements.agreement_of(Contract.objects.get())


def test_each_side_sets_its_own(desk, do):  # noqa: F811
    told = do("buyer", "patch", AT, {"confirm_after_workdays": 7, "emergency_acts": ["shutdown"]})
    assert told["settings"]["confirm_after_workdays"] == 7
    assert (agreed().confirm_after_workdays, agreed().emergency_acts) == (7, ("shutdown",))
    assert (
        do("buyer", "patch", AT, {"open_codes": False, "pause_reasons": []})["settings"]["open_codes"]
        is False
    )
    assert (agreed().open_codes, agreed().pause_reasons) == (False, ())
    team = {"lines": ["值守", "专家"], "teams": {"2": ["engineer2"]}, "away_until": "2026-10-08"}
    told = do("manager", "patch", AT, team)
    assert told["settings"]["lines"] == ["值守", "专家"]
    assert told["settings"]["teams"] == {"2": ["engineer2"]}
    assert told["settings"]["away_until"] == "2026-10-08"
    assert do("manager", "patch", AT, {"away_until": ""})["settings"]["away_until"] == ""
    assert do("manager", "patch", AT, {"teams": {}})["settings"]["teams"] == {}
    changes = Entry.objects.filter(verb="desk.settings_changed").earliest("id").changes
    assert set(changes) == {"confirm_after_workdays", "emergency_acts"}
    # What was not sent stays.
    assert agreed().confirm_after_workdays == 7


def test_what_is_anothers_is_refused_as_a_whole(desk, do):  # noqa: F811
    mixed = {"lines": ["值守"], "confirm_after_workdays": 9}
    assert do("manager", "patch", AT, mixed, status=403)["code"] == "access.denied"
    assert do("buyer", "patch", AT, {"mail_address": "a@b.invalid"}, status=403)
    assert agreed().lines[0] == "一线" and agreed().confirm_after_workdays == 5


def test_who_only_looks_and_who_does_not(desk, do, call):  # noqa: F811
    for who in ("supervisor", "auditor"):
        assert do(who, "get", AT)["may_change"] == []
        assert do(who, "patch", AT, {"report_workdays": 1}, status=403)
        assert do(who, "post", f"{AT}/chat-secret", status=403)
    for who in ("unit", "engineer"):
        assert do(who, "get", AT, status=403)["code"] == "access.denied"
    assert do("stranger", "get", AT, status=404)
    assert do("stranger", "patch", AT, {"report_workdays": 1}, status=404)
    refused = call("buyer", "patch", AT, {"report_workdays": 1}, scopes=("settings:read",))
    assert (refused[0], refused[1]["code"]) == (403, "api.scope_missing")
    assert not Entry.objects.filter(verb="desk.settings_changed").exists()


@pytest.mark.parametrize(
    ("who", "told", "field", "words"),
    [
        ("buyer", {"confirm_after_workdays": 0}, "confirm_after_workdays", "不能小于 3"),
        ("buyer", {"confirm_sample_percent": 101}, "confirm_sample_percent", "不能大于 100"),
        ("buyer", {"pause_reasons": ["holiday"]}, "pause_reasons", "holiday"),
        ("manager", {"mail_address": "desk"}, "mail_address", "不是邮箱地址"),
        ("manager", {"lines": [""]}, "lines", "至少填写一级"),
        ("manager", {"lines": ["一"] * 7}, "lines", "最多 6 级"),
    ],
)
def test_bad_values_are_told_in_the_forms_words(desk, do, who, told, field, words):  # noqa: F811
    refused = do(who, "patch", AT, told, status=422)
    (one,) = refused["fields"]
    assert one["field"] == f"told.{field}" and words in one["message"]
    assert not Entry.objects.filter(verb="desk.settings_changed").exists()


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"teams": {"9": ["engineer"]}}, 400, "settings.unknown_line"),
        ({"teams": {"1": ["unit"]}}, 409, "ticket.not_an_engineer"),
        ({"auto_dispatch": "least"}, 400, "settings.no_first_line"),
        ({"colour": "red"}, 422, "input.invalid"),
        ({"away_until": "明天"}, 422, "input.invalid"),
    ],
)
def test_what_cannot_be_set(desk, do, told, status, code):  # noqa: F811
    assert do("manager", "patch", AT, told, status=status)["code"] == code


def test_nobody_overwrites_what_they_have_not_seen(desk, do, call):  # noqa: F811
    tag = call("buyer", "get", AT, scopes=("*",))[2]["ETag"]
    status, _, answer = call("buyer", "patch", AT, {"report_workdays": 5}, scopes=("*",), HTTP_IF_MATCH=tag)
    assert status == 200 and answer["ETag"] != tag
    assert call("buyer", "get", AT, scopes=("*",))[2]["ETag"] == answer["ETag"]
    stale = do("manager", "patch", AT, {"away_note": "x"}, status=412, HTTP_IF_MATCH=tag)
    assert stale["code"] == "settings.etag_mismatch" and agreed().away_note == ""


def test_what_was_set_holds_in_the_same_process_at_once(desk, do):  # noqa: F811
    assert do("unit", "get", f"{BASE}/reporting")["away"] == ""
    do("manager", "patch", AT, {"away_note": "国庆请拨值班电话"})
    assert do("unit", "get", f"{BASE}/reporting")["away"] == "国庆请拨值班电话"


def test_the_robots_secret_is_told_once(desk, do, call):  # noqa: F811
    assert not do("manager", "get", AT)["chat_ready"]
    status, made, answer = call(
        "manager", "post", f"{AT}/chat-secret", scopes=("*",), HTTP_IDEMPOTENCY_KEY="s1"
    )
    assert status == 201 and "no-store" in answer["Cache-Control"]
    assert agreed().chat_secret == made["secret"]
    told = do("buyer", "get", AT)
    assert told["chat_ready"] and made["secret"] not in str(told)
    assert do("buyer", "post", f"{AT}/chat-secret")["secret"] != made["secret"]
    assert made["secret"] not in str(list(Entry.objects.values_list("changes", flat=True)))
    assert not ApiOnce.objects.exists()
