"""Each code that core raises has a Chinese sentence, and each sentence is one."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import opsledger.core
from opsledger.core.sentences import SENTENCES

ROOM = Path(opsledger.core.__file__).parent
_RAISED = re.compile(r'DomainError\(\s*"([a-z_]+\.[a-z_]+)"')


def _raised() -> dict[str, str]:
    sources = [path for path in ROOM.rglob("*.py") if "sentences" not in path.parts]
    return {
        code: str(path.relative_to(ROOM)) for path in sources for code in _RAISED.findall(path.read_text())
    }


def test_every_code_has_its_sentence() -> None:
    assert {code: place for code, place in _raised().items() if code not in SENTENCES} == {}


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_chinese_whole_and_names_only_facts(code: str) -> None:
    sentence = SENTENCES[code]
    assert re.search(r"[\u4e00-\u9fff]", sentence)
    assert sentence.endswith(("。", "？"))
    assert all(name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(sentence))
