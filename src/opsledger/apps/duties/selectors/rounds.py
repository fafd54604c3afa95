"""Rounds for the phone and for the one who checks them; findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties import skips
from opsledger.apps.duties.checklists import Check, Checklist, shown_checks
from opsledger.apps.duties.frozen import checklist_of
from opsledger.apps.duties.honesty import QUESTIONS
from opsledger.apps.duties.models import Answer, Finding, Occurrence, Round, RoundPhoto
from opsledger.apps.duties.models.findings import LIVE
from opsledger.apps.duties.policies import visible_occurrences
from opsledger.kernel.access import Actor

VERDICT_WORDS = {"ok": "正常", "warn": "关注", "fail": "异常", "": "未填"}


def round_for(actor: Actor, contract: Contract, round_id: int) -> Round:
    """One round; Http404 if hidden or missing."""
    rows = Round.objects.filter(contract=contract).filter(visible_occurrences(actor, contract.pk))
    found = (
        rows.select_related("occurrence", "occurrence__obligation", "item", "started_by", "contract")
        .filter(pk=round_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def live_round(occurrence: Occurrence) -> Round | None:
    """The round of an occurrence that counts, if one was begun."""
    rows = Round.objects.filter(occurrence=occurrence).exclude(state=Round.State.DISCARDED)
    return rows.select_related("started_by").first()


@dataclass(slots=True)
class Line:
    """One check with its answer, what it was the last time, and its files."""

    check: Check
    answer: Answer | None = None
    last: Answer | None = None
    files: list[RoundPhoto] = field(default_factory=list)
    asked: bool = True
    # The device or system, where the round goes over several, and whether this is its first check.
    stop: Mapping[str, str] | None = None
    heads: bool = False
    # Whether it asks why the stop was left out; it is asked of what was.
    skips: bool = False

    @property
    def verdict(self) -> str:
        return self.answer.verdict if self.answer else ""

    @property
    def verdict_word(self) -> str:
        return "未查" if self.skips else VERDICT_WORDS[self.verdict]

    @property
    def value(self) -> Any:
        return self.answer.value if self.answer else None

    @property
    def offered(self) -> Any:
        """What stands in the field: the answer, else the last one where the template offers it."""
        if self.value is not None:
            return self.value
        return self.last.value if self.last and self.check.default == "last" else None

    @property
    def seen(self) -> Mapping[str, Any]:
        """What monitoring said: {"value", "unit", "at" (a moment), "source"}; empty if it said nothing."""
        reading = self.answer.reading if self.answer else {}
        return {**reading, "at": datetime.fromisoformat(reading["at"])} if reading else {}

    @property
    def overridden(self) -> bool:
        """Whether people put another value in place of what monitoring said."""
        return bool(self.seen) and self.value != self.seen["value"]

    @property
    def rows(self) -> list[list[tuple[Check, Any]]]:
        """A table's lines: the answer's, else the devices or the names of the last round's, and empty ones.

        Devices that the answer has no line of yet are added below it.
        """
        lines = list(self.value or [])
        first = self.check.columns[0].id if self.check.columns else ""
        if not lines and not self.check.devices and self.last and isinstance(self.last.value, list):
            lines = [{first: row.get(first)} for row in self.last.value]
        named = {row.get(first) for row in lines}
        lines += [{first: name} for name in self.check.devices if name not in named]
        lines += [{}] * max(0 if self.check.devices else 1, self.check.rows - len(lines))
        return [[(column, line.get(column.id)) for column in self.check.columns] for line in lines]


def last_round(round_: Round) -> Round | None:
    """The last finished round by the same template on the same item."""
    rows = Round.objects.filter(
        item_id=round_.item_id, template_key=round_.template_key, state=Round.State.FINISHED
    ).exclude(pk=round_.pk)
    return rows.filter(contract_id=round_.contract_id).order_by("-finished_at").first()


def lines_of(round_: Round) -> list[Line]:
    """Every check of a round in order; those that are not asked (their condition is not met) are marked."""
    checklist = checklist_of(round_)
    answers = {one.check_id: one for one in Answer.objects.filter(round=round_).select_related("answered_by")}
    before = last_round(round_)
    last = {one.check_id: one for one in Answer.objects.filter(round=before)} if before else {}
    files: dict[str, list[RoundPhoto]] = {}
    for one in RoundPhoto.objects.filter(round=round_).select_related("attachment", "attachment__file"):
        files.setdefault(one.check_id, []).append(one)
    values = {key: row.value for key, row in answers.items()}
    left_out = skips.reasons_of(round_.stops, values)
    asked = {one.id for one in shown_checks(checklist, values) if one.stop not in left_out}
    asked |= {skips.check_of(key).id for key in left_out}
    own = {one.id for one in skips.checks_of(round_.stops)}
    stop_of = {one["key"]: one for one in round_.stops}
    lines = [
        Line(
            check,
            answers.get(check.id),
            last.get(check.id),
            files.get(check.id, []),
            check.id in asked,
            stop_of.get(check.stop),
            skips=check.id in own,
        )
        for check in _in_order(round_, checklist)
    ]
    before = ""
    for line in lines:
        line.heads = bool(line.check.stop) and line.check.stop != before
        before = line.check.stop
    return lines


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one device, or those that belong to none."""

    stop: Mapping[str, str] | None
    lines: list[Line]

    @property
    def bad(self) -> int:
        """How many of them are worth a look or failed."""
        return sum(line.verdict in ("warn", "fail") for line in self.lines)

    @property
    def left_out(self) -> str:
        """Why the device was not visited; "" if it was."""
        return next((str(line.value) for line in self.lines if line.skips), "")


