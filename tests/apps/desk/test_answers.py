"""Canned replies with places, articles taken into an answer, call-backs to be made."""

from __future__ import annotations

import pytest

from opsledger.apps.desk import services
from opsledger.apps.desk.models import Article, CannedReply
from opsledger.apps.desk.services.habits import keep_reply
from opsledger.apps.desk.services.settings import change_settings
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026"


def test_a_reply_is_filled_in_from_the_ticket(desk):
    engineer = desk.world.client("engineer")
    told = {"name": "已受理", "text": "{报修人}您好，{编号}“{标题}”由{我}处理。"}
    assert engineer.post(f"{BASE}/replies/", told).status_code == 302
    ticket = desk.working()
    shown = engineer.get(f"{BASE}/tickets/{ticket.number}/answer-help/").content.decode()
    assert f"演示unit您好，{ticket.number}“登录后白屏”由演示engineer处理。" in shown
    page = engineer.get(f"{BASE}/tickets/{ticket.number}/").content.decode()
    assert "answer-help" in page and "data-answer" in page
    assert "answer-help" in engineer.get(f"{BASE}/tickets/{ticket.number}/do/resolve/").content.decode()
    # The unit has no use for the provider's words.
    assert desk.world.client("unit").get(f"{BASE}/tickets/{ticket.number}/answer-help/").status_code == 403
    assert (
        "answer-help"
        not in desk.world.client("unit").get(f"{BASE}/tickets/{ticket.number}/").content.decode()
    )


def test_a_place_that_nothing_fills_is_refused_with_those_that_are(desk):
    engineer = desk.world.client("engineer")
    shown = engineer.post(f"{BASE}/replies/", {"name": "x", "text": "{电话号}请回电"}).content.decode()
    assert "“{电话号}”不是可以填写的内容" in shown and "报修人" in shown and "请回电" in shown
    with pytest.raises(DomainError, match=r"access\.denied"):
        keep_reply(actor=desk.actor("buyer"), contract=desk.world.contract, name="x", text="y")


def test_a_reply_is_changed_and_dropped(desk):
    manager = desk.world.client("manager")
    manager.post(f"{BASE}/replies/", {"name": "问候", "text": "您好"})
    assert "您好" in manager.get(f"{BASE}/replies/?edit=问候").content.decode()
    manager.post(f"{BASE}/replies/", {"name": "问候", "text": "您好，请稍候"})
    assert CannedReply.objects.get().text == "您好，请稍候"
    manager.post(f"{BASE}/replies/", {"drop": "问候"})
    assert not CannedReply.objects.exists()


def published(desk) -> Article:
    article = services.write_article(
        actor=desk.actor("engineer"),
        contract=desk.world.contract,
        title="登录后白屏怎么办",
        solution="清理缓存后重登",
    )
    services.move_article(actor=desk.actor("engineer"), article=article, to="review")
    return services.move_article(actor=desk.actor("buyer"), article=article, to="published")


def test_an_article_taken_into_an_answer_counts_as_a_use(desk):
    article = published(desk)
    services.vote(actor=desk.actor("unit"), article=article, helpful=True)
    ticket = desk.working()
    engineer = desk.world.client("engineer")
    address = f"{BASE}/tickets/{ticket.number}"
    shown = engineer.get(f"{address}/answer-help/").content.decode()
    assert "清理缓存后重登" in shown and "引用 0 次 · 有用 1" in shown
    told = {"note": "清理缓存后重登", "article": article.pk}
    assert engineer.post(f"{address}/note/", told).status_code == 302
    article.refresh_from_db()
    assert article.uses == 1 and ticket.events.filter(kind="article_used").count() == 1
    # Without scripts the button beside it does the same.
    assert engineer.post(f"{address}/answer-help/", {"article": article.pk}).status_code == 302
    article.refresh_from_db()
    assert article.uses == 2
    assert engineer.post(f"{address}/answer-help/", {"article": "9999"}).status_code == 404
    assert engineer.post(f"{address}/note/", {"note": "x", "article": "9999"}).status_code == 404


def test_call_backs_to_be_made_are_a_filter_of_the_list(desk):
    change_settings(
        actor=desk.actor("buyer"), contract=desk.world.contract, given={"confirm_sample_percent": 100}
    )
    ticket = desk.resolved()
    ticket.contract.refresh_from_db()
    desk.do(ticket, "confirm", "unit", rating=5)
    ticket.refresh_from_db()
    assert ticket.sampled
    manager = desk.world.client("manager")
    waiting, made = f"{BASE}/tickets/?callback=due", f"{BASE}/tickets/?callback=done"
    assert ticket.number in manager.get(waiting).content.decode()
    assert ticket.number not in manager.get(made).content.decode()
    services.call_back(actor=desk.actor("manager"), ticket=ticket, reached=True, satisfied=True, note="")
    assert ticket.number not in manager.get(waiting).content.decode()
    assert ticket.number in manager.get(made).content.decode()
    assert 'name="callback"' not in desk.world.client("unit").get(f"{BASE}/tickets/").content.decode()
