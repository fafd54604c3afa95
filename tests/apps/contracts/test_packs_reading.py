"""Reading packs: what is wrong is named with file, line and field, all of it at once."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from opsledger.apps.contracts.packs import list_packs, load_pack, summary
from opsledger.apps.contracts.packs.sentences import PROBLEMS, SENTENCES
from opsledger.core.errors import DomainError
from opsledger.core.terms import DutyTerm, SlaTerm, from_dict, to_dict

CONTRACT = dedent(
    """\
    pack: small
    name: 小合同
    time_zone: Asia/Shanghai
    parties: {buyer: {name: 甲}, provider: {name: 乙, made_up: true}}
    term: {start: 2026-01-01, end: 2026-12-31}
    clause_prefix: 表 序号{no}
    default_window: 7x24
    units: [{name: 一局}]
    windows:
      7x24: {name: 7×24, hours: 7x24}
      5x8: {name: 5×8, hours: "周一至周五 9:00-12:00,13:00-18:00"}
    severities:
      two: {levels: [{name: 重大}, {name: 一般}]}
    sources: [{id: t, name: 招标文件}]
    """
)
ITEMS = dedent(
    """\
    items:
      - no: "01"
        name: 甲系统
        unit: 一局
        windows: [5x8]
        severity_sets: [two]
        sla:
          - {key: resolve, metric: resolve, severity: 重大, limit: 2 hour, at: 标准}
        duties:
          - {key: round, activity: inspection, freq: 1/2week, at: 内容}
          - {key: scan, activity: vuln_scan, freq: unspecified}
      - no: "02"
        name: 乙系统
        unit: 一局
        sla:
          - {key: resolve, metric: resolve, limit: 4 hour}
          - {key: answer, metric: answer, ticket: question, limit: 3 workday}
    """
)


def write(folder: Path, **files: str) -> Path:
    """A pack named small; `files` are texts by name without ending."""
    pack = folder / "small"
    pack.mkdir()
    for name, text in {"contract": CONTRACT, "items": ITEMS, **files}.items():
        (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
    return pack


def complaints(pack: Path) -> list[dict[str, Any]]:
    with pytest.raises(DomainError) as caught:
        load_pack(pack)
    assert caught.value.code == "pack.invalid"
    facts = caught.value.facts
    told = SENTENCES["pack.invalid"].format(**facts)
    found: list[dict[str, Any]] = facts["problems"]  # type: ignore[assignment]
    assert str(len(found)) in told
    return found


def test_a_sound_pack_is_typed_and_complete(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path))
    first = pack.item("01").terms[0]
    assert isinstance(first, SlaTerm)
    assert (first.key, first.item, first.clause, first.window) == (
        "01.resolve",
        "01",
        "表 序号01 标准",
        "5x8",
    )
    assert first.open_points == ()
    duty, scan = pack.item("01").terms[1:]
    assert isinstance(duty, DutyTerm)
    assert (duty.count, duty.every, duty.period, duty.evidence.supervisor_verifies) == (1, 2, "week", True)
    assert [point.what for point in scan.open_points] == ["条款未写频次"]
    assert pack.provider is not None
    assert pack.provider.made_up
    assert summary(pack) == {
        "id": "small",
        "name": "小合同",
        "items": 2,
        "terms": {
            "sla": 3, "duty": 2, "kpi": 0, "quota": 0, "deliverable": 0,
            "licence": 0, "staffing": 0, "retention": 0, "approval": 0,
        },
    }  # fmt: skip


def test_a_limit_without_a_window_takes_the_default_and_says_so(tmp_path: Path) -> None:
    hours, workdays = load_pack(write(tmp_path)).item("02").terms
    assert isinstance(hours, SlaTerm)
    assert (hours.window, [point.default for point in hours.open_points]) == ("7x24", ["按7×24计时"])
    # Working days are counted by the calendar, so that no window is missing.
    assert isinstance(workdays, SlaTerm)
    assert (workdays.window, workdays.open_points) == (None, ())


def test_every_term_goes_there_and_back(tmp_path: Path) -> None:
    for term in load_pack(write(tmp_path)).all_terms():
        assert from_dict(str(term.kind), to_dict(term)) == term


MISTAKES = [
    ("limit: 2 hour", "limit: two hours", 8, "items[0].sla[0].limit"),
    ("metric: resolve, severity", "metric: fix, severity", 8, "items[0].sla[0].metric"),
    ("severity: 重大", "severity: 特大", 8, "items[0].sla[0].severity"),
    ("windows: [5x8]", "windows: [6x8]", 5, "items[0].windows[0]"),
    ("severity_sets: [two]", "severity_sets: [three]", 6, "items[0].severity_sets[0]"),
    ("freq: 1/2week", "freq: weekly", 10, "items[0].duties[0].freq"),
    ("key: scan", "key: round", 11, "items[0].duties[1].key"),
    ("key: scan, ", "", 11, "items[0].duties[1].key"),
    ("activity: vuln_scan", "activity: scan", 11, "items[0].duties[1].activity"),
    ('no: "02"', 'no: "01"', 12, "items[1].no"),
    ('no: "02"', "no: 2", 12, "items[1].no"),
    ("name: 乙系统", "title: 乙系统", 13, "items[1].title"),
    ("ticket: question, limit", "tickets: question, limit", 17, "items[1].sla[1].tickets"),
    ("limit: 3 workday", "limit: 3 workday, limit: 4 workday", 17, "items[1].sla[1].limit"),
    ("limit: 4 hour", "limit: 4 hour, open: [{what: x}]", 16, "items[1].sla[0].open[0]"),
    ("limit: 4 hour", "limit: 4 hour, evidence: {photos: -1}", 16, "items[1].sla[0].evidence.photos"),
]


@pytest.mark.parametrize(("old", "new", "line", "field"), MISTAKES)
def test_a_mistake_in_the_items_is_found_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, field: str
) -> None:
    assert old in ITEMS
    found = complaints(write(tmp_path, items=ITEMS.replace(old, new, 1)))
    assert ("items.yaml", line, field) in {(p["file"], p["line"], p["field"]) for p in found}


CONTRACT_MISTAKES = [
    ("pack: small", "pack: large", 1, "pack"),
    ("Asia/Shanghai", "Asia/Nowhere", 3, "time_zone"),
    ("end: 2026-12-31", "end: 2025-12-31", 5, "term.end"),
    ("end: 2026-12-31", "end: 31.12.2026", 5, "term.end"),
    ("term: {start: 2026-01-01, end: 2026-12-31}", "term: {anchor: signing}", 5, "term"),
    ("default_window: 7x24", "default_window: 8x24", 7, "default_window"),
    ("[{name: 一局}]", "[{name: 一局}, {name: 一局}]", 8, "units[1]"),
    ('"周一至周五 9:00-12:00,13:00-18:00"', "上班时间", 11, "windows.5x8.hours"),
    ("levels: [{name: 重大}", "levels: [{word: 重大}", 13, "severities.two.levels[0]"),
    ("sources:", "source:", 14, "source"),
]


@pytest.mark.parametrize(("old", "new", "line", "field"), CONTRACT_MISTAKES)
def test_a_mistake_in_the_contract_is_found_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, field: str
) -> None:
    assert old in CONTRACT
    found = complaints(write(tmp_path, contract=CONTRACT.replace(old, new, 1)))
    assert ("contract.yaml", line, field) in {(p["file"], p["line"], p["field"]) for p in found}


def test_all_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    items = ITEMS.replace("limit: 2 hour", "limit: 2").replace("unit: 一局", "unit: 二局")
    contract = CONTRACT.replace("Asia/Shanghai", "Mars/Base")
    found = complaints(write(tmp_path, items=items, contract=contract))
    assert [(p["file"], p["line"]) for p in found] == [
        ("contract.yaml", 3),
        ("items.yaml", 4),
        ("items.yaml", 8),
        ("items.yaml", 14),
    ]


def test_a_scheme_that_the_engine_refuses_is_shown_at_its_line(tmp_path: Path) -> None:
    scheme = dedent(
        """\
        id: s
        title: 考评
        categories:
          - id: a
            title: 工单
            indicators:
              - {id: x, title: 超时, match: {kinds: sla_breach}, rule: {type: per_day, points: 1}}
        bands: [{id: all, title: 全额, effect: {type: full}}]
        """
    )
    found = complaints(write(tmp_path, scheme=scheme))
    assert [(p["file"], p["line"], p["field"]) for p in found] == [
        ("scheme.yaml", 7, "categories[0].indicators[0].rule.type")
    ]


def test_a_payment_plan_is_tried_without_a_price(tmp_path: Path) -> None:
    plan = "id: p\ntitle: 付款\nmilestones:\n  - {id: a, title: 首付, trigger: signed, share_percent: 30}\n"
    rest = "  - {id: b, title: 余款, trigger: accepted}\n"
    assert load_pack(write(tmp_path, payment=plan + rest)).payment is not None
    (tmp_path / "small" / "payment.yaml").write_text(plan, encoding="utf-8")
    found = complaints(tmp_path / "small")
    assert [(p["file"], p["line"]) for p in found] == [("payment.yaml", 3)]


ASSETS = """\
assets:
  - id: net
    title: 网络设备
    item: "01"
    printed_total: 5
    devices:
      - {name: 交换机, count: 4, unit: 台, year: 2017}
