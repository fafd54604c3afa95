"""However many rows there are, a list of the desk's API asks the database the same number of questions."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.desk.test_api_more import ALL, BASE, call  # noqa: F401

from opsledger.apps.accounts.models import Membership, User
from opsledger.apps.desk import services
from opsledger.apps.desk.models import CannedReply, Channel, MailTaken, SavedFilter
from opsledger.apps.desk.services.ways_in import make_code

LISTS = [
    "board",
    "wall",
    "due",
    "due?view=week",
    "engineers",
    "callers",
    "systems",
    "codes?count=true",
    "channels?count=true",
    "mails?count=true",
    "plans/change?count=true",
    "filters",
    "replies",
    "tickets?sort=-due&due=running",
]


def more(desk, name: str) -> None:
    """One row more of everything that a list can show."""
    world, manager = desk.world, desk.actor("manager")
    ticket = desk.working(title=name)
    services.draft_plan(actor=manager, item=world.item, kind="change", title=name, description="x")
    make_code(actor=manager, item=world.item, place=name)
    own = {"contract": world.contract}
    Channel.objects.create(kind="mail", name=name, address="a@example.gov.cn", **own)
    CannedReply.objects.create(name=name, text="您好", **own)
    SavedFilter.objects.create(user=world.users["buyer"], name=name, query="", shared=True, **own)
    MailTaken.objects.create(
        message_id=name, sender="a@b.cn", outcome="reported", ticket=ticket, taken_at=desk.start, **own
    )
    user = User.objects.create(username=f"u-{name}", full_name=name)
    Membership.objects.create(user=user, contract=world.contract, role="unit", organisation=world.item.unit)


@pytest.mark.parametrize("path", LISTS)
def test_more_rows_ask_no_more(desk, call, path):  # noqa: F811
    more(desk, "甲")
    call("manager", "get", f"{BASE}/{path}", scopes=ALL)
    counts = []
    for name in ("乙", "丙丁戊"):
        for letter in name:
            more(desk, letter)
        call("manager", "get", f"{BASE}/{path}", scopes=ALL)  # what is remembered is read again
        with CaptureQueriesContext(connection) as asked:
            status, told, _ = call("manager", "get", f"{BASE}/{path}", scopes=ALL)
        assert status == 200 and told
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14, [query["sql"] for query in asked]
