"""The corrected workbook comes back: first what it would change, then the change, whole and to be undone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from opsledger.apps.contracts.models import DocumentReading, ProposedTerm, ReadingItem, ReviewAct
from opsledger.apps.contracts.review import sheets
from opsledger.apps.contracts.review.conversion import EACH_ITEM, described
from opsledger.apps.contracts.review.fields import FIELDS, KIND_LABELS
from opsledger.apps.contracts.review.sheets import Book, Exported, Problem, Row
from opsledger.apps.contracts.review.values import read as read_facts
from opsledger.apps.contracts.services.reading_acts import keep, must_review, new_term, write
from opsledger.apps.ledger import selectors as ledger_selectors
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import uploads
from opsledger.kernel.access import Actor

SUBJECT = "reading_sheet"
MOST_BYTES = 20 * 1024 * 1024
State = ProposedTerm.State
_STATES = {word: state for state, word in sheets.STATE_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """What one row would change: the term (None: a new one) and the values it would get."""

    row: Row
    term: ProposedTerm | None
    item: ReadingItem
    values: dict[str, Any]
    was: str
    will_be: str


@dataclass(slots=True)
class Plan:
    """All changes of a workbook, and everything that stands in their way."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    skipped: list[str] = field(default_factory=list)


def export_terms(*, reading: DocumentReading) -> bytes:
    """The workbook of a reading's terms as they stand."""
    rows = ProposedTerm.objects.filter(reading=reading, live=True).select_related("item")
    return sheets.write(
        Exported(
            key=row.pk,
            version=row.version,
            item_no=row.item.no,
            item=row.item.name,
            state=row.state,
            kind=row.kind,
            data=row.data,
            summary=row.summary,
            confidence=row.confidence_percent,
            quote=row.quote,
        )
        for row in rows.order_by("item__position", "start", "pk")
    )


