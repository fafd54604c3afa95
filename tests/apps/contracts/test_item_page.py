"""The page of a service item: what it costs does not grow with the item's terms."""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.accounts.models import Membership
from opsledger.apps.contracts import packs, services
from opsledger.kernel.access import SYSTEM

PACKS = Path(__file__).resolve().parents[3] / "packs"


def test_the_number_of_queries_does_not_grow_with_the_terms(world) -> None:
    contract = services.load_pack(
        actor=SYSTEM, pack=packs.load_pack(PACKS / "anyang-2026"), overrides={}
    ).contract
    services.bind_contract(actor=SYSTEM, contract=contract)
    Membership.objects.create(user=world.users["buyer"], contract=contract, role="buyer")
    client = world.client("buyer")
    sizes = {item.no: item.terms.count() for item in contract.items.all()}
    few, many = min(sizes, key=lambda no: sizes[no]), max(sizes, key=lambda no: sizes[no])
    assert sizes[many] > 3 * sizes[few]
    asked = {}
    for no in (few, many):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/c/anyang-2026/items/{no}/").status_code == 200
        asked[no] = len(queries)
    # two more at most: an item with severities asks for them, one without does not
    assert asked[many] <= asked[few] + 2
