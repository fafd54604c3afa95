"""What came by mail, and what became of each."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from opsledger.apps.contracts.selectors import contract_for
from opsledger.apps.desk import selectors
from opsledger.apps.desk.selectors import narrowing
from opsledger.kernel import access, tables
from opsledger.kernel.access import guard
from opsledger.kernel.pages import page

_DONE = [("taken", "已受理"), ("left", "未受理")]


@guard(access.MANAGER, access.BUYER)
def mails(request: HttpRequest, slug: str) -> HttpResponse:
    """Every mail of this contract, and those of its people that named no contract."""
    contract = contract_for(request.actor, slug)
    columns = [
        tables.Column("at", "收到时间", lambda m: m.taken_at, ("taken_at",), "desk/cells/mail_at.html"),
        tables.Column("sender", "发件人", lambda m: m.sender, ("sender",), "desk/cells/mail_sender.html"),
        tables.Column("subject", "主题", lambda m: m.subject),
        tables.Column("outcome", "结果", lambda m: m.word, ("outcome",), "desk/cells/mail_outcome.html"),
    ]
    table = tables.Table(
        request,
        selectors.mails_of(contract),
        columns,
        "-at",
        filters=[tables.Filter("became", "结果", _DONE, narrowing.mail_became)],
        search=narrowing.mail_named,
        name="mails",
        empty_title="还没有邮件",
        empty_text="发到服务台邮箱的报修和回复会列在这里，未受理的写明原因。",
    )
    if table.wants_export:
        return table.export(f"{contract}-来信.xlsx")
    told = {"contract": contract, "table": table, "address": settings.MAIL_ADDRESS}
    return page(request, "desk/mails.html", told)
