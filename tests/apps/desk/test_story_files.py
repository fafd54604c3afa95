"""Files of a ticket: beside the entry with which they came, and those of private notes for the provider alone."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opsledger.apps.accounts.services import issue_token
from opsledger.apps.desk import selectors
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.search_index import text_of
from opsledger.kernel.access import SYSTEM

BASE = "/c/demo-2026/tickets/"


def text(name: str, words: str = "内容") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, words.encode(), "text/plain")


@pytest.fixture
def told(desk):
    """A ticket whose report, note and private note brought a file each, all of one name."""
    ticket = desk.report(files=[text("记录.txt", "一")])
    with desk.later(minutes=1):
        desk.do(ticket, "add_note", "unit", note="再看", files=[text("记录.txt", "二")])
    with desk.later(minutes=2):
        desk.do(ticket, "add_note", "engineer", note="内部", private=True, files=[text("记录.txt", "三")])
    return Ticket.objects.select_related("contract", "item").get(pk=ticket.pk)


def came(desk, ticket, who: str) -> tuple[list[int], list[list[int]]]:
    """The places of the files that somebody reads, and by entry."""
    events = selectors.events_of(ticket)
    found = selectors.story_files(desk.actor(who), ticket, events)
    ids = {
        file.pk: place
        for place, file in enumerate(selectors.story_files(desk.actor("manager"), ticket, events).all)
    }
    return [ids[file.pk] for file in found.all], [
        [ids[file.pk] for file in found.by_event.get(event.pk, [])]
        for event in selectors.readable(desk.actor(who), ticket, events)
    ]


@pytest.mark.parametrize("older", [False, True])
def test_each_stands_with_its_entry(desk, told, older):
    if older:  # as notes were kept before they named their files by id
        for event in TicketEvent.objects.filter(ticket=told, action="note"):
            event.data = {"files": event.data["files"]}
            event.save()
    assert came(desk, told, "engineer") == ([0, 1, 2], [[0], [1], [2]])
    assert came(desk, told, "unit") == ([0, 1], [[0], [1]])
    assert [file.pk for file in selectors.open_files_of([told.pk])[str(told.pk)]] == [
        file.pk for file in selectors.story_files(desk.actor("unit"), told, selectors.events_of(told)).all
    ]


def test_a_private_file_is_nobody_elses(desk, told, client):
    events = selectors.events_of(told)
    files = selectors.story_files(desk.actor("manager"), told, events).all
    for who, statuses in {
        "engineer": [200, 200, 200],
        "unit": [200, 200, 404],
        "buyer": [200, 200, 404],
    }.items():
        page = desk.world.client(who)
        at = [f"{BASE}{told.number}/files/{file.pk}/" for file in files]
        assert [page.get(one).status_code for one in at] == statuses, who
        _, secret = issue_token(
            actor=SYSTEM, user=desk.world.users[who], name="测试", scopes=["tickets:read"], expires_at=None
        )
        token = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
        api = f"/api/v1/contracts/demo-2026/tickets/{told.number}"
        assert [client.get(f"{api}/files/{file.pk}", **token).status_code for file in files] == statuses
        whole = client.get(api, **token).json()
        assert len(whole["files"]) == statuses.count(200)
        assert [file for event in whole["events"] for file in event["files"]] == [
            file["id"] for file in whole["files"]
        ]
        shown = page.get(f"{BASE}{told.number}/").content.decode()
        assert [shown.count(f'href="{one}"') for one in at] == [
            2 if status == 200 else 0 for status in statuses
        ]


def test_a_private_file_is_not_found_by_its_name(desk, ticket):
    desk.do(ticket, "add_note", "engineer", note="", private=True, files=[text("内部账号.txt")])
    desk.do(ticket, "add_note", "engineer", note="", files=[text("公开说明.txt")])
    assert "公开说明" in text_of(ticket) and "内部账号" not in text_of(ticket)


def test_the_forms_tell_the_limits_of_the_server(desk, ticket, settings):
    settings.MAX_UPLOAD_MB = 7
    page = desk.world.client("unit")
    for address in (f"{BASE}{ticket.number}/", "/c/demo-2026/report/"):
        field = page.get(address).content.decode().partition('type="file"')[2].partition(">")[0]
        assert 'data-most-files="9"' in field and 'data-most-mb="7"' in field
        assert " docx " in field.partition('data-endings="')[2]


def test_the_story_gives_each_entry_an_address_and_a_kind(desk):
    ticket = desk.working()
    desk.do(ticket, "add_note", "unit", note="何时能好")
    shown = desk.world.client("unit").get(f"{BASE}{ticket.number}/").content.decode()
    events = selectors.story_of(desk.actor("unit"), ticket)
    kinds = {"report": "", "note": "talk"}
    for event in events:
        assert f'id="e{event.pk}" data-kind="{kinds.get(event.action, "work")}"' in shown
        assert f'href="#e{event.pk}"' in shown
