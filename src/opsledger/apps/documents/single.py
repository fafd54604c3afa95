"""What the papers on one ticket or one task print, read from the rooms that keep them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from opsledger.apps.assessment.windows import titled
from opsledger.apps.contracts.models import Contract
from opsledger.apps.desk import selectors as desk
from opsledger.apps.desk.models import Ticket, TicketEvent
from opsledger.apps.desk.templatetags.desk_words import action_word, changed_words
from opsledger.apps.desk.words import METRIC_WORDS
from opsledger.apps.documents.papers.fault import Fault, Limit, Step
from opsledger.apps.documents.papers.inspection import Checked, Found, Inspection
from opsledger.apps.documents.papers.wording import moment
from opsledger.apps.duties import selectors as duties
from opsledger.apps.duties.models import Finding, Occurrence
from opsledger.apps.duties.templatetags.duties import answer_word
from opsledger.apps.duties.words import STANDING_WORDS, standing
from opsledger.apps.ledger.selectors import attachments_of
from opsledger.core.tickets import KINDS
from opsledger.kernel.access import Actor

# The moments of a fault in the order in which they are told, and the act that sets each.
_TIMES = (
    ("报修", ("report",)),
    ("派单", ("dispatch",)),
    ("响应", ("accept",)),
    ("到场", ("arrive",)),
    ("诊断", ("diagnose",)),
    ("恢复", ("mitigate",)),
    ("办结", ("resolve", "answer_at_once")),
    ("确认", ("confirm", "confirm_by_rule")),
)
_LIVE_FINDINGS = ("found", "ticketed", "remediating", "fixed", "returned")


def fault(actor: Actor, contract: Contract, ticket: Ticket, *, at: datetime) -> Fault:
    """One ticket as its reader may see it: what is private to the provider is left out for others."""
    story = desk.story_of(actor, ticket)
    for event in story:
        event.ticket = ticket
    return Fault(
        number=ticket.number,
        title=ticket.title,
        kind=KINDS.get(ticket.kind, ticket.kind),
        contract=contract.name,
        item=ticket.item.numbered + (f"（{ticket.scope}）" if ticket.scope else ""),
        unit=ticket.unit.name if ticket.unit else "",
        severity=ticket.severity,
        source=ticket.get_source_display(),
        contact=" ".join(filter(None, (ticket.contact_name, ticket.contact_phone))),
        place=ticket.place,
        description=ticket.description,
        times=_times(story),
        interrupted=(ticket.interrupted_from, ticket.interrupted_to),
        steps=[_step(event) for event in story],
        limits=[
            Limit(
                word=METRIC_WORDS.get(timer.metric, timer.metric),
                limit=timer.limit_text,
                due_at=timer.due_at,
                met_at=timer.met_at,
                state=timer.get_state_display(),
                clause=timer.term.clause,
            )
            for timer in ticket.timers.select_related("term").order_by("due_at", "pk")
        ],
        cause=ticket.cause,
        solution=ticket.solution,
        files=[
            (row.name, row.file.digest) for row in desk.open_files_of([ticket.pk]).get(str(ticket.pk), [])
        ],
        buyer=contract.buyer.name,
        provider=contract.provider.name if contract.provider else "",
        at=at,
    )


def _times(story: list[TicketEvent]) -> list[tuple[str, datetime | None]]:
    """The first moment of each act; a resolution or confirmation counts as it was last given."""
    found: list[tuple[str, datetime | None]] = []
    for word, actions in _TIMES:
        moments = [event.happened_at for event in story if event.action in actions]
        last = word in ("办结", "确认")
        found.append((word, (moments[-1] if last else moments[0]) if moments else None))
    return found


def _step(event: TicketEvent) -> Step:
    return Step(
        at=event.happened_at,
        actor=event.actor_name,
        what=action_word(event),
        note="\n".join(filter(None, (changed_words(event), event.note))),
        later=(event.recorded_at - event.happened_at).total_seconds() > 60,
    )


def _files(task: Occurrence) -> list[tuple[str, str]]:
    rows = attachments_of("occurrence", [str(task.pk)]).get(str(task.pk), [])
    return [(row.name, row.file.digest) for row in rows]


def inspection(contract: Contract, row: Occurrence, *, at: datetime) -> Inspection:
    """One task that was done, with its round where one was made and the findings before and after."""
    round_ = duties.live_round(row)
    checks = [_checked(line) for line in duties.lines_of(round_) if line.asked] if round_ else []
    return Inspection(
        title=titled(row.label),
        contract=contract.name,
        item=row.item.numbered if row.item else "合同整体",
        unit=row.item.unit.name if row.item and row.item.unit else "",
        clause=row.obligation.term.clause,
        due_at=row.due_at,
        done_at=row.submitted_at,
        recorded_at=row.submission_recorded_at,
        by=str(row.submitted_by or ""),
        result=STANDING_WORDS[standing(row, at)],
        note=row.note,
        numbers=[(str(name), str(value)) for name, value in row.numbers.items()],
        checks=checks,
        findings=_findings(row.findings.order_by("pk")),
        earlier=_earlier(row),
        verified=f"{row.verified_by} 于 {moment(row.verified_at)} 复核通过" if row.verified_at else "",
        signed=f"{row.signed_by} 于 {moment(row.signed_at)} 在平台签字" if row.signed_at else "",
        files=_files(row),
        provider=contract.provider.name if contract.provider else "",
        buyer=contract.buyer.name,
        at=at,
    )


def _checked(line: Any) -> Checked:
    value = answer_word(line.value)
    if line.check.kind == "table":
        said = [
            " ".join(f"{column.label}{cell}{column.unit}" for column, cell in cells if cell)
            for cells in line.rows
        ]
        value = "\n".join(one for one in said if one)
    elif value and line.check.unit:
        value = f"{value}{line.check.unit}"
    last = "" if line.last is None or line.check.kind == "table" else answer_word(line.last.value)
    note = line.answer.note if line.answer else ""
    if line.seen:
        read = f"{answer_word(line.seen['value'])}{line.seen['unit']}，{moment(line.seen['at'])}"
        note = (
            f"监测为{read}，已改填：{note}" if line.overridden else f"来自监测，{read}。{note}".rstrip("。")
        )
    return Checked(
        # Where the round went over several devices the paper names each.
        label=f"{line.stop['code']} {line.check.label}" if line.stop else line.check.label,
        bounds=line.check.bounds_words,
        value=str(value or "—"),
        last=str(last or "—"),
        verdict={"fail": "异常", "warn": "关注", "ok": "正常"}.get(
            line.verdict, "未查" if line.skips else ""
        ),
        note=note,
    )


def _findings(rows: Iterable[Finding]) -> list[Found]:
    return [
        Found(one.summary, one.get_level_display(), one.due_at, one.measure, one.get_state_display())
        for one in rows
    ]


def _earlier(row: Occurrence) -> list[Found]:
    """Findings on the same item that were open before this task's window began."""
    if row.item is None:
        return []
    rows = row.item.findings.filter(state__in=_LIVE_FINDINGS, found_at__lt=row.begins_at)
    return _findings(rows.exclude(occurrence=row).order_by("found_at"))
