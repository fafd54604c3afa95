"""Working with many: full text for Chinese, bulk acts with a preview, lists under a name."""

from __future__ import annotations

import pytest

from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk.models import SavedFilter, Ticket
from opsledger.apps.desk.search_index import matching, tokens
from opsledger.core.errors import DomainError

BASE = "/c/demo-2026"


def found(words: str, units: list[int] | None = None) -> set[str]:
    contract = Contract.objects.get()
    return set(Ticket.objects.filter(matching(words, contract.pk, units)).values_list("title", flat=True))


def test_text_is_cut_into_pairs():
    assert tokens("登录白屏 DB01") == ["登录", "录白", "白屏", "屏", "db01"]
    assert tokens("a_b，好") == ["a", "b", "好"]
    assert tokens("<script>") == ["script"]


def test_the_newest_are_found_first_and_only_ones_own(desk, monkeypatch):
    old, new = desk.report(title="打印机卡纸一"), desk.report(title="打印机卡纸二")
    desk.report("other_unit", item=desk.world.other_item, title="打印机卡纸三")
    assert found("卡纸", [old.unit_id]) == {"打印机卡纸一", "打印机卡纸二"} and found("卡纸", []) == set()
    monkeypatch.setattr("opsledger.apps.desk.search_index.MAX_HITS", 1)
    assert found("卡纸", [old.unit_id]) == {new.title}


def test_a_name_beside_the_ticket_finds_it(desk):
    ticket = desk.working(title="白屏")
    page = desk.world.client("unit").get(f"{BASE}/tickets/?q=档案管理")
    assert [row.number for row in page.context["table"].page] == [ticket.number]
    page = desk.world.client("unit").get(f"{BASE}/tickets/?q=演示engineer")
    assert [row.number for row in page.context["table"].page] == [ticket.number]


def test_words_of_any_length_are_found(desk):
    desk.report(title="登录后白屏", description="浏览器 Chrome 109，服务器 srv-db01")
    desk.report(title="数据库连接超时", description="")
    assert found("白屏") == {"登录后白屏"}
    assert found("白") == {"登录后白屏"} and found("屏") == {"登录后白屏"}
    assert found("登录后白屏") == {"登录后白屏"}
    assert found("录白") == set()
    assert found("数据库 超时") == {"数据库连接超时"} and found("超时数据库") == set()
    assert found("chrome") == {"登录后白屏"} and found("db0") == {"登录后白屏"}
    assert found("CHROME 白屏") == {"登录后白屏"} and found("chrome 数据") == set()


@pytest.mark.parametrize(
    "words", ["", "  ", "'", '"', "*", "-", "(", "a OR b AND", "😀", "NEAR(", "x" * 500, "':*"]
)
def test_rubbish_finds_nothing_and_breaks_nothing(desk, words):
    desk.report()
    assert found(words) == set()


def test_what_was_done_is_found_and_private_words_are_not(desk):
    ticket = desk.working()
    desk.do(ticket, "add_note", "engineer", note="口令是春眠不觉晓", private=True)
    desk.do(ticket, "add_note", "engineer", note="已联系机房值守")
    desk.do(ticket, "resolve", "engineer", cause="光模块老化", solution="更换光模块")
    assert found("光模块") and found("机房值守") and not found("春眠不觉")
    other = desk.world.client("other_unit").get(f"{BASE}/tickets/?q=光模块").content.decode()
    assert ticket.number not in other
    shown = desk.world.client("unit").get(f"{BASE}/tickets/?q=光模块").content.decode()
    assert ticket.number in shown and 'name="q" value="光模块"' in shown


def test_bulk_shows_first_and_does_then(desk):
    first, second = desk.report(), desk.working()
    manager = desk.world.client("manager")
    told = {
        "number": [first.number, second.number],
        "act": "dispatch",
        "assignee": desk.world.users["engineer2"].pk,
        "words": "",
    }
    shown = manager.post(f"{BASE}/bulk/", told).content.decode()
    # The one in hand cannot be reassigned without a reason.
    assert "1 张可以办理" in shown and "理由" in shown
    assert Ticket.objects.filter(assignee=desk.world.users["engineer2"]).count() == 0
    answer = manager.post(f"{BASE}/bulk/", {**told, "words": "调整分工", "go": "1"})
    assert answer.status_code == 302
    assert Ticket.objects.filter(assignee=desk.world.users["engineer2"]).count() == 2


def test_bulk_reaches_only_what_one_sees(desk):
    ticket = desk.resolved()
    other = desk.world.client("other_unit")
    other.post(f"{BASE}/bulk/", {"number": [ticket.number], "act": "confirm", "go": "1"})
    ticket.refresh_from_db()
    assert ticket.state == "resolved"
    desk.world.client("unit").post(f"{BASE}/bulk/", {"number": [ticket.number], "act": "confirm", "go": "1"})
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert desk.world.client("unit").post(f"{BASE}/bulk/", {"act": "confirm"}).status_code == 302


def test_lists_are_kept_under_a_name(desk):
    client = desk.world.client("manager")
    told = {"name": "我的超时", "query": "due=late&page=3"}
    assert client.post(f"{BASE}/filters/", told)["Location"].endswith("?due=late")
    assert "我的超时" in client.get(f"{BASE}/tickets/").content.decode()
    assert "我的超时" not in desk.world.client("unit").get(f"{BASE}/tickets/").content.decode()
    client.post(f"{BASE}/filters/", {"drop": "我的超时"})
    assert not SavedFilter.objects.exists()
    with pytest.raises(DomainError, match=r"ticket\.unknown_bulk"):
        from opsledger.apps.desk.services.bulk import Order, _do

        _do(Order("no_such"))
