"""The search over a whole contract: everything one may see, and nothing else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.accounts.models import Membership
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import services

BASE = "/c/demo-2026/search/"


def _report(world, who, item, title):
    return services.report_ticket(
        actor=world.actor(who), item=item, title=title, kind="incident", severity="一般故障"
    )


@pytest.fixture
def two(world):
    """A ticket of either unit, both about the network."""
    return _report(world, "unit", world.item, "网络时断时续"), _report(
        world, "other_unit", world.other_item, "网络打不开"
    )


def _page(world, who, words, **headers):
    return world.client(who).get(BASE, {"words": words}, headers=headers)


def test_what_one_may_see_is_found_and_nothing_else(world, two):
    mine, theirs = two
    all_of_it = _page(world, "manager", "网络").content.decode()
    assert mine.number in all_of_it and theirs.number in all_of_it
    of_the_unit = _page(world, "unit", "网络").content.decode()
    assert mine.number in of_the_unit and theirs.number not in of_the_unit
    # Systems of others, obligations and people are not a unit's to find.
    assert "养老服务平台" not in _page(world, "unit", "平台").content.decode()
    assert "没有找到" in _page(world, "unit", "演示manager").content.decode()
    assert "项目经理" in _page(world, "buyer", "演示manager").content.decode()


@pytest.mark.parametrize("form", ["{number}", "{tail}", "{short}"], ids=["whole", "without year", "shorter"])
def test_a_number_opens_its_ticket(world, two, form):
    number = two[0].number
    tail = number.split("-")[1]
    words = form.format(number=number, tail=tail, short=tail[1:])
    answer = _page(world, "manager", words)
    assert answer.status_code == 302 and answer["Location"] == f"/c/demo-2026/tickets/{number}/"


def test_two_figures_may_be_a_word_and_the_ticket_is_offered(world, two):
    answer = _page(world, "manager", "01")
    assert answer.status_code == 200 and f"/tickets/{two[0].number}/" in answer.content.decode()


def test_anothers_number_opens_nothing(world, two):
    answer = _page(world, "unit", two[1].number)
    assert answer.status_code == 200 and "没有找到" in answer.content.decode()


def test_a_number_leads_to_ones_other_contract_and_to_no_one_elses(world, two, at):
    other = Contract.objects.get(slug="demo-2026")
    other.pk, other.slug, other.name = None, "demo-2027", "另一份合同"
    other.save()
    answer = world.client("manager").get("/c/demo-2027/search/", {"words": two[0].number})
    assert answer.status_code == 404  # no role on it: it does not exist
    Membership.objects.create(user=world.users["manager"], contract=other, role="manager")
    answer = world.client("manager").get("/c/demo-2027/search/", {"words": two[0].number})
    assert answer["Location"] == f"/c/demo-2026/tickets/{two[0].number}/"


def test_while_one_types_a_short_list_comes_with_the_way_to_the_number(world, two):
    brief = _page(
        world, "manager", "网络", **{"HX-Target": "search-hits", "HX-Request": "true"}
    ).content.decode()
    assert two[0].number in brief and "<html" not in brief and "查看全部结果" in brief
    jump = _page(
        world, "manager", two[0].number, **{"HX-Target": "search-hits", "HX-Request": "true"}
    ).content.decode()
    assert "打开工单" in jump and f"/tickets/{two[0].number}/" in jump


@pytest.mark.parametrize(
    "words", ["", "  ", "<script>alert(1)</script>", "%", "_" * 300, "网", "'\" OR 1=1", "\\"]
)
def test_anything_may_be_typed(world, two, words):
    answer = _page(world, "manager", words)
    assert answer.status_code == 200 and b"<script>alert" not in answer.content


def test_strangers_find_no_contract(world):
    assert world.client("stranger").get(BASE, {"words": "网络"}).status_code == 404


def test_the_queries_do_not_grow_with_the_hits(world, two):

    def cost() -> int:
        client = world.client("manager")
        with CaptureQueriesContext(connection) as told:
            client.get(BASE, {"words": "网络"})
        return len(told)

    cost()  # what is remembered between requests
    few = cost()
    for number in range(10):
        _report(world, "unit", world.item, f"网络故障{number}")
    assert cost() == few
