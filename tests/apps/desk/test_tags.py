"""Tags of tickets: what one may be, who changes them, finding by them, and that no page pays for them."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opsledger.apps.accounts.services import issue_token
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import selectors, services
from opsledger.apps.desk.models import Ticket, TicketTag
from opsledger.apps.desk.tagging import fold, words_of
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel.access import SYSTEM

BASE = "/c/demo-2026"
ALIKE = {"VPN", "vpn", "ＶＰＮ", " Vpn "}


def page_of(ticket: Ticket, tail: str = "") -> str:
    return f"{BASE}/tickets/{ticket.number}/{tail}"


def add(desk, ticket: Ticket, *tags: str, who: str = "engineer") -> list[str]:
    return desk.do(ticket, "add_tags", who, tags=tags).tags


def test_what_was_typed_becomes_words():
    assert list(words_of([" 网络 ，打印机、VPN", "vpn;；\n 老 旧  设备 "]).values()) == [
        "网络",
        "打印机",
        "VPN",
        "老 旧 设备",
    ]
    assert {fold(word) for word in ALIKE} == {"vpn"}
    assert words_of(["", " ， "]) == {}
    assert list(words_of(["字" * 20])) == ["字" * 20]
    with pytest.raises(DomainError, match=r"tag\.too_long"):
        words_of(["字" * 21])


def test_one_word_is_one_tag_however_it_is_written(desk, ticket):
    version = ticket.version
    assert add(desk, ticket, "网络", "VPN") == ["网络", "VPN"]
    assert add(desk, ticket, "ｖｐｎ", " 网络 ") == ["网络", "VPN"]
    assert Entry.objects.filter(verb="ticket.tagged").count() == 1
    other = desk.report(title="另一张")
    assert add(desk, other, "vpn") == ["VPN"]
    ticket.refresh_from_db()
    assert (ticket.tags, ticket.version) == (["网络", "VPN"], version)
    entry = Entry.objects.filter(verb="ticket.tagged", subject_id=str(ticket.pk)).get()
    assert entry.changes == {"tags": {"from": [], "to": ["网络", "VPN"]}}
    desk.do(ticket, "drop_tag", "buyer", tag="vpn")
    assert ticket.tags == ["网络"] and list(ticket.tag_rows.values_list("word", flat=True)) == ["网络"]
    desk.do(ticket, "set_tags", "manager", tags=["备件", "网络"])
    assert set(ticket.tags) == {"网络", "备件"}
    desk.do(ticket, "set_tags", "manager", tags=[])
    assert ticket.tags == [] and not ticket.tag_rows.exists()


def test_at_most_ten(desk, ticket):
    add(desk, ticket, *(f"标签{n}" for n in range(10)))
    with pytest.raises(DomainError, match=r"tag\.too_many"):
        add(desk, ticket, "再一个")
    assert len(add(desk, ticket, "标签3")) == 10
    assert ticket.tag_rows.count() == 10
    with pytest.raises(DomainError, match=r"tag\.none"):
        add(desk, ticket, " ， ")


@pytest.mark.parametrize("who", ["unit", "supervisor", "auditor"])
def test_others_read_them_and_change_nothing(desk, ticket, who):
    add(desk, ticket, "网络")
    with pytest.raises(DomainError, match=r"access\.denied"):
        add(desk, ticket, "打印机", who=who)
    client = desk.world.client(who)
    shown = client.get(page_of(ticket)).content.decode()
    assert "?tag=%E7%BD%91%E7%BB%9C" in shown and 'name="tag"' not in shown and "去掉标签" not in shown
    assert client.post(page_of(ticket, "tags/"), {"tag": "打印机"}).status_code == 403
    assert TicketTag.objects.count() == 1


def test_a_closed_contract_keeps_its_tags_as_they_are(desk, ticket):
    add(desk, ticket, "网络")
    Contract.objects.update(status=Contract.Status.CLOSED)
    ticket = Ticket.objects.get(pk=ticket.pk)
    for change in ("add_tags", "set_tags"):
        with pytest.raises(DomainError, match=r"ticket\.contract_closed"):
            getattr(services, change)(actor=desk.actor("manager"), ticket=ticket, tags=["x"])
    shown = desk.world.client("manager").get(page_of(ticket)).content.decode()
    assert "网络" in shown and 'name="tag"' not in shown


def test_on_the_page_the_tags_alone_are_swapped(desk, ticket):
    engineer = desk.world.client("engineer")

    def post(**told) -> str:
        answer = engineer.post(page_of(ticket, "tags/"), told, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        return answer.content.decode()

    shown = post(tag="网络，打印机")
    assert shown.strip().startswith('<div id="tags"') and "textarea" not in shown
    assert "去掉标签 网络" in shown and "去掉标签 打印机" in shown
    shown = post(tag="字" * 21)
    assert "超过 20 个字" in shown and "字" * 21 in shown and "去掉标签 网络" in shown
    assert "去掉标签 网络" not in post(drop="网络")
    assert "请填写标签" in post(tag=" ")
    ticket.refresh_from_db()
    assert ticket.tags == ["打印机"]


def test_without_scripts_the_page_is_shown_anew(desk, ticket):
    engineer = desk.world.client("engineer")
    assert engineer.post(page_of(ticket, "tags/"), {"tag": "网络"}).status_code == 302
    shown = engineer.post(page_of(ticket, "tags/"), {"tag": "字" * 21}).content.decode()
    assert "超过 20 个字" in shown and "字" * 21 in shown and "补充说明" in shown
    assert engineer.get(page_of(ticket, "tags/")).status_code == 405
    assert desk.world.client("stranger").post(page_of(ticket, "tags/"), {"tag": "x"}).status_code == 404


def test_tags_in_use_are_suggested_as_far_as_one_sees_them(desk, ticket):
    other = desk.report("other_unit", item=desk.world.other_item, title="别单位的")
    add(desk, ticket, "VPN", "网络")
    add(desk, desk.report(), "VPN")
    add(desk, other, "专线网络")
    manager, unit = desk.world.client("manager"), desk.world.client("unit")

    def suggested(client, typed: str = "") -> list[str]:
        shown = client.get(f"{BASE}/tags/", {"tag": typed}).content.decode()
        return [part.split('"')[0] for part in shown.split('value="')[1:]]

    assert suggested(manager) == ["VPN", "专线网络", "网络"]
    assert suggested(manager, "网") == ["专线网络", "网络"]
    assert suggested(manager, "ｖ") == ["VPN"]
    # Of several the last is completed.
    assert suggested(manager, "备件，网络") == ["备件，专线网络", "备件，网络"]
    assert suggested(manager, "\x00") == ["VPN", "专线网络", "网络"] and suggested(manager, "没有") == []
    assert suggested(unit) == ["VPN", "网络"]
    assert desk.world.client("stranger").get(f"{BASE}/tags/").status_code == 404
    assert selectors.tags_in_use(desk.actor("manager"), desk.world.contract) == [
        ("VPN", 2),
        ("专线网络", 1),
        ("网络", 1),
    ]


def test_the_list_is_narrowed_by_a_tag_and_shows_and_exports_them(desk, ticket):
    add(desk, ticket, "VPN", "网络")
    add(desk, desk.report(title="别的"), "网络")
    desk.report(title="没有标签的")
    manager = desk.world.client("manager")
    for typed in ALIKE:
        rows = manager.get(f"{BASE}/tickets/", {"tag": typed}).context["table"].page
        assert [row.number for row in rows] == [ticket.number], typed
    assert manager.get(f"{BASE}/tickets/?tag=网络").context["table"].count == 2
    # A part of a word is not the word; nonsense finds nothing and breaks nothing.
    for nonsense in ("网", "'", "%", "\x00x", "x" * 500):
        assert manager.get(f"{BASE}/tickets/", {"tag": nonsense}).context["table"].count == 0
    manager.post(f"{BASE}/columns/", {"column": ["title", "tags"]})
    shown = manager.get(f"{BASE}/tickets/?tag=网络").content.decode()
    assert "?tag=VPN" in shown and 'name="tag" value="网络"' in shown
    book = openpyxl.load_workbook(io.BytesIO(manager.get(f"{BASE}/tickets/?tag=vpn&export=xlsx").content))
    assert list(book.active.iter_rows(values_only=True)) == [
        ("编号", "标题", "标签"),
        (ticket.number, ticket.title, "VPN、网络"),
    ]
    assert "VPN" in manager.get(f"{BASE}/board/").content.decode()
    # The words searched for are looked for in the tags too.
    assert manager.get(f"{BASE}/tickets/?q=vpn").context["table"].count == 1
    desk.do(ticket, "drop_tag", "manager", tag="VPN")
    assert manager.get(f"{BASE}/tickets/?q=vpn").context["table"].count == 0


def test_many_at_once(desk, ticket):
    full, other = desk.report(title="满的"), desk.report(title="另一张")
    add(desk, full, *(f"标签{n}" for n in range(10)))
    manager = desk.world.client("manager")
    told = {"act": "tag", "words": "重保，网络", "number": [ticket.number, full.number, other.number]}
    shown = manager.post(f"{BASE}/bulk/", told).content.decode()
    assert "2 张可以办理" in shown and "最多 10 个标签" in shown
    assert not TicketTag.objects.filter(word="重保").exists()
    manager.post(f"{BASE}/bulk/", {**told, "number": [ticket.number, other.number], "go": "1"})
    assert [Ticket.objects.get(pk=one.pk).tags for one in (ticket, other)] == [["重保", "网络"]] * 2
    assert "tag" in desk.world.client("buyer").get(f"{BASE}/tickets/").context["bulk_acts"]
    unit = desk.world.client("unit")
    assert "tag" not in unit.get(f"{BASE}/tickets/").context["bulk_acts"]
    assert "0 张可以办理" in unit.post(f"{BASE}/bulk/", told).content.decode()


def test_programs_set_them_at_the_report_and_later_and_find_by_them(desk):
    def caller(who: str) -> Client:
        _, secret = issue_token(
            actor=SYSTEM, user=desk.world.users[who], name="x", scopes=["*"], expires_at=None
        )
        return Client(headers={"Authorization": f"Bearer {secret}"})

    manager, unit = caller("manager"), caller("unit")
    rows = "/api/v1/contracts/demo-2026/tickets"
    report = {"item": "01", "title": "接口报修", "severity": "一般故障"}

    def send(client: Client, method: str, path: str, told: dict[str, object]):
        return getattr(client, method)(path, json.dumps(told), content_type="application/json")

    made = send(manager, "post", rows, {**report, "tags": ["VPN", "vpn", " 网络 "]})
    assert made.status_code == 201 and made.json()["tags"] == ["VPN", "网络"]
    at = f"{rows}/{made.json()['number']}"
    assert send(unit, "post", rows, {**report, "tags": ["VPN"]}).status_code == 403
    assert send(unit, "post", rows, report).json()["tags"] == []
    assert Ticket.objects.count() == 2
    before = manager.get(at).headers["ETag"]
    with desk.later(minutes=5):
        assert send(manager, "put", f"{at}/tags", {"tags": ["备件", "网络"]}).json()["tags"] == [
            "网络",
            "备件",
        ]
        assert manager.get(at).headers["ETag"] != before
    refused = send(manager, "put", f"{at}/tags", {"tags": [f"t{n}" for n in range(11)]})
    assert (refused.status_code, refused.json()["code"]) == (400, "tag.too_many")
    refused = send(manager, "put", f"{at}/tags", {"tags": ["字" * 21]})
    assert (refused.status_code, refused.json()["code"]) == (400, "tag.too_long")
    assert send(unit, "put", f"{at}/tags", {"tags": []}).status_code == 403
    assert [one["tags"] for one in manager.get(rows, {"tag": "备件"}).json()["items"]] == [["网络", "备件"]]
    assert manager.get(rows, {"tag": "\x00"}).json()["items"] == []
    found = manager.get("/api/v1/contracts/demo-2026/tags", {"q": "网"}).json()
    assert found == [{"word": "网络", "tickets": 1}]


@pytest.mark.parametrize("path", ["tickets/", "board/", "tickets/2026-00001/", "tickets/?tag=网络"])
def test_no_page_asks_more_for_tags(desk, ticket, path):
    client = desk.world.client("manager")
    client.post(f"{BASE}/columns/", {"column": ["title", "tags", "worked"]})

    def cost() -> int:
        client.get(f"{BASE}/{path}")
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"{BASE}/{path}").status_code == 200
        return len(caught)

    add(desk, ticket, "网络")
    before = cost()
    add(desk, ticket, "VPN", "打印机")
    for _ in range(5):
        add(desk, desk.report(), "网络", "VPN")
    assert cost() == before
