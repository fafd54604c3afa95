"""Every path and command that the documents name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from opsledger.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]
PLACES = ("src/", "docs/", "packs/", "tests/", "scripts/", "bench/", "requirements/", "frontend/")


def _named_paths(text: str) -> set[str]:
    quoted = re.findall(r"`([^`\n]+)`", text)
    return {name for name in quoted if name.startswith(PLACES) and re.fullmatch(r"[\w./-]+", name)}


def _linked_paths(text: str) -> set[str]:
    return {link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_paths_exist(document):
    text = document.read_text(encoding="utf-8")
    missing = [name for name in _named_paths(text) if not (ROOT / name).exists()]
    missing += [link for link in _linked_paths(text) if not (document.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_exist(document):
    text = document.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M))
    made = re.findall(r"(?:^|`)make ([a-z]+)\b", text, re.M)
    called = re.findall(r"(?:^|`|/)opsledger ([a-z]+)\b", text, re.M)
    assert [name for name in made if name not in targets] == []
    assert [name for name in called if name not in COMMANDS] == []
