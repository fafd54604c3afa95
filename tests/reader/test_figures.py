"""The figures reached on labelled documents; they may rise but not fall silently."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from opsledger.reader import read

ABOVE = Path(__file__).resolve().parents[3:]
SHARED = next((p / "shared" for p in ABOVE if (p / "shared" / "seeds").is_dir()), ABOVE[0] / "shared")
GOLD = SHARED / "reader" / "gold"
SCORE = SHARED / "tools" / "score_reader.py"

pytestmark = pytest.mark.skipif(not SCORE.exists(), reason="the labelled documents are not on this machine")


def _score(tmp_path: Path, gold: str, seed: str, most: int | None = None) -> dict[str, Any]:
    path = SHARED / "seeds" / f"{seed}.txt"
    lines = read(path.read_bytes(), path.name).to_jsonl().splitlines(keepends=True)
    predicted = tmp_path / "predicted.jsonl"
    predicted.write_text("".join(lines[:most]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, SCORE, GOLD / gold, predicted, "--json"], check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("gold", "seed", "most", "strict", "lenient"),
    [
        ("zhangjiagang_001_060.jsonl", "zhangjiagang", 60, 0.97, 0.98),
        ("guangdong.jsonl", "guangdong", None, 0.97, 0.98),
        ("wenzhou.jsonl", "wenzhou", None, 0.97, 0.98),
        ("shaoguan.jsonl", "shaoguan", None, 1.0, 1.0),
    ],
)
def test_figures_do_not_fall(
    tmp_path: Path, gold: str, seed: str, most: int | None, strict: float, lenient: float
) -> None:
    score = _score(tmp_path, gold, seed, most)
    assert score["items"]["f1"] >= 0.98
    assert score["items"]["name_right"] >= 0.98
    assert score["items"]["period_right"] >= 0.98
    assert score["strict"]["all"]["f1"] >= strict
    assert score["lenient"]["all"]["f1"] >= lenient
    for kind in ("sla", "licences", "retention"):
        assert score["strict"][kind]["f1"] >= 0.95, kind


@pytest.mark.parametrize("seed", ["zhangjiagang", "guangdong", "wenzhou", "shaoguan", "anyang"])
def test_every_quote_is_a_substring_of_the_text_at_its_span(seed: str) -> None:
    source = (SHARED / "seeds" / f"{seed}.txt").read_text("utf-8")
    reading = read(source.encode(), f"{seed}.txt")
    for line in reading.to_jsonl().splitlines():
        for facts in json.loads(line).values():
            for fact in facts if isinstance(facts, list) else []:
                if isinstance(fact, dict):
                    start, end = fact["span"]
                    assert reading.text[start:end] == fact["quote"] != ""
                    first, last = reading.normalised.original_span(start, end)
                    if "[bookmark" not in source[first:last]:
                        assert source[first:last] == fact["quote"]


def test_all_items_of_the_large_document_are_found() -> None:
    path = SHARED / "seeds" / "zhangjiagang.txt"
    items = [i for i in read(path.read_bytes(), path.name).items if not i.common]
    assert [i.no for i in items] == [str(n) for n in range(1, 181)] + [str(n) for n in range(1, 19)]


def test_all_rows_of_the_flattened_table_are_found_with_their_units() -> None:
    path = SHARED / "seeds" / "anyang.txt"
    items = [i for i in read(path.read_bytes(), path.name).items if not i.common]
    assert [i.no for i in items] == [str(n) for n in range(1, 31)]
    assert all(i.unit for i in items)
