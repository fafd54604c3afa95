"""Checklists: what ships is sound, what is wrong is named, every kind of answer is judged."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.apps.duties.checklists import (
    Bounds,
    Check,
    Checklist,
    Option,
    When,
    judge,
    missing_checks,
    read_checklist,
    shipped,
    shown_checks,
    to_data,
)
from opsledger.core.terms import Activity


def test_every_activity_has_a_template_and_every_template_reads_back():
    found = shipped()
    assert {word for one in found.values() for word in one.activities} == {str(word) for word in Activity}
    for one in found.values():
        problems: list = []
        assert read_checklist(to_data(one), problems) == one and not problems
        assert len(one.checks) >= 5 or one.key == "config-backup"


NUMBER = Check(
    id="t",
    label="室温",
    kind="number",
    warn=Bounds(Decimal(18), Decimal(27)),
    fail=Bounds(Decimal(10), Decimal(35)),
)


@pytest.mark.parametrize(
    ("raw", "verdict"),
    [
        ("18", "ok"), ("27", "ok"), ("27.01", "warn"), ("17.9", "warn"), ("10", "warn"), ("9.99", "fail"),
        ("35", "warn"), ("35.1", "fail"), (" 2，0 ", "ok"), ("２２", "ok"), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_a_number_against_its_bounds(raw, verdict):
    assert judge(NUMBER, raw).verdict == verdict


@pytest.mark.parametrize("raw", ["abc", "1..2", "NaN", "Infinity", "1e13", "二十"])
def test_what_is_no_number_is_said(raw):
    assert judge(NUMBER, raw).problem


@given(st.decimals(-50, 80, places=2), st.integers(0, 20), st.integers(21, 40))
def test_verdicts_follow_the_order_of_the_ranges(value, low, high):
    check = Check(
        id="n",
        label="n",
        kind="number",
        warn=Bounds(Decimal(low), Decimal(high)),
        fail=Bounds(Decimal(low - 5), Decimal(high + 5)),
    )
    wanted = "ok" if low <= value <= high else "warn" if low - 5 <= value <= high + 5 else "fail"
    assert judge(check, str(value)).verdict == wanted


def test_choices_yes_no_dates_and_tables():
    choice = Check(id="c", label="c", kind="choice", options=(Option("好"), Option("坏", "fail")))
    assert judge(choice, "坏").verdict == "fail" and judge(choice, "别的").problem
    alarm = Check(id="a", label="有告警", kind="yes_no", good="no")
    assert [judge(alarm, raw).verdict for raw in ("yes", "no", "na", False)] == ["fail", "ok", "ok", "ok"]
    day = Check(id="d", label="d", kind="date")
    assert judge(day, "2026-02-29").problem and judge(day, "2026-02-28").verdict == "ok"
    table = Check(
        id="t", label="t", kind="table", rows=2, columns=(Check(id="n", label="名", kind="text"), NUMBER)
    )
    found = judge(table, [{"n": "甲", "t": "20"}, {}, {"n": "乙", "t": "50"}])
    assert found.verdict == "fail" and len(found.value) == 2
    assert "第1行“室温”" in judge(table, [{"t": "x"}]).problem
    assert judge(table, "nonsense").problem and judge(table, [1]).problem


def test_conditions_and_what_is_missing():
    lamp = Check(
        id="lamp", label="红灯", kind="choice", options=(Option("无"), Option("有", "fail")), photo="on_fail"
    )
    where = Check(id="where", label="哪台", kind="text", when=When("lamp", ("有",)))
    photo = Check(id="photo", label="全景", kind="photo")
    listed = Checklist(key="k", name="k", checks=(lamp, where, photo))
    assert [one.id for one in shown_checks(listed, {"lamp": "无"})] == ["lamp", "photo"]
    missing = missing_checks(listed, {"lamp": "有"}, {"lamp": "fail"}, {})
    assert [(one.id, words) for one, words in missing] == [
        ("lamp", "须附照片"), ("where", "未填写"), ("photo", "未填写"),
    ]  # fmt: skip
    assert not missing_checks(
        listed, {"lamp": "有", "where": "3号柜"}, {"lamp": "fail"}, {"lamp": 1, "photo": 1}
    )


@pytest.mark.parametrize(
    ("check", "word"),
    [
        ({"id": "A b", "label": "x", "kind": "text"}, "编号"),
        ({"id": "a", "label": "", "kind": "text"}, "缺少检查内容"),
        ({"id": "a", "label": "x", "kind": "colour"}, "不认识"),
        ({"id": "a", "label": "x", "kind": "choice", "options": ["一个"]}, "两个选项"),
        ({"id": "a", "label": "x", "kind": "number", "warn": [9, 1]}, "大于上限"),
        ({"id": "a", "label": "x", "kind": "number", "warn": "9-1"}, "上下限"),
        ({"id": "a", "label": "x", "kind": "number", "fail": ["x", 1]}, "不是数字"),
        ({"id": "a", "label": "x", "kind": "text", "when": {"check": "zz", "is": "1"}}, "条件"),
        ({"id": "a", "label": "x", "kind": "table"}, "至少要有一列"),
        ({"id": "a", "label": "x", "kind": "text", "photo": "maybe"}, "照片要求"),
        ("no mapping", "不是一个检查项"),
    ],
)
def test_what_is_wrong_with_a_template_is_named(check, word):
    problems: list = []
    assert read_checklist({"name": "模板", "checks": [check]}, problems) is None
    assert any(word in one.text for one in problems), problems
