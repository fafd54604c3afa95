"""Zhangjiagang 1-60 beside the human labels, fact by fact, and what the draft tool makes of the same labels."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from opsledger.apps.contracts.packs import Pack, load_pack
from opsledger.cli import main
from opsledger.core.terms import Term

ROOT = Path(__file__).resolve().parents[3]
SHARED = next((p for up in ROOT.parents[:2] if (p := up / "shared").is_dir()), Path("absent"))
GOLD = SHARED / "reader" / "gold" / "zhangjiagang_001_060.jsonl"
LABELLED = pytest.mark.skipif(not GOLD.is_file(), reason="the human labels are not on this machine")

# list of the labels -> kind of term and the fields that both have
FIELDS = {
    "sla": ("sla", ("metric", "value", "unit", "severity", "channel", "clock")),
    "duties": ("duty", ("activity", "count", "period", "every", "mode")),
    "kpis": ("kpi", ("metric", "op", "value", "unit", "window")),
    "quotas": ("quota", ("what", "op", "value", "unit")),
    "deliverables": ("deliverable", ("name", "cadence")),
    "licences": ("licence", ("product", "start", "end")),
    "staffing": ("staffing", ("min", "role")),
    "retention": ("retention", ("what", "value", "unit")),
}
BY_KIND = dict(FIELDS.values())

# What the pack has beyond the labels, with a number or a name of its own, and why.
BEYOND = {
    ("11", "duty"): "the assessment behind the report is a job of its own, once",
    ("12", "deliverable"): "整改措施 is asked for beside the maintenance report",
    ("13", "deliverable"): "整改措施 is asked for beside the maintenance report",
    ("34", "quota"): "the three counts of check points",
    ("38", "quota"): "two circuits that the provider looks after",
    ("48", "duty"): "functions to be added once",
    ("49", "duty"): "search and statistics to be improved once",
}
NOT_LABELLED = {"event", "continuous", "unspecified"}


@cache
def pack() -> Pack:
    return load_pack(ROOT / "packs" / "zhangjiagang-2024")


@cache
def labels() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def plain(value: object) -> object:
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value)).normalize()
    return value if value is None else str(value)


def said(term: Term) -> tuple[object, ...]:
    kind = str(term.kind)
    return (kind, *(plain(getattr(term, name)) for name in BY_KIND.get(kind, ())))


def labelled(label: dict[str, Any]) -> list[tuple[object, ...]]:
    return [
        (kind, *(plain(fact.get(name)) for name in names))
        for section, (kind, names) in FIELDS.items()
        for fact in label[section]
    ]


@LABELLED
def test_every_labelled_fact_is_in_the_pack_word_for_word() -> None:
    checked, missing = 0, []
    beyond = set()
    for label in labels():
        item = pack().item(label["no"])
        wanted, have = Counter(labelled(label)), Counter(said(term) for term in item.terms)
        checked += wanted.total()
        missing += [(item.no, *fact) for fact in wanted - have]
        beyond |= {
            (item.no, str(fact[0]))
            for fact in have - wanted
            if fact[0] != "approval" and not NOT_LABELLED & {str(value) for value in fact}
        }
    assert (checked, missing) == (169, [])
    assert beyond == set(BEYOND)


@LABELLED
def test_names_periods_and_windows_are_those_of_the_labels() -> None:
    for label in labels():
        item = pack().item(label["no"])
        windows = {"custom" if name.startswith("talent") else name for name in item.windows}
        assert (item.name, windows) == (label["name"], set(label["windows"])), item.no
        if label["period"]:
            assert [str(item.period.start), str(item.period.end)] == list(label["period"].values()), item.no


@LABELLED
def test_a_draft_of_the_labels_holds_every_fact_and_loads(tmp_path: Path) -> None:
    assert main(["draft", str(GOLD), "--out", str(tmp_path / "draft")]) == 0
    draft = load_pack(tmp_path / "draft")
    assert [path.name for path in sorted((tmp_path / "draft" / "items").iterdir())] == [
        "01.yaml",
        "02.yaml",
        "03.yaml",
    ]
    for label in labels():
        found = Counter(said(term) for term in draft.item(label["no"]).terms)
        assert found == Counter(labelled(label)), label["no"]
