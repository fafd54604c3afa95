"""Read one document in a process of its own: `python -m opsledger.apps.contracts.review.child FILE NAME`.

A bad file may take all memory, never end, or kill the interpreter; here it takes nothing else with it.  One
JSON object goes to standard output: what was read, or ``{"error": {"code", "facts"}}``.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from opsledger.core.calendars import parse_window
from opsledger.core.errors import DomainError
from opsledger.reader import Item, Reading, lint, read
from opsledger.reader.grammar import windows

MOST_MEMORY = 4 * 1024**3
MOST_PLACES, MOST_QUOTED = 12, 400


def as_json(reading: Reading) -> dict[str, Any]:
    """A reading as plain data: the text, the items with their proposals, warnings and findings."""
    return {
        "text": reading.text,
        "warnings": list(reading.warnings),
        "findings": [_finding(one) for one in lint.check(reading)],
        "items": [
            {
                "no": item.no,
                "name": item.name,
                "section": item.section,
                "unit": item.unit,
                "period": item.period,
                "windows": _windows(reading, item),
                "common": item.common,
                "start": item.span.start,
                "end": item.span.end,
                "terms": [
                    {
                        "kind": proposal.kind,
                        "fields": dict(proposal.fields),
                        "start": proposal.span.start,
                        "end": proposal.span.end,
                        "rule": proposal.rule,
                        "confidence": round(proposal.confidence * 100),
                    }
                    for proposal in item.proposals
                ],
            }
            for item in reading.items
        ],
    }


def _windows(reading: Reading, item: Item) -> list[str]:
    """The item's windows; hours that are spelled out as they are printed, where a calendar can read them."""
    if "custom" not in item.windows:
        return item.windows
    readable = []
    for words in windows.spelled(reading.normalised.key, item.span.start, item.span.end):
        try:
            parse_window(words)
        except DomainError:
            continue
        readable.append(words[:40])
    known = [name for name in item.windows if name != "custom"]
    return [*known, *(readable or ["custom"])]


def _finding(one: lint.Finding) -> dict[str, Any]:
    return {
        "code": one.kind,
        "severity": one.severity,
        "title": one.sentence,
        "advice": one.what_to_agree,
        "places": [
            {"item": c.no, "start": c.span.start, "end": c.span.end, "quote": c.quote[:MOST_QUOTED]}
            for c in one.clauses[:MOST_PLACES]
        ],
    }


def main(path: str, filename: str) -> None:
    """Read `path` under the name `filename` and print what was found."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        told = as_json(read(Path(path).read_bytes(), filename))
    except DomainError as error:
        facts = {name: str(value) for name, value in error.facts.items()}
        told = {"error": {"code": error.code, "facts": {"filename": filename, **facts}}}
    except MemoryError:
        told = {"error": {"code": "reading.too_heavy", "facts": {"filename": filename}}}
    json.dump(told, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main(sys.argv[1], sys.argv[2])
