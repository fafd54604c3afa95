"""The derived figures agree with each other and with core, row by row; pages answer by role."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.contracts.models import ServiceItem
from opsledger.apps.duties import selectors, services
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.words import standing
from opsledger.apps.ledger.models import Attachment
from opsledger.core.compliance import Cell, Month
from opsledger.core.compliance import matrix as core_matrix
from opsledger.core.occurrences import STATES
from opsledger.kernel import clock
from opsledger.kernel.access import SYSTEM

WEEKLY = {"activity": "backup", "count": 1, "period": "week"}
STARTED = ["open", "submitted", "verified", "returned", "waived", "under_way"]


@pytest.fixture
def year(world, make_obligation, at):
    """A year of work in every state, drawn with a fixed seed, seen in the middle of August."""
    for item in (world.item, world.other_item, None):
        make_obligation(item=item)
        make_obligation(item=item, data=WEEKLY, activity="backup")
    make_obligation(status="gap", data={"activity": "drill", "period": "unspecified"}, activity="drill")
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    now = at + timedelta(days=155)
    chance = random.Random(7)
    rows = list(Occurrence.objects.all())
    for row in rows:
        if row.begins_at > now:
            continue
        row.state = chance.choice(STARTED)
        if row.state in ("submitted", "verified"):
            row.submitted_at = min(now, row.due_at + timedelta(hours=chance.choice([-5, 0, 0, 7])))
            row.submission_recorded_at = row.submitted_at
    Occurrence.objects.bulk_update(rows, ["state", "submitted_at", "submission_recorded_at"])
    with clock.pinned(now):
        yield now


def test_the_sql_standing_is_cores_outcome_for_every_row(world, year):
    rows = Occurrence.objects.annotate(said=selectors.standing_case(year))
    assert {row.pk: row.said for row in rows} == {row.pk: standing(row, year) for row in rows}
    assert {row.state for row in rows} >= set(STATES) - {"cancelled"}


def test_the_matrix_is_cores_matrix(world, year):
    cells = selectors.compliance_cells(world.contract, at=year)
    outcomes, sources = selectors.occurrence_outcomes(
        world.contract, date(2026, 1, 1), date(2026, 12, 31), at=year
    )
    assert len(outcomes) == Occurrence.objects.count() and set(sources) == {o.obligation_id for o in outcomes}
    told = core_matrix(occurrences=outcomes, at=year, zone=clock.zone())
    by_item = dict(Occurrence.objects.values_list("obligation_id", "item_id"))
    expected: dict[tuple[int, Month], Cell] = {}
    for (obligation_id, month), cell in told.cells.items():
        key = (by_item[int(obligation_id)] or 0, month)
        expected[key] = expected.get(key, Cell()) + cell
    for month in range(1, 13):  # the drill without a frequency is a gap in each month
        key = (world.item.pk, Month(2026, month))
        expected[key] = expected.get(key, Cell()) + Cell(gap=1)
    assert cells == expected


def test_a_month_and_its_column_agree(world, year):
    grid = selectors.compliance_grid(world.contract, [world.item, world.other_item], at=year)
    column = grid.columns[grid.months.index(Month(2026, 5))]
    progress = selectors.month_progress(world.contract, date(2026, 5, 9), at=year)
    assert progress.pop("all") == column.decided + column.due + column.upcoming + column.waived
    assert progress == {name: getattr(column, name) for name in progress}


def test_the_matrix_takes_two_queries_however_many_items(world, year, make_obligation):
    with CaptureQueriesContext(connection) as few:
        selectors.compliance_cells(world.contract, at=year)
    span = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    for n in range(20):
        item = ServiceItem.objects.create(
            contract=world.contract, no=f"9{n}", position=90 + n, name=f"系统{n}", **span
        )
        make_obligation(item=item)
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    with CaptureQueriesContext(connection) as many:
        selectors.compliance_cells(world.contract, at=year)
    assert len(few) == len(many) == 2


def test_one_persons_day(world, make_obligation, at):
    world.item.owner = world.users["engineer"]
    world.item.save()
    make_obligation()
    make_obligation(data={**WEEKLY, "period": "workday"}, activity="backup")
    services.plan_contract(actor=SYSTEM, contract=world.contract)
    work = selectors.due_for(world.actor("engineer"), at)
    # Wednesday 11 March: the backup of today; the monthly rounds of January and February are overdue.
    assert [row.obligation.activity for row in work.today] == ["backup"]
    monthly = [row for row in work.overdue if row.obligation.activity == "inspection"]
    assert [row.window_id for row in monthly] == ["2026-01#1", "2026-02#1"]
    assert work.overdue == sorted(work.overdue, key=lambda row: (row.due_at, row.pk))
    assert selectors.due_for(world.actor("engineer2"), at).total == 0
    assert selectors.due_for(world.actor("unit"), at).total == 0
    counts = selectors.counts_by_state(world.actor("manager"), world.contract, at)
    assert counts["today"] == 1 and counts["overdue"] == len(work.overdue)


def test_units_see_only_their_own(world, year):
    mine = selectors.occurrences_for(world.actor("unit"), world.contract)
    assert set(mine.values_list("item_id", flat=True)) == {world.item.pk}
    other = Occurrence.objects.filter(item=world.other_item).first()
    assert world.client("unit").get(f"/c/demo-2026/occurrences/{other.pk}/").status_code == 404


PAGES = ["/c/demo-2026/occurrences/", "/c/demo-2026/calendar/", "/c/demo-2026/matrix/"]


@pytest.mark.parametrize("address", PAGES)
def test_pages_answer_every_role_and_nobody_else(world, year, address):
    for who in ("buyer", "unit", "manager", "engineer", "supervisor", "auditor"):
        assert world.client(who).get(address).status_code == 200, who
    assert world.client("stranger").get(address).status_code == 404


LIST_QUESTIONS = [
    "?export=xlsx",
    "?show=overdue",
    "?show=verify",
    "?show=backdated",
    "?standing=missed",
    "?state=returned&page=2",
    "?item=01&month=2026-03",
    "?item=0",
    "?day=2026-03-31",
    "?day=2026-02-31",
    "?day=x",
    "?kind=duty",
    "?sort=-due&q=巡检",
    "?sort=nonsense&page=-1&show=zzz",
]


@pytest.mark.parametrize("query", LIST_QUESTIONS)
def test_the_list_takes_any_question(world, year, query):
    assert world.client("manager").get(PAGES[0] + query).status_code == 200


@pytest.mark.parametrize(
    "query", ["?by=week", "?on=2026-10-01", "?on=2026-99-99", "?on=9999-12-31", "?mine=1"]
)
def test_the_calendar_takes_any_day(world, year, query):
    answer = world.client("engineer").get(PAGES[1] + query)
    assert answer.status_code == 200
    if "2026-10-01" in query:
        assert "国庆" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["?unit=1", "?unit=abc", "?owner=99999999999999999999", "?activity=backup", "?export=xlsx"]
)
def test_the_matrix_takes_any_filter(world, year, query):
    assert world.client("buyer").get(PAGES[2] + query).status_code == 200


def test_list_queries_do_not_grow_with_rows(world, year):
    client = world.client("manager")
    client.get(PAGES[0])
    with CaptureQueriesContext(connection) as few:
        client.get(PAGES[0] + "?item=01&month=2026-03")
    with CaptureQueriesContext(connection) as many:
        client.get(PAGES[0] + "?standing=missed")
    assert len(many) <= len(few)


def test_the_page_keeps_what_was_typed_and_says_what_is_missing(world, march, photo):
    client = world.client("engineer")
    address = f"/c/demo-2026/occurrences/{march.pk}/"
    told = {"action": "submit", "version": march.version, "note": "精密空调滤网已清洗"}
    answer = client.post(address, told)
    text = answer.content.decode()
    assert answer.status_code == 200 and "照片还差1张" in text and "精密空调滤网已清洗" in text
    answer = client.post(address, {**told, "number_0": "22.5", "photos": [photo()]})
    assert answer.status_code == 302
    march.refresh_from_db()
    assert march.state == "submitted"
    stale = client.post(address, {**told, "note": "重复提交的内容", "number_0": "22.5"})
    assert stale.status_code == 200 and "重复提交的内容" in stale.content.decode()
    shown = world.client("supervisor").get(address).content.decode()
    assert "通过，看下一条" in shown and "/files/" in shown
    queue = world.client("supervisor").get("/c/demo-2026/occurrences/verify/")
    assert queue["Location"] == address
    done = world.client("supervisor").post(
        address, {"action": "verify", "version": march.version, "onward": "1"}
    )
    assert done.status_code == 302
    march.refresh_from_db()
    assert march.state == "verified"


def test_a_picture_is_shown_to_those_who_see_the_task(world, march, photo):
    services.submit_occurrence(
        actor=world.actor("engineer"),
        occurrence=march,
        submission=services.Submission("好", {"室温": "21"}, [photo()]),
    )
    address = f"/c/demo-2026/occurrences/{march.pk}/files/{Attachment.objects.get().pk}/"
    answer = world.client("unit").get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert world.client("other_unit").get(address).status_code == 404


def test_unknown_acts_and_tasks_are_refused(world, march):
    client = world.client("engineer")
    assert client.post(f"/c/demo-2026/occurrences/{march.pk}/", {"action": "burn"}).status_code == 404
    assert client.get("/c/demo-2026/occurrences/999999/").status_code == 404
