"""The pure parts: sections and marks, facts to and fro, the pack that accepted terms make."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pytest

from opsledger.apps.contracts.review.fields import FIELDS, KIND_LABELS
from opsledger.apps.contracts.review.packing import (
    Ending,
    ReadItem,
    ReadTerm,
    gravity,
    pack_of,
    without_repeats,
)
from opsledger.apps.contracts.review.sections import MOST_CHARACTERS, lines, sections
from opsledger.apps.contracts.review.values import read, shown
from opsledger.core.terms import TERM_CLASSES, field_names

# -- sections ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_sections_joined_are_the_text_whatever_the_items(seed):
    dice = random.Random(seed)
    text = "".join(dice.choice("字字字字\n \t。") for _ in range(dice.randrange(0, 20_000)))
    items = []
    for number in range(dice.randrange(0, 12)):
        start = dice.randrange(0, len(text) + 1)
        items.append((start, dice.randrange(start, len(text) + 1), f"项{number}"))
    found = sections(text, items)
    assert "".join(text[part.start : part.end] for part in found) == text
    assert all(
        part.end - part.start <= MOST_CHARACTERS + 200 or not text[part.start : part.end].strip()
        for part in found
    )


@pytest.mark.parametrize("seed", range(60))
def test_pieces_carry_exactly_the_marks_that_cover_them(seed):
    """Against a count of every single character."""
    dice = random.Random(seed)
    text = "".join(dice.choice("甲乙丙丁\n") for _ in range(dice.randrange(1, 120)))
    base = dice.randrange(0, 50)
    marks = []
    for number in range(dice.randrange(0, 8)):
        start = base + dice.randrange(-5, len(text) + 5)
        marks.append((start, start + dice.randrange(0, 20), number))
    covered: dict[int, set[int]] = {}
    for line in lines(text, base, marks):
        for piece in line.pieces:
            assert text[piece.offset - base :].startswith(piece.text)
            for at in range(piece.offset, piece.offset + len(piece.text)):
                covered[at] = set(piece.marks)
    for at, letter in enumerate(text, start=base):
        if at in covered:
            assert covered[at] == {number for start, end, number in marks if start <= at < end}
        else:
            assert letter == "\n" or not text.split("\n")[text[: at - base].count("\n")].strip()


# -- facts ---------------------------------------------------------------------------------------------


def test_every_kind_of_core_can_be_filled_in():
    own = {"key", "item", "clause", "summary", "owner", "evidence", "open_points", "quote", "span"}
    for kind in TERM_CLASSES:
        assert {field.name for field in FIELDS[str(kind)]} == field_names(str(kind)) - own
    assert set(KIND_LABELS) == set(FIELDS)


# What people write, and what core.terms makes of it.
WRITTEN = [
    ("sla", {"metric": "响应", "value": "半", "unit": "小时", "window": "7×24"}, {"value": "0.5", "window": "7x24"}),
    ("sla", {"metric": "resolve", "value": 2.0, "unit": "hour"}, {"value": 2, "unit": "hour"}),
    ("duty", {"activity": "巡检", "every": "2", "period": "周", "count": "1"}, {"every": 2, "count": 1}),
    ("duty", {"activity": "应急演练", "period": "按事件", "anchors": "中标后1周内；重要时期保障期间"},
     {"anchors": [{"event": "award", "side": "after", "value": 1, "unit": "week"},
                  {"event": "assurance", "side": "during", "value": None, "unit": None}]}),
    ("deliverable", {"name": "年报", "cadence": "每年", "months": "5月、12"}, {"months": [5, 12]}),
    ("licence", {"product": "杀毒软件", "start": "2026/1/5", "end": "2026年12月31日"}, {"start": "2026-01-05"}),
    ("kpi", {"metric": "可用性", "op": "不低于", "value": "99.90", "unit": "%"}, {"value": "99.9", "op": ">="}),
    ("approval", {"act": "更换人员", "what": "更换驻场人员", "by": "采购人、监理"}, {"by": ["buyer", "supervisor"]}),
]  # fmt: skip


@pytest.mark.parametrize("kind, written, said", WRITTEN)
def test_what_is_written_is_read_shown_and_read_again(kind, written, said):
    data, wrong = read(kind, written)
    assert wrong == {}
    assert {name: data[name] for name in said} == said
    again, wrong = read(kind, {field.name: shown(field, data[field.name]) for field in FIELDS[kind]})
    assert (again, wrong) == (data, {})


@pytest.mark.parametrize(
    "kind, written, field, said",
    [
        ("duty", {"activity": "巡检", "period": "月"}, "count", "必须填写次数"),
        ("duty", {"activity": "巡检", "period": "未定周期", "count": 1}, "count", "不能填写次数"),
        ("duty", {"activity": "巡检", "period": "按事件"}, "anchors", "关联事件"),
        ("duty", {"activity": "巡检", "period": "按事件", "anchors": "改天"}, "anchors", "看不懂"),
        ("deliverable", {"name": "年报", "months": "13"}, "months", "1 到 12"),
        ("licence", {"product": "证书", "start": "2026-02-30"}, "start", "应为日期"),
        ("licence", {"product": "证书", "start": "2026-02-02", "end": "2026-01-01"}, "end", "早于开始日"),
        ("kpi", {"metric": "可用性", "op": ">=", "value": 101, "unit": "percent"}, "value", "超过 100"),
        ("staffing", {"min": "1.5", "role": "驻场"}, "min", "应为数字"),
        ("quota", {"what": "字" * 300, "op": ">=", "value": 1, "unit": "次"}, "what", "最多 200 个字"),
        ("retention", {"what": "日志", "value": 6}, "value", "同时"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_without_code_names(kind, written, field, said):
    data, wrong = read(kind, written)
    assert data == {} and said in wrong[field]
    assert not any(word in wrong[field] for word in ("count", "anchors", "None", "{"))


# -- the pack ------------------------------------------------------------------------------------------

ENDING = Ending(
    slug="test",
    name="测试合同",
    short_name="测试",
    number="",
    buyer="甲",
    provider="乙",
    supervisor="",
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
    price_cny=Decimal("100.00"),
    default_window="7x24",
)


def limit(
    key: str, item: str, severity: str | None, value: int, unit: str = "hour", scope: str = ""
) -> ReadTerm:
    data = {"metric": "resolve", "value": value, "unit": unit, "severity": severity, "item": scope}
    return ReadTerm(key, item, "sla", data)


def test_windows_come_from_the_item_else_the_default_with_the_gap_noted():
    items = [
        ReadItem("1", "甲系统", windows=("5x8",)),
        ReadItem("2", "乙系统"),
        ReadItem("3", "丙", windows=("custom",)),
    ]
    pack = pack_of(ENDING, items, [limit("a", "1", None, 4), limit("b", "2", None, 4)], source="x.docx")
    first, second = pack.item("1").terms[0], pack.item("2").terms[0]
    assert (first.window, first.open_points) == ("5x8", ())
    assert second.window == "7x24" and "服务时段" in second.open_points[0].what
    assert pack.windows["5x8"].stated is False and pack.windows["7x24"].stated is True
    assert pack.item("3").open_points and pack.item("3").windows == ()


def test_severities_stand_from_the_gravest_down_and_common_ones_reach_every_item():
    items = [ReadItem("1", "甲"), ReadItem("2", "乙"), ReadItem("g", "总体要求", common=True)]
    terms = [
        limit("a", "1", "一般故障", 8),
        limit("b", "1", "重大故障", 2),
        limit("c", "g", "系统瘫痪", 1, scope="*"),
    ]
    pack = pack_of(ENDING, items, terms, source="x")
    assert [item.no for item in pack.items] == ["1", "2"] and pack.common_terms[0].item == "*"
    levels = {
        item.no: [level.name for level in pack.severities[item.severity_sets[0]].levels]
        for item in pack.items
    }
    assert levels == {"1": ["系统瘫痪", "重大故障", "一般故障"], "2": ["系统瘫痪"]}


def test_gravity_of_the_words_that_contracts_use():
    ordered = ["特别重大事件", "一级故障", "较大故障", "一般故障", "小故障"]
    assert [gravity(word) for word in ordered] == [0, 1, 2, 3, 4]
    assert gravity("非紧急") > gravity("紧急") and gravity("某种情况") == 2.5


def test_the_same_fact_twice_on_an_item_is_bound_once():
    same = [limit("a", "1", None, 4), limit("b", "1", None, 4), limit("c", "2", None, 4)]
    assert [term.key for term in without_repeats(same)] == ["a", "c"]


def test_owner_evidence_and_source_are_as_in_a_pack():
    data = {"activity": "drill", "period": "year", "count": 2, "item": ""}
    term = ReadTerm("a", "1", "duty", data, quote="每年演练2次", span=(3, 9))
    made = pack_of(ENDING, [ReadItem("1", "甲", section="三")], [term], source="x").item("1").terms[0]
    assert (made.owner, made.evidence.photos, made.evidence.unit_signs) == ("manager", 2, True)
    assert (made.clause, made.quote, made.span) == ("三 1 甲", "每年演练2次", (3, 9))
    assert made.summary == "每年应急演练2次"
