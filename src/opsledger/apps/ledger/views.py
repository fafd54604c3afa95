"""The page on which the ledger is read and filtered."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from opsledger.apps.ledger import selectors, services, verbs
from opsledger.kernel import tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page

SUBJECTS = [(key, word) for key, word in verbs.SUBJECT_WORDS.items()]


@guard()
def entries(request: HttpRequest, slug: str) -> HttpResponse:
    contract_id = request.actor.contract_id(slug)
    rows = selectors.entries_of(request.actor, contract_id)
    asked = {name: tables.day_of(request.GET.get(name, "")) for name in ("since", "until")}
    rows = selectors.recorded_between(rows, asked["since"], asked["until"])
    columns = [
        tables.Column("seq", "序号", lambda e: e.seq, ("seq",), "", "num"),
        tables.Column(
            "happened", "发生时间", lambda e: e.happened_at, ("happened_at",), "ledger/cells/happened.html"
        ),
        tables.Column("actor", "操作人", lambda e: e.actor_name, ("actor_name",)),
        tables.Column("verb", "动作", lambda e: verbs.word(e.verb), ("verb",)),
        tables.Column("subject", "对象", lambda e: e.subject_label, (), "ledger/cells/subject.html"),
        tables.Column(
            "changes", "内容", lambda e: verbs.changes_text(e.changes), (), "ledger/cells/changes.html"
        ),
        tables.Column("hash", "校验值", lambda e: e.hash, (), "ledger/cells/hash.html", "narrow"),
    ]
    table = tables.Table(
        request,
        rows,
        columns,
        "-seq",
        filters=[tables.Filter("type", "对象", SUBJECTS, lambda value: Q(subject_type=value))],
        search=selectors.holding,
        name="entries",
        empty_title="台账还没有记录",
        empty_text="合同载入后的每一次操作都会记在这里，只增不改。",
    )
    if table.wants_export:
        return table.export(f"台账-{slug}.xlsx")
    report = None
    if request.GET.get("verify") == "1":
        report = services.verify_chain(services.contract_chain(contract_id))
    return page(request, "ledger/entries.html", {"table": table, "report": report})
