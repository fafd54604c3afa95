"""Lists that are no tables of their own leave as workbooks too: roster, quotas, forecast, payments; the API's edges."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client

from opsledger.apps.desk import services as desk_services

BASE = "/c/demo-2026"


def rows_of(answer):
    assert answer.status_code == 200 and "spreadsheetml" in answer["Content-Type"]
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)


def test_four_weeks_of_the_roster(world, at):
    monday = at.date() - timedelta(days=at.weekday())
    for day in (monday, monday + timedelta(days=27), monday + timedelta(days=28)):
        desk_services.set_shift(
            actor=world.actor("manager"),
            contract=world.contract,
            on=day,
            part="day",
            user=world.users["engineer"],
        )
    rows = rows_of(world.client("buyer").get(f"{BASE}/roster/?export=xlsx&week={monday}"))
    assert rows[0] == ("日期", "星期", "班次", "值班人", "电话")
    assert [(row[0].date(), *row[1:4]) for row in rows[1:]] == [
        (monday, "周一", "白班", "演示engineer"),
        (monday + timedelta(days=27), "周日", "白班", "演示engineer"),
    ]
    assert world.client("unit").get(f"{BASE}/roster/?export=xlsx").status_code == 403


@pytest.mark.parametrize(("path", "first"), [("quotas", "日期"), ("workload", "周一")])
def test_empty_lists_leave_with_their_headings(world, path, first):
    assert rows_of(world.client("manager").get(f"{BASE}/{path}/?export=xlsx"))[0][0] == first
    assert world.client("unit").get(f"{BASE}/{path}/?export=xlsx").status_code == 403


@pytest.mark.parametrize(
    ("verb", "path", "status", "code"),
    [
        ("get", "/api/v1/nowhere", 404, "api.no_operation"),
        ("post", "/api/v1/contracts/demo-2026/nowhere", 404, "api.no_operation"),
        ("delete", "/api/v1/contracts/demo-2026/tickets", 405, "api.wrong_method"),
    ],
)
def test_the_edges_of_the_api_answer_as_it_does(world, verb, path, status, code):
    answer = getattr(Client(enforce_csrf_checks=True), verb)(path)
    told = json.loads(answer.content)
    assert (answer.status_code, told["code"]) == (status, code) and told["detail"].endswith("。")
    assert answer["Content-Type"] == "application/problem+json"
    if status == 405:
        assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


def test_elsewhere_a_wrong_method_stays_what_it_was(world):
    assert world.client("manager").get(f"{BASE}/filters/").status_code == 405
