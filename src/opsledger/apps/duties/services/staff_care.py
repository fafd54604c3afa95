"""What is known of people on posts kept true, and told in time: qualifications, agreements, missing people."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from opsledger.apps.accounts.selectors import was_told
from opsledger.apps.accounts.services import notify, people
from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.models import StaffMember
from opsledger.apps.duties.selectors.staff import presence
from opsledger.apps.duties.services.staff import must, record
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

STEPS = (90, 60, 30, 7, 0)
"""Days before a qualification ends on which it is told."""
AGREEMENT_DAYS = 7
"""Days after the first day on the post by which the confidentiality agreement is to be there."""
NOON = time(12, 0)
"""When those who have not signed in are missed: late enough for whoever begins late, early enough to act."""
CHANGEABLE = ("user", "role", "qualification", "qualification_until", "confidentiality_on")


@transaction.atomic
def change_member(*, actor: Actor, member: StaffMember, said: dict[str, Any]) -> StaffMember:
    """Write down a renewed qualification, a signed agreement, the person's account; what was before stays on record."""
    must(actor, member.contract_id, access.MANAGER)
    signed = said.get("confidentiality_on")
    if signed and signed > clock.today():
        raise DomainError("staff.signed_in_future", day=signed)
    changed = {
        name: said[name] for name in CHANGEABLE if name in said and getattr(member, name) != said[name]
    }
    if not changed:
        return member
    before = {name: getattr(member, name) for name in changed}
    for name, value in changed.items():
        setattr(member, name, value)
    member.save(update_fields=list(changed))
    record(
        actor,
        member,
        "staff.changed",
        {name: {"from": str(old or ""), "to": str(changed[name] or "")} for name, old in before.items()},
    )
    return member


def remind_staff(at: datetime) -> int:
    """Tell project managers (and from a month before the buyer) what runs out or is missing; each step once."""
    today = clock.local(at).date()
    rows = StaffMember.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today), contract__status="active"
    ).select_related("contract")
    told = 0
    for row in rows:
        told += _qualification(row, today, at)
        told += _agreement(row, today, at)
    return told


def _qualification(row: StaffMember, today: date, at: datetime) -> int:
    until = row.qualification_until
    if until is None or (until - today).days > STEPS[0]:
        return 0
    left = (until - today).days
    if left < 0:
        title, step = f"资质已过期：{row.role} {row.name}", -1
    else:
        step = min(days for days in STEPS if left <= days)
        title = f"资质将到期：{row.role} {row.name}，还有{left}天"
    body = f"{row.qualification or '资质'}有效至{until:%Y-%m-%d}。请安排续期，或更换符合要求的人员。"
    roles = (access.MANAGER, access.BUYER) if step <= 30 else (access.MANAGER,)
    return _tell(row, roles, title, body, f"staff:{row.pk}:qualification:{until}:{step}", at)


def _agreement(row: StaffMember, today: date, at: datetime) -> int:
    if row.confidentiality_on or today < row.starts_on + timedelta(days=AGREEMENT_DAYS):
        return 0
    title = f"保密协议未签：{row.role} {row.name}"
    body = f"{row.starts_on:%Y-%m-%d}到岗，尚未登记保密协议的签订日期。请补签后登记。"
    return _tell(row, (access.MANAGER,), title, body, f"staff:{row.pk}:agreement", at)


def _tell(row: StaffMember, roles: tuple[str, ...], title: str, body: str, dedupe: str, at: datetime) -> int:
    if was_told(dedupe):
        return 0
    made = notify(
        users=people(row.contract_id, *roles),
        title=title,
        body=body,
        url=reverse("duties:staff", args=[row.contract.slug]),
        contract_slug=row.contract.slug,
        dedupe=dedupe,
        at=at,
    )
    return 1 if made else 0


def miss_people(at: datetime) -> int:
    """From noon on: posts on which fewer people have signed in than promised; once a day and contract.

    Only where attendance is kept: a contract without one registered person is not nagged.
    """
    here = clock.local(at)
    if here.time() < NOON:
        return 0
    today, told = here.date(), 0
    kept = StaffMember.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)
    for contract in Contract.objects.filter(status="active", pk__in=kept.values("contract_id")):
        posts = set(kept.filter(contract=contract).values_list("obligation_id", flat=True))
        line = [post for post in presence(contract, today, today)[today] if post.obligation.pk in posts]
        short = [post for post in line if post.short]
        mark = f"staff:short:{contract.pk}:{today}"
        if not short or was_told(mark):
            continue
        body = "；".join(
            f"{post.obligation.title}：承诺{post.promised}人，在岗{len(post.present)}人" for post in short
        )
        made = notify(
            users=people(contract.pk, access.MANAGER),
            title=f"今天有岗位缺人：{sum(post.short for post in short)}人未签到",
            body=body,
            url=reverse("duties:staff", args=[contract.slug]),
            contract_slug=contract.slug,
            dedupe=mark,
            at=at,
        )
        told += 1 if made else 0
    return told
