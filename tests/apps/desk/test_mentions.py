"""Whom a note may call: who is offered to whom, who is told, and that a private note stays inside."""

from __future__ import annotations

import pytest

from opsledger.apps.accounts.models import Notice
from opsledger.apps.accounts.services import issue_token
from opsledger.apps.desk import selectors
from opsledger.kernel.access import SYSTEM

BASE = "/c/demo-2026/tickets/"


def offered(world, ticket, who: str, query: str = "") -> list[str]:
    answer = world.client(who).get(f"{BASE}{ticket.number}/people/{query}")
    assert answer.status_code == 200
    return [line.split('"')[0] for line in answer.content.decode().split('data-name="')[1:]]


def test_those_who_have_to_do_with_it_stand_first(desk):
    ticket = desk.working()
    found = offered(desk.world, ticket, "manager")
    assert found[:2] == ["演示engineer", "演示unit"]
    assert set(found[2:]) == {"演示engineer2", "演示buyer", "演示supervisor"}
    assert "演示manager" in offered(desk.world, ticket, "unit") and "演示unit" not in offered(
        desk.world, ticket, "unit"
    )


def test_a_private_note_offers_the_providers_people_alone(desk):
    ticket = desk.working()
    assert offered(desk.world, ticket, "manager", "?private=1") == ["演示engineer", "演示engineer2"]
    # Who writes none is not narrowed by asking.
    assert "演示supervisor" in offered(desk.world, ticket, "buyer", "?private=1")


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("other_unit", 404), ("stranger", 404)])
def test_others_are_offered_nobody(desk, ticket, who, status):
    assert desk.world.client(who).get(f"{BASE}{ticket.number}/people/").status_code == status


def test_programs_read_the_same(desk, ticket, client):
    def ask(who: str, query: str = ""):
        _, secret = issue_token(
            actor=SYSTEM, user=desk.world.users[who], name="测试", scopes=["tickets:read"], expires_at=None
        )
        path = f"/api/v1/contracts/demo-2026/tickets/{ticket.number}/people{query}"
        return client.get(path, HTTP_AUTHORIZATION=f"Bearer {secret}")

    told = {one["name"]: one["role"] for one in ask("manager").json()}
    assert told["演示unit"] == "服务单位" and told["演示buyer"] == "采购人" and "演示manager" not in told
    assert [one["name"] for one in ask("engineer", "?private=true").json()] == [
        "演示manager",
        "演示engineer2",
    ]
    assert ask("auditor").status_code == 403 and ask("other_unit").status_code == 404


def told_people(ticket) -> set[str]:
    rows = Notice.objects.filter(title__contains=f"补充了说明：{ticket.number}")
    return {str(row.user) for row in rows.select_related("user")}


def test_the_longer_of_two_names_is_meant(desk, ticket):
    desk.world.users["engineer2"].full_name = "演示engineer甲"
    desk.world.users["engineer2"].save()
    assert [str(user) for user in selectors.called(ticket, "@演示engineer甲看看")] == ["演示engineer甲"]
    assert [str(user) for user in selectors.called(ticket, "＠演示engineer 看看")] == ["演示engineer"]
    assert selectors.called(ticket, "演示engineer、@other_unit、@演示other_unit") == []


def test_who_is_called_is_told_and_marked(desk):
    ticket = desk.working()
    event = desk.do(ticket, "add_note", "manager", note="@演示buyer 请看 @演示engineer2")
    assert event.data == {"called": ["演示buyer", "演示engineer2"]}
    assert {"演示buyer", "演示engineer2"} <= told_people(ticket)
    shown = desk.world.client("unit").get(f"{BASE}{ticket.number}/").content.decode()
    assert '<span class="called">@演示buyer</span> 请看' in shown


def test_a_private_note_calls_the_providers_people_alone(desk):
    ticket = desk.working()
    event = desk.do(ticket, "add_note", "manager", note="@演示engineer2 @演示buyer @演示unit", private=True)
    assert event.data == {"called": ["演示engineer2"]}
    assert told_people(ticket) == {"演示engineer", "演示engineer2"}


def test_on_a_ticket_that_went_to_another_unit_its_people_are_not_told_to_the_reporter(desk):
    ticket = desk.report()
    desk.do(ticket, "change_item", "manager", item=desk.world.other_item, reason="报错了系统")
    assert "演示other_unit" in offered(desk.world, ticket, "manager")
    assert "演示unit" in offered(desk.world, ticket, "other_unit")
    assert set(offered(desk.world, ticket, "unit")) == {
        "演示manager",
        "演示engineer",
        "演示engineer2",
        "演示buyer",
        "演示supervisor",
    }
