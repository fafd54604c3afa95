"""The desk's screens: who sees what, bad input keeps what was typed, and lists cost the same however long."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import CaptureQueriesContext
from PIL import Image

from opsledger.apps.desk.models import Ticket

# The head of a picture of 7300 by 5500 points; the points themselves are not there.
_IHDR = b"IHDR" + struct.pack(">IIBBBBB", 7300, 5500, 8, 2, 0, 0, 0)
HUGE = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + _IHDR + struct.pack(">I", zlib.crc32(_IHDR))
HUGE += struct.pack(">I", 60) + b"IDAT" + b"\x00" * 60
BASE = "/c/demo-2026"
EVERYONE = ["buyer", "unit", "manager", "engineer", "supervisor", "auditor"]


def png(name: str = "现场.png") -> SimpleUploadedFile:
    held = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(held, "PNG")
    return SimpleUploadedFile(name, held.getvalue(), "image/png")


def page_of(ticket: Ticket, tail: str = "") -> str:
    return f"{BASE}/tickets/{ticket.number}/{tail}"


@pytest.mark.parametrize("who", EVERYONE)
def test_list_detail_clocks_and_sheet_answer(desk, ticket, who):
    client = desk.world.client(who)
    for address in (
        f"{BASE}/tickets/",
        page_of(ticket),
        page_of(ticket, "timers/"),
        page_of(ticket, "sheet/"),
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert ticket.number in answer.content.decode() or "timers" in address


def test_a_note_with_too_large_a_picture_keeps_what_was_typed(desk, ticket):
    told = {"note": "机房全景见附件", "files": SimpleUploadedFile("全景.png", HUGE)}
    answer = desk.world.client("unit").post(page_of(ticket, "note/"), told)
    shown = answer.content.decode()
    assert answer.status_code == 200 and "4000万像素" in shown and "机房全景见附件" in shown
    assert not ticket.events.filter(note="机房全景见附件").exists()


def test_units_see_only_their_own(desk, ticket):
    other = desk.world.client("other_unit")
    assert ticket.number not in other.get(f"{BASE}/tickets/").content.decode()
    for tail in ("", "timers/", "sheet/", "do/confirm/", "files/1/"):
        assert other.get(page_of(ticket, tail)).status_code == 404
    assert other.post(page_of(ticket, "do/cancel/"), {"reason": "x"}).status_code == 404
    assert other.post(page_of(ticket, "note/"), {"note": "x"}).status_code == 404
    assert desk.world.client("stranger").get(page_of(ticket)).status_code == 404


def test_reporting_with_pictures(desk):
    client = desk.world.client("unit")
    form = client.get(f"{BASE}/report/").content.decode()
    # The unit has one item: it is filled in, with its levels.
    assert "严重故障" in form and "<select" not in form
    told = {
        "item": desk.world.item.pk,
        "severity": "严重故障",
        "title": "打不开",
        "description": "<script>alert(1)</script>",
        "phone": "138-0000-0001",
        "files": [png("一.png"), png("二.png")],
    }
    answer = client.post(f"{BASE}/report/", told, follow=True)
    ticket = Ticket.objects.get()
    shown = answer.content.decode()
    assert f"工单编号 {ticket.number}" in shown
    assert "&lt;script&gt;" in shown and "<script>alert" not in shown
    first = client.get(page_of(ticket, f"files/{_file_id(shown)}/"))
    assert first["Content-Type"] == "image/png" and b"".join(first.streaming_content).startswith(b"\x89PNG")


def _file_id(shown: str) -> str:
    return shown.split("/files/")[1].split("/")[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "请填写"),
        ({"severity": ""}, "请选择等级"),
        ({"item": "999999"}, "请从列表中选择系统"),
        ({"description": "行\n" * 10_001}, "超过 2 万字"),
        ({"files": SimpleUploadedFile("图.jpg", b"MZ\x90\x00" + b"\x00" * 200)}, "图.jpg"),
        ({"files": SimpleUploadedFile("全景.png", HUGE)}, "“全景.png”有4000万像素，超过1600万像素的上限"),
    ],
)
def test_bad_reports_keep_what_was_typed(desk, change, said):
    told = {
        "item": desk.world.item.pk,
        "severity": "一般故障",
        "title": "打印机卡纸",
        "description": "二楼东侧",
        **change,
    }
    answer = desk.world.client("unit").post(f"{BASE}/report/", told)
    shown = answer.content.decode()
    assert answer.status_code == 200 and said in shown, said
    assert "打印机卡纸" in shown or "title" in change
    assert not Ticket.objects.exists()


def test_a_units_form_takes_no_foreign_item(desk):
    told = {"item": desk.world.other_item.pk, "severity": "一般故障", "title": "别家的"}
    answer = desk.world.client("unit").post(f"{BASE}/report/", told)
    assert answer.status_code == 200 and not Ticket.objects.exists()


def test_the_auditor_cannot_open_the_form(desk):
    assert desk.world.client("auditor").get(f"{BASE}/report/").status_code == 403


def test_a_stale_page_keeps_the_words(desk):
    ticket = desk.working()
    typed = {"version": ticket.version, "cause": "电源老化", "solution": "更换电源模块"}
    desk.do(ticket, "arrive", "engineer")
    answer = desk.world.client("engineer").post(page_of(ticket, "do/resolve/"), typed)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "更换电源模块" in shown and "到场" in shown
    ticket.refresh_from_db()
    assert ticket.state == "working"
    # The form now carries the present version, so sending it again works.
    again = {**typed, "version": ticket.version}
    assert f'value="{ticket.version}"' in shown
    assert desk.world.client("engineer").post(page_of(ticket, "do/resolve/"), again).status_code == 302


def test_no_wrong_transition_is_a_500(desk):
    """Every act on every state by every role, by GET and by POST, with nothing and with rubbish."""
    from opsledger.core import tickets

    ticket = desk.report()
    clients = {who: desk.world.client(who) for who in EVERYONE}
    for state in ("reported", "returned", "suspended", "resolved", "cancelled"):
        for action in tickets.table("incident").actions:
            for who in ("unit", "engineer", "buyer"):
                Ticket.objects.filter(pk=ticket.pk).update(state=state)
                address = page_of(ticket, f"do/{action}/")
                for answer in (
                    clients[who].get(address),
                    clients[who].post(address, {"version": "x", "happened_at": "昨天", "rating": "9"}),
                ):
                    assert answer.status_code in (200, 302, 404, 409), (state, action, who)
    assert clients["unit"].get(page_of(ticket, "do/no_such/")).status_code == 404


def test_why_not_is_told_on_the_page(desk, ticket):
    shown = desk.world.client("unit").get(page_of(ticket)).content.decode()
    assert "其他操作为什么不能做" in shown and "由项目经理" in shown


def test_confirming_with_one_tap(desk):
    ticket = desk.resolved()
    client = desk.world.client("unit")
    told = {"version": ticket.version, "rating": "5", "part_speed": "4", "note": "满意"}
    assert client.post(page_of(ticket, "do/confirm/"), told).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.rating, ticket.rating_parts) == ("closed", 5, {"speed": 4})
    second = client.post(page_of(ticket, "do/confirm/"), {"rating": "1", "note": "手滑又点了一次"})
    assert second.status_code == 409 and "手滑又点了一次" in second.content.decode()


def test_private_notes_are_not_on_the_units_page(desk):
    ticket = desk.working()
    desk.do(ticket, "add_note", "engineer", note="内部讨论内容", private=True)
    assert "内部讨论内容" in desk.world.client("manager").get(page_of(ticket)).content.decode()
    for who in ("unit", "buyer", "supervisor"):
        shown = desk.world.client(who).get(page_of(ticket)).content.decode()
        assert "内部讨论内容" not in shown
        assert "内部讨论内容" not in desk.world.client(who).get(page_of(ticket, "sheet/")).content.decode()


def test_filters_search_and_export(desk):
    desk.resolved(title="数据库连不上")
    late = desk.report(title="检索很慢")
    client = desk.world.client("manager")
    with desk.later(hours=5):
        found = client.get(f"{BASE}/tickets/?due=late").content.decode()
        assert late.number in found and "数据库连不上" not in found
        assert "数据库连不上" in client.get(f"{BASE}/tickets/?q=数据库").content.decode()
        assert "数据库连不上" in client.get(f"{BASE}/tickets/?state=resolved").content.decode()
        book = client.get(f"{BASE}/tickets/?export=xlsx")
    assert book["Content-Type"].endswith("sheet")


@pytest.mark.parametrize("address", ["tickets/", "ticket"])
def test_queries_do_not_grow_with_rows(desk, address):
    from django.db import connection

    client = desk.world.client("manager")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(f"{BASE}/tickets/" if address == "tickets/" else page_of(ticket))
        return len(caught)

    ticket = desk.working()
    desk.do(ticket, "add_note", "unit", note="一")
    client.get(f"{BASE}/tickets/")
    client.get(page_of(ticket))
    before = cost()
    for number in range(12):
        desk.report(title=f"第{number}张")
        desk.do(ticket, "add_note", "engineer", note=f"第{number}条")
    assert cost() == before
    assert before <= 25
