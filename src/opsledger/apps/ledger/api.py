"""The ledger for programs: read, and checked as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from opsledger.apps.ledger import selectors, services, verbs
from opsledger.apps.ledger.models import Entry
from opsledger.kernel.wire import REFUSALS, Day, PageOf, Paging, Slug, Text, must, paged

router = Router(tags=["ledger"])
SubjectType = Literal[tuple(verbs.SUBJECT_WORDS)]  # type: ignore[valid-type]


class EntryOut(Schema):
    """One entry: the moment of the act and that of recording it, and what changed, as kept and in words."""

    seq: int
    happened_at: datetime
    recorded_at: datetime
    actor: str
    verb: str
    word: str
    subject_type: str
    subject_id: str
    subject: str
    text: str
    changes: dict[str, Any]
    hash: str


def entry_told(entry: Entry) -> dict[str, Any]:
    """An entry as it goes over the wire."""
    names = "seq happened_at recorded_at verb subject_type subject_id changes hash"
    return {
        **{name: getattr(entry, name) for name in names.split()},
        "actor": entry.actor_name,
        "word": verbs.word(entry.verb),
        "subject": entry.subject_label,
        "text": verbs.changes_text(entry.changes),
    }


class EntriesNarrowed(Paging):
    subject: SubjectType | None = Field(None, description="对象的类别")
    since: Day | None = Field(None, description="记录日期起")
    until: Day | None = Field(None, description="记录日期止，含当日")
    q: Text = Field("", max_length=100, description="对象、操作人、动作中的文字")
    after: int = Field(0, ge=0, le=9_000_000_000_000_000, description="只要序号大于它的，供程序续读")


@router.get(
    "/contracts/{slug}/ledger",
    response={200: PageOf[EntryOut], **REFUSALS},
    summary="台账记录，新的在前；使用单位只见与本单位有关的",
)
def entries(request: HttpRequest, slug: Slug, asked: Query[EntriesNarrowed]) -> Any:
    """The entries that one may read, the newest first."""
    must(request, "ledger:read")
    rows = selectors.entries_of(request.actor, request.actor.contract_id(slug))
    rows = selectors.recorded_between(rows, asked.since, asked.until)
    if asked.subject:
        rows = rows.filter(subject_type=asked.subject)
    if asked.after:
        rows = rows.filter(seq__gt=asked.after)
    if asked.q:
        rows = rows.filter(selectors.holding(asked.q))
    return paged(rows, limit=asked.limit, offset=asked.offset, count=asked.count, show=entry_told)


class ChainOut(Schema):
    """What a check of the whole chain found, just now."""

    entries: int
    checked: int
    algorithm: str
    whole: bool
    broken_seq: int | None
    broken_code: str
    head: str = Field(description="末条校验值；请存到本机以外，据此可发现被截去的尾部")


@router.get(
    "/contracts/{slug}/ledger/check",
    response={200: ChainOut, **REFUSALS},
    summary="逐条校验整本台账，给出结果和末条校验值",
)
def check(request: HttpRequest, slug: Slug) -> Any:
    """Check the chain now, as the button on the page does."""
    must(request, "ledger:read")
    contract_id = request.actor.contract_id(slug)
    report = services.verify_chain(services.contract_chain(contract_id))
    names = "entries checked algorithm whole broken_seq broken_code"
    return {
        **{name: getattr(report, name) for name in names.split()},
        "head": selectors.chain_summary(contract_id)["head"],
    }
