"""Canned replies and articles for an answer, hints for a report, for programs."""

from __future__ import annotations

import pytest
from tests.apps.desk.test_api_more import BASE, call, do  # noqa: F401

from opsledger.apps.desk.models import Article, CannedReply

AT = f"{BASE}/replies"
REPLY = {"name": "已受理", "text": "{报修人}您好，{编号}由{我}处理。"}


def article(desk, **told) -> Article:
    said = {
        "title": "登录白屏的处理",
        "symptom": "登录后白屏",
        "solution": "清缓存",
        "state": "published",
        **told,
    }
    moments = {"created_at": desk.start, "updated_at": desk.start}
    return Article.objects.create(contract=desk.world.contract, **said, **moments)


def test_a_reply_is_kept_and_filled_in_for_a_ticket(desk, do):  # noqa: F811
    made = do("engineer", "post", AT, REPLY, HTTP_IDEMPOTENCY_KEY="r1")
    assert do("engineer", "post", AT, REPLY, HTTP_IDEMPOTENCY_KEY="r1") == made
    again = do("manager", "post", AT, {**REPLY, "text": "{编号}已派给{处理人}。"})
    assert again["id"] == made["id"] and CannedReply.objects.count() == 1
    known = article(desk)
    article(desk, title="登录白屏草稿", state="draft")
    ticket = desk.working()
    told = do("engineer", "get", f"{BASE}/tickets/{ticket.number}/answer-help")
    assert told["replies"] == [{"name": "已受理", "text": f"{ticket.number}已派给演示engineer。"}]
    assert [(one["id"], one["solution"]) for one in told["articles"]] == [(known.pk, "清缓存")]
    listed = do("engineer", "get", AT)
    assert "报修人" in listed["places"] and [row["name"] for row in listed["replies"]] == ["已受理"]
    do("engineer", "delete", f"{AT}/{made['id']}", status=204)
    do("engineer", "delete", f"{AT}/{made['id']}", status=404)


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"text": "{电话号}请回电"}, 400, "reply.unknown_place"),
        ({"text": "   "}, 400, "transitions.fact_missing"),
        ({"text": "字" * 5001}, 422, "input.invalid"),
        ({"name": " "}, 422, "input.invalid"),
    ],
)
def test_a_reply_that_cannot_be_kept(desk, do, told, status, code):  # noqa: F811
    assert do("engineer", "post", AT, {**REPLY, **told}, status=status)["code"] == code
    assert not CannedReply.objects.exists()


def test_the_providers_words_are_the_providers(desk, do, call):  # noqa: F811
    made = do("engineer", "post", AT, REPLY)
    ticket = desk.working()
    for who in ("unit", "buyer", "supervisor", "auditor"):
        assert do(who, "get", AT, status=403)["code"] == "access.denied"
        assert do(who, "post", AT, REPLY, status=403) and do(who, "delete", f"{AT}/{made['id']}", status=403)
        assert do(who, "get", f"{BASE}/tickets/{ticket.number}/answer-help", status=403)
    assert do("other_unit", "get", f"{BASE}/tickets/{ticket.number}/answer-help", status=404)
    assert do("stranger", "get", AT, status=404)
    assert call("engineer", "post", AT, REPLY, scopes=("tickets:write",))[1]["code"] == "api.scope_missing"


def test_hints_while_a_report_is_typed(desk, do):  # noqa: F811
    for number in range(4):
        article(desk, title=f"登录白屏 {number}")
    inner = article(desk, title="登录白屏 内部", internal=True)
    found = do("unit", "get", f"{BASE}/articles/hints?title=登录后白屏")
    assert len(found) == 3 and inner.pk not in {row["id"] for row in found}
    assert do("unit", "get", f"{BASE}/articles/hints?title=登") == []
    assert do("unit", "get", f"{BASE}/articles/hints") == []
    assert do("stranger", "get", f"{BASE}/articles/hints?title=登录", status=404)