"""


def test_a_printed_total_that_differs_must_be_owned_up_to(tmp_path: Path) -> None:
    found = complaints(write(tmp_path, assets=ASSETS))
    assert [(p["line"], p["field"]) for p in found] == [(5, "assets[0].printed_total")]
    marked = ASSETS.replace("printed_total: 5", "printed_total: 5\n    total_as_printed: true")
    (tmp_path / "small" / "assets.yaml").write_text(marked, encoding="utf-8")
    (group,) = load_pack(tmp_path / "small").assets
    assert (group.printed_total, group.total) == (5, 4)


BROKEN = [
    ("items: [", "yaml"),
    ("a: &x {<<: *x}", "yaml"),
    ("items: &x [*x]", "recursive"),
    ("\tx: 1", "yaml"),
    ("x: 1\nx: 2", "duplicate_key"),
    ("base: &b {no: 1}\nitems: [{<<: *b}]", "merge"),
    ("[" * 500 + "]" * 500, "too_deep"),
    ("[" * 200_000, "too_deep"),
    ("- " * 200_000 + "a", "too_deep"),
]


@pytest.mark.parametrize(("text", "_why"), BROKEN, ids=[f"{why}-{len(text)}" for text, why in BROKEN])
def test_a_broken_file_is_a_sentence_and_never_a_crash(tmp_path: Path, text: str, _why: str) -> None:
    found = complaints(write(tmp_path, items=text))
    assert found
    assert all(p["file"] == "items.yaml" and p["line"] >= 1 and p["problem"] for p in found)


def test_bytes_that_are_no_text_are_a_sentence(tmp_path: Path) -> None:
    pack = write(tmp_path)
    (pack / "items.yaml").write_bytes(b"\xff\xfe\x00items")
    assert [p["problem"] for p in complaints(pack)] == [PROBLEMS["not_utf8"]]


def test_a_pack_without_items_is_refused(tmp_path: Path) -> None:
    pack = write(tmp_path)
    (pack / "items.yaml").unlink()
    assert [p["problem"] for p in complaints(pack)] == [PROBLEMS["no_items"]]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "7\n"])
def test_a_contract_file_of_the_wrong_shape_is_a_sentence(tmp_path: Path, text: str) -> None:
    assert complaints(write(tmp_path, contract=text))[0]["file"] == "contract.yaml"


def test_no_pack_there(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as caught:
        load_pack(tmp_path / "none")
    assert SENTENCES[caught.value.code].format(**caught.value.facts)
    assert list_packs(tmp_path / "none") == []


def test_packs_are_listed_by_name(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "other").mkdir()
    assert [path.name for path in list_packs(tmp_path)] == ["small"]
