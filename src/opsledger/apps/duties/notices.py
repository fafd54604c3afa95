"""Who is told of what has become of an occurrence."""

from __future__ import annotations

from django.urls import reverse

from opsledger.apps.accounts.models import User
from opsledger.apps.accounts.services import notify, people
from opsledger.apps.contracts.models import Obligation
from opsledger.apps.duties.models import Occurrence
from opsledger.apps.duties.services.planning import plan_obligation
from opsledger.kernel.access import MANAGER
from opsledger.kernel.events import Event


def _tell(event: Event, row: Occurrence, users: list[User], title: str, body: str) -> None:
    notify(
        users=users,
        title=title,
        body=body,
        url=reverse("duties:occurrence", args=[row.contract.slug, row.pk]),
        contract_slug=row.contract.slug,
        dedupe=f"{event.verb}:{row.pk}:{event.entry_id}",
        at=event.recorded_at,
    )


def _row(event: Event) -> Occurrence:
    return Occurrence.objects.select_related("contract", "item", "assignee", "submitted_by").get(
        pk=event.subject_id
    )


def on_missed(event: Event) -> None:
    """The one who should have done it and the project managers."""
    row = _row(event)
    told = {user.pk: user for user in people(row.contract_id, MANAGER)}
    if row.assignee:
        told[row.assignee.pk] = row.assignee
    where = f"{row.item.numbered}：" if row.item else ""
    _tell(
        event,
        row,
        list(told.values()),
        f"任务超期未完成：{where}{row.title}",
        "请尽快补做并提交佐证；补做后按逾期完成计。",
    )


def on_returned(event: Event) -> None:
    """The one who handed it in."""
    row = _row(event)
    users = [user for user in {row.submitted_by, row.assignee} if user]
    _tell(event, row, users, f"任务被退回：{row.title}", f"理由：{row.reason}。请补正后重新提交。")


def on_waiver_asked(event: Event) -> None:
    """The buyer decides on waivers."""
    row = _row(event)
    _tell(event, row, people(row.contract_id, "buyer"), f"申请豁免：{row.title}", row.reason)


def on_agreed(event: Event) -> None:
    """A frequency that the parties have agreed on is planned at once."""
    found = Obligation.objects.select_related("contract", "term", "item").get(pk=event.subject_id)
    plan_obligation(actor=event.actor, obligation=found)
