"""Write what the child read as rows, in one transaction of the caller."""

from __future__ import annotations

from datetime import date
from typing import Any

from opsledger.apps.contracts.models import (
    DocumentReading,
    ProposedTerm,
    ReadingFinding,
    ReadingItem,
    ReadingSection,
)
from opsledger.apps.contracts.review.conversion import described, term_data
from opsledger.apps.contracts.review.sections import sections

_BATCH = 400
_QUOTE = 2000


def store(reading: DocumentReading, told: dict[str, Any]) -> dict[str, int]:
    """Replace whatever an earlier attempt left by what was read now; returns the counts."""
    for model in (ReadingFinding, ProposedTerm, ReadingSection, ReadingItem):
        model.objects.filter(reading=reading).delete()
    text = told["text"]
    items = _items(reading, told["items"])
    _sections(reading, text, told["items"], items)
    terms = [term for row, item in zip(items, told["items"], strict=True) for term in _terms(row, item, text)]
    ProposedTerm.objects.bulk_create(terms, batch_size=_BATCH)
    findings = [_finding(reading, number, one) for number, one in enumerate(told["findings"])]
    ReadingFinding.objects.bulk_create(findings, batch_size=_BATCH)
    return {"items": len(items), "terms": len(terms), "findings": len(findings)}


def _items(reading: DocumentReading, told: list[dict[str, Any]]) -> list[ReadingItem]:
    taken: set[str] = set()
    chapters: dict[str, int] = {}
    rows = []
    for position, item in enumerate(told, start=1):
        chapter = chapters.setdefault(item["section"] or "", len(chapters) + 1)
        no = _number(item["no"], chapter, taken)
        period = item["period"] or {}
        row = ReadingItem(
            reading=reading,
            position=position,
            no=no,
            name=(item["name"] or "未命名")[:200],
            section=(item["section"] or "")[:200],
            unit=(item["unit"] or "")[:120],
            starts_on=_day(period.get("start")),
            ends_on=_day(period.get("end")),
            windows=item["windows"],
            common=item["common"],
            start=item["start"],
            end=item["end"],
        )
        rows.append(row)
    return ReadingItem.objects.bulk_create(rows, batch_size=_BATCH)


def _number(printed: str, chapter: int, taken: set[str]) -> str:
    """The printed number; where two chapters count from 1, the later ones get their chapter's in front."""
    no = (printed or "").strip()[:16] or str(len(taken) + 1)
    tried, more = no, 1
    while tried in taken:
        tried = f"{chapter}-{no}"[:20] if more == 1 else f"{no[:14]}.{more}"
        more += 1
    taken.add(tried)
    return tried


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _sections(
    reading: DocumentReading, text: str, told: list[dict[str, Any]], rows: list[ReadingItem]
) -> None:
    places = [(item["start"], item["end"], str(row)) for row, item in zip(rows, told, strict=True)]
    ReadingSection.objects.bulk_create(
        [
            ReadingSection(
                reading=reading,
                position=number,
                title=(part.title or "正文")[:200],
                start=part.start,
                end=part.end,
                text=text[part.start : part.end],
            )
            for number, part in enumerate(sections(text, places))
        ],
        batch_size=_BATCH,
    )


def _terms(row: ReadingItem, item: dict[str, Any], text: str) -> list[ProposedTerm]:
    made: list[ProposedTerm] = []
    for told in item["terms"]:
        kind, data, problem = term_data(told["kind"], told["fields"], common=row.common)
        start, end = told["start"], told["end"]
        if any(
            one.kind == kind and one.data == data and one.start == start and one.end == end for one in made
        ):
            continue  # the same fact read twice from the same words
        quote = text[start:end]
        made.append(
            ProposedTerm(
                reading_id=row.reading_id,
                item=row,
                kind=kind,
                data=data,
                summary=described(kind, data)[:400],
                start=start,
                end=end,
                quote=quote[:_QUOTE],
                rule=told["rule"][:120],
                confidence_percent=max(0, min(100, told["confidence"])),
                problem=problem[:300],
            )
        )
    return made


def _finding(reading: DocumentReading, position: int, told: dict[str, Any]) -> ReadingFinding:
    return ReadingFinding(
        reading=reading,
        position=position,
        code=told["code"][:60],
        severity=told["severity"][:12],
        title=told["title"][:300],
        advice=told.get("advice", "")[:500],
        places=told.get("places", []),
    )
