"""What is wrong in a scheme is named by its path; what is wrong in marks and facts by its code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.core.schemes.load import data, fact, mark, month, scheme, year

from opsledger.core.errors import DomainError
from opsledger.core.scoring import Settings, assess_term, evaluate, parse_scheme
from opsledger.core.sentences import SENTENCES

_ABSENT = object()


def changed(name: str, *path: Any, value: Any) -> dict[str, Any]:
    """A scheme with one value replaced (or removed)."""
    found: Any = json.loads(json.dumps(data(name)))
    spot = found
    for key in path[:-1]:
        spot = spot[key]
    if value is _ABSENT:
        del spot[path[-1]]
    else:
        spot[path[-1]] = value
    result: dict[str, Any] = found
    return result


ROW = ("categories", 0, "indicators", 0)
CASES = [
    ("anyang", ("title",), _ABSENT, "title"),
    ("anyang", ("title",), "  ", "title"),
    ("anyang", ("title",), True, "title"),
    ("anyang", ("base",), "一百", "base"),
    ("anyang", ("base",), True, "base"),
    ("anyang", ("base",), "NaN", "base"),
    ("anyang", ("floor",), 101, "floor"),
    ("anyang", ("score_places",), "1.5", "score_places"),
    ("anyang", ("categries",), [], "categries"),
    ("anyang", ("categories",), [], "categories"),
    ("anyang", ("categories",), {"a": 1}, "categories"),
    ("anyang", ("categories", 1), "工单", "categories[1]"),
    ("anyang", ("categories", 1, "id"), "onsite", "categories[1].id"),
    ("anyang", (*ROW, "id"), "sla", "categories[1].indicators[0].id"),
    ("anyang", (*ROW, "match"), _ABSENT, "categories[0].indicators[0].match"),
    ("anyang", (*ROW, "match", "kinds"), "staff_blow", "categories[0].indicators[0].match.kinds"),
    ("anyang", (*ROW, "match", "where"), ["x"], "categories[0].indicators[0].match.where"),
    ("anyang", (*ROW, "match", "whare"), {}, "categories[0].indicators[0].match.whare"),
    ("anyang", (*ROW, "match", "where"), {"a": [[1]]}, "categories[0].indicators[0].match.where.a"),
    ("anyang", (*ROW, "rule", "type"), "magic", "categories[0].indicators[0].rule.type"),
    ("anyang", (*ROW, "rule", "points"), -1, "categories[0].indicators[0].rule.points"),
    ("anyang", (*ROW, "rule", "over"), 8, "categories[0].indicators[0].rule.over"),
    ("anyang", ("bands", 1, "to"), 95, "bands[1].from"),
    ("anyang", ("bands", 0, "to"), 80, "bands[0].to"),
    ("anyang", ("bands", 1, "effect", "type"), "fine", "bands[1].effect.type"),
    ("anyang", ("bands", 1, "effect", "per_mille"), _ABSENT, "bands[1].effect.per_mille"),
    ("anyang", ("bands", 1, "effect", "count_from"), "top", "bands[1].effect.count_from"),
    ("anyang", ("rollup", "pays"), "day", "rollup.pays"),
    ("anyang", ("rollup",), {"method": "sum", "pays": "term"}, "bands[1].effect.count_from"),
    ("anyang", ("open_points", 0, "default"), "from_80", "open_points[0].default"),
    ("anyang", ("open_points", 0, "readings"), [], "open_points[0].readings"),
    ("anyang", ("open_points", 1, "id"), "count_from", "open_points[1].id"),
    ("anyang", ("open_points", 0, "readings", 1, "set"), {}, "open_points[0].readings[1].set"),
    ("zhangjiagang", ("categories", 0, "weight_percent"), 30, "categories"),
    ("zhangjiagang", ("categories", 0, "weight_percent"), _ABSENT, "categories[0].weight_percent"),
    ("zhangjiagang", (*ROW, "points"), 9, "categories[0].indicators[0].rule.steps[0].points"),
    ("zhangjiagang", (*ROW, "points"), 20, "categories[0].points"),
    ("zhangjiagang", (*ROW, "points"), _ABSENT, "categories[0].indicators[0].rule.type"),
    ("zhangjiagang", (*ROW, "rule", "steps", 0, "to"), 3, "categories[0].indicators[0].rule.steps[1].from"),
    ("zhangjiagang", (*ROW, "rule", "aggregate"), "sum", "categories[0].indicators[0].rule.aggregate"),
    ("zhangjiagang", (*ROW, "rule", "unmeasured"), 11, "categories[0].indicators[0].rule.unmeasured"),
    ("zhangjiagang", ("veto", 0, "band"), "zero", "veto[0].band"),
    ("zhangjiagang", ("veto", 0, "at_least"), 0, "veto[0].at_least"),
    ("d_hospital", ("categories", 0, "points"), 25, "categories[0].points"),
    ("d_hospital", ("base",), 110, "categories"),
    (
        "a_video",
        ("categories", 0, "indicators", 0, "rule", "unit"),
        0,
        "categories[0].indicators[0].rule.unit",
    ),
    ("e_education", ("assessors", 0, "weight"), 0, "assessors[0].weight"),
    ("g_website", ("series", 0, "bands"), ["bad"], "series[0].bands"),
    ("g_website", ("series", 0, "first"), _ABSENT, "series[0].first"),
    ("b_environment", ("bonus", "indicators", 0, "points"), 2, "bonus.indicators[0].points"),
    ("b_environment", ("bonus", "indicators", 0, "id"), "grave", "bonus.indicators[0].id"),
    ("b_environment", ("bonus", "indicators", 0, "rule"), {"type": "manual", "gives": "deduction"}, None),
]


@pytest.mark.parametrize(("name", "path", "value", "told"), CASES)
def test_a_broken_scheme_names_the_place(
    name: str, path: tuple[Any, ...], value: Any, told: str | None
) -> None:
    with pytest.raises(DomainError) as error:
        parse_scheme(changed(name, *path, value=value))
    assert error.value.code == "scheme.invalid"
    assert error.value.facts["path"] == (told or "bonus.indicators[0].rule.gives")
    assert "方案有误" in SENTENCES["scheme.invalid"].format(**error.value.facts)


@pytest.mark.parametrize("value", [None, [], "方案", 3])
def test_what_is_no_mapping_is_no_scheme(value: Any) -> None:
    with pytest.raises(DomainError) as error:
        parse_scheme(value)
    assert error.value.facts["path"] == "（根）"


def test_an_unknown_key_is_told_the_nearest_known_one() -> None:
    with pytest.raises(DomainError) as error:
        parse_scheme(changed("anyang", "score_place", value=1))
    assert "score_places" in str(error.value.facts["problem"])


def test_a_reading_that_would_break_the_scheme_is_refused_on_loading() -> None:
    broken = data("anyang")
    for reading, value in zip(broken["open_points"][0]["readings"], ("full", "top"), strict=True):
        reading["set"] = {"bands.reduced.effect.count_from": value}
    lost = data("anyang")
    for reading in lost["open_points"][0]["readings"]:
        reading["set"] = {"bands.middle.effect.count_from": "full"}
    twice = data("anyang")
    for reading in twice["open_points"][1]["readings"]:
        reading["set"] = {"bands.reduced.effect.count_from": "full"}
    for found, path in [
        (broken, "open_points[0].readings[1].set"),
        (lost, "open_points[0].readings[0].set"),
        (twice, "open_points[1]"),
    ]:
        with pytest.raises(DomainError) as error:
            parse_scheme(found)
        assert error.value.facts["path"] == path


def test_the_source_is_kept_apart_from_what_the_caller_holds() -> None:
    given = data("anyang")
    found = parse_scheme(given)
    given["bands"].clear()
    settings = Settings(readings={"count_from": "from_90"})
    assert evaluate(found, [], period=year(), settings=settings).score == 100


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        ([mark("nothing", "1")], "scoring.mark_unknown_row"),
        ([mark("response", "11")], "scoring.mark_out_of_range"),
        ([mark("accuracy", "10.5")], "scoring.mark_out_of_range"),
        ([mark("accuracy", "-1")], "scoring.mark_out_of_range"),
        ([mark("half_year", "5")], "scoring.mark_not_manual"),
        ([mark("accuracy", "5"), mark("accuracy", "6")], "scoring.duplicate_mark"),
    ],
)
def test_marks_that_contradict_the_scheme(marks: list[Any], code: str) -> None:
    with pytest.raises(DomainError) as error:
        evaluate(scheme("zhangjiagang"), [], period=year(), marks=marks)
    assert error.value.code == code
    assert SENTENCES[code].format(**error.value.facts)


def test_marks_need_a_reason_and_a_known_assessor() -> None:
    from dataclasses import replace

    good = mark("s1_mark", "90", by="buyer")
    for bad, code in [
        (replace(good, reason=" "), "scoring.mark_without_reason"),
        (replace(good, assessor_id="passer-by"), "scoring.unknown_assessor"),
    ]:
        with pytest.raises(DomainError) as error:
            evaluate(scheme("e_education"), [], period=year(), marks=[bad])
        assert error.value.code == code
        assert SENTENCES[code].format(**error.value.facts)


def test_facts_periods_and_readings_that_cannot_be() -> None:
    found = scheme("anyang")
    twin = [fact("a", "sla_breach"), fact("a", "staff_below")]
    unknown = Settings(readings={"count_from": "from_80"})
    for act, code in [
        (lambda: evaluate(found, twin, period=year()), "scoring.duplicate_fact"),
        (lambda: evaluate(found, [], period=year(), settings=unknown), "scoring.unknown_reading"),
        (lambda: assess_term(found, [], periods=[]), "scoring.no_periods"),
        (lambda: assess_term(found, [], periods=[month(1), year()]), "scoring.periods_overlap"),
    ]:
        with pytest.raises(DomainError) as error:
            act()
        assert error.value.code == code
        assert SENTENCES[code].format(**error.value.facts)
