"""Every code that the program raises has a sentence, and the sentence can be filled."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from opsledger.kernel import errors

SOURCE = Path(__file__).resolve().parents[2] / "src" / "opsledger"


def _raised() -> list[tuple[str, set[str], str]]:
    """(code, facts given, where) for every DomainError("literal", fact=...) in the source."""
    found = []
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DomainError"
            if named and node.args and isinstance(node.args[0], ast.Constant):
                open_ended = any(word.arg is None for word in node.keywords)
                facts = {"*"} if open_ended else {word.arg for word in node.keywords}
                found.append((node.args[0].value, facts, f"{file.relative_to(SOURCE)}:{node.lineno}"))
    return found


@pytest.mark.parametrize(("code", "facts", "where"), _raised())
def test_every_code_has_a_sentence_that_can_be_filled(code, facts, where):
    if where.startswith("apps/contracts/review/values.py"):
        # Caught at once by the form of a term, which words them with the name of the field.
        return
    sentences = errors.sentences()
    assert code in sentences, f"{where} raises {code}, which has no sentence"
    if "*" in facts:
        return
    import string

    wanted = {
        name.split(".")[0].split("[")[0]
        for _, name, _, _ in string.Formatter().parse(sentences[code])
        if name
    }
    if where.startswith("reader/documents/"):
        # Each format's reader knows only bytes; the door of the room adds the file's name.
        facts = facts | {"filename"}
    assert wanted <= facts, f"{where}: the sentence of {code} asks for {wanted - facts}"
