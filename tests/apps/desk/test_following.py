"""Bringing others in: who may be told, who may know of whom, and that it is on record."""

from __future__ import annotations

import pytest

from opsledger.apps.accounts.models import Membership, Notice, User
from opsledger.apps.desk import services
from opsledger.apps.desk.models import TicketEvent, Watcher
from opsledger.apps.desk.services.watching import bring_in, let_go
from opsledger.apps.ledger.models import Entry
from opsledger.core.errors import DomainError
from opsledger.kernel.access import MANAGER


@pytest.fixture
def ticket(world):
    return services.report_ticket(
        actor=world.actor("unit"), item=world.item, title="打不开", kind="incident", severity="一般故障"
    )


@pytest.fixture
def colleague(world):
    """Another person of the reporting unit."""
    user = User.objects.create(
        username="colleague", full_name="同事", organisation=world.users["unit"].organisation
    )
    Membership.objects.create(user=user, contract=world.contract, role="unit", organisation=user.organisation)
    world.users["colleague"] = user
    return user


def _address(ticket) -> str:
    return f"/c/demo-2026/tickets/{ticket.number}/followers/"


def test_who_is_brought_in_is_told_then_and_afterwards_and_it_is_on_record(world, ticket, colleague):
    fresh = bring_in(actor=world.actor("unit"), ticket=ticket, users=[colleague, world.users["engineer"]])
    assert fresh == [colleague, world.users["engineer"]]
    told = Notice.objects.get(user=colleague)
    assert told.title == f"演示unit请您关注：{ticket.number} 打不开" and told.url
    event = TicketEvent.objects.get(ticket=ticket, action="brought_in")
    assert event.note == "同事、演示engineer"
    assert Entry.objects.get(verb="ticket.brought_in").changes == {"people": "同事、演示engineer"}
    services.dispatch(actor=world.actor("manager"), ticket=ticket, assignee=world.users["engineer2"])
    services.accept(actor=world.actor("engineer2"), ticket=ticket)
    assert Notice.objects.filter(user=colleague, title__contains="已接单").count() == 1


def test_twice_is_once(world, ticket, colleague):
    bring_in(actor=world.actor("unit"), ticket=ticket, users=[colleague])
    assert bring_in(actor=world.actor("manager"), ticket=ticket, users=[colleague]) == []
    assert Watcher.objects.filter(ticket=ticket, user=colleague).count() == 1
    assert Notice.objects.filter(user=colleague).count() == 1
    assert TicketEvent.objects.filter(action="brought_in").count() == 1


@pytest.mark.parametrize("whom", ["other_unit", "stranger", "auditor"])
def test_who_may_not_see_the_ticket_is_not_brought_in(world, ticket, whom):
    with pytest.raises(DomainError) as refused:
        bring_in(actor=world.actor("manager"), ticket=ticket, users=[world.users[whom]])
    assert refused.value.code == "ticket.not_to_be_told" and not Watcher.objects.exists()


@pytest.mark.parametrize("who", ["auditor", "other_unit", "stranger"])
def test_who_has_no_part_in_it_brings_nobody_in(world, ticket, who):
    with pytest.raises(DomainError):
        bring_in(actor=world.actor(who), ticket=ticket, users=[world.users["engineer"]])
    answer = world.client(who).post(_address(ticket), {"people": world.users["engineer"].pk})
    assert answer.status_code in (200, 404) and not Watcher.objects.exists()


def test_one_lets_go_of_oneself_and_only_the_manager_of_others(world, ticket, colleague):
    bring_in(actor=world.actor("unit"), ticket=ticket, users=[colleague, world.users["engineer"]])
    with pytest.raises(DomainError):
        let_go(actor=world.actor("unit"), ticket=ticket, user=colleague)
    let_go(actor=world.actor("colleague"), ticket=ticket, user=colleague)
    assert MANAGER in world.actor("manager").roles(world.contract.pk)
    let_go(actor=world.actor("manager"), ticket=ticket, user=world.users["engineer"])
    assert not Watcher.objects.exists()


def test_the_card_names_who_follows_and_offers_the_rest(world, ticket, colleague):
    client = world.client("unit")
    first = client.get(_address(ticket)).content.decode()
    assert "还没有人关注" in first and "同事" in first and "演示other_unit" not in first
    answer = client.post(_address(ticket), {"people": [colleague.pk], "bring": "1"}, follow=True)
    assert "已更新知会的人" in answer.content.decode()
    listed = client.get(_address(ticket)).content.decode()
    assert listed.count("同事") == 1  # followed now, and no longer offered
    nobody = client.post(_address(ticket), {"bring": "1"}).content.decode()
    assert "请先选择要知会的人" in nobody
    for nonsense in ("0", "x", "999999999999999999999", str(world.users["other_unit"].pk)):
        answer = client.post(_address(ticket), {"people": nonsense})
        assert answer.status_code == 200 and "重新选择" in answer.content.decode()
    assert client.post(_address(ticket), {"drop": "x"}).status_code == 302


def test_programs_bring_in_and_let_go(world, ticket, colleague, through):
    base = f"/contracts/demo-2026/tickets/{ticket.number}/watch"
    told = through("unit", "post", f"{base}/others", {"people": [colleague.pk]})
    assert told == {"watching": False, "watchers": ["同事"]}
    again = through("unit", "post", f"{base}/others", {"people": [world.users["stranger"].pk]}, status=409)
    assert again["code"] == "ticket.not_to_be_told"
    through("unit", "delete", f"{base}/others/{colleague.pk}", status=403)
    assert through("manager", "delete", f"{base}/others/{colleague.pk}")["watchers"] == []
    through("other_unit", "post", f"{base}/others", {"people": [colleague.pk]}, status=404)