def groups_of(lines: Sequence[Line]) -> list[Group]:
    """The lines that are asked, device by device in their order."""
    groups: list[Group] = []
    for line in lines:
        if not line.asked:
            continue
        if not groups or groups[-1].stop != line.stop:
            groups.append(Group(line.stop, []))
        groups[-1].lines.append(line)
    return groups


def progress(round_: Round, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The devices in their order, each with how many of its checks are answered."""
    counts: dict[str, list[int]] = {one["key"]: [0, 0] for one in round_.stops}
    for line in lines:
        if line.check.stop in counts and line.asked:
            counts[line.check.stop][1] += 1
            counts[line.check.stop][0] += bool(line.value or line.files)
    return [
        {**one, "number": n, "done": counts[one["key"]][0], "all": counts[one["key"]][1]}
        for n, one in enumerate(round_.stops, start=1)
    ]


def _in_order(round_: Round, checklist: Checklist) -> list[Check]:
    """What is asked once, then device by device as the person ordered them, then what the rule adds."""
    if not round_.stops:
        return list(checklist.checks)
    rank = {one["key"]: n for n, one in enumerate(round_.stops)}
    last = len(rank)

    def place(check: Check) -> int:
        if check.stop in rank:
            return rank[check.stop]
        return last if check.id.startswith("rule_") else -1

    return sorted([*skips.checks_of(round_.stops), *checklist.checks], key=place)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the engineer, as a sentence, with what was answered: text, by whom, when; or nothing yet."""

    number: int
    sentence: str
    answer: Mapping[str, Any]


def questions_asked(round_: Round) -> list[Asked]:
    """The questions that the program asks about a round, with the answers so far."""
    found = []
    for number, one in enumerate(round_.questions):
        answer = dict(one.get("answer") or {})
        if answer:
            answer["at"] = datetime.fromisoformat(answer["at"])
        found.append(Asked(number, QUESTIONS[one["code"]].format(**one["facts"]), answer))
    return found


def findings_for(actor: Actor, contract: Contract) -> QuerySet[Finding]:
    """The findings of a contract that `actor` may see."""
    rows = Finding.objects.filter(contract=contract).filter(visible_occurrences(actor, contract.pk))
    return rows.select_related("item", "item__unit", "assignee", "found_by", "occurrence")


def finding_show(value: str, at: datetime) -> Q:
    """The findings that one word stands for: live, overdue (its mending is), check (waits for one)."""
    if value == "live":
        return Q(state__in=LIVE)
    if value == "overdue":
        return Q(state__in=["ticketed", "remediating", "returned"], due_at__lt=at)
    return Q(state="fixed")


def findings_of(actor: Actor, occurrence: Occurrence) -> list[Finding]:
    """What was found while this occurrence was done."""
    return list(findings_for(actor, occurrence.contract).filter(occurrence=occurrence).order_by("pk"))


def finding_for(actor: Actor, contract: Contract, finding_id: int) -> Finding:
    """One finding; Http404 if hidden or missing."""
    rows = findings_for(actor, contract).select_related("contract", "fixed_by", "closed_by")
    found = rows.filter(pk=finding_id).first()
    if found is None:
        raise Http404
    return found


def overdue_findings(contract: Contract, since: datetime, until: datetime) -> QuerySet[Finding]:
    """Findings whose limit fell in [since, until) and that were not mended by then, by limit.

    One that turned out to be no finding, or whose risk was accepted, is none.
    """
    rows = Finding.objects.filter(contract=contract, due_at__gte=since, due_at__lt=until)
    late = Q(fixed_at=None) | Q(fixed_at__gt=F("due_at"))
    rows = rows.filter(late).exclude(state__in=["dismissed", "accepted_risk"])
    return rows.select_related("item").order_by("due_at", "pk")


def finding_counts(actor: Actor, contract: Contract, at: datetime) -> dict[str, int]:
    """How many findings are open, overdue, wait for a check, and how many were closed, in one query."""
    late = Q(state__in=["ticketed", "remediating", "returned"], due_at__lt=at) | Q(
        state="fixed", fixed_at__gt=F("due_at")
    )
    return (
        Finding.objects.filter(contract=contract)
        .filter(visible_occurrences(actor, contract.pk))
        .aggregate(
            open=Count("pk", filter=Q(state__in=LIVE)),
            untreated=Count("pk", filter=Q(state="found")),
            overdue=Count("pk", filter=late),
            to_verify=Count("pk", filter=Q(state="fixed")),
            closed=Count("pk", filter=Q(state__in=["verified", "accepted_risk", "dismissed"])),
        )
    )