@transaction.atomic
def keep_sheet(*, actor: Actor, reading: DocumentReading, upload: UploadedFile[Any]) -> int:
    """Keep an uploaded workbook for the preview; the id under which it is kept."""
    must_review(actor, reading)
    name = PurePath((upload.name or "表格.xlsx").replace("\\", "/")).name
    if not upload.size:
        raise DomainError("upload.empty", name=name)
    if upload.size > MOST_BYTES:
        raise DomainError("upload.too_large", name=name, limit_mb=MOST_BYTES // 1024 // 1024)
    upload.seek(0)
    sheets.read(upload.read())
    upload.seek(0)
    kept = ledger.attach(
        chunks=upload.chunks(),
        name=name,
        media_type=uploads.ALLOWED["xlsx"][0],
        subject=ledger.Subject(SUBJECT, str(reading.pk), reading.name),
        actor=actor,
    )
    return kept.pk


def plan_sheet(*, reading: DocumentReading, attachment_id: int) -> Plan | None:
    """What the kept workbook would change now; None when there is no such workbook."""
    kept = ledger_selectors.attachment_of(SUBJECT, str(reading.pk), attachment_id)
    if kept is None:
        return None
    return plan(reading=reading, book=sheets.read(b"".join(ledger.content(kept))))


def plan(*, reading: DocumentReading, book: Book) -> Plan:
    """The changes of a workbook against the terms as they stand."""
    made = Plan(problems=list(book.problems), skipped=book.skipped)
    terms = {
        str(row.pk): row
        for row in ProposedTerm.objects.filter(reading=reading, live=True).select_related("item", "acted_by")
    }
    items = {row.no: row for row in ReadingItem.objects.filter(reading=reading, live=True)}
    seen: dict[str, int] = {}
    for row in book.rows:
        if row.key and row.key in seen:
            made.problems.append(
                Problem(row.sheet, row.number, sheets.KEY, f"编号 {row.key} 与第 {seen[row.key]} 行重复。")
            )
            continue
        seen[row.key] = row.number
        _plan_row(made, row, terms, items)
    return made


def _plan_row(made: Plan, row: Row, terms: dict[str, ProposedTerm], items: dict[str, ReadingItem]) -> None:
    def wrong(column: str, text: str) -> None:
        made.problems.append(Problem(row.sheet, row.number, column, text))

    term = terms.get(row.key) if row.key else None
    if row.key and (term is None or term.kind != row.kind):
        wrong(sheets.KEY, f"没有编号为 {row.key} 的{KIND_LABELS[row.kind]}。新增的行请把编号留空。")
        return
    if term is not None and _as_it_was(row, term):
        made.unchanged += 1
        return
    if term is not None and row.version != str(term.version):
        by = term.acted_by or "他人"
        wrong(
            "",
            f"导出之后{by}已改动这一条（现为“{term.get_state_display()}：{term.summary}”）。请重新导出再改这一行。",
        )
        return
    item = items.get(row.item_no)
    if item is None:
        wrong(sheets.ITEM_NO, f"没有序号为“{row.item_no}”的服务项。")
    state = _STATES.get(row.state or sheets.STATE_WORDS["accepted"])
    if state is None:
        wrong(sheets.STATE, f"没有“{row.state}”这个状态，可填：{'、'.join(_STATES)}。")
    scope = _scope(row, item)
    if scope is None:
        wrong(sheets.SCOPE, f"“{row.scope}”不对，可填：每个服务项，或留空。")
    if term is not None and state == State.REJECTED and sheets.same_facts(row, term.kind, term.data):
        data, bad = term.data, {}  # what is not adopted need not be complete
    else:
        data, bad = read_facts(row.kind, row.facts, scope or "")
    labels = {one.name: one.label for one in FIELDS[row.kind]}
    for name, text in bad.items():
        wrong(labels.get(name, ""), text)
    if item is None or state is None or scope is None or bad:
        return
    made.changes.append(_change(row, term, item, str(state), data))


def _scope(row: Row, item: ReadingItem | None) -> str | None:
    if row.scope not in ("", sheets.SCOPE_WORDS[EACH_ITEM], "合同整体"):
        return None
    return (
        EACH_ITEM if row.scope == sheets.SCOPE_WORDS[EACH_ITEM] and item is not None and item.common else ""
    )


def _as_it_was(row: Row, term: ProposedTerm) -> bool:
    scope = sheets.SCOPE_WORDS.get(str(term.data.get("item") or ""), "")
    return (
        row.item_no == term.item.no
        and row.state == sheets.STATE_WORDS[term.state]
        and row.scope in (scope, scope or "合同整体")
        and sheets.same_facts(row, term.kind, term.data)
    )


def _change(
    row: Row, term: ProposedTerm | None, item: ReadingItem, state: str, data: dict[str, Any]
) -> Change:
    summary = described(row.kind, data)[:400]
    if term is None:
        will_be = f"{item}：{summary}（{sheets.STATE_WORDS[state]}）"
        return Change(row, None, item, {"state": state, "data": data}, "", will_be)
    changed = data != term.data
    if changed and state in (term.state, State.ACCEPTED) and state != State.REJECTED:
        state = str(State.EDITED)
    values = {
        "data": data,
        "summary": summary if changed else term.summary,
        "problem": "" if changed else term.problem,
        "item_id": item.pk,
        "state": state,
    }
    was = f"{term.item}：{term.summary}（{term.get_state_display()}）"
    return Change(row, term, item, values, was, f"{item}：{summary}（{sheets.STATE_WORDS[state]}）")


@transaction.atomic
def apply_sheet(*, actor: Actor, reading: DocumentReading, attachment_id: int, expected: int) -> ReviewAct:
    """Make all the changes that the preview counted, or none."""
    must_review(actor, reading)
    made = plan_sheet(reading=reading, attachment_id=attachment_id)
    if made is None:
        raise DomainError("sheet.gone")
    if made.problems or len(made.changes) != expected:
        raise DomainError("sheet.changed", expected=expected, found=len(made.changes))
    if not made.changes:
        raise DomainError("sheet.nothing")
    done: list[tuple[ProposedTerm, dict[str, Any]]] = []
    for change in made.changes:
        if change.term is None:
            term = new_term(
                actor=actor,
                reading=reading,
                item=change.item,
                kind=change.row.kind,
                data=change.values["data"],
            )
            term.state, term.source = change.values["state"], ProposedTerm.Source.SHEET
            term.save()
            done.append((term, {"live": False}))
        else:
            done.append(
                write(actor=actor, term=change.term, version=change.term.version, values=change.values)
            )
    return keep(
        actor=actor, reading=reading, verb="import", label=f"表格中的 {len(done)} 处改动", changes=done
    )
