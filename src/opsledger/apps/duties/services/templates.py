"""A contract's own versions of the checklists: save the next one, retire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from opsledger.apps.contracts.models import Contract
from opsledger.apps.duties.checklists import Problem, read_checklist, to_data
from opsledger.apps.duties.models import Template
from opsledger.apps.ledger import services as ledger
from opsledger.core.errors import DomainError
from opsledger.kernel import access, clock
from opsledger.kernel.access import Actor

MAX_SHOWN = 12


def invalid(problems: list[Problem]) -> DomainError:
    """The refusal that names what is wrong, the first dozen places of it."""
    lines = "；".join(f"{one.place}：{one.text}" for one in problems[:MAX_SHOWN])
    more = f"；另有{len(problems) - MAX_SHOWN}处" if len(problems) > MAX_SHOWN else ""
    return DomainError("template.invalid", problems=lines + more, count=len(problems))


@transaction.atomic
def save_template(
    *, actor: Actor, contract: Contract, key: str, data: Mapping[str, Any], based_on: int | None = None
) -> Template:
    """The next version of a template of this contract.

    `based_on` is the version that the editor saw; if there is a newer one meanwhile, the page is stale.
    """
    actor.must(contract.pk, access.MANAGER, access.BUYER, access.SUPERVISOR)
    problems: list[Problem] = []
    checklist = read_checklist(data, problems)
    if checklist is None:
        raise invalid(problems)
    last = Template.objects.filter(contract=contract, key=key).aggregate(last=Max("version"))["last"] or 0
    if based_on is not None and last and last != based_on:
        raise DomainError("page.stale", by="他人", what=f"模板已有第{last}版")
    version = max(last, int(data.get("version") or 0) if not last else 0) + 1
    plain = {**to_data(checklist), "key": key, "version": version}
    try:
        with transaction.atomic():
            row = Template.objects.create(
                contract=contract,
                key=key,
                version=version,
                name=checklist.name,
                data=plain,
                created_at=clock.now(),
                created_by_id=actor.user_id,
            )
    except IntegrityError:
        raise DomainError("page.stale", by="他人", what="模板已有新版本") from None
    ledger.record(
        chain=ledger.contract_chain(contract.pk),
        actor=actor,
        verb="template.saved",
        subject=ledger.Subject("template", str(row.pk), f"{row.name}（第{version}版）"),
        changes={"count": len(checklist.checks), "version": version},
    )
    return row


@transaction.atomic
def retire_template(*, actor: Actor, template: Template) -> None:
    """Offer this template no more; rounds that were made by it keep it."""
    actor.must(template.contract_id, access.MANAGER, access.BUYER, access.SUPERVISOR)
    Template.objects.filter(contract_id=template.contract_id, key=template.key).update(retired=True)
    ledger.record(
        chain=ledger.contract_chain(template.contract_id),
        actor=actor,
        verb="template.retired",
        subject=ledger.Subject("template", str(template.pk), str(template)),
    )
