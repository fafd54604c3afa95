"""The mark by which a ticket's page sees that others did something."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from lxml import html

from opsledger.apps.desk import services
from opsledger.kernel import clock


def _stamp(client, ticket) -> str:
    shown = client.get(f"/c/demo-2026/tickets/{ticket.number}/timers/").content.decode()
    return re.search(r'data-stamp="([^"]+)"', shown)[1]


@pytest.fixture
def reported(world):
    return services.report_ticket(
        actor=world.actor("unit"), item=world.item, title="打不开", kind="incident", severity="一般故障"
    )


def test_the_mark_stands_still_until_somebody_acts(world, reported, at):
    client = world.client("engineer")
    first = _stamp(client, reported)
    assert _stamp(client, reported) == first
    page = client.get(f"/c/demo-2026/tickets/{reported.number}/").content.decode()
    assert f'data-stamp="{first}"' in page
    marks = [first]
    acts = [
        lambda: services.add_note(actor=world.actor("unit"), ticket=reported, note="还是不行"),
        lambda: services.dispatch(
            actor=world.actor("manager"), ticket=reported, assignee=world.users["engineer"]
        ),
        lambda: services.add_tags(actor=world.actor("manager"), ticket=reported, tags=["网络"]),
    ]
    for minutes, do in enumerate(acts, start=1):
        with clock.pinned(at + timedelta(minutes=minutes)):
            do()
        reported.refresh_from_db()
        marks.append(_stamp(client, reported))
    assert len(set(marks)) == len(marks)


def test_the_regions_that_follow_have_ids_and_the_note_is_none_of_them(world, reported):
    page = html.fromstring(world.client("engineer").get(f"/c/demo-2026/tickets/{reported.number}/").content)
    parts = page.xpath("//*[@data-part]")
    assert len(parts) >= 5 and all(part.get("id") for part in parts)
    # What is being written is never replaced.
    assert page.xpath("//*[@name='note']") and not page.xpath("//*[@name='note']/ancestor::*[@data-part]")


def test_lists_that_live_say_how_often(world, reported):
    page = world.client("manager").get("/c/demo-2026/tickets/").content.decode()
    assert re.search(r'id="tickets" data-live="\d+"', page) and 'id="ticket-counts" data-live=' in page
