"""The page of a ticket shows the spare parts that the stock holds for it, or that went out on it."""

from __future__ import annotations

import pytest

from opsledger.apps.assets import selectors, services
from opsledger.apps.assets.models import Asset


@pytest.fixture
def disks(desk, ticket):
    """Five disks: three reserved for the ticket, one of them used, one reserved for another ticket."""
    actor, contract = desk.actor("engineer"), desk.world.contract
    host = Asset.objects.create(
        contract=contract, item=desk.world.item, code="SRV-1", klass="host", kind="server", name="服务器",
        created_at=contract.created_at,
    )  # fmt: skip
    part = services.add_part(actor=actor, contract=contract, name="硬盘", model="2.4T SAS", minimum=2)
    for kind, quantity, ref, asset in [
        ("in", 5, "", None),
        ("reserve", 3, ticket.number.lower(), None),
        ("reserve", 1, "R-OTHER", None),
        ("use", 1, ticket.number, host),
    ]:
        part = services.move_part(
            actor=actor, part=part, kind=kind, quantity=quantity, ticket_ref=ref, asset=asset
        )
    return part


def test_reserved_and_used_by_hand(desk, ticket, disks):
    found = selectors.parts_for_ticket(desk.world.contract, ticket.number)
    assert [(one.part, one.word, one.quantity) for one in found] == [
        (disks, "已预留", 2),
        (disks, "已领用", 1),
    ]
    assert [one.code for one in found[1].assets] == ["SRV-1"]
    assert selectors.parts_for_ticket(desk.world.contract, "R-NONE") == []


def test_the_page_names_them_and_leads_to_the_stock_those_who_may_see_it(desk, ticket, disks):
    address = f"/c/{desk.world.contract.slug}/tickets/{ticket.number}/"
    link = f"/c/{desk.world.contract.slug}/assets/spares/?part={disks.pk}#moves"
    shown = desk.world.client("engineer").get(address).content.decode()
    assert "硬盘 2.4T SAS" in shown and "已预留" in shown and "已领用" in shown and link in shown
    assert "SRV-1" in shown
    unit = desk.world.client("unit").get(address).content.decode()
    assert "硬盘 2.4T SAS" in unit and link not in unit


def test_a_ticket_without_parts_shows_no_empty_card(desk, ticket):
    address = f"/c/{desk.world.contract.slug}/tickets/{ticket.number}/"
    assert 'id="spares"' not in desk.world.client("engineer").get(address).content.decode()
