"""Terms: there and back as plain data, every problem named, one line of Chinese."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsledger.core.canonical import canonical
from opsledger.core.errors import DomainError
from opsledger.core.sentences import SENTENCES
from opsledger.core.terms import (
    TERM_CLASSES,
    Activity,
    Anchor,
    AnchorEvent,
    DutyTerm,
    Evidence,
    LimitClock,
    OpenPoint,
    Period,
    Side,
    SlaMetric,
    SlaTerm,
    TermKind,
    TimeUnit,
    Word,
    describe,
    field_names,
    from_dict,
    problems,
    to_dict,
)

SOUND: dict[str, dict[str, Any]] = {
    "sla": {"metric": "resolve", "value": 2, "unit": "hour"},
    "duty": {"activity": "inspection", "count": 1, "period": "month"},
    "kpi": {"metric": "availability", "op": ">=", "value": "99.9", "unit": "percent"},
    "quota": {"what": "需求调整", "op": "<=", "value": 10, "unit": "人日"},
    "deliverable": {"name": "年度运维报告", "cadence": "year"},
    "licence": {"product": "SSL证书", "start": "2025-04-02", "end": "2026-04-01"},
    "staffing": {"min": 2, "role": "驻场运维"},
    "retention": {"what": "数据库备份", "value": 30, "unit": "day"},
    "approval": {"act": "shutdown", "what": "停机", "consent": "written"},
}
texts = st.text(max_size=12)
open_points = st.builds(OpenPoint, what=texts, default=texts, readings=st.lists(texts, max_size=3).map(tuple))
evidences = st.builds(
    Evidence,
    note=st.booleans(),
    photos=st.integers(0, 9),
    files=st.integers(0, 9),
    numbers=st.lists(texts, max_size=2).map(tuple),
    supervisor_verifies=st.booleans(),
    unit_signs=st.booleans(),
)
amounts = st.decimals(0, 10_000, places=3)
anchors = st.builds(
    Anchor,
    event=st.sampled_from(AnchorEvent),
    side=st.sampled_from(Side),
    value=amounts,
    unit=st.sampled_from(TimeUnit),
)
sla_terms = st.builds(
    SlaTerm,
    key=st.text(min_size=1, max_size=9).filter(lambda key: key.strip() != ""),
    item=texts,
    summary=texts,
    metric=st.sampled_from(SlaMetric),
    value=amounts,
    unit=st.sampled_from([unit for unit in TimeUnit if unit is not TimeUnit.SAME_DAY]),
    severity=st.none() | texts,
    clock=st.sampled_from(LimitClock),
    window=st.none() | texts,
    evidence=evidences,
    open_points=st.lists(open_points, max_size=2).map(tuple),
    span=st.none() | st.tuples(st.integers(), st.integers()),
)
duty_terms = st.builds(
    DutyTerm,
    key=st.just("k"),
    activity=st.sampled_from(Activity),
    period=st.just(Period.EVENT),
    count=st.none() | st.integers(1, 99),
    every=st.integers(1, 9),
    months=st.lists(st.integers(1, 12), max_size=3).map(tuple),
    anchors=st.lists(anchors, min_size=1, max_size=2).map(tuple),
)


@given(sla_terms | duty_terms)
def test_there_and_back(term: Any) -> None:
    plain = to_dict(term)
    assert from_dict(str(term.kind), plain) == term
    assert from_dict(str(term.kind), json.loads(json.dumps(plain))) == term


@pytest.mark.parametrize("kind", sorted(SOUND))
def test_every_kind_there_and_back_and_fit_for_the_ledger(kind: str) -> None:
    term = from_dict(kind, {"key": "01.x", **SOUND[kind]})
    plain = to_dict(term)
    assert set(plain) == {"kind"} | {f.name for f in fields(term)} == {"kind"} | field_names(kind)
    assert from_dict(kind, plain) == term
    canonical(plain)  # refuses floats and anything else that cannot be chained


def test_every_kind_is_covered_here() -> None:
    assert set(SOUND) == {str(kind) for kind in TermKind} == {str(kind) for kind in TERM_CLASSES}


@pytest.mark.parametrize("kind", sorted(SOUND))
def test_each_missing_field_is_named(kind: str) -> None:
    optional = {"cadence", "start", "end", "count", "consent"}
    if kind == "retention":  # a text may say "kept safely" and no length
        optional |= {"value", "unit"}
    required = {"key"} | {name for name in SOUND[kind] if name not in optional}
    assert {p.field for p in problems(kind, {}) if p.code == "term.missing_field"} == required


BAD = [
    ("sla", {"metric": "fix"}, "metric", "term.unknown_word"),
    ("sla", {"value": "two"}, "value", "term.not_a_number"),
    ("sla", {"value": True}, "value", "term.not_a_number"),
    ("sla", {"value": "NaN"}, "value", "term.not_a_number"),
    ("sla", {"value": -1}, "value", "term.negative"),
    ("sla", {"unit": "same_day"}, "value", "term.same_day_is_one"),
    ("sla", {"severity": 3}, "severity", "term.not_text"),
    ("sla", {"open_points": "x"}, "open_points", "term.not_a_list"),
    ("sla", {"open_points": [{"what": "a"}]}, "open_points.default", "term.missing_field"),
    ("sla", {"evidence": {"photos": "2"}}, "evidence.photos", "term.not_whole"),
    ("sla", {"evidence": {"note": 1}}, "evidence.note", "term.not_yes_no"),
    ("sla", {"evidence": {"photos": -2}}, "evidence.photos", "term.negative"),
    ("sla", {"evidence": 1}, "evidence", "term.not_a_mapping"),
    ("sla", {"span": [1]}, "span", "term.wrong_length"),
    ("sla", {"limit": 3}, "limit", "term.unknown_field"),
    ("sla", {"key": " "}, "key", "term.missing_field"),
    ("sla", {"kind": "duty"}, "kind", "term.unknown_kind"),
    ("duty", {"count": None}, "count", "term.count_needed"),
    ("duty", {"period": "unspecified"}, "count", "term.count_not_allowed"),
    ("duty", {"period": "event"}, "anchors", "term.anchor_needed"),
    ("duty", {"months": [13]}, "months", "term.no_such_month"),
    ("duty", {"every": 0}, "every", "term.at_least_one"),
    ("duty", {"count": 1.5}, "count", "term.not_whole"),
    ("duty", {"anchors": [{"event": "award", "value": 1}]}, "anchors.value", "term.value_and_unit"),
    ("kpi", {"value": 101}, "value", "term.percent_over_100"),
    ("licence", {"end": "2025-04-01"}, "end", "term.ends_before_start"),
    ("licence", {"end": "tomorrow"}, "end", "term.not_a_date"),
    ("staffing", {"min": 0}, "min", "term.at_least_one"),
    ("retention", {"unit": None}, "value", "term.value_and_unit"),
]


@pytest.mark.parametrize(("kind", "change", "field", "code"), BAD)
def test_what_is_wrong_is_named_with_its_field(
    kind: str, change: dict[str, Any], field: str, code: str
) -> None:
    data = {"key": "k", **SOUND[kind], **change}
    assert [(p.field, p.code) for p in problems(kind, data)] == [(field, code)]
    with pytest.raises(DomainError) as caught:
        from_dict(kind, data)
    assert caught.value.code == code
    assert SENTENCES[code].format(**caught.value.facts)


def test_all_problems_come_at_once() -> None:
    found = problems("sla", {"key": "k", "metric": "x", "value": "y", "unit": "hour", "z": 1})
    assert {p.field for p in found} == {"metric", "value", "z"}


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(DomainError, match=r"term\.unknown_kind"):
        from_dict("promise", {})


LINES = [
    ("sla", {"severity": "严重故障", "window": "7x24"}, "严重故障 2小时内解决（7×24）"),
    ("sla", {"metric": "respond", "value": "0.5"}, "30分钟内响应"),
    ("sla", {"metric": "respond", "value": 0, "unit": "minute"}, "立即响应"),
    ("sla", {"metric": "respond", "channel": "phone", "value": 15, "unit": "minute", "clock": "business"},
     "工作时间 15分钟内电话响应"),
    ("sla", {"value": 1, "unit": "same_day"}, "当天解决"),
    ("sla", {"metric": "notice", "value": 5, "unit": "workday"}, "提前5个工作日通知"),
    ("duty", {}, "每月巡检1次"),
    ("duty", {"period": "week", "every": 2, "mode": "onsite"}, "每2周现场巡检1次"),
    ("duty", {"period": "year", "count": 4}, "每年巡检4次"),
    ("duty", {"period": "term", "count": 3, "activity": "training"}, "服务期内培训3次"),
    ("duty", {"period": "unspecified", "count": None}, "定期开展巡检（周期待约定）"),
    ("duty", {"period": "year", "count": 2, "months": [5, 12]}, "每年巡检2次（5、12月）"),
    ("duty", {"period": "event", "count": None, "activity": "other",
              "anchors": [{"event": "award", "value": 1, "unit": "week"}]}, "其他服务事项（中标通知书发出后1周内）"),
    ("duty", {"activity": "other", "period": "term", "summary": "各系统与数据中台对接"},
     "各系统与数据中台对接（服务期内1次）"),
    ("duty", {"activity": "other", "period": "continuous", "count": None, "summary": "电话支持",
              "window": "7x24", "mode": "remote"}, "电话支持（远程，持续，7×24）"),
    ("duty", {"activity": "other", "period": "unspecified", "count": None, "summary": "题库更新"},
     "题库更新（定期，周期待约定）"),
    ("duty", {"activity": "other", "per": "个站点", "summary": "换滤网（每个站点，每月1次）"},
     "换滤网（每个站点，每月1次）"),
    ("duty", {"period": "event", "count": 2, "anchors": [{"event": "assurance", "side": "before"}]},
     "重要时期保障开始前开展巡检2次"),
    ("duty", {"period": "event", "count": None, "per": "项资产",
              "anchors": [{"event": "assurance", "side": "during"}]}, "重要时期保障期间对每项资产开展巡检"),
    ("duty", {"period": "event", "count": None, "anchors": [{"event": "demand"}]},
     "按采购人或使用单位要求开展巡检"),
    ("duty", {"period": "event", "count": None, "anchors": [{"event": "demand", "value": 8, "unit": "hour"}]},
     "采购人或使用单位提出后8小时内开展巡检"),
    ("duty", {"period": "continuous", "count": None, "window": "7x24"}, "持续开展巡检（7×24）"),
    ("sla", {"metric": "notice", "value": 0, "unit": "minute"}, "立即通知"),
    ("quota", {"op": ">=", "value": 3, "unit": "次"}, "需求调整不少于3次"),
    ("deliverable", {"cadence": "term"}, "服务期内提交年度运维报告"),
    ("deliverable", {"cadence": "event", "anchors": [{"event": "award", "side": "before"}]},
     "中标通知书发出前提交年度运维报告"),
    ("licence", {"count": 2}, "SSL证书（2个）有效期2025-04-02至2026-04-01"),
    ("kpi", {"metric": "performance", "scope": "访问时延", "op": "<", "unit": "second", "value": "0.1"},
     "访问时延低于0.1秒"),
    ("kpi", {"metric": "data_latency", "scope": "监测数据", "op": "<=", "unit": "day", "value": 1},
     "监测数据时延不超过1天"),
    ("kpi", {"window": "year", "scope": "核心系统"}, "核心系统每年可用性不低于99.9%"),
    ("quota", {}, "需求调整不超过10人日"),
    ("deliverable", {}, "每年提交年度运维报告"),
    ("licence", {}, "SSL证书有效期2025-04-02至2026-04-01"),
    ("staffing", {"place": "机房"}, "驻场运维不少于2人，机房"),
    ("retention", {}, "数据库备份留存至少30天"),
    ("approval", {}, "停机须先经采购人书面同意"),
    ("approval", {"consent": "notice", "value": 2, "unit": "workday"}, "停机提前2个工作日告知采购人"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "change", "line"), LINES)
def test_one_line_of_chinese(kind: str, change: dict[str, Any], line: str) -> None:
    assert describe(from_dict(kind, {"key": "k", **SOUND[kind], **change})) == line


def test_a_window_is_called_by_the_contracts_name() -> None:
    term = from_dict("sla", {"key": "k", **SOUND["sla"], "window": "office"})
    assert describe(term, {"office": "工作时间"}) == "2小时内解决（工作时间）"


def test_words_are_their_strings_and_carry_a_label() -> None:
    assert SlaMetric.RESOLVE == "resolve"
    assert json.dumps(SlaMetric.RESOLVE) == '"resolve"'
    assert all(word.label for cls in Word.__subclasses__() for word in cls)


def test_dates_and_decimals_keep_their_type() -> None:
    licence = from_dict("licence", {"key": "k", **SOUND["licence"]})
    kpi = from_dict("kpi", {"key": "k", **SOUND["kpi"]})
    assert to_dict(licence)["start"] == "2025-04-02"
    assert licence.start == date(2025, 4, 2)  # type: ignore[union-attr]
    assert kpi.value == Decimal("99.9")  # type: ignore[union-attr]
    assert to_dict(kpi)["value"] == "99.9"
