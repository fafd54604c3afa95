"""A large document stays quick: the number of queries does not grow, text comes by sections."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.contracts.reading_samples import make_reading

from opsledger.apps.contracts.models import DocumentReading

_ITEM = """需求{n}：系统{n}运维（2026年1月1日至2026年12月31日）
提供7×24服务。
一般故障30分钟内响应，4小时内解决；重大故障15分钟内响应，2小时内解决。
每月巡检1次，每季度提交一次季度运维报告。

"""


def document(items: int) -> str:
    return "测试采购需求\n\n" + "".join(_ITEM.format(n=n) for n in range(1, items + 1))


def queries(client, address: str, **headers: str) -> tuple[int, int]:
    """How many queries a page makes, and how long it is."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return len(captured), len(answer.content)


@pytest.fixture
def small_and_large(world) -> tuple[DocumentReading, DocumentReading]:
    actor = world.actor("manager")
    return make_reading(actor, document(4)), make_reading(actor, document(200))


PAGES = [
    "",
    "?kind=sla&confidence=90",
    "accept/?minimum=90",
    "findings/",
    "acts/",
    "finish/",
    "export/",
    "people/",
]


@pytest.mark.parametrize("page", PAGES)
def test_queries_do_not_grow_with_the_document(world, small_and_large, page):
    small, large = small_and_large
    assert large.items.count() == 200 and large.terms.count() == 1200
    client = world.client("manager")
    client.get("/readings/")
    few, _ = queries(client, f"/readings/{small.pk}/{page}")
    many, _ = queries(client, f"/readings/{large.pk}/{page}")
    assert many <= few and many <= 25, (few, many)


def test_only_what_is_opened_is_sent(world, small_and_large):
    _, large = small_and_large
    client = world.client("manager")
    page = client.get(f"/readings/{large.pk}/").content.decode()
    # One section of text and one item's six terms; of the other 199 only the heads.
    assert page.count('class="term k-') == 6 and page.count('<details class="group"') == 200
    assert len(page) < 400_000
    item = large.items.get(no="150")
    count, size = queries(client, f"/readings/{large.pk}/items/{item.pk}/", **{"HX-Request": "true"})
    assert count <= 9 and size < 30_000
    section = large.sections.get(start__lte=item.start, end__gt=item.start)
    count, size = queries(client, f"/readings/{large.pk}/text/{section.position}/", **{"HX-Request": "true"})
    assert count <= 9 and size < 20_000


def test_a_group_shows_a_hundred_terms_at_a_time(world):
    lines = "".join(f"系统{n}每月巡检{n}次。\n" for n in range(1, 131))
    reading = make_reading(world.actor("manager"), "测试信息系统运维\n\n" + lines)
    item = reading.items.first()
    assert reading.terms.count() > 100
    client = world.client("manager")
    first = client.get(f"/readings/{reading.pk}/?item={item.pk}").content.decode()
    assert first.count('class="term k-') == 100 and "再显示 100 条" in first
    rest = client.get(f"/readings/{reading.pk}/items/{item.pk}/?offset=100", headers={"HX-Request": "true"})
    assert rest.content.decode().count('class="term k-') == reading.terms.count() - 100
