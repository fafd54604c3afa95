"""The pages: who sees them, what stands on them, how many queries they take."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsledger.apps.assessment import services
from opsledger.apps.assessment.models import Assessment
from opsledger.apps.assessment.windows import titled
from opsledger.kernel import clock

LISTS = ["/c/demo-2026/assessment/", "/c/demo-2026/payments/", "/c/demo-2026/readings/"]
ONE = "/c/demo-2026/assessment/2026-02/"


@pytest.mark.parametrize("path", [*LISTS, ONE, ONE + "sheet.docx", ONE + "sheet.xlsx"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("buyer", 200),
        ("supervisor", 200),
        ("manager", 200),
        ("auditor", 200),
        ("engineer", 403),
        ("unit", 403),
        ("stranger", 404),
    ],
)
def test_who_sees_it(client_for, february, path, who, status) -> None:
    assert client_for(who).get(path).status_code == status


@pytest.mark.parametrize(
    ("act", "may"),
    [
        ("fill/", {"buyer", "supervisor"}),
        ("issue/", {"buyer", "supervisor"}),
        ("recall/", {"buyer"}),
        ("correct/", {"buyer"}),
        ("sign/", {"buyer", "manager", "supervisor"}),
    ],
)
def test_who_may_open_an_act(client_for, february, act, may) -> None:
    for who in ("buyer", "supervisor", "manager", "auditor", "engineer", "unit"):
        assert client_for(who).get(ONE + act).status_code == (200 if who in may else 403), who


def test_the_sheet_shows_score_money_clause_and_evidence(client_for, february) -> None:
    page = client_for("buyer").get(ONE).content.decode()
    # 81.5 points: 18.5 × 12,000 = 222,000 off 1,500,000.
    for said in (
        "81.5",
        "¥1,278,000.00",
        "壹佰贰拾柒万捌仟元整",
        "2.4 表 序号01",
        "工单GD-0001",
        "只算90分以下的部分",
    ):
        assert said in page


def test_without_a_scheme_the_page_says_what_to_do(client_for, world) -> None:
    page = client_for("buyer").get(LISTS[0])
    assert page.status_code == 200 and "没有约定考核办法" in page.content.decode()


def test_a_payment_plan_without_an_assessment_is_paid_in_full(client_for, world) -> None:
    world.contract.price_cny = 13_584_100
    world.contract.payment = {
        "id": "plain",
        "title": "三期付款",
        "milestones": [
            {"id": "first", "title": "首期款", "trigger": "signed", "share_percent": 60},
            {"id": "progress", "title": "进度款", "trigger": "period_ended", "share_percent": 30},
            {"id": "final", "title": "尾款", "trigger": "accepted", "share_percent": 10},
        ],
    }
    world.contract.save()
    page = client_for("buyer").get(LISTS[1]).content.decode()
    # 13,584,100 × 60 %, 30 %, 10 %, and their sum.
    for said in ("¥8,150,460.00", "¥4,075,230.00", "¥1,358,410.00", "¥13,584,100.00", "没有约定考核扣款"):
        assert said in page


def test_issue_and_sign_through_the_pages(client_for, scored, february) -> None:
    buyer, manager = client_for("buyer"), client_for("manager")
    version = Assessment.objects.get(pk=february.pk).version
    assert buyer.post(ONE + "issue/", {"version": version}).status_code == 302
    # A second press of the same button: a sentence, not an error page.
    again = buyer.post(ONE + "issue/", {"version": version})
    assert again.status_code == 200 and "不能签发" in again.content.decode()
    assert manager.post(ONE + "sign/", {"reason": "同意"}).status_code == 302
    assert buyer.post(ONE + "sign/", {"reason": ""}).status_code == 302
    page = buyer.get(ONE).content.decode()
    assert "已签署" in page and "定稿" in page
    assert buyer.get(ONE + "?edition=1").status_code == 200
    assert buyer.get(ONE + "sheet.docx?edition=7").status_code == 404


def test_what_was_typed_stays_when_a_form_is_refused(client_for, february) -> None:
    page = client_for("buyer").post(ONE + "fill/", {"entry": "staff|staff_below", "reason": "缺岗一天"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "缺岗一天" in text and "请填写发生日期" in text


def test_only_the_buyer_settles_a_reading(client_for, scored) -> None:
    asked = {"point": "count_from", "reading": "from_90", "ground": "考核会纪要"}
    refused = client_for("manager").post(LISTS[2], asked)
    assert "count_from" not in type(scored.contract).objects.get().settings.get("readings", {})
    assert refused.status_code == 200
    assert client_for("buyer").post(LISTS[2], asked).status_code == 302
    assert type(scored.contract).objects.get().settings["readings"] == {"count_from": "from_90"}
    empty = client_for("buyer").post(LISTS[2], {**asked, "ground": ""})
    assert empty.status_code == 200 and "请写明约定的依据" in empty.content.decode()


def queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


@pytest.mark.parametrize("path", [LISTS[0], LISTS[1], ONE])
def test_queries_do_not_grow_with_facts(client_for, month, february, path) -> None:
    client = client_for("buyer")
    client.get(path)
    before = queries(client, path)
    for day in range(1, 20):
        month.timer("resolve", "breached", day)
        month.duty("inspection", "missed", day)
    client.get(path)  # what the writes made it forget is read anew
    assert queries(client, path) <= before


def test_periods_are_opened_once(scored) -> None:
    assert services.open_periods(contract=scored.contract) == 0
    kinds = Assessment.objects.filter(contract=scored.contract).values_list("kind", flat=True)
    assert sorted(kinds).count("month") == 12 and sorted(kinds).count("quarter") == 4


def test_the_objection_link_ends_with_the_time_for_it(client_for, scored, february, at) -> None:
    services.issue(actor=scored.actor("buyer"), assessment=Assessment.objects.get(pk=february.pk))
    manager = client_for("manager")
    assert "/object/" in manager.get(ONE).content.decode()
    with clock.pinned(at + timedelta(days=8)):
        page = manager.get(ONE).content.decode()
    assert "/object/" not in page and "届满" in page


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("每日巡检（2026-07-08#1）", "每日巡检（7月8日）"),
        ("每周核对（2026-W41#2）", "每周核对（第41周第2次）"),
        ("月报（2026-10#1）", "月报（10月）"),
        ("季报（2026Q3#1）", "季报（第三季度）"),
        ("演练（2026H1#1）", "演练（上半年）"),
        ("年报（2026#1）", "年报（2026年度）"),
        ("承诺函（award#before）", "承诺函"),
        ("总结（term#1）", "总结（服务期）"),
    ],
)
def test_windows_in_words(given, shown) -> None:
    assert titled(given) == shown


def test_the_payments_leave_as_a_workbook_with_their_sums(client_for, february) -> None:
    answer = client_for("buyer").get("/c/demo-2026/payments/?export=xlsx")
    heads, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.values
    assert heads[:5] == ("期次", "本期金额", "扣款", "暂不支付", "应付") and rows
    for _, instalment, deduction, withheld, payable, capitals, *_ in rows:
        assert round(instalment - deduction - (withheld or 0) - payable, 2) == 0 and "元" in capitals
    assert client_for("engineer").get("/c/demo-2026/payments/?export=xlsx").status_code == 403
